// A reply under construction: bytes in order, big-endian fields, lengths that are known last.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "emu/media/cd_sector.h"

namespace coincide::scsi {

class Reply {
 public:
  Reply& bytes(std::initializer_list<std::uint8_t> values) { return bytes(std::span(values.begin(), values.size())); }
  Reply& bytes(std::span<const std::uint8_t> values) {
    for (const std::uint8_t value : values) bytes_.push_back(value);
    return *this;
  }
  Reply& zeros(std::size_t count) {
    while (count-- > 0) bytes_.push_back(0);
    return *this;
  }
  Reply& u16(std::uint32_t value) { return big_endian(value, 2); }
  Reply& u24(std::uint32_t value) { return big_endian(value, 3); }
  Reply& u32(std::uint32_t value) { return big_endian(value, 4); }
  Reply& u64(std::uint64_t value) { return big_endian(value, 8); }
  /// Address field of a disc: four bytes of LBA, or 0, M, S, F.
  Reply& address(std::uint32_t lba, bool msf) {
    if (!msf) return u32(lba);
    const Msf at = msf_of_lba(lba);
    return bytes({0, at.minute, at.second, at.frame});
  }
  /// ASCII in plain order, filled with spaces or cut off (MMC-INQ-3).
  Reply& text(std::string_view text, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i)
      bytes_.push_back(static_cast<std::uint8_t>(i < text.size() ? text[i] : ' '));
    return *this;
  }
  /// Puts a 16-bit length at the start that counts all that follows it (less what is `not_counted`), whatever the
  /// allocation length lets through.
  Reply& set_length16(std::size_t not_counted = 0) {
    const std::size_t length = size() - 2 - not_counted;
    bytes_[0] = static_cast<std::uint8_t>(length >> 8);
    bytes_[1] = static_cast<std::uint8_t>(length);
    return *this;
  }
  Reply& set_length32() {
    const std::size_t length = size() - 4;
    for (unsigned i = 0; i < 4; ++i) bytes_[i] = static_cast<std::uint8_t>(length >> (24 - 8 * i));
    return *this;
  }
  std::size_t size() const { return bytes_.size(); }
  std::span<const std::uint8_t> data() const { return bytes_; }

 private:
  Reply& big_endian(std::uint64_t value, unsigned count) {
    while (count-- > 0) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * count)));
    return *this;
  }
  std::vector<std::uint8_t> bytes_;
};

}  // namespace coincide::scsi
