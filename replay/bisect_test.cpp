#include "replay/bisect.h"

#include <doctest/doctest.h>

#include <set>

namespace coincide {
namespace {

TEST_CASE("the first bad one is found wherever it is, in a logarithm of looks") {
  for (std::size_t count = 2; count < 70; ++count) {
    for (std::size_t first_bad = 1; first_bad < count; ++first_bad) {
      std::set<std::size_t> asked;
      const BisectResult result = bisect(count, [&](std::size_t i) {
        CHECK(asked.insert(i).second);
        CHECK(i > 0);
        return i >= first_bad ? Verdict::bad : Verdict::good;
      });
      CHECK(result.first_bad == first_bad);
      CHECK(result.steps == asked.size());
      CHECK((std::size_t{1} << (result.steps - 1)) <= 2 * count);
    }
  }
}

TEST_CASE("a series whose last one is good has nothing to find, and only that one is looked at") {
  const BisectResult result = bisect(10, [](std::size_t) { return Verdict::good; });
  CHECK_FALSE(result.first_bad);
  CHECK(result.candidates.empty());
  CHECK(result.last_good == 9);
  CHECK(result.steps == 1);
}

TEST_CASE("what cannot be judged is passed over, and named only if it hides the answer") {
  const auto judged = [](const std::set<std::size_t>& broken, std::size_t first_bad) {
    return bisect(10, [&](std::size_t i) {
      return broken.contains(i) ? Verdict::not_judged : i >= first_bad ? Verdict::bad : Verdict::good;
    });
  };
  CHECK(judged({4, 5}, 8).first_bad == 8u);
  CHECK(judged({4, 5}, 2).first_bad == 2u);
  const BisectResult hidden = judged({4, 5}, 5);
  CHECK_FALSE(hidden.first_bad);
  CHECK(hidden.candidates == std::vector<std::size_t>{4, 5, 6});
  const BisectResult all = judged({1, 2, 3, 4, 5, 6, 7, 8}, 5);
  CHECK_FALSE(all.first_bad);
  CHECK(all.candidates.size() == 9);
  CHECK(all.steps == 9);
  const BisectResult end = judged({9}, 5);
  CHECK(end.last == Verdict::not_judged);
  CHECK_FALSE(end.first_bad);
}

}  // namespace
}  // namespace coincide
