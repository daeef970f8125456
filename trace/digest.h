// XXH3 as the trace format uses it: 128 bits name content, 64 bits guard frame heads (FORMAT.md, sections 2 and 5).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trace/bytes.h"

namespace coincide {

/// An XXH3-128 in xxHash's canonical (big-endian) form: its bytes in order are its hexadecimal digits in order.
struct Digest {
  std::array<std::uint8_t, 16> bytes{};

  std::string hex() const;
  /// Exactly 32 hexadecimal digits, else nullopt.
  static std::optional<Digest> parse(std::string_view hex);
  static Digest from(ByteSpan sixteen);
  auto operator<=>(const Digest&) const = default;
};

Digest hash128(ByteSpan bytes);
/// The same over pieces that follow one another.
Digest hash128(std::span<const ByteSpan> pieces);
std::uint64_t hash64(ByteSpan bytes);

/// Chain after a chunk: XXH3-128 of the chain before it and its hash.
Digest chain_step(const Digest& before, const Digest& chunk);

}  // namespace coincide
