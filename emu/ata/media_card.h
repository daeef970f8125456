// Media Card Pass Through (ATA6 r3a §6.22, §8.6): D1h tells what card is behind the bridge and opens D2h-D4h, whose
// meaning belongs to the card. This model's card takes them as non-data commands and completes them.
#pragma once

#include "emu/ata/feature_set.h"

namespace coincide {

class MediaCard final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  void check_type();
  void card_command();

  /// Snapshot: the whole state is a register.
  template <class Archive>
  void fields(Archive& /*archive*/) {}
};

}  // namespace coincide
