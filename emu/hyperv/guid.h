// GUIDs in their mixed-endian bytes: the first three fields little endian, the rest as they stand.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "emu/hyperv/little_endian.h"

namespace coincide::hyperv {

struct Guid {
  std::uint32_t first = 0;
  std::uint16_t second = 0;
  std::uint16_t third = 0;
  std::array<std::uint8_t, 8> rest{};

  /// By the fields in order, as numbers (VMBUS-33).
  auto operator<=>(const Guid&) const = default;

  std::array<std::uint8_t, 16> bytes() const {
    std::array<std::uint8_t, 16> out{};
    store_le(out, 0, first);
    store_le(out, 4, second);
    store_le(out, 6, third);
    for (std::size_t i = 0; i < rest.size(); ++i) out[8 + i] = rest[i];
    return out;
  }
};

/// ba6163d9-04a1-4d29-b605-72e2ffb1dc7f
inline constexpr Guid kScsiInterface{0xba6163d9, 0x04a1, 0x4d29, {0xb6, 0x05, 0x72, 0xe2, 0xff, 0xb1, 0xdc, 0x7f}};
/// 32412632-86cb-44a2-9b5c-50d1417354f5 (IDEACC-03)
inline constexpr Guid kIdeInterface{0x32412632, 0x86cb, 0x44a2, {0x9b, 0x5c, 0x50, 0xd1, 0x41, 0x73, 0x54, 0xf5}};

}  // namespace coincide::hyperv
