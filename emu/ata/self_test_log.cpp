#include "emu/ata/self_test_log.h"

#include <algorithm>

#include "emu/ata/smart_data.h"

namespace coincide {
namespace {

/// Bytes 0 to 4 are the same in both forms; then a failing LBA of four or six bytes.
void put_entry(std::span<std::uint8_t> out, const SelfTestEntry& entry, unsigned lba_bytes) {
  out[0] = entry.request;
  out[1] = entry.status;
  put_le(out, 2, 2, entry.power_on_hours);
  put_le(out, 5, lba_bytes, entry.failing_lba);
}

}  // namespace

std::vector<std::uint8_t> SelfTestLog::standard() const {
  std::vector<std::uint8_t> log(kLogSectorBytes);
  put_le(log, 0, 2, 0x0001);  // revision
  const std::uint32_t shown = std::min<std::uint32_t>(count_, kEntries);
  for (std::uint32_t n = count_ - shown; n < count_; ++n) {
    put_entry(std::span(log).subspan(2 + 24 * std::size_t{n % kEntries}, 24), entries_[n % kExtendedEntries], 4);
  }
  if (count_ != 0) log[508] = static_cast<std::uint8_t>((count_ - 1) % kEntries + 1);
  seal_sectors(log);
  return log;
}

std::vector<std::uint8_t> SelfTestLog::extended() const {
  constexpr std::uint32_t kPerSector = kExtendedEntries / kExtendedSectors;
  std::vector<std::uint8_t> log(std::size_t{kExtendedSectors} * kLogSectorBytes);
  log[0] = 0x01;  // revision
  const std::uint32_t shown = std::min<std::uint32_t>(count_, kExtendedEntries);
  for (std::uint32_t n = count_ - shown; n < count_; ++n) {
    const std::uint32_t slot = n % kExtendedEntries;
    const std::size_t at = std::size_t{slot / kPerSector} * kLogSectorBytes + 4 + 26 * std::size_t{slot % kPerSector};
    put_entry(std::span(log).subspan(at, 26), entries_[slot], 6);
  }
  if (count_ != 0) put_le(log, 2, 2, (count_ - 1) % kExtendedEntries + 1);
  seal_sectors(log);
  return log;
}

}  // namespace coincide
