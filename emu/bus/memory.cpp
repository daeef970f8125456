#include "emu/bus/memory.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace coincide {
namespace {

constexpr std::array<std::uint8_t, GuestMemory::kPageBytes> kZeroPage{};

/// Last address of [address, address + bytes), cut at the top of the address space.
std::uint64_t last_of(std::uint64_t address, std::uint64_t bytes) {
  const std::uint64_t last = address + (bytes - 1);
  return last < address ? ~std::uint64_t{0} : last;
}

}  // namespace

GuestMemory::GuestMemory(std::span<const RamRange> ram) {
  for (const RamRange& range : ram) map(range.address, range.bytes);
}

void GuestMemory::map(std::uint64_t address, std::uint64_t bytes) {
  if (bytes == 0) return;
  Range added{address, last_of(address, bytes)};
  std::vector<Range> merged;
  for (const Range& r : ranges_) {
    const bool apart = (r.last != ~std::uint64_t{0} && r.last + 1 < added.begin) ||
                       (added.last != ~std::uint64_t{0} && added.last + 1 < r.begin);
    if (apart) {
      merged.push_back(r);
    } else {
      added.begin = std::min(added.begin, r.begin);
      added.last = std::max(added.last, r.last);
    }
  }
  merged.push_back(added);
  std::sort(merged.begin(), merged.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  ranges_ = std::move(merged);
}

void GuestMemory::unmap(std::uint64_t address, std::uint64_t bytes) {
  if (bytes == 0) return;
  const std::uint64_t last = last_of(address, bytes);
  std::vector<Range> left;
  for (const Range& r : ranges_) {
    if (r.last < address || r.begin > last) {
      left.push_back(r);
      continue;
    }
    if (r.begin < address) left.push_back({r.begin, address - 1});
    if (r.last > last) left.push_back({last + 1, r.last});
  }
  ranges_ = std::move(left);
  for (auto it = pages_.lower_bound(address / kPageBytes); it != pages_.end() && it->first <= last / kPageBytes;) {
    const std::uint64_t base = it->first * kPageBytes;
    const std::uint64_t from = std::max(address, base) - base;
    const std::uint64_t to = std::min(last, base + kPageBytes - 1) - base;
    if (from == 0 && to == kPageBytes - 1) {
      it = pages_.erase(it);
    } else {
      std::memset(it->second.data() + from, 0, to - from + 1);
      ++it;
    }
  }
  forget_pages();
}

std::uint64_t GuestMemory::run_length(std::uint64_t address, std::uint64_t bytes) const {
  auto after = std::upper_bound(ranges_.begin(), ranges_.end(), address,
                                [](std::uint64_t a, const Range& r) { return a < r.begin; });
  if (bytes == 0 || after == ranges_.begin()) return 0;
  const Range& r = *(after - 1);
  if (address > r.last) return 0;
  const std::uint64_t to_page_end = kPageBytes - address % kPageBytes;
  const std::uint64_t to_range_end_less_one = r.last - address;
  return std::min({bytes, to_page_end, to_range_end_less_one == ~std::uint64_t{0} ? bytes : to_range_end_less_one + 1});
}

std::span<const std::uint8_t> GuestMemory::readable(std::uint64_t address, std::uint64_t bytes) const {
  const std::uint64_t run = run_length(address, bytes);
  if (run == 0) return {};
  const std::uint64_t page = address / kPageBytes;
  if (page != read_page_ || read_bytes_ == nullptr) {
    const auto it = pages_.find(page);
    if (it == pages_.end()) return {kZeroPage.data() + address % kPageBytes, run};
    read_page_ = page;
    read_bytes_ = it->second.data();
  }
  return {read_bytes_ + address % kPageBytes, run};
}

std::span<std::uint8_t> GuestMemory::writable(std::uint64_t address, std::uint64_t bytes) {
  const std::uint64_t run = run_length(address, bytes);
  if (run == 0) return {};
  const std::uint64_t page = address / kPageBytes;
  if (page != write_page_ || write_bytes_ == nullptr) {
    auto& slot = pages_[page];
    if (slot.empty()) slot.resize(kPageBytes);
    write_page_ = page;
    write_bytes_ = slot.data();
  }
  return {write_bytes_ + address % kPageBytes, run};
}

bool GuestMemory::covers(std::uint64_t address, std::uint64_t bytes) const {
  while (bytes != 0) {
    const std::uint64_t run = run_length(address, bytes);
    if (run == 0) return false;
    address += run;
    bytes -= run;
  }
  return true;
}

void GuestMemory::clear() {
  pages_.clear();
  forget_pages();
}

}  // namespace coincide
