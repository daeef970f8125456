// A copy-on-write overlay: writes of a run never reach the medium beneath (DESIGN determinism contract 4).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "emu/media/medium.h"

namespace coincide {

class Overlay {
 public:
  /// Pages of this many bytes are copied on the first write into them.
  static constexpr std::uint64_t kPageBytes = 64 * 1024;

  explicit Overlay(MediumPtr base) : base_(std::move(base)) {}
  std::uint64_t sectors() const { return base_ ? base_->sectors() : 0; }
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const;
  void write(std::uint64_t offset, std::span<const std::uint8_t> in);
  /// Every byte of these sectors becomes `value`. Costs the same for a few sectors as for 2^48: runs of whole pages are
  /// kept as a note, not as bytes.
  void fill(std::uint64_t first_sector, std::uint64_t count_sectors, std::uint8_t value);
  /// Bytes at `offset` without a copy, or empty.
  std::span<const std::uint8_t> view(std::uint64_t offset, std::uint64_t bytes) const;
  bool changed() const { return !pages_.empty() || !fills_.empty(); }

  /// Snapshot: what was written.
  template <class Archive>
  void fields(Archive& archive) {
    archive(pages_, fills_);
    if constexpr (!Archive::kSaving) {
      for (const auto& [number, bytes] : pages_) {
        if (bytes.size() != kPageBytes || number >= page_count()) archive.fail();
      }
      for (const auto& [first, run] : fills_) {
        if (run.end <= first || run.end > page_count()) archive.fail();
      }
    }
  }

 private:
  /// Pages from the key of `fills_` up to `end` hold `value`, unless a page of its own lies above.
  struct Run {
    std::uint64_t end = 0;
    std::uint8_t value = 0;

    template <class Archive>
    void fields(Archive& archive) {
      archive(end, value);
    }
  };
  std::uint64_t page_count() const { return (sectors() * kSectorBytes + kPageBytes - 1) / kPageBytes; }
  /// The run that a page lies in, or nullptr.
  const Run* run_of(std::uint64_t page) const;
  /// Bytes of one page as they lie beneath the written pages.
  void read_beneath(std::uint64_t offset, std::span<std::uint8_t> out) const;
  /// Takes the pages [first, end) out of the runs.
  void cut_runs(std::uint64_t first, std::uint64_t end);
  std::uint8_t* page_for_write(std::uint64_t page);
  MediumPtr base_;
  std::map<std::uint64_t, std::vector<std::uint8_t>> pages_;  ///< by number, each of kPageBytes
  std::map<std::uint64_t, Run> fills_;                        ///< by first page, disjoint
};

}  // namespace coincide
