// The transfer mode byte of SET FEATURES 03h (ATA6 r3a table 45).
#pragma once

#include <cstdint>

#include "emu/registers.h"

namespace coincide {

inline constexpr std::uint8_t kPioFlowControl = 0x08, kMultiwordDma = 0x20, kUltraDma = 0x40;
constexpr bool is_ultra(std::uint8_t mode) { return (mode & 0xf8) == kUltraDma; }
/// Multiword DMA modes 0 to 2.
inline constexpr std::uint8_t kMultiwordModes = 0x07;

/// Modes that a device has, bit n for mode n.
struct DmaModes {
  std::uint16_t multiword;
  std::uint16_t ultra;
};

/// Selects a mode; false, and nothing changes, if the device does not have it (ATA6-SF-1). `one_mode`: quirk
/// qemu-one-transfer-mode.
bool select_transfer_mode(RegisterFile<DeviceReg>& regs, std::uint8_t mode, DmaModes has, bool one_mode);

}  // namespace coincide
