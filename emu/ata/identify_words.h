// What the tables of IDENTIFY DEVICE and IDENTIFY PACKET DEVICE are made of.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "emu/media/medium.h"
#include "emu/registers.h"

namespace coincide {

/// A run of words; what a board or a command may change is computed from the present state.
template <class View>
struct IdentifyRow {
  std::uint8_t first;
  std::uint8_t last;
  std::uint16_t (*value)(const View&, unsigned index);  ///< index counts from `first`
};

template <class View>
void fill_identify(std::span<const IdentifyRow<View>> rows, const View& view,
                   std::span<std::uint8_t, kSectorBytes> out) {
  for (const IdentifyRow<View>& row : rows) {
    for (unsigned w = row.first; w <= row.last; ++w) {
      const std::uint16_t value = row.value(view, w - row.first);
      out[w * 2] = static_cast<std::uint8_t>(value);  // ATA6-ID-1: low byte first
      out[w * 2 + 1] = static_cast<std::uint8_t>(value >> 8);
    }
  }
}

/// ATA6-ID-5: signature A5h, and the checksum that makes the 512 bytes sum to 0.
inline void seal_identify(std::span<std::uint8_t, kSectorBytes> out) {
  out[510] = 0xa5;
  unsigned sum = 0;
  for (unsigned i = 0; i < 511; ++i) sum += out[i];
  out[511] = static_cast<std::uint8_t>(0u - sum);
}

/// ATA6-ID-2: first character in bits 15:8, padded with spaces.
inline std::uint16_t identify_text_word(const std::string& text, unsigned word) {
  const auto at = [&](std::size_t i) -> std::uint16_t {
    const char c = i < text.size() ? text[i] : ' ';
    return c >= 0x20 && c <= 0x7e ? static_cast<std::uint16_t>(c) : 0x20;
  };
  return static_cast<std::uint16_t>(at(word * 2u) << 8 | at(word * 2u + 1u));
}

/// ATA6-SF-3, ATA6-ID-13: the bit of the one selected DMA mode, if it is of this kind (20h or 40h).
inline std::uint16_t selected_mode(const RegisterFile<DeviceReg>& regs, std::uint8_t kind) {
  const std::uint8_t mode = regs.byte(DeviceReg::dma_mode);
  return (mode & 0xf8) == kind ? static_cast<std::uint16_t>(0x0100u << (mode & 7)) : std::uint16_t{0};
}

/// Word 93 (§8.15.49): jumpered devices on an 80-conductor cable. ATA6-POR-6, ATA6-ID-17: it depends on nothing that a
/// command could change. ATA6-ID-18: bits 15:13 alone are mandatory.
inline std::uint16_t cable_word(bool device1, bool other_present) {
  if (device1) return 0x6b00;
  return other_present ? 0x603b : 0x604b;
}

}  // namespace coincide
