// READ BUFFER and WRITE BUFFER (ATA6 r3a §8.24, §8.54): 512 bytes that are nobody else's.
#pragma once

#include <array>

#include "emu/ata/feature_set.h"
#include "emu/media/medium.h"

namespace coincide {

class SectorBuffer final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  void read();
  void written();

  /// Snapshot: the whole state.
  template <class Archive>
  void fields(Archive& archive) {
    archive(data_);
  }

 private:
  std::array<std::uint8_t, kSectorBytes> data_{};
};

}  // namespace coincide
