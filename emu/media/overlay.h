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
  /// Bytes at `offset` without a copy, or empty.
  std::span<const std::uint8_t> view(std::uint64_t offset, std::uint64_t bytes) const;
  bool changed() const { return !pages_.empty(); }

  /// Snapshot: what was written.
  template <class Archive>
  void fields(Archive& archive) {
    archive(pages_);
    if constexpr (!Archive::kSaving) {
      for (const auto& [number, bytes] : pages_) {
        if (bytes.size() != kPageBytes || number >= (sectors() * kSectorBytes + kPageBytes - 1) / kPageBytes)
          archive.fail();
      }
    }
  }

 private:
  std::uint8_t* page_for_write(std::uint64_t page);
  MediumPtr base_;
  std::map<std::uint64_t, std::vector<std::uint8_t>> pages_;  ///< by number, each of kPageBytes
};

}  // namespace coincide
