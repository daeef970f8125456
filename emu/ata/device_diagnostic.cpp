// The self-test that power-on, RESET- (ATA6 r3a §9.1), SRST (§9.2) and EXECUTE DEVICE DIAGNOSTIC (§9.10) end with, for
// every kind of device, and PDIAG- between the two of a cable. The time that the self-test takes is a disk request of
// kind `diagnose`, so that the board decides when it ends.
#include "emu/ata/device.h"

namespace coincide {
namespace {
/// Diagnostic codes (ATA6 r3a table 26): any of 00h, 02h-7Fh says that the device failed; Device 0 adds bit 7 for
/// Device 1.
constexpr std::uint8_t kFailed = 0x02, kDevice1Failed = 0x80;
}  // namespace

/// ATA6-DIAG-4, ATA6-PM-14: whatever DRDY is, in Idle and Standby too. ATA6-DIAG-7: disks and packet devices alike.
void Device::run_diagnostic() {
  if (asleep()) return;
  cancel_requests();
  drop_data_phase();
  if (!keeps_pending()) set_pending(false);
  regs_.set(DeviceReg::command, 0x90);
  dsc_defined_ = false;
  diagnostic_starts();
  set_busy();
  // ATA6-DIAG-2, ATA6-INT-10: only Device 0 interrupts
  diagnostic_interrupts_ = unit() % 2 == 0 && !diagnostic_silent();
  begin_diagnostic();
}

void Device::begin_diagnostic() {
  diagnosing_ = true;
  awaits_pdiag_ = false;
  cancel_requests();  // ATA6-PROT-4, ATA6-PROT-5: it starts again
  if (self_test_at_once()) return end_diagnostic(false);
  queue_.issue(static_cast<std::uint8_t>(unit()), DiskOp::diagnose, 0, 0);
}

void Device::end_diagnostic(bool failed) {
  // ATA6-SRST-1: with SRST still set the device stays busy.
  const bool held = (regs_.byte(DeviceReg::device_control) & device_control::SRST) != 0;
  if (held && !hardware_reset_ && !profile_.has(Quirk::qemu_srst_ends_by_itself)) return;
  diagnosing_ = false;
  diagnostic_failed_ = failed;
  // Device 0 samples PDIAG- until Device 1 is done with its own test (D0HR2, D0SR2, D0ED2).
  Device* other = host_.neighbour(unit());
  awaits_pdiag_ = unit() % 2 == 0 && other != nullptr && other->diagnosing() && !self_test_at_once();
  if (awaits_pdiag_) return;
  post_diagnostic();
  if (unit() % 2 == 1 && other != nullptr) other->neighbour_diagnosed();
}

void Device::neighbour_diagnosed() {
  if (!awaits_pdiag_) return;
  awaits_pdiag_ = false;
  post_diagnostic();
}

/// TRAP-19: never by a drive select.
/// Posts diagnostic code, signature and status: the end of every reset and of EXECUTE DEVICE DIAGNOSTIC.
void Device::post_diagnostic() {
  const Device* other = host_.neighbour(unit());
  std::uint8_t code = diagnostic_failed_ ? kFailed : error::passed;
  if (unit() % 2 == 0 && other != nullptr && other->diagnostic_failed()) code |= kDevice1Failed;  // ATA6-ERR-4
  regs_.set(DeviceReg::error, code);  // ATA6-POR-4, ATA6-DIAG-5, ATA6-ERR-3
  diagnostic_code_ = true;
  if (hardware_reset_) {  // ATA6-DC-7: an SRST that was set meanwhile counts for nothing
    regs_.set(DeviceReg::device_control, regs_.byte(DeviceReg::device_control) & ~device_control::SRST);
  }
  diagnostic_posts();
  hardware_reset_ = false;
  if (diagnostic_interrupts_) {
    diagnostic_interrupts_ = false;
    set_pending(true);
  } else if (profile_.has(Quirk::qemu_srst_interrupts) && unit() % 2 == 0 && !diagnostic_silent()) {
    set_pending(true);
  }
  diagnostic_ended();
}

}  // namespace coincide
