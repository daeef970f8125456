// Power Management of the disk (ATA6 r3a §6.11, §8.7, §8.17, §8.18, §8.50, §8.52, §8.53): modes PM0 to PM3, and the
// standby timer on the virtual clock.
#include "emu/ata/disk.h"

namespace coincide {
void Disk::set_power_mode(PowerMode mode) {
  const PowerMode old_mode = power_mode();
  regs_.set(DeviceReg::power_mode, static_cast<unsigned>(mode));
  smart_.power_mode_changed(old_mode, mode);
  if (mode == PowerMode::active || mode == PowerMode::idle) puis_.spun_up();
}

// ATA6-PM-17: IDLE IMMEDIATE looks at no other register.
void Disk::power_command(const CommandRow& row) {
  if (profile_.has(Quirk::openvmm_power)) return complete();  // OVMM-IDE-158
  const std::uint8_t opcode = row.opcode;
  const bool qemu = profile_.has(Quirk::qemu_no_power_modes);
  if (opcode == 0xe2 || opcode == 0xe3) {  // ATA6-PM-3; the immediate forms keep the timer: ATA6-PM-4
    regs_.set(DeviceReg::standby_timer, regs_.get(DeviceReg::sector_count));
  }
  switch (opcode) {
    case 0xe0:
    case 0xe2:
      if (!qemu) set_power_mode(PowerMode::standby);
      break;
    case 0xe1:
    case 0xe3:
      if (!qemu) set_power_mode(PowerMode::idle);
      break;
    default:  // SLEEP
      sleep_pending_ = !qemu;
      break;
  }
  restart_standby_timer();
  complete();
}

void Disk::check_power_mode() {
  // ATA6-PM-1: neither mode nor timer changes.
  regs_.set(DeviceReg::sector_count, power_mode_code(power_mode()));
  if (profile_.has(Quirk::openvmm_power)) regs_.set(DeviceReg::sector_count_prev, 0);  // OVMM-IDE-159
  complete();
  set_open(open() & ~unsigned{kOpenCount});
}

void Disk::restart_standby_timer() {
  const std::uint64_t period = standby_period_ns(regs_.byte(DeviceReg::standby_timer));
  standby_deadline_ns_ = period == 0 ? ~std::uint64_t{0} : output_.now_ns + period;
}

void Disk::clock(std::uint64_t now_ns) {
  smart_.clock(now_ns);
  if (now_ns < standby_deadline_ns_) return;
  standby_deadline_ns_ = ~std::uint64_t{0};
  if (engaged()) return restart_standby_timer();         // the interval counts from the end of a command
  if (smart_.running()) return restart_standby_timer();  // ATA6-SMART-21
  if (power_mode() == PowerMode::active || power_mode() == PowerMode::idle) {
    set_power_mode(PowerMode::standby);  // ATA6-PM-5
  }
}

void Disk::status_was_read() {
  if (sleep_pending_) {  // ATA6-PM-11: Sleep begins when the host reads Status
    sleep_pending_ = false;
    set_power_mode(PowerMode::sleep);
  }
}

}  // namespace coincide
