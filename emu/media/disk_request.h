// A request of a drive to its medium, as the outside sees it while it is outstanding.
#pragma once

#include <cstdint>

#include "emu/event.h"

namespace coincide {

/// What a drive has asked of its medium and waits for.
struct DiskRequest {
  std::uint32_t number = 0;  ///< 1, 2, ... in the order of issue over the whole run
  std::uint8_t unit = 0;
  DiskOp op = DiskOp::none;
  std::uint64_t lba = 0;
  std::uint64_t count_sectors = 0;

  template <class Archive>
  void fields(Archive& archive) {
    archive(number, unit, op, lba, count_sectors);
  }
};

}  // namespace coincide
