// SMART as QEMU's disk answers it, as far as the captures use it (quirk qemu-smart; evidence in its row).
#include <algorithm>
#include <array>

#include "emu/ata/disk.h"
#include "emu/ata/smart.h"

namespace coincide {
namespace {

struct SmartAttribute {
  std::uint8_t id;
  std::uint8_t flags;
  std::uint8_t raw;
  std::uint8_t threshold;
  std::uint8_t value;
};

/// The attributes that QEMU reports; value and worst are equal in all of them.
constexpr SmartAttribute kAttributes[] = {
    {0x01, 0x03, 0x00, 0x06, 0x64}, {0x03, 0x03, 0x10, 0x00, 0x64}, {0x04, 0x02, 0x64, 0x14, 0x64},
    {0x05, 0x03, 0x00, 0x24, 0x64}, {0x09, 0x03, 0x01, 0x00, 0x64}, {0x0c, 0x03, 0x00, 0x00, 0x64},
    {0xbe, 0x03, 0x1f, 0x32, 0x45},
};

void fill_data(std::span<std::uint8_t> out) {
  out[0] = 1;
  std::size_t at = 2;
  for (const SmartAttribute& a : kAttributes) {
    out[at] = a.id;
    out[at + 1] = a.flags;
    out[at + 3] = a.value;
    out[at + 4] = a.value;
    out[at + 5] = a.raw;
    if (a.id == 0xbe) {  // temperature: lowest and highest stand in the raw bytes too
      out[at + 7] = 0x1f;
      out[at + 8] = 0x1f;
    }
    at += 12;
  }
  constexpr std::uint8_t tail[] = {0x82, 0x00, 0x20, 0x01, 0x00, 0x19, 0x03, 0x00, 0x01, 0x00, 0x02, 0x36, 0x01};
  std::copy(std::begin(tail), std::end(tail), out.begin() + 362);
}

void fill_thresholds(std::span<std::uint8_t> out) {
  out[0] = 1;
  std::size_t at = 2;
  for (const SmartAttribute& a : kAttributes) {
    out[at] = a.id;
    out[at + 1] = a.threshold;
    at += 12;
  }
}

}  // namespace

/// The subcommands whose data are QEMU's own; false: the others run as everywhere.
bool Smart::qemu(std::uint8_t subcommand) {
  const std::uint8_t log = disk_.regs().byte(DeviceReg::lba_low);
  std::array<std::uint8_t, kLogSectorBytes> out{};
  switch (subcommand) {
    case 0xd0:
      fill_data(out);
      break;
    case 0xd1:
      fill_thresholds(out);
      break;
    case 0xd4:  // a self-test is over at once, and all that remains is a row in the log
      if (log != 1 && log != 2) {
        disk_.abort();
        return true;
      }
      ++qemu_self_tests_;
      disk_.complete();
      return true;
    case 0xd5:
      if (log != log_address::summary_error && log != log_address::self_test) {
        disk_.abort();
        return true;
      }
      out[0] = 1;
      if (log == log_address::self_test && qemu_self_tests_ != 0) {
        out[2] = 0x01;
        out[4] = 0x34;
        out[5] = 0x12;
        out[508] = qemu_self_tests_;
      }
      break;
    case 0xd6:
      disk_.abort();
      return true;
    default:
      return false;
  }
  seal_sectors(out);
  disk_.send(out);
  return true;
}

}  // namespace coincide
