// Widths of configuration accesses in logs that tell only offset and value.
//
// * A read is taken as the narrowest access that the value fits (1, 2, 4 bytes): reading has no side effect, and
//   bytes that the log may not have seen are not compared.
// * A write is as wide as the register that its offset begins (what every driver uses), or wider if the value
//   needs it: a narrower guess would lose bytes, a wider one would clear the neighbours.
// * Where a bridge makes nothing but dwords (every offset of the capture a multiple of 4, and some write too wide for
//   the register at its offset), all accesses are dwords. The bridge of MIPS Malta boards is one.
#pragma once

#include <cstdint>

namespace coincide {

struct ConfigAccess {
  bool write = false;
  std::uint8_t offset = 0;
  std::uint32_t value = 0;
};

/// Bytes of the register that begins at this offset of a PCI header or of the IDE function's own registers.
unsigned config_register_bytes(std::uint8_t offset);

/// Sees every access of a capture first, then gives each its width.
class ConfigWidth {
 public:
  void see(const ConfigAccess& access);
  unsigned width(const ConfigAccess& access) const;

 private:
  bool all_aligned_ = true;
  bool wide_write_ = false;  ///< some written value did not fit the register at its offset
};

}  // namespace coincide
