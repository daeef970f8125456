// Guest memory with holes. RAM is allocated page by page when it is first written; a hole never crashes anything:
// callers are told and report a bus fault.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "emu/board.h"

namespace coincide {

class GuestMemory {
 public:
  static constexpr std::uint64_t kPageBytes = 64 * 1024;

  explicit GuestMemory(std::span<const RamRange> ram);

  /// RAM appears (contents 0 where nothing was) or goes away (contents are lost). bytes = 0 does nothing; a range
  /// that passes 2^64 is cut there.
  void map(std::uint64_t address, std::uint64_t bytes);
  void unmap(std::uint64_t address, std::uint64_t bytes);

  /// The longest contiguous run of RAM at `address`, at most `bytes` and never past a 64 KiB line. Empty if
  /// `address` is in a hole.
  std::span<const std::uint8_t> readable(std::uint64_t address, std::uint64_t bytes) const;
  std::span<std::uint8_t> writable(std::uint64_t address, std::uint64_t bytes);

  /// True if all of [address, address + bytes) is RAM.
  bool covers(std::uint64_t address, std::uint64_t bytes) const;
  /// Forgets all contents (power cycle); the map stays.
  void clear();

 private:
  struct Range {
    std::uint64_t begin;
    std::uint64_t last;  ///< inclusive, so that the top of the address space can be RAM
  };
  std::uint64_t run_length(std::uint64_t address, std::uint64_t bytes) const;

  std::vector<Range> ranges_;  ///< sorted, disjoint, not touching
  std::map<std::uint64_t, std::unique_ptr<std::uint8_t[]>> pages_;
  mutable std::uint64_t cached_page_ = ~std::uint64_t{0};
  mutable std::uint8_t* cached_bytes_ = nullptr;
};

}  // namespace coincide
