// Power-on and hardware reset (ATA6 r3a §9.1), software reset (§9.2), EXECUTE DEVICE DIAGNOSTIC (§9.10).
// The time that the self-test takes is a disk request of kind `diagnose`, so that the board decides when it ends.
#include "emu/ata/disk.h"

namespace coincide {
namespace {
constexpr std::uint8_t kMultiwordDma2 = 0x22, kUltraDma = 0x40;
}

/// Settings as after power-on (power_on) or as a software reset brings them back.
void Disk::defaults(bool power_on) {
  const bool one_mode = profile_.has(Quirk::qemu_one_transfer_mode);
  regs_.set(DeviceReg::logical_heads, config_.heads);  // ATA6-CHS-8
  regs_.set(DeviceReg::logical_sectors, config_.sectors_per_track);
  regs_.set(DeviceReg::multiple_count, config_.multiple_default);
  regs_.set(DeviceReg::write_cache, config_.write_cache ? 1 : 0);
  regs_.set(DeviceReg::look_ahead, config_.look_ahead ? 1 : 0);
  if (!power_on) return;
  regs_.set(DeviceReg::pio_mode, 0);
  // ATA6-POR-3: no Ultra DMA mode is selected after power-on or a hardware reset.
  regs_.set(DeviceReg::dma_mode, one_mode ? static_cast<unsigned>(kUltraDma) + config_.max_udma : kMultiwordDma2);
  regs_.set(DeviceReg::revert_on_reset, 1);
  regs_.set(DeviceReg::standby_timer, 0);
  standby_deadline_ns_ = ~std::uint64_t{0};
  const std::uint64_t last = overlay_.sectors() == 0 ? 0 : overlay_.sectors() - 1;
  regs_.set(DeviceReg::native_max_lba, last);
  regs_.set(DeviceReg::max_lba, last);
}

void Disk::hardware_reset(ResetKind kind) {
  queue_.cancel(static_cast<std::uint8_t>(unit()));
  drop_data_phase();
  diagnostic_interrupts_ = false;
  sleep_pending_ = false;
  // ATA6-PM-13: a reset leaves Sleep, into Standby. A power cycle starts in Active.
  if (kind == ResetKind::power_cycle) {
    set_power_mode(PowerMode::active);
  } else if (power_mode() == PowerMode::sleep) {
    set_power_mode(PowerMode::standby);
  }
  set_pending(false);                       // ATA6-INT-13, ATA6-POR-5
  regs_.set(DeviceReg::device_control, 0);  // ATA6-DC-7: SRST included
  set_status(idle_status() | status::BSY);  // ATA6-POR-1
  host_.interrupt_changed();
  defaults(true);
  begin_diagnostic();
}

void Disk::software_reset(bool asserted) {
  if (!asserted) {
    // ATA6-SRST-1: BSY stays until the diagnostics end
    if (!profile_.has(Quirk::qemu_srst_ends_by_itself)) begin_diagnostic();
    return;
  }
  // A request under way is taken back: its late completion must not touch the reset device.
  queue_.cancel(static_cast<std::uint8_t>(unit()));
  drop_data_phase();
  diagnostic_interrupts_ = false;
  sleep_pending_ = false;
  if (power_mode() == PowerMode::sleep) set_power_mode(PowerMode::standby);  // ATA6-SRST-8
  set_pending(false);                                                        // ATA6-INT-14, ATA6-SRST-6
  set_status(idle_status() | status::BSY);
  // ATA6-SRST-5, ATA6-CHS-8: with SET FEATURES 66h in force the settings stay. The transfer modes stay in any case
  // (ERRATA-12).
  if (regs_.get(DeviceReg::revert_on_reset) != 0 && !profile_.has(Quirk::qemu_reset_keeps_settings)) defaults(false);
  if (profile_.has(Quirk::qemu_srst_ends_by_itself)) begin_diagnostic();
}

void Disk::run_diagnostic() {
  if (asleep()) return;
  queue_.cancel(static_cast<std::uint8_t>(unit()));
  drop_data_phase();
  set_pending(false);
  regs_.set(DeviceReg::command, 0x90);
  dsc_defined_ = false;
  set_busy();
  diagnostic_interrupts_ = unit() % 2 == 0;  // ATA6-DIAG-2, ATA6-INT-10: only Device 0 interrupts
  begin_diagnostic();
}

void Disk::begin_diagnostic() {
  queue_.cancel(static_cast<std::uint8_t>(unit()));  // ATA6-PROT-4, ATA6-PROT-5: it starts again
  issue(DiskOp::diagnose, 0, 0);
}

void Disk::end_diagnostic() {
  // ATA6-SRST-1: with SRST still set the device stays busy.
  const bool held = (regs_.byte(DeviceReg::device_control) & device_control::SRST) != 0;
  if (held && !profile_.has(Quirk::qemu_srst_ends_by_itself)) return;
  regs_.set(DeviceReg::error, error::passed);  // ATA6-POR-4, ATA6-DIAG-5, ATA6-ERR-3
  diagnostic_code_ = true;
  set_signature();
  set_open(kOpenStatusDrdy);
  set_status(idle_status());  // ATA6-SIG-8: bits 3, 2, 0 are 0
  if (diagnostic_interrupts_) {
    diagnostic_interrupts_ = false;
    set_pending(true);
  } else if (profile_.has(Quirk::qemu_srst_interrupts) && unit() % 2 == 0) {
    set_pending(true);
  }
}

}  // namespace coincide
