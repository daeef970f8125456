// Where two recordings part: found by their chains, read in one chunk of each.
#pragma once

#include <cstdint>
#include <optional>

#include "trace/reader.h"

namespace coincide {

struct Difference {
  /// The first event that is not the same; the number of events of the shorter trace if it is the beginning of the
  /// other.
  std::uint64_t event = 0;
  /// False if payloads were stripped, so that of a chunk's payloads only their common hash could be compared. `event`
  /// is then the first one of the chunk that has a payload.
  bool exact = true;
};

/// Compares two traces event by event: kind, columns, payload, virtual time. nullopt = the same. Headers are not
/// compared, only if they are equal the search is by halves. Chunks that are equal by hash are not read.
Result<std::optional<Difference>> first_difference(const TraceReader& a, const TraceReader& b);

}  // namespace coincide
