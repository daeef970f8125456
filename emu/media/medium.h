// What a disk stores its sectors on. A medium is plain bytes by LBA: no geometry, no protocol, no file.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace coincide {

inline constexpr std::uint32_t kSectorBytes = 512;

/// Content that never changes during a run. Reading beyond `sectors()` is a broken invariant: callers check.
class Medium {
 public:
  virtual ~Medium() = default;
  virtual std::uint64_t sectors() const = 0;
  /// Fills `out` (a whole or partial run of bytes) from byte offset `offset`. offset + out.size() must not pass
  /// sectors() * 512.
  virtual void read(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
  /// The same bytes without copying, if the medium holds them contiguously; else empty.
  virtual std::span<const std::uint8_t> view(std::uint64_t /*offset*/, std::uint64_t /*bytes*/) const { return {}; }
};

using MediumPtr = std::shared_ptr<const Medium>;

}  // namespace coincide
