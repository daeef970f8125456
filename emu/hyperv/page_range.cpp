#include "emu/hyperv/page_range.h"

#include <algorithm>

#include "emu/hyperv/little_endian.h"

namespace coincide::hyperv {
namespace {

constexpr std::size_t kRangeHeadBytes = 8;
constexpr std::uint64_t kPageNumbers = std::uint64_t{1} << 52;  ///< above it, an address has more than 64 bits

}  // namespace

std::optional<std::vector<PageRange>> parse_ranges(std::span<const std::uint8_t> words, std::uint64_t count) {
  std::vector<PageRange> ranges;
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (words.size() - at < kRangeHeadBytes) return std::nullopt;
    PageRange range;
    range.count_bytes = load_le<std::uint32_t>(words, at);
    range.offset_bytes = load_le<std::uint32_t>(words, at + 4);
    at += kRangeHeadBytes;
    // VMBUS-19, STORVSP-22: something in it, an offset inside a page, and a number for each page.
    const std::uint64_t pages = pages_touched(range.offset_bytes, range.count_bytes);
    if (range.count_bytes == 0 || range.offset_bytes >= kPageBytes || pages > (words.size() - at) / 8)
      return std::nullopt;
    for (std::uint64_t page = 0; page < pages; ++page, at += 8)
      range.pages.push_back(load_le<std::uint64_t>(words, at));
    ranges.push_back(std::move(range));
  }
  return ranges;
}

HostMemory::Run HostMemory::run_at(const PageRange& range, std::uint64_t offset, std::uint64_t bytes) {
  const std::uint64_t position = range.offset_bytes + offset;
  std::size_t page = static_cast<std::size_t>(position / kPageBytes);
  if (page >= range.pages.size() || range.pages[page] >= kPageNumbers) return {};
  Run run{range.pages[page] * kPageBytes + position % kPageBytes, kPageBytes - position % kPageBytes};
  while (run.bytes < bytes && page + 1 < range.pages.size() && range.pages[page + 1] == range.pages[page] + 1 &&
         range.pages[page + 1] < kPageNumbers) {
    ++page;
    run.bytes += kPageBytes;
  }
  run.bytes = std::min(run.bytes, bytes);
  return run;
}

void HostMemory::fault(std::uint64_t address, std::uint64_t bytes, std::uint32_t channel) const {
  output_.observe({EventKind::bus_fault, 0, kVmbusUnit, channel, address, bytes, {}});
}

bool HostMemory::covers(const PageRange& range) const {
  for (std::uint64_t done = 0; done < range.count_bytes;) {
    const Run run = run_at(range, done, range.count_bytes - done);
    if (run.bytes == 0 || !memory_.covers(run.address, run.bytes)) return false;
    done += run.bytes;
  }
  return true;
}

bool HostMemory::look(const PageRange& range, std::uint64_t offset, std::span<std::uint8_t> out,
                      std::uint32_t channel) const {
  for (std::size_t done = 0; done < out.size();) {
    const Run run = run_at(range, offset + done, out.size() - done);
    const auto found = memory_.readable(run.address, run.bytes);
    if (found.empty()) return fault(run.address, out.size() - done, channel), false;
    std::copy(found.begin(), found.end(), out.begin() + static_cast<std::ptrdiff_t>(done));
    done += found.size();
  }
  return true;
}

bool HostMemory::read(const PageRange& range, std::uint64_t offset, std::span<std::uint8_t> out,
                      std::uint32_t channel) const {
  for (std::size_t done = 0; done < out.size();) {
    const Run run = run_at(range, offset + done, out.size() - done);
    const auto found = memory_.readable(run.address, run.bytes);
    if (found.empty()) return fault(run.address, out.size() - done, channel), false;
    output_.observe({EventKind::vmbus_read, 0, 0, channel, run.address, found.size(), found});
    std::copy(found.begin(), found.end(), out.begin() + static_cast<std::ptrdiff_t>(done));
    done += found.size();
  }
  return true;
}

bool HostMemory::write(const PageRange& range, std::uint64_t offset, std::span<const std::uint8_t> in,
                       std::uint32_t channel) {
  for (std::size_t done = 0; done < in.size();) {
    const Run run = run_at(range, offset + done, in.size() - done);
    const auto place = memory_.writable(run.address, run.bytes);
    if (place.empty()) return fault(run.address, in.size() - done, channel), false;
    const auto part = in.subspan(done, place.size());
    std::copy(part.begin(), part.end(), place.begin());
    output_.observe({EventKind::vmbus_write, 0, 0, channel, run.address, part.size(), part});
    done += place.size();
  }
  return true;
}

}  // namespace coincide::hyperv
