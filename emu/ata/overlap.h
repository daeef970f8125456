// Overlapped and queued commands (ATA6 r3a §6.9, §6.10, §9.9).
#pragma once

#include "emu/ata/feature_set.h"

namespace coincide {

class Overlap final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& /*archive*/) {}
};

}  // namespace coincide
