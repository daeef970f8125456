// What SMART READ DATA and READ ATTRIBUTE THRESHOLDS return (ATA6 r3a §8.51.5; the layout of attributes is that of
// ATA-3 and of all drives since), made from what the device has counted. Pure builders.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace coincide {

constexpr std::size_t kLogSectorBytes = 512;

/// Writes `bytes` bytes of a number, least significant first.
void put_le(std::span<std::uint8_t> out, std::size_t at, unsigned bytes, std::uint64_t value);
/// Ends each sector with the two's complement of the sum of its bytes 0-510 (ATA6-SMART-18).
void seal_sectors(std::span<std::uint8_t> sectors);

/// Events of the device's life.
struct SmartCounters {
  std::uint64_t power_on_hours = 0;
  std::uint64_t power_cycles = 0;
  std::uint64_t spin_ups = 0;
  std::uint64_t uncorrectable = 0;           ///< errors reported with UNC
  std::uint64_t off_line_uncorrectable = 0;  ///< bad sectors that off-line routines found
  std::uint64_t interface_crc = 0;           ///< errors reported with ICRC
};

/// What the SMART data say beside the attributes.
struct SmartReport {
  std::uint8_t off_line_status = 0;   ///< byte 362
  std::uint8_t self_test_status = 0;  ///< byte 363
  std::uint16_t off_line_seconds = 0;
  std::uint8_t short_minutes = 0;
  std::uint8_t extended_minutes = 0;
  bool self_test = false;
  bool error_log = false;
};

std::vector<std::uint8_t> smart_data(const SmartCounters& counters, const SmartReport& report);
std::vector<std::uint8_t> smart_thresholds();
/// A pre-failure attribute has come down to its threshold.
bool threshold_exceeded(const SmartCounters& counters);

}  // namespace coincide
