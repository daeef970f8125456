// Guest memory with holes. RAM is allocated page by page when it is first written; a hole never crashes anything:
// callers are told and report a bus fault.
#pragma once

#include <cstdint>
#include <map>
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

  /// Snapshot: the map, and every page that was written.
  template <class Archive>
  void fields(Archive& archive) {
    archive(ranges_, pages_);
    if constexpr (!Archive::kSaving) {
      for (const auto& [number, bytes] : pages_) {
        if (bytes.size() != kPageBytes) archive.fail();
      }
      forget_pages();
    }
  }

 private:
  struct Range {
    std::uint64_t begin;
    std::uint64_t last;  ///< inclusive, so that the top of the address space can be RAM

    template <class Archive>
    void fields(Archive& archive) {
      archive(begin, last);
    }
  };
  void forget_pages() {
    read_bytes_ = nullptr;
    write_bytes_ = nullptr;
  }
  std::uint64_t run_length(std::uint64_t address, std::uint64_t bytes) const;

  std::vector<Range> ranges_;                                 ///< sorted, disjoint, not touching
  std::map<std::uint64_t, std::vector<std::uint8_t>> pages_;  ///< by number, each of kPageBytes
  /// The pages looked at and written to last.
  mutable std::uint64_t read_page_ = ~std::uint64_t{0};
  mutable const std::uint8_t* read_bytes_ = nullptr;
  std::uint64_t write_page_ = ~std::uint64_t{0};
  std::uint8_t* write_bytes_ = nullptr;
};

}  // namespace coincide
