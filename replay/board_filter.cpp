#include "replay/board_filter.h"

#include <algorithm>

#include "replay/unit_survey.h"

namespace coincide {

namespace {

constexpr std::uint8_t kStart = 0x01;
constexpr std::uint8_t kToMemory = 0x08;
constexpr std::uint32_t kEndOfTable = 0x80000000;
/// A table that crosses 64 KiB is not legal (BMIDE-47), so it has at most this many entries.
constexpr unsigned kMaxDescriptors = 8192;
constexpr unsigned kFirstIrq = 14;

std::string reason_of(unsigned unit) {
  return "unit " + std::to_string(unit / 2) + ":" + std::to_string(unit % 2) + " is ATAPI";
}

}  // namespace

BoardFilter::BoardFilter(const EventList& events, const Board& board) {
  const std::array<UnitEvidence, 4> units = survey_units(events);
  for (unsigned unit = 0; unit < 4; ++unit) {
    if (!units[unit].packet || board.devices[unit].kind != DeviceKind::none) continue;
    std::string& reason = reason_[unit / 2];
    if (reason.empty()) reason = reason_of(unit);
  }
}

void BoardFilter::remember_tables(const Event& event) {
  // Descriptors are dword aligned (BMIDE-46) and whole dwords of one write in every driver.
  for (std::size_t at = (4 - event.detail % 4) % 4; at + 4 <= event.payload.size(); at += 4) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) value |= std::uint32_t{event.payload[at + i]} << (8 * i);
    words_[event.detail + at] = value;
  }
}

void BoardFilter::transfer_started(unsigned channel) {
  std::uint64_t at = tracker_.bmidtp(channel);
  for (unsigned n = 0; n < kMaxDescriptors; ++n, at += 8) {
    const auto address = words_.find(at);
    const auto control = words_.find(at + 4);
    if (address == words_.end() || control == words_.end()) return;
    const std::uint64_t bytes = (control->second & 0xfffe) == 0 ? 0x10000 : control->second & 0xfffe;
    stale_[channel].add(address->second & ~std::uint64_t{1}, bytes);
    if ((control->second & kEndOfTable) != 0) return;
  }
}

void BoardFilter::stimulus(const Event& event, std::size_t number) {
  if (!active()) return;
  if (event.kind == EventKind::mem_write) {
    for (IntervalSet& stale : stale_) stale.remove(event.detail, event.payload.size());
    remember_tables(event);
  }
  const std::array<std::uint8_t, 2> before{tracker_.bmic(0), tracker_.bmic(1)};
  tracker_.stimulus(event, number);
  for (unsigned channel = 0; channel < 2; ++channel) {
    const bool started = (tracker_.bmic(channel) & kStart) != 0 && (before[channel] & kStart) == 0;
    if (started && (tracker_.bmic(channel) & kToMemory) != 0 && !reason_[channel].empty()) transfer_started(channel);
  }
}

void BoardFilter::observed(const Event& event) {
  if (event.kind != EventKind::dma_write) return;
  for (IntervalSet& stale : stale_) stale.remove(event.detail, event.value);
}

std::string BoardFilter::left_out(const Event& event) const {
  if (!active()) return {};
  switch (event.kind) {
    case EventKind::port_read:
    case EventKind::port_read_block: {
      const auto access = channel_access(static_cast<std::uint16_t>(event.where), tracker_.bmiba());
      return access ? reason_[access->channel] : std::string{};
    }
    case EventKind::irq:
      return event.where >= kFirstIrq && event.where < kFirstIrq + 2 ? reason_[event.where - kFirstIrq] : std::string{};
    case EventKind::mem_read:
      for (unsigned channel = 0; channel < 2; ++channel) {
        if (stale_[channel].overlaps(event.detail, event.value)) return reason_[channel];
      }
      return {};
    default:
      return {};
  }
}

}  // namespace coincide
