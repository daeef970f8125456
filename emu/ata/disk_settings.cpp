// Commands of the disk that reach no medium and belong to no set of their own (ATA6 r3a §8).
#include <array>
#include <bit>

#include "emu/ata/disk.h"

namespace coincide {

// ATA6-NOP-1, ATA6-NOP-3, ATA6-OUT-8: nothing but Error and Status changes
void Disk::nop() {
  // ATA6-NOP-2; ATA6-OVL-11: auto poll is the host adapter's business and leaves the queue alone, as 02h-FFh do.
  if (regs_.byte(DeviceReg::features) == 0) overlap_.discard();
  abort();
}

void Disk::seek(const CommandRow& row) {
  if (quirk(Quirk::openvmm_seek)) {
    // OVMM-IDE-125, OVMM-IDE-136, OVMM-IDE-151
    if (row.opcode == 0x10) set_address(0, lba_selected() ? Addressing::lba28 : Addressing::chs);
    return complete();
  }
  if (row.opcode == 0x10) {  // RECALIBRATE: to cylinder 0
    issue(DiskOp::seek, 0, 0);
    return;
  }
  if (!removable_.admits(false)) return;
  dsc_defined_ = true;  // ATA6-SEEK-2
  const std::uint8_t device = regs_.byte(DeviceReg::device);
  const std::uint64_t low = regs_.get(DeviceReg::lba_low);
  const std::uint64_t cylinder = regs_.get(DeviceReg::lba_mid) | regs_.get(DeviceReg::lba_high) << 8;
  std::uint64_t lba = 0;
  if ((device & device_bits::LBA) != 0) {
    lba = low | cylinder << 8 | std::uint64_t{device & 0x0fu} << 24;
  } else {
    const std::uint64_t head = device & device_bits::head;
    if (head >= regs_.get(DeviceReg::logical_heads) || cylinder >= current_cylinders()) return fail(error::IDNF, 0);
    lba = (cylinder * regs_.get(DeviceReg::logical_heads) + head) * regs_.get(DeviceReg::logical_sectors);
  }
  if (lba >= limit28()) return fail(error::IDNF, 0);  // ATA6-SEEK-1: checking is a choice
  set_power_mode(PowerMode::active);
  issue(DiskOp::seek, lba, 0);
}

void Disk::flush() {
  if (config_.read_only && quirk(Quirk::openvmm_read_only)) return complete();  // OVMM-IDE-160, OVMM-IDE-161
  // ATA6-FLUSH-1, OVMM-IDE-113: BSY until the cache is on the medium. ATA6-FLUSH-4: the whole cache.
  if (!write_cache_.flush()) issue(DiskOp::flush, 0, 0);
}

void Disk::identify_device() {
  // ATA6-ID-6: a disk reports no error for ECh.
  std::array<std::uint8_t, kSectorBytes> data{};
  identify(data);
  send(data);
}

void Disk::initialize_device_parameters() {
  // ATA6-CHS-5: sectors per track in Sector Count, heads - 1 in Device(3:0).
  const std::uint8_t track = regs_.byte(DeviceReg::sector_count);
  const std::uint8_t heads = static_cast<std::uint8_t>((regs_.byte(DeviceReg::device) & device_bits::head) + 1);
  if (quirk(Quirk::openvmm_geometry)) return complete();  // OVMM-IDE-153
  if (track == 0) return abort();
  regs_.set(DeviceReg::logical_sectors, track);
  regs_.set(DeviceReg::logical_heads, heads);
  complete();
}

void Disk::set_multiple_mode() {
  const std::uint8_t count = regs_.byte(DeviceReg::sector_count);
  if (quirk(Quirk::openvmm_multiple)) {  // OVMM-IDE-154
    regs_.set(DeviceReg::multiple_count, count == 0 || count > 128 ? 128u : count);
    return complete();
  }
  // ATA6-MULT-1: powers of two up to word 47; ATA6-MULT-3: 0 switches multiple mode off; ATA6-MULT-2: else abort.
  if (count > config_.multiple_limit || (count != 0 && !std::has_single_bit(count))) return abort();
  regs_.set(DeviceReg::multiple_count, count);
  complete();
}

void Disk::download_microcode() {
  // ATA6-DM-1: temporary or to be saved; LBA Low:Sector Count sectors, the other address bits 0.
  const std::uint8_t what = regs_.byte(DeviceReg::features);
  const std::uint64_t zero = regs_.get(DeviceReg::lba_mid) | regs_.get(DeviceReg::lba_high) |
                             (regs_.get(DeviceReg::device) & device_bits::head);
  if ((what != 0x01 && what != 0x07) || zero != 0) return abort();
  const auto sectors =
      static_cast<std::uint32_t>(regs_.get(DeviceReg::lba_low) << 8 | regs_.get(DeviceReg::sector_count));
  if (sectors == 0) return complete();
  receive(sectors);
}

}  // namespace coincide
