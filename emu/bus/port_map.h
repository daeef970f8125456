// Which unit answers an I/O port (piix4-ide.md 2). The ports are fixed; whether they are decoded is asked elsewhere.
#pragma once

#include <cstdint>

namespace coincide {

enum class PortTarget : std::uint8_t { none, command_block, control, bus_master, config_address, config_data, int13 };

struct PortDecode {
  PortTarget target = PortTarget::none;
  std::uint8_t channel = 0;
  std::uint8_t offset = 0;  ///< inside the target's block
};

/// PIIX4-IO-03: 1F0h-1F7h and 3F6h, 170h-177h and 376h. PIIX4-IO-05, PIIX4-IO-06: 3F4h, 3F5h, 3F7h and their
/// secondary counterparts are never claimed. PIIX4-IO-29: all 16 address bits count.
/// OVMM-INT13-02: 1E0h and 160h, where a board has the enlightened ports. OVMM-IDE-041: those behind them are nobody's.
/// `bus_master_base` is the base of the 16-byte window, 0 = not decoded.
constexpr PortDecode decode_port(std::uint16_t port, std::uint16_t bus_master_base) {
  const auto low = static_cast<std::uint8_t>(port & 7);
  switch (port & 0xfff8) {
    case 0x1f0:
      return {PortTarget::command_block, 0, low};
    case 0x170:
      return {PortTarget::command_block, 1, low};
    case 0x3f0:
      if (port == 0x3f6) return {PortTarget::control, 0, 0};
      break;
    case 0x370:
      if (port == 0x376) return {PortTarget::control, 1, 0};
      break;
    case 0x1e0:
      if (port == 0x1e0) return {PortTarget::int13, 0, 0};
      break;
    case 0x160:
      if (port == 0x160) return {PortTarget::int13, 1, 0};
      break;
    case 0xcf8:
      if (port == 0xcf8) return {PortTarget::config_address, 0, 0};
      if (port >= 0xcfc) return {PortTarget::config_data, 0, static_cast<std::uint8_t>(port & 3)};
      break;
    default:
      break;
  }
  if (bus_master_base != 0 && (port & 0xfff0) == bus_master_base) {
    return {PortTarget::bus_master, static_cast<std::uint8_t>(port >> 3 & 1), low};
  }
  return {};
}

}  // namespace coincide
