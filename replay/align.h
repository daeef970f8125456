// Which elements of two sequences belong together: the longest common subsequence by Myers' greedy algorithm, over
// keys that are equal or not. Knows nothing of what the keys stand for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace coincide {

/// One step of an alignment: an element of A, of B, or of both that belong together.
struct AlignedPair {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t a = kNone;
  std::size_t b = kNone;

  bool both() const { return a != kNone && b != kNone; }
  bool operator==(const AlignedPair&) const = default;
};

/// Aligns two sequences of keys. Every element stands in exactly one pair, in order; in a gap between two matches the
/// elements of A come first. Time and memory grow with the number of differences: beyond `max_differences` the rest is
/// matched position by position where keys are equal, which is still an alignment, only not the longest.
std::vector<AlignedPair> align(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b,
                               std::size_t max_differences = 2048);

}  // namespace coincide
