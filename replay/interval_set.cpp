#include "replay/interval_set.h"

#include <algorithm>

namespace coincide {

void IntervalSet::add(std::uint64_t first, std::uint64_t count) {
  if (count == 0) return;
  std::uint64_t end = first + count;
  auto run = runs_.upper_bound(first);
  if (run != runs_.begin() && std::prev(run)->second >= first) --run;
  while (run != runs_.end() && run->first <= end) {
    first = std::min(first, run->first);
    end = std::max(end, run->second);
    run = runs_.erase(run);
  }
  runs_.emplace(first, end);
}

void IntervalSet::remove(std::uint64_t first, std::uint64_t count) {
  if (count == 0) return;
  const std::uint64_t end = first + count;
  auto run = runs_.upper_bound(first);
  if (run != runs_.begin() && std::prev(run)->second > first) --run;
  while (run != runs_.end() && run->first < end) {
    const auto [begin, stop] = *run;
    run = runs_.erase(run);
    if (begin < first) runs_.emplace(begin, first);
    if (stop > end) runs_.emplace(end, stop);
  }
}

bool IntervalSet::overlaps(std::uint64_t first, std::uint64_t count) const {
  if (count == 0) return false;
  auto run = runs_.lower_bound(first + count);
  return run != runs_.begin() && std::prev(run)->second > first;
}

}  // namespace coincide
