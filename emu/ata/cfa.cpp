#include "emu/ata/cfa.h"

#include <array>

#include "emu/ata/disk.h"

namespace coincide {
namespace {

/// Extended error codes (ATA6 r3a table 22) by the bits of Error, the first that fits.
struct Code {
  std::uint8_t error;
  std::uint8_t code;
};
constexpr Code kCodes[] = {
    {error::MED, 0x03},   // write or erase failed
    {error::ICRC, 0x1f},  // data transfer error
    {error::IDNF, 0x21},  // invalid address
    {error::UNC, 0x11},   // uncorrectable ECC error; of a write the bit is WP
    {error::ABRT, 0x20},  // invalid command
};
constexpr std::uint8_t kMiscellaneous = 0x09, kWriteProtect = 0x27;
constexpr unsigned kMaxMilliamperes = 500;

/// What works on the small current of power mode 0. NOP aborts anyway.
constexpr std::uint8_t kPowerMode0[] = {0x03, 0x90, 0xe0, 0xe2, 0xe5, 0xe6, 0xec, 0xef};

}  // namespace

void Cfa::power_on() {
  disk_.regs().set(DeviceReg::cfa_power_mode, disk_.config().features.has(Feature::cfa) ? 1 : 0);  // ATA6-CFA-3
  disk_.regs().set(DeviceReg::eight_bit_pio, 0);
}

void Cfa::reset(ResetKind /*kind*/) {
  power_on();
  code_ = 0;
}

void Cfa::software_reset(bool revert) {
  if (revert) power_on();  // ATA6-CFA-3: unless SET FEATURES 66h is in force
}

bool Cfa::admits(const CommandRow& row) {
  if (!disk_.has(Feature::cfa)) return true;
  if (row.opcode != 0x03) code_ = 0;
  if (disk_.regs().get(DeviceReg::cfa_power_mode) != 0) return true;
  for (const std::uint8_t opcode : kPowerMode0) {
    if (row.opcode == opcode) return true;
  }
  return false;  // ATA6-CFA-3
}

void Cfa::failed(std::uint8_t error_bits, bool writes) {
  code_ = kMiscellaneous;
  if (writes && (error_bits & error::WP) != 0) {
    code_ = kWriteProtect;
    return;
  }
  for (const Code& row : kCodes) {
    if ((error_bits & row.error) == 0) continue;
    code_ = row.code;
    return;
  }
}

/// ATA6-CFA-5: the code stands in Error although ERR is 0.
void Cfa::request_extended_error() {
  disk_.regs().set(DeviceReg::error, code_);
  disk_.complete_with_error_register();
}

// ATA6-CFA-4
void Cfa::translate(std::uint64_t lba) {
  std::array<std::uint8_t, kSectorBytes> data{};
  const auto heads = static_cast<std::uint64_t>(disk_.regs().get(DeviceReg::logical_heads));
  const auto track = static_cast<std::uint64_t>(disk_.regs().get(DeviceReg::logical_sectors));
  const std::uint64_t cylinder = lba / track / heads;
  const auto it = sectors_.find(lba);
  const Sector sector = it == sectors_.end() ? Sector{} : it->second;
  data[0x00] = static_cast<std::uint8_t>(cylinder >> 8);
  data[0x01] = static_cast<std::uint8_t>(cylinder);
  data[0x02] = static_cast<std::uint8_t>(lba / track % heads);
  data[0x03] = static_cast<std::uint8_t>(lba % track + 1);
  for (unsigned i = 0; i < 3; ++i) {
    data[0x04 + i] = static_cast<std::uint8_t>(lba >> (16 - 8 * i));
    data[0x18 + i] = static_cast<std::uint8_t>(sector.writes >> (16 - 8 * i));
  }
  data[0x13] = sector.erased ? 0xff : 0x00;
  disk_.send(data);
}

void Cfa::written(std::uint64_t lba, std::uint64_t sectors, bool erased) {
  if (!disk_.has(Feature::cfa)) return;
  for (std::uint64_t at = lba; at < lba + sectors; ++at) {
    auto it = sectors_.find(at);
    if (it == sectors_.end()) {
      if (sectors_.size() >= kMaxSectors) continue;
      it = sectors_.emplace(at, Sector{}).first;
    }
    it->second.erased = erased;
    if (!erased) it->second.writes = (it->second.writes + 1) & 0xffffff;
  }
}

std::uint16_t Cfa::power_word() const {
  if (!disk_.config().features.has(Feature::cfa)) return 0;
  // Bit 15: valid; bit 13: some commands need mode 1; bit 12: mode 1 is disabled; the current in 11:0.
  const bool small = disk_.regs().get(DeviceReg::cfa_power_mode) == 0;
  return static_cast<std::uint16_t>(0xa000u | (small ? 0x1000u : 0u) | kMaxMilliamperes);
}

}  // namespace coincide
