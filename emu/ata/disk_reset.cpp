// What power-on, hardware reset (ATA6 r3a §9.1) and software reset (§9.2) do to a disk. The self-test that they end
// with is the same in every device: device_diagnostic.cpp.
#include <bit>

#include "emu/ata/disk.h"
#include "emu/ata/transfer_mode.h"

namespace coincide {

void Disk::cancel_requests() {
  succeeded_ = kNoCommand;
  queue_.cancel(static_cast<std::uint8_t>(unit()));
  write_cache_.requests_cancelled();
  smart_.requests_cancelled();
}

/// Settings as after power-on (power_on) or as a software reset brings them back.
void Disk::defaults(bool power_on) {
  const bool one_mode = profile_.has(Quirk::qemu_one_transfer_mode);
  regs_.set(DeviceReg::logical_heads, config_.heads);  // ATA6-CHS-8
  regs_.set(DeviceReg::logical_sectors, config_.sectors_per_track);
  // OVMM-IDE-118
  regs_.set(DeviceReg::multiple_count, quirk(Quirk::openvmm_multiple) ? 128u : config_.multiple_default);
  regs_.set(DeviceReg::write_cache, config_.write_cache ? 1 : 0);
  regs_.set(DeviceReg::look_ahead, config_.look_ahead ? 1 : 0);
  regs_.set(DeviceReg::apm_level, 0);  // ATA6-SF-9: the acoustic level stays, through any reset
  if (!power_on) return;
  regs_.set(DeviceReg::pio_mode, 0);
  // ATA6-POR-3: no Ultra DMA mode is selected after power-on or a hardware reset.
  // Multiword mode 0 is always there (ATA6-DCO-6).
  const unsigned multiword = kMultiwordDma + static_cast<unsigned>(std::bit_width(dco_.multiword_modes())) - 1;
  regs_.set(DeviceReg::dma_mode, one_mode ? static_cast<unsigned>(kUltraDma) + config_.max_udma : multiword);
  regs_.set(DeviceReg::revert_on_reset, 1);
  regs_.set(DeviceReg::standby_timer, 0);
  standby_deadline_ns_ = ~std::uint64_t{0};
}

/// ATA6-PROT-2: from any state.
void Disk::hardware_reset(ResetKind kind) {
  reset_waits_ = table_exhausted_ = false;  // OVMM-IDE-083
  cancel_requests();
  drop_data_phase();
  diagnostic_interrupts_ = false;
  sleep_pending_ = false;
  // ATA6-PM-13: a reset leaves Sleep, into Standby. A power cycle starts in Active.
  if (kind == ResetKind::power_cycle) {
    write_cache_.clear();  // what was not flushed is lost
    set_power_mode(PowerMode::active);
  } else if (power_mode() == PowerMode::sleep) {
    set_power_mode(PowerMode::standby);
  }
  set_pending(false);                       // ATA6-INT-13, ATA6-POR-5
  regs_.set(DeviceReg::device_control, 0);  // ATA6-DC-7: SRST included
  set_status(status::BSY);                  // ATA6-POR-1; ATA6-STAT-9: DRDY falls
  host_.interrupt_changed();
  define_service(false);
  defaults(true);
  reset_feature_sets(kind);
  hardware_reset_ = true;
  begin_diagnostic();
}

void Disk::software_reset(bool asserted) {
  if (quirk(Quirk::openvmm_srst)) return software_reset_at_once();
  if (hardware_reset_) return;  // ATA6-PROT-3: ignored while the hardware reset is under way
  if (!asserted) {
    // ATA6-SRST-1: BSY stays until the diagnostics end
    if (!profile_.has(Quirk::qemu_srst_ends_by_itself)) begin_diagnostic();
    return;
  }
  // A request under way is taken back: its late completion must not touch the reset device.
  cancel_requests();
  drop_data_phase();
  diagnostic_interrupts_ = false;
  diagnosing_ = awaits_pdiag_ = false;
  sleep_pending_ = false;
  if (power_mode() == PowerMode::sleep) set_power_mode(PowerMode::standby);  // ATA6-SRST-8
  set_pending(false);                                                        // ATA6-INT-14, ATA6-SRST-6
  set_status(status::BSY);  // ATA6-STAT-9: DRDY falls; ATA6-STAT-13: so does ERR
  // ATA6-SRST-5, ATA6-CHS-8: with SET FEATURES 66h in force the settings stay. The transfer modes stay in any case
  // (ERRATA-12).
  const bool revert = regs_.get(DeviceReg::revert_on_reset) != 0;
  if (revert) defaults(false);
  define_service(false);
  software_reset_feature_sets(revert);
  if (profile_.has(Quirk::qemu_srst_ends_by_itself)) begin_diagnostic();
}

void Disk::diagnostic_starts() {
  sleep_pending_ = false;  // as any command
  smart_.command_received();
  overlap_.software_reset(false);
  removable_.diagnostic();
  define_service(false);
}

void Disk::diagnostic_posts() {
  set_signature();
  set_open(kOpenStatusDrdy);
  set_status(idle_status());  // ATA6-SIG-8: bits 3, 2, 0 are 0; ATA6-STAT-10: DRDY at once, well within 30 s
}

}  // namespace coincide
