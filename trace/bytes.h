// Little-endian numbers in byte strings, and the byte span that everything here is passed around in.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>

namespace coincide {

using ByteSpan = std::span<const std::uint8_t>;

/// A number as the trace format writes it, from or to the machine's own order. The same function does both.
template <std::unsigned_integral T>
constexpr T little_endian(T value) {
  if constexpr (std::endian::native == std::endian::little || sizeof(T) == 1) {
    return value;
  } else {
    T swapped = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      swapped = static_cast<T>(swapped << 8 | (value & 0xFF));
      value = static_cast<T>(value >> 8);
    }
    return swapped;
  }
}

template <std::unsigned_integral T>
T load_little(const std::uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return little_endian(value);
}

template <std::unsigned_integral T>
void store_little(std::uint8_t* to, T value) {
  value = little_endian(value);
  std::memcpy(to, &value, sizeof(T));
}

/// Zero bytes that bring `bytes` to a multiple of 8.
constexpr std::size_t padding8(std::size_t bytes) { return (8 - bytes % 8) % 8; }
constexpr std::size_t padded8(std::size_t bytes) { return bytes + padding8(bytes); }

/// True if every byte is 0. Stops at the first block that has another, so columns with content cost nothing.
inline bool all_zero(ByteSpan bytes) {
  constexpr std::size_t kBlock = 64;
  while (bytes.size() >= kBlock) {
    std::uint64_t words[kBlock / 8];
    std::memcpy(words, bytes.data(), kBlock);
    std::uint64_t any = 0;
    for (const std::uint64_t w : words) any |= w;
    if (any != 0) return false;
    bytes = bytes.subspan(kBlock);
  }
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

/// Value of a hexadecimal digit of either case; -1 if it is none.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace coincide
