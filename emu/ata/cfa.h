// The CFA feature set (ATA6 r3a §6.16, §8.1-8.5).
#pragma once

#include "emu/ata/feature_set.h"

namespace coincide {

class Cfa final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& /*archive*/) {}
};

}  // namespace coincide
