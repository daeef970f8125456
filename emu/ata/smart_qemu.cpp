// SMART as QEMU's disk answers it, as far as the captures use it (quirk qemu-smart; evidence in its row).
#include <algorithm>
#include <array>

#include "emu/ata/disk.h"

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

void checksum(std::span<std::uint8_t> sector) {
  unsigned sum = 0;
  for (unsigned i = 0; i < 511; ++i) sum += sector[i];
  sector[511] = static_cast<std::uint8_t>(0u - sum);
}

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

void Disk::qemu_smart() {
  if (regs_.byte(DeviceReg::lba_mid) != 0x4f || regs_.byte(DeviceReg::lba_high) != 0xc2) return abort();
  const std::uint8_t subcommand = regs_.byte(DeviceReg::features);
  const std::uint8_t log = regs_.byte(DeviceReg::lba_low);
  const bool enabled = regs_.get(DeviceReg::smart_enabled) != 0;
  if (!enabled && subcommand != 0xd8) return abort();
  switch (subcommand) {
    case 0xd8:
    case 0xd9:
      regs_.set(DeviceReg::smart_enabled, subcommand == 0xd8);
      return complete();
    case 0xda:
    case 0xd2:
      return complete();
    case 0xd4:
      if (log != 1 && log != 2) return abort();
      ++qemu_self_tests_;
      return complete();
    case 0xd0:
    case 0xd1:
    case 0xd5:
      break;
    default:
      return abort();
  }
  std::array<std::uint8_t, kSectorBytes> out{};
  if (subcommand == 0xd0) fill_data(out);
  if (subcommand == 0xd1) fill_thresholds(out);
  if (subcommand == 0xd5) {
    if (log != 0x01 && log != 0x06) return abort();
    out[0] = 1;
    if (log == 0x06 && qemu_self_tests_ != 0) {
      out[2] = 0x01;
      out[4] = 0x34;
      out[5] = 0x12;
      out[508] = qemu_self_tests_;
    }
  }
  checksum(out);
  send(out);
}

}  // namespace coincide
