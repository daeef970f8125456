#include "replay/compare.h"

#include <algorithm>

namespace coincide {

namespace {

constexpr std::uint32_t ones(unsigned width) { return width >= 4 ? 0xffffffffu : (1u << (8 * width)) - 1; }

/// Which `sees` bit covers observations of a kind; 0 = none.
constexpr std::uint64_t sees_bit(EventKind kind) {
  switch (kind) {
    case EventKind::register_change:
      return sees::registers;
    case EventKind::irq:
      return sees::irq;
    case EventKind::dma_read:
    case EventKind::dma_write:
      return sees::dma_addresses;
    case EventKind::disk_request:
      return sees::disk_requests;
    case EventKind::disk_data:
      return sees::disk_data;
    case EventKind::vmbus_interrupt:
    case EventKind::vmbus_read:
    case EventKind::vmbus_write:
      return sees::vmbus;
    case EventKind::port_write_deferred:
    case EventKind::port_write_done:
      return sees::deferred;
    case EventKind::bus_fault:
      return sees::bus_faults;
    default:
      return 0;
  }
}

}  // namespace

std::uint64_t Tally::skipped() const {
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : not_compared) sum += count;
  return sum;
}

bool Comparer::seen(EventKind kind) const { return (sees_ & sees_bit(kind)) != 0; }

bool Comparer::equal(const Event& recorded, const Event& actual) const {
  if (recorded.kind != actual.kind || recorded.width != actual.width || recorded.unit != actual.unit ||
      recorded.where != actual.where || recorded.detail != actual.detail || recorded.value != actual.value) {
    return false;
  }
  const bool dma = recorded.kind == EventKind::dma_read || recorded.kind == EventKind::dma_write;
  if (dma && (sees_ & sees::dma_bytes) == 0) return true;
  // A recording whose payloads were stripped still says how long they were.
  if (recorded.payload.empty()) return true;
  return std::equal(recorded.payload.begin(), recorded.payload.end(), actual.payload.begin(), actual.payload.end());
}

void Comparer::answers(const RecordedStep& recorded, const Event& actual, std::vector<Difference>& differences) {
  const Event& expected = recorded.stimulus;
  const auto differs = [&](std::uint32_t bits) {
    differences.push_back(
        {Difference::Kind::answer, recorded.number, recorded.number, KeptEvent(expected), KeptEvent(actual), bits});
  };
  const bool data = expected.kind == EventKind::port_read_block || expected.kind == EventKind::mem_read;
  if (!data) {
    const bool sees_it = (sees_ & (expected.kind == EventKind::config_read ? sees::config : sees::read_values)) != 0;
    if (!sees_it) return tally_.skip("not seen by the source: read values");
    const std::uint32_t all = ones(expected.width);
    const auto unseen = from_emulator() ? 0u : static_cast<std::uint32_t>(expected.detail) & all;
    if (unseen == all) return tally_.skip("not seen by the source: read values");
    const auto open = from_emulator() ? 0u : static_cast<std::uint32_t>(actual.detail);
    const std::uint32_t compared = all & ~unseen & ~open;
    if (compared == 0) return tally_.skip("left open by the standard: register values");
    ++tally_.compared;
    const auto bits = static_cast<std::uint32_t>(expected.value ^ actual.value) & compared;
    if (bits != 0 || (from_emulator() && expected.detail != actual.detail)) differs(bits);
    return;
  }
  const bool block = expected.kind == EventKind::port_read_block;
  if ((sees_ & (block ? sees::block_data : sees::memory)) == 0) return tally_.skip("not seen by the source: data");
  std::size_t bytes = std::min(expected.payload.size(), actual.payload.size());
  if (bytes == 0) return tally_.skip("not seen by the source: data");
  const auto within = [&](std::uint64_t cut, const Event& of) {
    bytes = std::min<std::uint64_t>(bytes, of.payload.size() - std::min<std::uint64_t>(cut, of.payload.size()));
  };
  if (block && !from_emulator()) {
    within(expected.detail, expected);
    if (bytes == 0) return tally_.skip("data that no source tells (unknown medium)");
    within(actual.detail, actual);
    if (bytes == 0) return tally_.skip("left open by the standard: data without DRQ");
  }
  ++tally_.compared;
  const bool same = std::equal(expected.payload.begin(), expected.payload.begin() + static_cast<std::ptrdiff_t>(bytes),
                               actual.payload.begin());
  if (!same || (block && from_emulator() && expected.detail != actual.detail)) differs(0);
}

void Comparer::observations(const RecordedStep& recorded, const std::vector<KeptEvent>& observed,
                            std::vector<Difference>& differences) {
  std::vector<Event> actual;
  for (const KeptEvent& kept : observed) {
    const Event event = kept.event();
    if (!seen(event.kind)) {
      tally_.skip("not seen by the source: " + std::string(event_kind_name(event.kind)));
    } else {
      actual.push_back(event);
    }
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < recorded.observations.size(); ++i) {
    const Event& expected = recorded.observations[i];
    ++tally_.compared;
    if (next == actual.size()) {
      differences.push_back(
          {Difference::Kind::missing, recorded.numbers[i], recorded.number, KeptEvent(expected), {}, 0});
    } else {
      const Event& event = actual[next++];
      if (!equal(expected, event)) {
        differences.push_back({Difference::Kind::different, recorded.numbers[i], recorded.number, KeptEvent(expected),
                               KeptEvent(event), 0});
      }
    }
  }
  for (; next < actual.size(); ++next) {
    ++tally_.compared;
    differences.push_back(
        {Difference::Kind::unexpected, recorded.number, recorded.number, {}, KeptEvent(actual[next]), 0});
  }
}

void Comparer::step(const RecordedStep& recorded, const Event& answer, const std::vector<KeptEvent>& observed,
                    std::vector<Difference>& differences) {
  if (is_read(recorded.stimulus.kind)) answers(recorded, answer, differences);
  observations(recorded, observed, differences);
}

}  // namespace coincide
