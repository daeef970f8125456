#include "emu/ata/transfer_mode.h"

namespace coincide {

bool select_transfer_mode(RegisterFile<DeviceReg>& regs, std::uint8_t mode, DmaModes has, bool one_mode) {
  const std::uint8_t number = mode & 0x07;
  const std::uint8_t kind = mode & 0xf8;
  // PIO default mode; 01h without IORDY (ATA6-SF-6: word 49 bit 10 says it can)
  if (mode <= 0x01 || (kind == kPioFlowControl && number <= 4)) {
    regs.set(DeviceReg::pio_mode, mode);
    if (one_mode) regs.set(DeviceReg::dma_mode, 0);
    return true;
  }
  const unsigned modes = kind == kMultiwordDma ? has.multiword : kind == kUltraDma ? has.ultra : 0u;
  if ((modes >> number & 1) == 0) return false;
  regs.set(DeviceReg::dma_mode, mode);  // ATA6-SF-3: one DMA mode at a time, ATA6-SF-4: every lower one is supported
  return true;
}

}  // namespace coincide
