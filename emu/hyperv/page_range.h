// Runs of bytes made of guest pages: GPADLs and the GPA ranges of packets name them as a byte count, an offset in the
// first page, and a page number for each 4 KiB page (VMBUS-13).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "emu/bus/memory.h"
#include "emu/registers.h"

namespace coincide::hyperv {

inline constexpr std::uint32_t kPageBytes = 4096;

struct PageRange {
  std::uint32_t count_bytes = 0;
  std::uint32_t offset_bytes = 0;  ///< in the first page, below kPageBytes
  std::vector<std::uint64_t> pages;

  template <class Archive>
  void fields(Archive& archive) {
    archive(count_bytes, offset_bytes, pages);
    if constexpr (!Archive::kSaving) {
      if (!whole()) {
        archive.fail();
        *this = {};
      }
    }
  }
  /// Every byte of it has a page.
  bool whole() const {
    return offset_bytes < kPageBytes && std::uint64_t{offset_bytes} + count_bytes <= pages.size() * kPageBytes;
  }
};

/// Pages that a range touches: ceil((offset + count) / 4096).
constexpr std::uint64_t pages_touched(std::uint64_t offset_bytes, std::uint64_t count_bytes) {
  return (offset_bytes + count_bytes + kPageBytes - 1) / kPageBytes;
}

/// Reads `count` ranges (VMBUS-19). nullopt: one of them is malformed, or the words do not reach. What follows the last
/// is ignored.
std::optional<std::vector<PageRange>> parse_ranges(std::span<const std::uint8_t> words, std::uint64_t count);

/// Accesses of the host to guest memory for a channel, each an observation (vmbus_read, vmbus_write). An access that
/// meets a hole ends there, with a bus_fault.
class HostMemory {
 public:
  HostMemory(Output& output, GuestMemory& memory) : output_(output), memory_(memory) {}

  /// True if all of the range is RAM.
  bool covers(const PageRange& range) const;
  /// Bytes of the range from `offset` on, which the range must hold. Not observed.
  bool look(const PageRange& range, std::uint64_t offset, std::span<std::uint8_t> out, std::uint32_t channel) const;
  /// The same, observed: data that the guest hands over.
  bool read(const PageRange& range, std::uint64_t offset, std::span<std::uint8_t> out, std::uint32_t channel) const;
  bool write(const PageRange& range, std::uint64_t offset, std::span<const std::uint8_t> in, std::uint32_t channel);

 private:
  struct Run {
    std::uint64_t address = 0;
    std::uint64_t bytes = 0;
  };
  /// The longest run of consecutive pages at `offset`, at most `bytes`; no bytes if the page has no address.
  static Run run_at(const PageRange& range, std::uint64_t offset, std::uint64_t bytes);
  void fault(std::uint64_t address, std::uint64_t bytes, std::uint32_t channel) const;

  Output& output_;
  GuestMemory& memory_;
};

}  // namespace coincide::hyperv
