// Media whose content is a function of the LBA, and media put together from extents. Nothing is allocated per
// sector, so sizes to 2^48 sectors cost nothing.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "emu/media/medium.h"

namespace coincide {

/// One run of sectors of an ExtentMedium.
struct Extent {
  enum class Kind : std::uint8_t {
    zero,     ///< all bytes 00h
    pattern,  ///< pattern_sector(tag, first_index + n) for the n-th sector of the extent
    bytes,    ///< `data`, zero filled to the end of the extent
  };
  std::uint64_t first_lba = 0;
  std::uint64_t sectors = 0;
  Kind kind = Kind::zero;
  std::array<char, 3> tag{};
  std::uint64_t first_index = 0;
  std::vector<std::uint8_t> data;
};

/// The pattern of one sector: bytes 0-15 are the text "TTT NNNNNNNNNNN\n" (tag, LBA in 11 decimal digits, modulo
/// 10^11), byte i >= 16 is (31 i + 167 LBA + 73 (LBA >> 8) + last tag letter) mod 256.
void pattern_sector(const std::array<char, 3>& tag, std::uint64_t lba, std::span<std::uint8_t, kSectorBytes> out);

/// A medium made of extents; sectors that no extent covers are zero. Extents must be sorted and disjoint.
class ExtentMedium final : public Medium {
 public:
  ExtentMedium(std::uint64_t sectors, std::vector<Extent> extents);
  std::uint64_t sectors() const override { return sectors_; }
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const override;

 private:
  std::uint64_t sectors_;
  std::vector<Extent> extents_;
};

/// Every sector the pattern of its own LBA.
MediumPtr make_pattern_medium(std::uint64_t sectors, const std::array<char, 3>& tag);

/// Bytes that somebody else owns and keeps alive through `owner` (a mapped image file, a test's array). A last
/// partial sector is filled with zeros.
MediumPtr make_bytes_medium(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner);

}  // namespace coincide
