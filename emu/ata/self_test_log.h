// The SMART self-test log, 06h and the extended form 07h (ATA6 r3a §8.51.6.8.4, §8.29.8.5).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace coincide {

struct SelfTestEntry {
  std::uint8_t request = 0;  ///< LBA Low of the command that asked for it
  std::uint8_t status = 0;   ///< as byte 363 of the SMART data
  std::uint16_t power_on_hours = 0;
  std::uint64_t failing_lba = 0;

  template <class Archive>
  void fields(Archive& archive) {
    archive(request, status, power_on_hours, failing_lba);
  }
};

class SelfTestLog {
 public:
  static constexpr unsigned kEntries = 21;  ///< of log 06h
  static constexpr unsigned kExtendedSectors = 2;
  static constexpr unsigned kExtendedEntries = 18 * kExtendedSectors;

  void add(const SelfTestEntry& entry) { entries_[count_++ % kExtendedEntries] = entry; }
  std::vector<std::uint8_t> standard() const;
  std::vector<std::uint8_t> extended() const;

  template <class Archive>
  void fields(Archive& archive) {
    archive(entries_, count_);
  }

 private:
  std::array<SelfTestEntry, kExtendedEntries> entries_;
  std::uint32_t count_ = 0;
};

}  // namespace coincide
