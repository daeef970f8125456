#include "replay/bisect.h"

#include "trace/error.h"

namespace coincide {

BisectResult bisect(std::size_t count, const std::function<Verdict(std::size_t)>& judge) {
  check(count >= 2, "a series to bisect has two elements at least");
  BisectResult result;
  std::vector<bool> skipped(count, false);
  const auto ask = [&](std::size_t index) {
    ++result.steps;
    const Verdict verdict = judge(index);
    if (verdict == Verdict::not_judged) {
      skipped[index] = true;
      result.skipped.push_back(index);
    }
    return verdict;
  };

  std::size_t good = 0;
  std::size_t bad = count - 1;
  result.last = ask(bad);
  if (result.last != Verdict::bad) {
    result.last_good = result.last == Verdict::good ? bad : good;
    return result;
  }
  while (bad - good > 1) {
    // The middle, or the nearest to it that was not passed over yet.
    const std::size_t middle = good + (bad - good) / 2;
    std::optional<std::size_t> next;
    for (std::size_t distance = 0; distance < bad - good && !next; ++distance) {
      if (middle + distance < bad && !skipped[middle + distance]) next = middle + distance;
      if (!next && middle >= good + 1 + distance && !skipped[middle - distance]) next = middle - distance;
    }
    if (!next) break;
    const Verdict verdict = ask(*next);
    if (verdict == Verdict::good) good = *next;
    if (verdict == Verdict::bad) bad = *next;
  }
  result.last_good = good;
  for (std::size_t i = good + 1; i <= bad; ++i) result.candidates.push_back(i);
  if (result.candidates.size() == 1) result.first_bad = bad;
  return result;
}

}  // namespace coincide
