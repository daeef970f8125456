// General Purpose Logging: READ LOG EXT and WRITE LOG EXT (ATA6 r3a §6.23, §8.29, §8.59).
#pragma once

#include "emu/ata/feature_set.h"

namespace coincide {

class GeneralPurposeLog final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& /*archive*/) {}
};

}  // namespace coincide
