#include "replay/align.h"

#include <algorithm>

#include "trace/error.h"

namespace coincide {
namespace {

using Keys = std::span<const std::uint64_t>;

/// Myers' greedy forward search. `matches` gets the matched index pairs, in order; false if more than `limit` elements
/// would have to go.
bool myers(Keys a, Keys b, std::size_t limit, std::vector<AlignedPair>& matches) {
  const auto n = static_cast<std::ptrdiff_t>(a.size());
  const auto m = static_cast<std::ptrdiff_t>(b.size());
  const auto most = static_cast<std::ptrdiff_t>(std::min(limit, a.size() + b.size()));
  // furthest[k + most + 1]: how far diagonal k (a index - b index) has come in A. Each round is kept, to walk back.
  std::vector<std::ptrdiff_t> furthest(static_cast<std::size_t>(2 * most + 3), 0);
  std::vector<std::vector<std::ptrdiff_t>> rounds;
  const auto at = [most](std::ptrdiff_t k) { return static_cast<std::size_t>(k + most + 1); };
  // Whether diagonal k is reached best from above (an element of B goes) in this round.
  const auto from_above = [&](const std::vector<std::ptrdiff_t>& row, std::ptrdiff_t k, std::ptrdiff_t d, auto index) {
    return k == -d || (k != d && row[index(k - 1)] < row[index(k + 1)]);
  };

  for (std::ptrdiff_t d = 0; d <= most; ++d) {
    // Only diagonals -d ... d of the round before are ever looked at again.
    rounds.emplace_back(furthest.begin() + static_cast<std::ptrdiff_t>(at(-d)) - 1,
                        furthest.begin() + static_cast<std::ptrdiff_t>(at(d)) + 2);
    for (std::ptrdiff_t k = -d; k <= d; k += 2) {
      std::ptrdiff_t x = from_above(furthest, k, d, at) ? furthest[at(k + 1)] : furthest[at(k - 1)] + 1;
      if (d == 0) x = 0;
      std::ptrdiff_t y = x - k;
      while (x < n && y < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(y)]) ++x, ++y;
      furthest[at(k)] = x;
      if (x < n || y < m) continue;

      for (; d > 0; --d) {
        const auto& row = rounds[static_cast<std::size_t>(d)];
        const auto in_row = [d](std::ptrdiff_t diagonal) { return static_cast<std::size_t>(diagonal + d + 1); };
        const std::ptrdiff_t before = from_above(row, k, d, in_row) ? k + 1 : k - 1;
        const std::ptrdiff_t start = row[in_row(before)];
        const std::ptrdiff_t after_step = before == k + 1 ? start : start + 1;
        for (; x > after_step; --x, --y) {
          matches.push_back({static_cast<std::size_t>(x - 1), static_cast<std::size_t>(y - 1)});
        }
        x = start;
        y = x - before;
        k = before;
      }
      for (; x > 0; --x, --y) matches.push_back({static_cast<std::size_t>(x - 1), static_cast<std::size_t>(y - 1)});
      std::reverse(matches.begin(), matches.end());
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<AlignedPair> align(Keys a, Keys b, std::size_t max_differences) {
  std::size_t prefix = 0;
  while (prefix < a.size() && prefix < b.size() && a[prefix] == b[prefix]) ++prefix;
  std::size_t suffix = 0;
  while (suffix < a.size() - prefix && suffix < b.size() - prefix &&
         a[a.size() - 1 - suffix] == b[b.size() - 1 - suffix]) {
    ++suffix;
  }
  const Keys middle_a = a.subspan(prefix, a.size() - prefix - suffix);
  const Keys middle_b = b.subspan(prefix, b.size() - prefix - suffix);
  std::vector<AlignedPair> matches;
  if (!middle_a.empty() && !middle_b.empty() && !myers(middle_a, middle_b, max_differences, matches)) {
    for (std::size_t i = 0; i < std::min(middle_a.size(), middle_b.size()); ++i) {
      if (middle_a[i] == middle_b[i]) matches.push_back({i, i});
    }
  }

  std::vector<AlignedPair> out;
  out.reserve(std::max(a.size(), b.size()));
  std::size_t next_a = 0;
  std::size_t next_b = 0;
  const auto match = [&](std::size_t at_a, std::size_t at_b) {
    while (next_a < at_a) out.push_back({next_a++, AlignedPair::kNone});
    while (next_b < at_b) out.push_back({AlignedPair::kNone, next_b++});
    if (next_a < a.size() && next_b < b.size()) out.push_back({next_a++, next_b++});
  };
  for (std::size_t i = 0; i < prefix; ++i) match(i, i);
  for (const AlignedPair& pair : matches) match(prefix + pair.a, prefix + pair.b);
  for (std::size_t i = suffix; i > 0; --i) match(a.size() - i, b.size() - i);
  match(a.size(), b.size());
  check(next_a == a.size() && next_b == b.size(), "an alignment names every element once");
  return out;
}

}  // namespace coincide
