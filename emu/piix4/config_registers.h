// The configuration registers of function 1, as the data sheet's register list has them (piix4-ide.md 1.1).
// Everything that is not in the table reads 0 and ignores writes (PIIX4-CFG-37, PIIX4-CFG-43): 0Ch and 0Fh
// (PIIX4-CFG-18, PIIX4-CFG-21), the base addresses and identifiers of 10h-3Fh that this function lacks (PIIX4-CFG-22,
// PIIX4-CFG-28, PIIX4-CFG-29), 45h-47h (PIIX4-CFG-34), the IDE_CONFIG of later chips at 54h (PIIX4-CFG-41).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "emu/registers.h"

namespace coincide {

struct ConfigRegister {
  /// In `reset_piix3`: the PIIX3 has no such register (piix4-ide.md 1.7).
  static constexpr std::uint32_t kAbsent = 0xffffffff;

  std::uint8_t offset;
  std::uint8_t bytes;
  std::string_view name;
  std::uint32_t reset;
  std::uint32_t reset_piix3;
  std::uint32_t write_mask;
  std::uint32_t write_1_to_clear;
  FunctionReg reg;         ///< what a change is observed as; FunctionReg::count = never changes
  std::string_view rules;  ///< what says so
};

std::span<const ConfigRegister> config_registers();

}  // namespace coincide
