#include "emu/hyperv/gpadl.h"

#include <algorithm>

namespace coincide::hyperv {

std::optional<std::vector<PageRange>> resolve_transfer(const PageRange& gpadl, std::span<const TransferRange> ranges) {
  std::vector<PageRange> out;
  for (const TransferRange& part : ranges) {
    const std::uint64_t end = std::uint64_t{part.offset_bytes} + part.count_bytes;
    if (part.count_bytes == 0 || end > gpadl.count_bytes) return std::nullopt;
    const std::uint64_t position = std::uint64_t{gpadl.offset_bytes} + part.offset_bytes;
    PageRange range{part.count_bytes, static_cast<std::uint32_t>(position % kPageBytes), {}};
    const auto first = gpadl.pages.begin() + static_cast<std::ptrdiff_t>(position / kPageBytes);
    range.pages.assign(first,
                       first + static_cast<std::ptrdiff_t>(pages_touched(range.offset_bytes, range.count_bytes)));
    out.push_back(std::move(range));
  }
  return out;
}

GpadlTable::Step GpadlTable::header(std::uint32_t id, std::uint32_t channel, std::uint16_t announced_bytes,
                                    std::uint16_t count_ranges, std::span<const std::uint8_t> data) {
  // VMBUS-36: words are whole, there is a range, and the number is free.
  const bool good = announced_bytes != 0 && announced_bytes % 8 == 0 && count_ranges != 0 &&
                    gpadls_.find(id) == gpadls_.end() && gpadls_.size() < kMaxGpadls;
  if (!good) return Step::refused;
  Gpadl& gpadl = gpadls_[id];
  gpadl.channel = channel;
  gpadl.count_ranges = count_ranges;
  gpadl.missing_bytes = announced_bytes;
  return take(id, data);
}

GpadlTable::Step GpadlTable::body(std::uint32_t id, std::span<const std::uint8_t> data) {
  const auto found = gpadls_.find(id);
  if (found == gpadls_.end() || found->second.missing_bytes == 0) return Step::unknown;
  return take(id, data);
}

GpadlTable::Step GpadlTable::take(std::uint32_t id, std::span<const std::uint8_t> data) {
  Gpadl& gpadl = gpadls_[id];
  // VMBUS-36: what goes beyond the announced length is ignored.
  const auto taken = std::min<std::size_t>(data.size() / 8 * 8, gpadl.missing_bytes);
  gpadl.words.insert(gpadl.words.end(), data.begin(), data.begin() + static_cast<std::ptrdiff_t>(taken));
  gpadl.missing_bytes -= static_cast<std::uint32_t>(taken);
  if (gpadl.missing_bytes != 0) return Step::more;
  auto ranges = parse_ranges(gpadl.words, gpadl.count_ranges);
  if (!ranges) {
    gpadls_.erase(id);
    return Step::refused;
  }
  gpadl.ranges = std::move(*ranges);
  gpadl.words.clear();
  return Step::created;
}

const GpadlTable::Gpadl* GpadlTable::find(std::uint32_t id) const {
  const auto found = gpadls_.find(id);
  return found == gpadls_.end() || found->second.missing_bytes != 0 ? nullptr : &found->second;
}

std::optional<std::uint32_t> GpadlTable::channel_of(std::uint32_t id) const {
  const auto found = gpadls_.find(id);
  return found == gpadls_.end() ? std::nullopt : std::optional(found->second.channel);
}

void GpadlTable::remove_channel(std::uint32_t channel) {
  std::erase_if(gpadls_, [&](const auto& entry) { return entry.second.channel == channel; });
}

}  // namespace coincide::hyperv
