#include "replay/interval_set.h"

#include <doctest/doctest.h>

#include <set>

using namespace coincide;

TEST_CASE("an interval set holds what a set of numbers holds, whatever is added and removed") {
  IntervalSet intervals;
  std::set<std::uint64_t> numbers;
  std::uint32_t seed = 1;
  const auto random = [&](std::uint32_t below) {
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 16) % below;
  };
  for (int step = 0; step < 2000; ++step) {
    const std::uint64_t first = random(60);
    const std::uint64_t count = random(12);
    if (random(2) == 0) {
      intervals.add(first, count);
      for (std::uint64_t n = first; n < first + count; ++n) numbers.insert(n);
    } else {
      intervals.remove(first, count);
      for (std::uint64_t n = first; n < first + count; ++n) numbers.erase(n);
    }
    CHECK(intervals.empty() == numbers.empty());
    for (std::uint64_t n = 0; n < 72; ++n) REQUIRE(intervals.overlaps(n, 1) == (numbers.count(n) != 0));
  }
}

TEST_CASE("an empty run overlaps nothing, a long one anything inside it") {
  IntervalSet intervals;
  intervals.add(10, 5);
  CHECK_FALSE(intervals.overlaps(12, 0));
  CHECK_FALSE(intervals.overlaps(0, 10));
  CHECK(intervals.overlaps(0, 11));
  CHECK(intervals.overlaps(0, 1000));
  CHECK_FALSE(intervals.overlaps(15, 1000));
}
