#include "trace/digest.h"

#include "trace/error.h"

#define XXH_STATIC_LINKING_ONLY  // XXH3_state_t on the stack
#include <xxhash.h>
#if defined(__x86_64__) && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h>  // same values, with the widest vectors that this processor has
#endif

namespace coincide {
namespace {

Digest canonical(XXH128_hash_t hash) {
  XXH128_canonical_t out;
  XXH128_canonicalFromHash(&out, hash);
  return Digest::from({out.digest, sizeof(out.digest)});
}

}  // namespace

std::string Digest::hex() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t b : bytes) {
    out += kDigits[b >> 4];
    out += kDigits[b & 15];
  }
  return out;
}

std::optional<Digest> Digest::parse(std::string_view hex) {
  Digest out;
  if (hex.size() != 2 * out.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < out.bytes.size(); ++i) {
    const int high = hex_digit(hex[2 * i]);
    const int low = hex_digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return out;
}

Digest Digest::from(ByteSpan sixteen) {
  Digest out;
  check(sixteen.size() == out.bytes.size(), "a digest has 16 bytes");
  std::copy(sixteen.begin(), sixteen.end(), out.bytes.begin());
  return out;
}

Digest hash128(ByteSpan bytes) { return canonical(XXH3_128bits(bytes.data(), bytes.size())); }

Digest hash128(std::span<const ByteSpan> pieces) {
  XXH3_state_t state;
  XXH3_INITSTATE(&state);
  XXH3_128bits_reset(&state);
  for (const ByteSpan piece : pieces) XXH3_128bits_update(&state, piece.data(), piece.size());
  return canonical(XXH3_128bits_digest(&state));
}

std::uint64_t hash64(ByteSpan bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Digest chain_step(const Digest& before, const Digest& chunk) {
  std::array<std::uint8_t, 32> both;
  std::copy(before.bytes.begin(), before.bytes.end(), both.begin());
  std::copy(chunk.bytes.begin(), chunk.bytes.end(), both.begin() + 16);
  return hash128(both);
}

}  // namespace coincide
