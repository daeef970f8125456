#include "emu/ata/power.h"

namespace coincide {

std::uint8_t power_mode_code(PowerMode mode) {
  // ATA6-PM-2: 00h Standby, 80h Idle, FFh Active or Idle.
  if (mode == PowerMode::standby) return 0x00;
  return mode == PowerMode::idle ? 0x80 : 0xff;
}

/// TRAP-67
std::uint64_t standby_period_ns(std::uint8_t value) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  constexpr std::uint64_t kMinute = 60 * kSecond;
  if (value == 0x00) return 0;
  if (value <= 0xf0) return value * 5 * kSecond;
  if (value <= 0xfb) return (value - 240u) * 30 * kMinute;
  if (value == 0xfc) return 21 * kMinute;
  if (value == 0xff) return 21 * kMinute + 15 * kSecond;
  return 8 * 60 * kMinute;  // FDh: 8 to 12 hours; FEh is reserved
}

}  // namespace coincide
