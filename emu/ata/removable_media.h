// Removable Media and Removable Media Status Notification (ATA6 r3a §6.17, §8.14, §8.19-8.21).
#pragma once

#include "emu/ata/feature_set.h"

namespace coincide {

class RemovableMedia final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& /*archive*/) {}
};

}  // namespace coincide
