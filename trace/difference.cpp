#include "trace/difference.h"

#include <algorithm>

namespace coincide {
namespace {

/// Number of chunks that both traces begin with.
std::size_t common_chunks(const TraceReader& a, const TraceReader& b) {
  const auto& left = a.index().chunks;
  const auto& right = b.index().chunks;
  const std::size_t most = std::min(left.size(), right.size());
  if (a.header_hash() != b.header_hash()) {
    // Every chain differs with the header. A look at each hash is still only 16 bytes a chunk.
    std::size_t n = 0;
    while (n < most && left[n].hash == right[n].hash) ++n;
    return n;
  }
  std::size_t same = 0;  // so many are known to be common
  std::size_t high = most;
  while (same < high) {
    const std::size_t middle = same + (high - same) / 2;
    if (left[middle].chain == right[middle].chain) {
      same = middle + 1;
    } else {
      high = middle;
    }
  }
  return same;
}

bool same_event(const EventCursor& a, const EventCursor& b) {
  const Event& x = a.event();
  const Event& y = b.event();
  const bool row = x.kind == y.kind && x.width == y.width && x.unit == y.unit && x.where == y.where &&
                   x.detail == y.detail && x.value == y.value && a.payload_length() == b.payload_length() &&
                   a.time_ns() == b.time_ns();
  if (!row || a.chunk().stripped || b.chunk().stripped) return row;
  return std::equal(x.payload.begin(), x.payload.end(), y.payload.begin(), y.payload.end());
}

}  // namespace

Result<std::optional<Difference>> first_difference(const TraceReader& a, const TraceReader& b) {
  using Found = std::optional<Difference>;
  const std::size_t same = common_chunks(a, b);
  const bool a_ends = same == a.chunks();
  const bool b_ends = same == b.chunks();
  if (a_ends && b_ends) return Found{};
  const std::uint64_t start = a_ends ? a.events() : a.index().chunks[same].first_event;
  EventCursor left(a, start);
  EventCursor right(b, start);
  // A chunk whose payloads could not be compared, and differ by hash, is the answer if its rows are all the same.
  Found vague;
  for (;;) {
    const bool more_left = left.next();
    const bool more_right = right.next();
    if (left.error()) return *left.error();
    if (right.error()) return *right.error();
    if (more_left && more_right && same_event(left, right)) {
      const bool unknown = left.payload_length() != 0 && (left.chunk().stripped || right.chunk().stripped) &&
                           left.chunk().payload_hash != right.chunk().payload_hash;
      if (unknown && !vague) vague = Difference{left.number(), false};
      continue;
    }
    if (vague) return vague;
    if (!more_left && !more_right) return Found{};
    return Found{Difference{std::max(more_left ? left.number() : start, more_right ? right.number() : start), true}};
  }
}

}  // namespace coincide
