// Media Card Pass Through (ATA6 r3a §6.22, §8.6).
#pragma once

#include "emu/ata/feature_set.h"

namespace coincide {

class MediaCard final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& /*archive*/) {}
};

}  // namespace coincide
