// General Purpose Logging: READ LOG EXT and WRITE LOG EXT (ATA6 r3a §6.23, §8.29, §8.59). The logs are those of SMART.
// ATA6-GPL-7: there is no switch.
#pragma once

#include "emu/ata/feature_set.h"

namespace coincide {

class GeneralPurposeLog final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind /*kind*/) {}
  void software_reset(bool /*revert*/) {}

  void read();
  void write();
  void written();

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& archive) {
    archive(address_, first_sector_);
  }

 private:
  bool accepts();

  std::uint8_t address_ = 0;        ///< of the command under way
  std::uint16_t first_sector_ = 0;  ///< likewise
};

}  // namespace coincide
