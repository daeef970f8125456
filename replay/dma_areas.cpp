#include "replay/dma_areas.h"

namespace coincide {

namespace {

constexpr std::uint8_t kStart = 0x01;
constexpr std::uint8_t kToMemory = 0x08;
constexpr std::uint32_t kEndOfTable = 0x80000000;
/// A table that crosses 64 KiB is not legal (BMIDE-47), so it has at most this many entries.
constexpr unsigned kMaxDescriptors = 8192;

}  // namespace

void DmaAreas::remember_tables(const Event& event) {
  // Descriptors are dword aligned (BMIDE-46) and whole dwords of one write in every driver.
  for (std::size_t at = (4 - event.detail % 4) % 4; at + 4 <= event.payload.size(); at += 4) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) value |= std::uint32_t{event.payload[at + i]} << (8 * i);
    dwords_[event.detail + at] = value;
  }
}

void DmaAreas::transfer_started(unsigned channel) {
  std::uint64_t at = host_.bmidtp(channel);
  for (unsigned n = 0; n < kMaxDescriptors; ++n, at += 8) {
    const auto address = dwords_.find(at);
    const auto control = dwords_.find(at + 4);
    if (address == dwords_.end() || control == dwords_.end()) return;
    const std::uint64_t bytes = (control->second & 0xfffe) == 0 ? 0x10000 : control->second & 0xfffe;
    const std::uint64_t first = address->second & ~std::uint64_t{1};
    filled_[1 - channel].remove(first, bytes);
    filled_[channel].add(first, bytes);
    if ((control->second & kEndOfTable) != 0) return;
  }
}

void DmaAreas::stimulus(const Event& event, std::size_t number) {
  if (event.kind == EventKind::mem_write) {
    for (IntervalSet& filled : filled_) filled.remove(event.detail, event.payload.size());
    remember_tables(event);
  }
  const std::array<std::uint8_t, 2> before{host_.bmic(0), host_.bmic(1)};
  host_.stimulus(event, number);
  for (unsigned channel = 0; channel < 2; ++channel) {
    const bool started = (host_.bmic(channel) & kStart) != 0 && (before[channel] & kStart) == 0;
    if (started && (host_.bmic(channel) & kToMemory) != 0) transfer_started(channel);
  }
}

std::optional<unsigned> DmaAreas::filled_by(std::uint64_t address, std::uint64_t bytes) const {
  for (unsigned channel = 0; channel < 2; ++channel) {
    if (filled_[channel].overlaps(address, bytes)) return channel;
  }
  return std::nullopt;
}

}  // namespace coincide
