#include "emu/ata/media_card.h"

#include "emu/ata/disk.h"

namespace coincide {
namespace {
constexpr unsigned kEnable = 0x01, kWriteProtected = 0x08;
}  // namespace

void MediaCard::reset(ResetKind /*kind*/) { disk_.regs().set(DeviceReg::media_card_enabled, 0); }  // ATA6-MCPT-1

void MediaCard::software_reset(bool /*revert*/) {
  disk_.regs().set(DeviceReg::media_card_enabled, 0);  // ATA6-MCPT-1, ATA6-SRST-10
}

// ATA6-MCPT-3
void MediaCard::check_type() {
  RegisterFile<DeviceReg>& regs = disk_.regs();
  regs.set(DeviceReg::media_card_enabled, regs.byte(DeviceReg::features) & kEnable);
  regs.set(DeviceReg::sector_count, 0x55);
  regs.set(DeviceReg::lba_low, 0xaa);
  regs.set(DeviceReg::lba_mid, 0x00);
  regs.set(DeviceReg::lba_high, 0x00);
  const unsigned protection = disk_.config().read_only ? kWriteProtected : 0u;
  regs.set(DeviceReg::device,
           (regs.get(DeviceReg::device) & ~std::uint64_t{device_bits::head}) | protection | disk_.config().card_type);
  disk_.complete();
}

void MediaCard::card_command() {
  if (disk_.regs().get(DeviceReg::media_card_enabled) == 0) return disk_.abort();  // ATA6-MCPT-2
  disk_.complete();
}

}  // namespace coincide
