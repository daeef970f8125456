#include "emu/ata/general_purpose_log.h"

#include "emu/ata/disk.h"

namespace coincide {
namespace {

std::uint16_t pair(const RegisterFile<DeviceReg>& regs, DeviceReg current, DeviceReg previous) {
  return static_cast<std::uint16_t>(regs.get(current) | regs.get(previous) << 8);
}

std::uint16_t sectors(const RegisterFile<DeviceReg>& regs) {
  return pair(regs, DeviceReg::sector_count, DeviceReg::sector_count_prev);
}

}  // namespace

/// ATA6-GPL-1, ATA6-GPL-2: the log is there, its feature set is enabled, and it has the sectors that are asked for.
bool GeneralPurposeLog::accepts() {
  const auto& regs = disk_.regs();
  address_ = regs.byte(DeviceReg::lba_low);
  first_sector_ = pair(regs, DeviceReg::lba_mid, DeviceReg::lba_mid_prev);  // ATA6-GPL-3
  const unsigned count = sectors(regs);
  const LogRow* row = find_log(address_);
  if (row == nullptr || count == 0 || first_sector_ + count > row->ext_sectors) return false;
  // The directory belongs to this feature set, all other logs to SMART.
  return address_ == log_address::directory || (disk_.has(row->feature) && disk_.smart().enabled());
}

void GeneralPurposeLog::read() {
  if (!accepts()) return disk_.abort();
  const std::vector<std::uint8_t> log = disk_.smart().log(address_, true);
  // ATA6-GPL-5: a block and an interrupt a sector
  disk_.send(std::span(log).subspan(first_sector_ * kLogSectorBytes, sectors(disk_.regs()) * kLogSectorBytes));
}

void GeneralPurposeLog::write() {
  if (!accepts() || !find_log(address_)->writable) return disk_.abort();  // ATA6-GPL-6
  disk_.receive(sectors(disk_.regs()));
}

void GeneralPurposeLog::written() {
  disk_.smart().write_host_log(address_, first_sector_, disk_.received_data());
  disk_.complete();
}

}  // namespace coincide
