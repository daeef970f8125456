// How many times the program has asked for memory, so that a benchmark can show a path that never does.
#pragma once

#include <cstdint>

namespace coincide::bench {

/// Calls of `operator new` since the program began.
std::uint64_t allocations();

}  // namespace coincide::bench
