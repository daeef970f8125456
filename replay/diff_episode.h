// Two episodes that belong together, held against each other: where the drivers parted inside of them, what the device
// did otherwise, and what is only timing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replay/diff.h"
#include "replay/fold.h"
#include "replay/ports.h"
#include "replay/register_text.h"
#include "replay/report.h"

namespace coincide {

/// Elastic differences, added up.
struct TimingCounts {
  std::uint64_t looks_more = 0;  ///< status looks that B has beyond A's, summed over the places where it has more
  std::uint64_t looks_fewer = 0;
  std::uint64_t interrupts_moved = 0;
  std::uint64_t addresses = 0;  ///< PRD tables that lie elsewhere, where addresses are free
  std::uint64_t splits = 0;     ///< transfers that were cut into other pieces
  std::int64_t clock_ns = 0;    ///< B's clock steps less A's

  void add(const TimingCounts& other);
  /// "31 status looks fewer, 1 interrupt at another place, clock +12 000 ns"; empty if there is nothing.
  std::string text() const;
};

/// A place where two episodes part.
struct Departure {
  std::optional<std::uint32_t> event_a, event_b;
  std::uint32_t place_a = 0;  ///< event_a, or the event of A in front of which event_b would stand
  std::string what;           ///< in a word: "LBA Low", "data", "disk request"
  std::string stimulus;
  std::string note;
  ValueText expected, actual;
  std::string brief;  ///< of an effect: both values in few words
  std::vector<std::string_view> rules;
};

struct EpisodeComparison {
  /// The first difference in what the host did or was answered.
  std::optional<Departure> host;
  /// What the device or the bus master did otherwise, by event.
  std::vector<Departure> effects;
  TimingCounts timing;
  std::uint64_t compared = 0;

  bool same() const { return !host && effects.empty(); }
  /// What is to be reported: the host's departure, else the device's first.
  const Departure& first() const { return host ? *host : effects.front(); }
};

/// One recording made ready for comparing.
struct PreparedSide {
  explicit PreparedSide(const DiffSide& from);
  const DiffSide* side;
  const EventList* events;
  std::vector<HostAccess> accesses;
  RegisterHistory history;
};

/// Compares what both can see of two lists of events (Episode::events or Episodes::function).
EpisodeComparison compare_episodes(const PreparedSide& a, const std::vector<std::uint32_t>& numbers_a,
                                   const PreparedSide& b, const std::vector<std::uint32_t>& numbers_b,
                                   const DiffOptions& options);

}  // namespace coincide
