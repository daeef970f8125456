// A media command under way, from its address to its last sector.
#pragma once

#include <cstdint>

#include "emu/ata/command_table.h"
#include "emu/media/fault_plan.h"

namespace coincide {

/// How a media command addresses the medium.
enum class Addressing : std::uint8_t { lba28, lba48, chs };

struct Transfer {
  MediaAccess access = MediaAccess::none;
  Protocol protocol = Protocol::non_data;
  Addressing addressing = Addressing::lba28;
  bool cfa = false;              ///< a command of the CFA set: an error of the medium is MED
  std::uint64_t lba = 0;         ///< next sector
  std::uint64_t remaining = 0;   ///< sectors, those of the open block included
  std::uint32_t block = 0;       ///< sectors of one DRQ block
  std::uint32_t open_block = 0;  ///< sectors of the block in the buffer
  bool failed = false;           ///< the block carries an unrecoverable error (ATA6-RW-7)
  std::uint64_t dma_bytes = 0;   ///< moved so far
  FaultHit fault;

  template <class Archive>
  void fields(Archive& archive) {
    archive(access, protocol, addressing, cfa, lba, remaining, block, open_block, failed, dma_bytes, fault);
  }
};

}  // namespace coincide
