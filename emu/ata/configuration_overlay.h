// Device Configuration Overlay (ATA6 r3a §6.21, §8.8).
#pragma once

#include "emu/ata/feature_set.h"

namespace coincide {

class ConfigurationOverlay final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& /*archive*/) {}
};

}  // namespace coincide
