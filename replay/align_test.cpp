#include "replay/align.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace coincide {
namespace {

using Keys = std::vector<std::uint64_t>;

Keys keys(const char* text) {
  Keys out;
  for (; *text != 0; ++text) out.push_back(static_cast<unsigned char>(*text));
  return out;
}

/// As one reads it: "ab -c +x d": plain matched, -only in A, +only in B.
std::string told(const char* a, const char* b, std::size_t limit = 2048) {
  std::string out;
  for (const AlignedPair& pair : align(keys(a), keys(b), limit)) {
    if (!pair.both()) out += pair.b == AlignedPair::kNone ? '-' : '+';
    out += pair.b == AlignedPair::kNone ? a[pair.a] : b[pair.b];
  }
  return out;
}

std::size_t longest_common(const Keys& a, const Keys& b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      table[i][j] = a[i - 1] == b[j - 1] ? table[i - 1][j - 1] + 1 : std::max(table[i - 1][j], table[i][j - 1]);
    }
  }
  return table[a.size()][b.size()];
}

TEST_CASE("elements of equal key are matched, the others named on their side") {
  CHECK(told("", "").empty());
  CHECK(told("abc", "abc") == "abc");
  CHECK(told("abc", "") == "-a-b-c");
  CHECK(told("", "ab") == "+a+b");
  CHECK(told("abcd", "acd") == "a-bcd");
  CHECK(told("acd", "abcd") == "a+bcd");
  CHECK(told("abxd", "abyd") == "ab-x+yd");
}

TEST_CASE("the alignment is the longest one, and names every element once and in order") {
  std::uint32_t seed = 1;
  const auto draw = [&](std::uint32_t below) { return (seed = seed * 1664525u + 1013904223u) / 65536u % below; };
  for (int round = 0; round < 300; ++round) {
    Keys a(draw(20)), b(draw(20));
    for (auto& key : a) key = draw(4);
    for (auto& key : b) key = draw(4);
    std::size_t next_a = 0, next_b = 0, matched = 0;
    for (const AlignedPair& pair : align(a, b)) {
      if (pair.a != AlignedPair::kNone) CHECK(pair.a == next_a++);
      if (pair.b != AlignedPair::kNone) CHECK(pair.b == next_b++);
      if (pair.both()) {
        CHECK(a[pair.a] == b[pair.b]);
        ++matched;
      }
    }
    CHECK(next_a == a.size());
    CHECK(next_b == b.size());
    CHECK(matched == longest_common(a, b));
  }
}

TEST_CASE("sequences with nothing in common cost bounded work, and still align") {
  Keys a(200000), b(200000);
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = 2 * i;
    b[i] = i == 100000 ? 2 * i : 2 * i + 1;
  }
  const auto pairs = align(a, b, 64);
  CHECK(pairs.size() == 399999);
  CHECK(std::count_if(pairs.begin(), pairs.end(), [](const AlignedPair& pair) { return pair.both(); }) == 1);
}

}  // namespace
}  // namespace coincide
