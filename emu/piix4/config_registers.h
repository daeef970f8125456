// The configuration registers of function 1, as the data sheet's register list has them (piix4-ide.md 1.1).
// Everything that is not in the table reads 0 and ignores writes (PIIX4-CFG-37, PIIX4-CFG-43).
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
