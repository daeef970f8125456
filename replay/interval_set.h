// A set of 64-bit numbers kept as disjoint runs: sectors whose content is unknown, memory that is out of date.
#pragma once

#include <cstdint>
#include <map>

namespace coincide {

class IntervalSet {
 public:
  /// [first, first + count). Runs that touch are joined.
  void add(std::uint64_t first, std::uint64_t count);
  void remove(std::uint64_t first, std::uint64_t count);
  bool overlaps(std::uint64_t first, std::uint64_t count) const;
  bool empty() const { return runs_.empty(); }

 private:
  std::map<std::uint64_t, std::uint64_t> runs_;  ///< first -> one past the last
};

}  // namespace coincide
