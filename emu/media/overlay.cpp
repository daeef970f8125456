#include "emu/media/overlay.h"

#include <algorithm>
#include <cstring>

namespace coincide {

void Overlay::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (pages_.empty()) {
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
      base_->read(offset, out.first(n));
    }
    out = out.subspan(n);
    offset += n;
  }
}

std::uint8_t* Overlay::page_for_write(std::uint64_t page) {
  auto& slot = pages_[page];
  if (slot.empty()) {
    slot.resize(kPageBytes);
    const std::uint64_t offset = page * kPageBytes;
    const std::uint64_t have = base_->sectors() * kSectorBytes - offset;
    base_->read(offset, {slot.data(), static_cast<std::size_t>(std::min(have, kPageBytes))});
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

std::span<const std::uint8_t> Overlay::view(std::uint64_t offset, std::uint64_t bytes) const {
  if (pages_.empty()) return base_->view(offset, bytes);
  const std::uint64_t page = offset / kPageBytes;
  const auto it = pages_.find(page);
  if (it != pages_.end()) {
    const std::uint64_t within = offset % kPageBytes;
    if (within + bytes <= kPageBytes) return {it->second.data() + within, static_cast<std::size_t>(bytes)};
    return {};
  }
  const auto next = pages_.lower_bound(page);
  if (next != pages_.end() && next->first * kPageBytes < offset + bytes) return {};
  return base_->view(offset, bytes);
}

}  // namespace coincide
