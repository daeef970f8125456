// Sectors that are read and written, whoever owns them: the paths to one disk share its store, so that what is written
// through one is read through the other.
#pragma once

#include <cstdint>
#include <span>

#include "emu/media/medium.h"

namespace coincide {

class BlockStore {
 public:
  virtual ~BlockStore() = default;
  /// 0: there is no medium. May change from one command to the next, never within one.
  virtual std::uint64_t sectors() const = 0;
  /// `offset` in bytes; what is read or written must lie within sectors() * 512.
  virtual void read(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
  virtual void write(std::uint64_t offset, std::span<const std::uint8_t> in) = 0;
  /// Every byte of these sectors becomes `value`; costs the same for few and for many.
  virtual void fill(std::uint64_t first_sector, std::uint64_t count_sectors, std::uint8_t value) = 0;
};

}  // namespace coincide
