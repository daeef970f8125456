#include "emu/ata/power_up_in_standby.h"

#include "emu/ata/disk.h"

namespace coincide {

/// ATA6-PUIS-1, ATA6-SF-9: `puis_enabled` lives through power cycles; a jumper sets it at each. ATA6-PUIS-2
void PowerUpInStandby::reset(ResetKind kind) {
  if (kind != ResetKind::power_cycle) return;
  if (disk_.has(Feature::puis_jumper)) disk_.regs().set(DeviceReg::puis_enabled, 1);
  at_rest_ = disk_.has(Feature::puis) && disk_.regs().get(DeviceReg::puis_enabled) != 0;
  if (at_rest_) disk_.set_power_mode(PowerMode::standby);
  disk_.regs().set(DeviceReg::spin_up_needed, at_rest_ && disk_.has(Feature::puis_spin_up) ? 1 : 0);
}

void PowerUpInStandby::software_reset(bool /*revert*/) {}

void PowerUpInStandby::spun_up() {
  at_rest_ = false;  // ATA6-PUIS-3: from now on the data are complete, until the power goes
  disk_.regs().set(DeviceReg::spin_up_needed, 0);
}

/// ATA6-PUIS-4: media commands, seeks, an erase, and the commands that ask for Idle.
bool PowerUpInStandby::refuses(const CommandRow& row) const {
  if (disk_.regs().get(DeviceReg::spin_up_needed) == 0) return false;
  const bool idle = row.opcode == 0xe1 || row.opcode == 0xe3;
  return row.media != MediaAccess::none || row.inputs == Inputs::address || row.opcode == 0xf4 || idle;
}

bool PowerUpInStandby::incomplete() const { return at_rest_ && disk_.has(Feature::puis_incomplete); }

std::uint16_t PowerUpInStandby::configuration_word() const {  // ATA6-PUIS-5
  // A property of the disk as it is set up: whether it will need SET FEATURES 07h after power-on.
  const bool needs_command = disk_.has(Feature::puis_spin_up) && disk_.regs().get(DeviceReg::puis_enabled) != 0;
  if (needs_command) return incomplete() ? 0x37c8 : 0x738c;
  return incomplete() ? 0x8c73 : 0xc837;
}

void PowerUpInStandby::enable() {
  disk_.regs().set(DeviceReg::puis_enabled, 1);
  disk_.complete();
}

void PowerUpInStandby::disable() {
  if (disk_.has(Feature::puis_jumper)) return disk_.abort();  // ATA6-PUIS-1
  disk_.regs().set(DeviceReg::puis_enabled, 0);
  disk_.complete();
}

void PowerUpInStandby::spin_up() {
  if (!at_rest_) return disk_.complete();
  disk_.issue(DiskOp::spin, 0, 0);
}

void PowerUpInStandby::spin_up_done(const FaultHit& end) {
  if (end.outcome != DiskOutcome::done) return disk_.device_fault();
  disk_.set_power_mode(PowerMode::active);
  disk_.complete();
}

}  // namespace coincide
