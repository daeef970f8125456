#include "trace/import/config_width.h"

#include <algorithm>

namespace coincide {

namespace {

unsigned bytes_of(std::uint32_t value) { return value > 0xffff ? 4 : value > 0xff ? 2 : 1; }

struct RegisterRun {
  std::uint8_t first;
  std::uint8_t last;
  std::uint8_t bytes;
};

/// Registers wider than a byte: PCI 2.1 header type 0, and IDETIM and UDMATIM (PIIX4-CFG-30, -36).
constexpr RegisterRun kRuns[] = {
    {0x00, 0x07, 2},  // VID, DID, PCICMD, PCISTS
    {0x10, 0x2b, 4},  // base addresses, CardBus CIS
    {0x2c, 0x2f, 2},  // subsystem IDs
    {0x30, 0x33, 4},  // expansion ROM
    {0x40, 0x43, 2},  // IDETIM
    {0x4a, 0x4b, 2},  // UDMATIM
};

}  // namespace

unsigned config_register_bytes(std::uint8_t offset) {
  for (const RegisterRun& run : kRuns) {
    if (offset >= run.first && offset <= run.last && (offset - run.first) % run.bytes == 0) return run.bytes;
  }
  return 1;
}

void ConfigWidth::see(const ConfigAccess& access) {
  if (access.offset % 4 != 0) all_aligned_ = false;
  if (access.write && bytes_of(access.value) > config_register_bytes(access.offset)) wide_write_ = true;
}

unsigned ConfigWidth::width(const ConfigAccess& access) const {
  if (all_aligned_ && wide_write_) return 4;
  const unsigned least = bytes_of(access.value);
  return access.write ? std::max(least, config_register_bytes(access.offset)) : least;
}

}  // namespace coincide
