#include "emu/media/overlay.h"

#include <algorithm>
#include <cstring>

namespace coincide {

void Overlay::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (!changed()) {
    base_->read(offset, out);
    return;
  }
  while (!out.empty()) {
    const std::uint64_t within = offset % kPageBytes;
    const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(kPageBytes - within, out.size()));
    const auto it = pages_.find(offset / kPageBytes);
    if (it != pages_.end()) {
      std::memcpy(out.data(), it->second.data() + within, n);
    } else {
      read_beneath(offset, out.first(n));
    }
    out = out.subspan(n);
    offset += n;
  }
}

const Overlay::Run* Overlay::run_of(std::uint64_t page) const {
  auto it = fills_.upper_bound(page);
  if (it == fills_.begin()) return nullptr;
  --it;
  return page < it->second.end ? &it->second : nullptr;
}

void Overlay::read_beneath(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (const Run* run = run_of(offset / kPageBytes)) {
    std::memset(out.data(), run->value, out.size());
  } else {
    base_->read(offset, out);
  }
}

std::uint8_t* Overlay::page_for_write(std::uint64_t page) {
  auto& slot = pages_[page];
  if (slot.empty()) {
    slot.resize(kPageBytes);
    const std::uint64_t offset = page * kPageBytes;
    const std::uint64_t have = base_->sectors() * kSectorBytes - offset;
    read_beneath(offset, {slot.data(), static_cast<std::size_t>(std::min(have, kPageBytes))});
  }
  return slot.data();
}

void Overlay::write(std::uint64_t offset, std::span<const std::uint8_t> in) {
  while (!in.empty()) {
    const std::uint64_t within = offset % kPageBytes;
    const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(kPageBytes - within, in.size()));
    std::memcpy(page_for_write(offset / kPageBytes) + within, in.data(), n);
    in = in.subspan(n);
    offset += n;
  }
}

void Overlay::cut_runs(std::uint64_t first, std::uint64_t end) {
  auto it = fills_.upper_bound(first);
  if (it != fills_.begin()) --it;
  while (it != fills_.end() && it->first < end) {
    const std::uint64_t from = it->first;
    const Run run = it->second;
    if (run.end <= first) {
      ++it;
      continue;
    }
    it = fills_.erase(it);
    if (from < first) fills_[from] = {first, run.value};
    if (run.end > end) fills_[end] = run;
  }
}

void Overlay::fill(std::uint64_t first_sector, std::uint64_t count_sectors, std::uint8_t value) {
  constexpr std::uint64_t kPageSectors = kPageBytes / kSectorBytes;
  if (first_sector >= sectors()) return;
  const std::uint64_t end_sector = first_sector + std::min(count_sectors, sectors() - first_sector);
  const auto piecewise = [&](std::uint64_t from, std::uint64_t to) {  // less than a page
    if (from >= to) return;
    std::memset(page_for_write(from / kPageSectors) + from % kPageSectors * kSectorBytes, value,
                static_cast<std::size_t>((to - from) * kSectorBytes));
  };
  const std::uint64_t first_page = (first_sector + kPageSectors - 1) / kPageSectors;
  // The last page of the medium is whole even if the medium ends in it.
  const std::uint64_t end_page = end_sector == sectors() ? page_count() : end_sector / kPageSectors;
  if (first_page >= end_page) {
    const std::uint64_t border = std::min(first_page * kPageSectors, end_sector);
    piecewise(first_sector, border);
    piecewise(border, end_sector);
    return;
  }
  piecewise(first_sector, first_page * kPageSectors);
  piecewise(std::min(end_page * kPageSectors, end_sector), end_sector);
  pages_.erase(pages_.lower_bound(first_page), pages_.lower_bound(end_page));
  cut_runs(first_page, end_page);
  fills_[first_page] = {end_page, value};
}

std::span<const std::uint8_t> Overlay::view(std::uint64_t offset, std::uint64_t bytes) const {
  if (!changed()) return base_->view(offset, bytes);
  const std::uint64_t page = offset / kPageBytes;
  const auto it = pages_.find(page);
  if (it != pages_.end()) {
    const std::uint64_t within = offset % kPageBytes;
    if (within + bytes <= kPageBytes) return {it->second.data() + within, static_cast<std::size_t>(bytes)};
    return {};
  }
  const auto fill = fills_.lower_bound(page);
  if (run_of(page) != nullptr || (fill != fills_.end() && fill->first * kPageBytes < offset + bytes)) return {};
  const auto next = pages_.lower_bound(page);
  if (next != pages_.end() && next->first * kPageBytes < offset + bytes) return {};
  return base_->view(offset, bytes);
}

}  // namespace coincide
