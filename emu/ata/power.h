// Power modes and the standby timer (ATA6 r3a §6.11), as disks and packet devices share them.
#pragma once

#include <cstdint>

namespace coincide {

/// Power modes in the order of ATA6 r3a §6.11.
enum class PowerMode : std::uint8_t { active = 0, idle = 1, standby = 2, sleep = 3 };

/// What CHECK POWER MODE puts into Sector Count (§8.7.5).
std::uint8_t power_mode_code(PowerMode mode);
/// Standby timer period of a Sector Count value (ATA6 r3a table 30); 0 = disabled.
std::uint64_t standby_period_ns(std::uint8_t value);

}  // namespace coincide
