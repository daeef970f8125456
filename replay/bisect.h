// Finds the first of an ordered series that differs from the first one, looking at as few as possible. Knows nothing of
// runs: whoever calls says how one is judged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace coincide {

enum class Verdict : std::uint8_t { good, bad, not_judged };

struct BisectResult {
  /// Index of the first bad one; nullopt if the last one is good, could not be judged, or if those that could not be
  /// judged hide it (then `candidates` has more than one element).
  std::optional<std::size_t> first_bad;
  std::size_t last_good = 0;            ///< the highest index known to be good
  std::vector<std::size_t> candidates;  ///< where the first bad one is; empty if the last one is good or not judged
  std::vector<std::size_t> skipped;     ///< could not be judged, in the order they were tried
  std::size_t steps = 0;                ///< how many were judged, or tried to be
  Verdict last = Verdict::not_judged;   ///< of the last one
};

/// Element 0 is good by definition and never judged. The last one is judged first: if it is good there is nothing to
/// find. An element that cannot be judged is passed over for the nearest one that can be, as `git bisect skip` does.
BisectResult bisect(std::size_t count, const std::function<Verdict(std::size_t)>& judge);

}  // namespace coincide
