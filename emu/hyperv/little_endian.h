// Little-endian fields of VMBus and StorVSP structures in runs of bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace coincide::hyperv {

/// The field of sizeof(T) bytes at `at`; bytes that are not there are 0.
template <class T>
T load_le(std::span<const std::uint8_t> bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T) && at + i < bytes.size(); ++i) value |= std::uint64_t{bytes[at + i]} << (8 * i);
  return static_cast<T>(value);
}

/// Writes the field; bytes that are not there are left out.
template <class T>
void store_le(std::span<std::uint8_t> bytes, std::size_t at, T value) {
  auto rest = static_cast<std::uint64_t>(value);
  for (std::size_t i = 0; i < sizeof(T) && at + i < bytes.size(); ++i, rest >>= 8)
    bytes[at + i] = static_cast<std::uint8_t>(rest);
}

}  // namespace coincide::hyperv
