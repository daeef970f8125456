// What the quirks of OpenVMM's disk put in the place of the standard: the translation it computes, a software reset
// that waits, a device write that resets, tables and memory that end a command early (openvmm-ide.md 4.3, 5).
#include <algorithm>

#include "emu/ata/disk.h"

namespace coincide {

/// Heads and sectors per track grow with the disk; the comparison is "at least" (OVMM-IDE-128). By capacity:
/// OVMM-IDE-126, OVMM-IDE-127, OVMM-IDE-129, OVMM-IDE-130 have 17 sectors per track, OVMM-IDE-131 has 31, OVMM-IDE-132,
/// OVMM-IDE-133, OVMM-IDE-134, OVMM-IDE-135 have 63.
void Disk::take_openvmm_geometry() {
  constexpr std::uint64_t kMostSectors = 0xfc0000;
  const std::uint64_t sectors = std::min<std::uint64_t>(overlay().sectors(), kMostSectors);
  std::uint64_t track = 17;
  std::uint64_t tracks = sectors / track;
  std::uint64_t heads = std::max<std::uint64_t>((tracks + 1023) / 1024, 4);
  if (tracks >= heads * 1024 || heads > 16) {
    heads = 16;
    track = 31;
    tracks = sectors / track;
  }
  if (tracks >= heads * 1024) {
    track = 63;
    tracks = sectors / track;
  }
  config_.heads = static_cast<std::uint8_t>(heads);
  config_.sectors_per_track = static_cast<std::uint8_t>(track);
  config_.cylinders = static_cast<std::uint16_t>(tracks / heads);
}

std::uint64_t Disk::chs_sectors() const {
  return std::uint64_t{config_.cylinders} * config_.heads * config_.sectors_per_track;
}

/// OVMM-IDE-104: DSC also while BSY is 1. OVMM-IDE-105: and ERR, if it stood there.
std::uint8_t Disk::busy_status() const {
  if (!quirk(Quirk::openvmm_busy_status)) return Device::busy_status();
  return status::BSY | status::DSC;
}

/// A buffer that belongs to no command of the medium, as that of IDENTIFY DEVICE, does not count (OVMM-IDE-177).
bool Disk::command_under_way() const { return busy() || (drq() && transfer_.access != MediaAccess::none); }

std::uint8_t Disk::control_bits() const {  // OVMM-IDE-095
  return quirk(Quirk::openvmm_srst) ? device_control::HOB | device_control::SRST | device_control::nIEN : 0xff;
}

/// SRST clears itself, so that only its rise comes here (OVMM-IDE-095). OVMM-IDE-180: no interrupt. OVMM-IDE-072: the
/// bus master hears nothing of it.
void Disk::software_reset_at_once() {
  regs_.set(DeviceReg::device_control, regs_.byte(DeviceReg::device_control) & ~device_control::SRST);
  if (!command_under_way()) return hardware_reset(ResetKind::pci);  // OVMM-IDE-177
  reset_waits_ = true;                                              // OVMM-IDE-178, OVMM-IDE-181
  set_busy();
}

/// OVMM-IDE-178, OVMM-IDE-179: the command that a software reset waited for has ended.
bool Disk::reset_that_waited() {
  if (!reset_waits_) return false;
  hardware_reset(ResetKind::pci);
  return true;
}

/// OVMM-IDE-100: the whole byte is compared with the drive's number.
void Disk::device_to_be_written(std::uint8_t value) {
  const unsigned number = unit() % 2;
  const bool selected = dev() == (number == 1);
  if (quirk(Quirk::openvmm_device_write_resets) && selected && command_under_way() && value != number)
    hardware_reset(ResetKind::pci);
}

/// OVMM-IDE-039: data for the bus master that went through the data port.
void Disk::dma_taken_by_host() {
  if (transfer_.protocol == Protocol::dma_in) return next_dma_in(false);
  dma_finish();
}

/// OVMM-IDE-038: the buffer is gone, and what the command does without it nobody has said: it waits for ever.
void Disk::buffer_misused() {
  drop_data_phase();
  if (transfer_.access == MediaAccess::none) return set_status(idle_status());
  set_busy();
}

bool Disk::table_ended() {
  table_exhausted_ = true;
  drop_dma_rest();
  return true;
}

/// OVMM-IDE-084: no error and no interrupt. OVMM-IDE-088: a reset that waited comes now.
void Disk::memory_failed() {
  drop_data_phase();
  transfer_ = {};
  if (!reset_that_waited()) set_status(idle_status());
}

/// OVMM-IDE-080: the data of a read that came after the end of the table are thrown away.
void Disk::end_without_data() {
  const bool pio = transfer_.protocol == Protocol::pio_in;
  drop_data_phase();
  if (reset_that_waited()) return;
  set_status(idle_status());
  if (pio) set_pending(true);
}

}  // namespace coincide
