// Host Protected Area and its security extensions (ATA6 r3a §6.15, §8.32, §8.33, §8.47, §8.48).
#pragma once

#include "emu/ata/feature_set.h"

namespace coincide {

class HostProtectedArea final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& /*archive*/) {}
};

}  // namespace coincide
