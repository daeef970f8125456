// Security (ATA6 r3a §6.13, §8.38-8.43).
#pragma once

#include "emu/ata/feature_set.h"

namespace coincide {

class Security final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);
  bool enabled() const { return false; }
  bool locked() const { return false; }
  bool frozen() const { return false; }

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& /*archive*/) {}
};

}  // namespace coincide
