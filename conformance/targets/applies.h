// Which scenarios a machine that is not ours can run: one whose drives are plain, whose media do not fail on demand,
// and whose requests end when they please.
#pragma once

#include <string>

#include "replay/script.h"

namespace coincide {

/// What a plain machine offers.
struct PlainMachine {
  Chip chip = Chip::piix4;
  std::uint8_t pci_device = 1;
  bool cdrom = true;
  bool any_memory = false;                                 ///< any memory map, and memory that comes and goes
  bool any_pci_device = false;                             ///< the function can stand at any device number
  std::uint64_t largest_medium = std::uint64_t{64} << 20;  ///< bytes that can be made for it
};

/// Why the machine cannot run the script; empty if it can.
std::string cannot_run(const Script& script, const PlainMachine& machine);

}  // namespace coincide
