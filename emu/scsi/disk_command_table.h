// The commands of a disk, once: the unit dispatches on it, a decoder prints from it, coverage counts over it. A command
// that is not here is refused with 5/20/00 (OVMM-SCSI-24).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "emu/scsi/unit.h"

namespace coincide::scsi {

class DiskUnit;

struct DiskCommand {
  std::uint8_t opcode;
  std::uint8_t cdb_bytes;
  std::string_view name;    ///< as SPC and SBC write it
  std::string_view symbol;  ///< as scripts write it
  Direction direction;
  bool bypasses_attention;  ///< runs while a unit attention is pending and leaves it there
  bool needs_ready;         ///< a medium that has not been stopped
  void (*start)(DiskUnit&);
  void (*received)(DiskUnit&);  ///< the data-out that it asked for are there; nullptr: it takes none
  std::string_view clause;
};

std::span<const DiskCommand> disk_commands();
/// nullptr if a disk has no such command.
const DiskCommand* find_disk_command(std::uint8_t opcode);

}  // namespace coincide::scsi
