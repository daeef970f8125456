// Power-on and hardware reset (ATA6 r3a §9.1), software reset (§9.2), EXECUTE DEVICE DIAGNOSTIC (§9.10).
// The time that the self-test takes is a disk request of kind `diagnose`, so that the board decides when it ends.
#include <bit>

#include "emu/ata/disk.h"

namespace coincide {
namespace {
constexpr std::uint8_t kMultiwordDma = 0x20, kUltraDma = 0x40;
/// Diagnostic codes (ATA6 r3a table 26): any of 00h, 02h-7Fh says that the device failed; Device 0 adds bit 7 for
/// Device 1.
constexpr std::uint8_t kFailed = 0x02, kDevice1Failed = 0x80;
}  // namespace

void Disk::cancel_requests() {
  queue_.cancel(static_cast<std::uint8_t>(unit()));
  write_cache_.requests_cancelled();
  smart_.requests_cancelled();
}

/// Settings as after power-on (power_on) or as a software reset brings them back.
void Disk::defaults(bool power_on) {
  const bool one_mode = profile_.has(Quirk::qemu_one_transfer_mode);
  regs_.set(DeviceReg::logical_heads, config_.heads);  // ATA6-CHS-8
  regs_.set(DeviceReg::logical_sectors, config_.sectors_per_track);
  regs_.set(DeviceReg::multiple_count, config_.multiple_default);
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

/// ATA6-DIAG-4, ATA6-PM-14: whatever DRDY is, in Idle and Standby too.
void Disk::run_diagnostic() {
  if (asleep()) return;
  cancel_requests();
  drop_data_phase();
  set_pending(false);
  regs_.set(DeviceReg::command, 0x90);
  smart_.command_received();
  dsc_defined_ = false;
  overlap_.software_reset(false);
  removable_.diagnostic();
  define_service(false);
  set_busy();
  diagnostic_interrupts_ = unit() % 2 == 0;  // ATA6-DIAG-2, ATA6-INT-10: only Device 0 interrupts
  begin_diagnostic();
}

void Disk::begin_diagnostic() {
  diagnosing_ = true;
  succeeded_ = kNoCommand;
  awaits_pdiag_ = false;
  cancel_requests();  // ATA6-PROT-4, ATA6-PROT-5: it starts again
  issue(DiskOp::diagnose, 0, 0);
}

void Disk::end_diagnostic(bool failed) {
  // ATA6-SRST-1: with SRST still set the device stays busy.
  const bool held = (regs_.byte(DeviceReg::device_control) & device_control::SRST) != 0;
  if (held && !hardware_reset_ && !profile_.has(Quirk::qemu_srst_ends_by_itself)) return;
  diagnosing_ = false;
  diagnostic_failed_ = failed;
  // Device 0 samples PDIAG- until Device 1 is done with its own test (D0HR2, D0SR2, D0ED2).
  Device* other = host_.neighbour(unit());
  awaits_pdiag_ = unit() % 2 == 0 && other != nullptr && other->diagnosing();
  if (awaits_pdiag_) return;
  post_diagnostic();
  if (unit() % 2 == 1 && other != nullptr) other->neighbour_diagnosed();
}

void Disk::neighbour_diagnosed() {
  if (!awaits_pdiag_) return;
  awaits_pdiag_ = false;
  post_diagnostic();
}

/// Posts diagnostic code, signature and status: the end of every reset and of EXECUTE DEVICE DIAGNOSTIC.
void Disk::post_diagnostic() {
  const Device* other = host_.neighbour(unit());
  std::uint8_t code = diagnostic_failed_ ? kFailed : error::passed;
  if (unit() % 2 == 0 && other != nullptr && other->diagnostic_failed()) code |= kDevice1Failed;  // ATA6-ERR-4
  regs_.set(DeviceReg::error, code);  // ATA6-POR-4, ATA6-DIAG-5, ATA6-ERR-3
  diagnostic_code_ = true;
  if (hardware_reset_) {  // ATA6-DC-7: an SRST that was set meanwhile counts for nothing
    regs_.set(DeviceReg::device_control, regs_.byte(DeviceReg::device_control) & ~device_control::SRST);
    hardware_reset_ = false;
  }
  set_signature();
  set_open(kOpenStatusDrdy);
  set_status(idle_status());  // ATA6-SIG-8: bits 3, 2, 0 are 0; ATA6-STAT-10: DRDY at once, well within 30 s
  if (diagnostic_interrupts_) {
    diagnostic_interrupts_ = false;
    set_pending(true);
  } else if (profile_.has(Quirk::qemu_srst_interrupts) && unit() % 2 == 0) {
    set_pending(true);
  }
  write_cache_.resume();
}

}  // namespace coincide
