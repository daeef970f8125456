// What the resets do to a packet device (ATA6 r3a §9.1, §9.2, §9.10, §9.11).
#include <utility>

#include "emu/ata/power.h"
#include "emu/ata/transfer_mode.h"
#include "emu/atapi/packet_device.h"

namespace coincide {

PacketDevice::PacketDevice(Output& output, DiskQueue& queue, DeviceHost& host, const Profile& profile,
                           const DeviceConfig& config, unsigned unit, bool other_present)
    : Device(output, queue, host, profile, unit),
      config_(config),
      other_present_(other_present),
      faults_(config.faults) {
  queue.attach(static_cast<std::uint8_t>(unit), *this, faults_);  // the unit may take the place of the first
  queue.attach_self_test(static_cast<std::uint8_t>(unit), *this);
  buffer_.resize(kSectorBytes);
  serv_defined_ = has(Feature::overlap);  // ATAPI-PKT-7
  defaults();
  regs_.set(DeviceReg::error, error::passed);
  diagnostic_code_ = true;
  hardware_reset_ = true;
  diagnostic_posts();
  hardware_reset_ = false;
}

Answer PacketDevice::read_standing_in(TaskReg reg) {
  // ATA6-ABS-5: 00h; Error may be Device 0's.
  return {0, reg == TaskReg::error_features ? 0xffu : 0u};
}

std::uint8_t PacketDevice::ultra_modes() const {
  return config_.max_udma > 6 ? std::uint8_t{0} : static_cast<std::uint8_t>((2u << config_.max_udma) - 1);
}

/// Settings as after power-on or RESET-.
void PacketDevice::defaults() {
  const bool one_mode = profile_.has(Quirk::qemu_one_transfer_mode);
  regs_.set(DeviceReg::pio_mode, 0);
  // ATA6-POR-3: no Ultra DMA mode is selected.
  regs_.set(DeviceReg::dma_mode, one_mode ? kUltraDma + std::uint64_t{config_.max_udma} : kMultiwordDma + 2u);
  regs_.set(DeviceReg::revert_on_reset, 1);
  regs_.set(DeviceReg::standby_timer, 0);
  regs_.set(DeviceReg::release_interrupt, 0);
  regs_.set(DeviceReg::service_interrupt, 0);
  drop_notification();
  standby_deadline_ns_ = ~std::uint64_t{0};
}

/// ATA6-SIG-2: 01 01 14 EB. ATA6-SIG-3: DEV becomes 0 but for DEVICE RESET and the two commands that abort with it.
void PacketDevice::set_signature(bool keep_dev) {
  regs_.set(DeviceReg::sector_count, 0x01);
  regs_.set(DeviceReg::lba_low, 0x01);
  regs_.set(DeviceReg::lba_mid, 0x14);
  regs_.set(DeviceReg::lba_high, 0xeb);
  std::uint8_t kept = keep_dev ? device_bits::DEV : std::uint8_t{0};
  if (profile_.has(Quirk::qemu_packet_signature_device)) kept = 0xf0;
  regs_.set(DeviceReg::device, regs_.byte(DeviceReg::device) & kept);
  set_previous_open(kOpenCount | kOpenLba);
}

void PacketDevice::drop_packet() {
  if (stage_ == Stage::running || stage_ == Stage::data) logical_unit_->cancel();
  stage_ = Stage::none;
  piece_left_ = 0;
}

void PacketDevice::cancel_requests() {
  stage_ = Stage::none;
  piece_left_ = 0;
  logical_unit_->cancel();  // ATAPI-RST-2: in every stage, for a tray moves on when its command has ended
  discard_queue();
  queue_.cancel(static_cast<std::uint8_t>(unit()));
}

void PacketDevice::leave_sleep() {
  sleep_pending_ = false;
  if (asleep()) regs_.set(DeviceReg::power_mode, static_cast<unsigned>(PowerMode::standby));  // ATA6-PM-13
}

void PacketDevice::hardware_reset(ResetKind kind) {
  cancel_requests();
  drop_data_phase();
  diagnostic_interrupts_ = false;
  leave_sleep();
  if (kind == ResetKind::power_cycle) regs_.set(DeviceReg::power_mode, static_cast<unsigned>(PowerMode::active));
  set_pending(false);
  regs_.set(DeviceReg::device_control, 0);
  set_status(status::BSY);
  host_.interrupt_changed();
  defaults();
  logical_unit_->reset(kind == ResetKind::power_cycle);
  hardware_reset_ = true;
  software_reset_ = false;
  begin_diagnostic();
}

/// ATA6-SRST-5, ERRATA-11: no setting goes back, of the device or of its unit.
void PacketDevice::software_reset(bool asserted) {
  if (hardware_reset_) return;
  if (profile_.has(Quirk::openvmm_packet_reset_at_once)) {
    if (asserted) reset_at_once();
    return;
  }
  const bool at_once = profile_.has(Quirk::qemu_srst_ends_by_itself);
  if (!asserted) {
    if (!at_once) begin_diagnostic();
    return;
  }
  cancel_requests();
  drop_data_phase();
  diagnostic_interrupts_ = false;
  diagnosing_ = awaits_pdiag_ = false;
  software_reset_ = true;
  drop_notification();
  leave_sleep();  // ATA6-SEL-12
  set_pending(false);
  set_status(status::BSY);
  if (at_once) begin_diagnostic();
}

/// OVMM-ATAPI-38: all registers as after power-on. OVMM-ATAPI-39: behind a packet that runs it waits, and no interrupt
/// shows.
void PacketDevice::reset_at_once() {
  set_pending(false);
  const bool broke_off = std::exchange(diagnosing_, false);  // a self-test is broken off
  awaits_pdiag_ = diagnostic_interrupts_ = false;
  reset_waits_ = busy() && !broke_off;
  if (reset_waits_) return;
  cancel_requests();
  drop_data_phase();
  regs_.set(DeviceReg::features, 0);
  regs_.set(DeviceReg::device_control, 0);
  regs_.set(DeviceReg::error, error::passed);
  diagnostic_code_ = true;
  set_signature(false);
  set_open(0);
  dsc_defined_ = true;
  set_status(0);
  Device* neighbour = host_.neighbour(unit());
  if (broke_off && unit() % 2 == 1 && neighbour != nullptr) neighbour->neighbour_diagnosed();
}

void PacketDevice::reset_if_waiting() {
  if (reset_waits_ && !busy()) reset_at_once();
}

/// OVMM-ATAPI-02
void PacketDevice::device_was_written() {
  if (!profile_.has(Quirk::openvmm_packet_select_wakes)) return;
  if (status() == 0 && dev() == (unit() % 2 == 1)) set_status(idle_status());
}

/// ATA6-DIAG-8: the unit's operating modes go back as at a reset.
void PacketDevice::diagnostic_starts() {
  sleep_pending_ = false;  // as any command
  drop_notification();
  logical_unit_->reset(false);
}

void PacketDevice::diagnostic_posts() {
  const bool commanded = !hardware_reset_ && !software_reset_;
  software_reset_ = false;
  set_signature(false);  // OVMM-IDE-009, ATA6-SIG-4: it stays until a command writes the registers
  set_open(0);
  dsc_defined_ = true;  // bit 4 is 0 and no longer open
  set_status(0);        // ATA6-IDLE-4, ATA6-SIG-8, ATAPI-RST-3, ATA6-STAT-9: DRDY stays 0
  if (hardware_reset_ && profile_.has(Quirk::qemu_packet_power_on)) {
    regs_.set(DeviceReg::error, 0);
    set_status(idle_status());
  }
  if (commanded && profile_.has(Quirk::openvmm_packet_diagnostic)) set_status(idle_status());  // OVMM-ATAPI-07
}

/// OVMM-ATAPI-07: in Device 1 too, where it shows when that is selected next.
void PacketDevice::diagnostic_ended() {
  const bool commanded = !hardware_reset_ && regs_.get(DeviceReg::command) == 0x90 && status() != 0;
  if (commanded && profile_.has(Quirk::openvmm_packet_diagnostic)) set_pending(true);
}

void PacketDevice::request_done(const DiskRequest& request, const FaultHit& end) {
  if (request.op == DiskOp::diagnose) end_diagnostic(end.outcome != DiskOutcome::done);
}

/// ATA6-DRST-1, ATA6-DRST-2, ATA6-INT-12: with BSY, DRQ or DMARQ up and in Sleep. ATA6-DRST-3: it cannot fail.
/// ATA6-DRST-6, ATA6-DRST-7, ATAPI-RST-2: no setting goes back.
bool PacketDevice::device_reset() {
  // ATA6-PROT-3, ATA6-PROT-4: not while a reset is under way.
  if (hardware_reset_ || software_reset_) return true;
  const bool refuses = profile_.has(Quirk::openvmm_packet_device_reset);
  if (refuses && (busy() || drq())) return true;  // OVMM-ATAPI-14
  cancel_requests();
  drop_data_phase();
  leave_sleep();
  drop_notification();
  diagnostic_interrupts_ = false;
  const bool was_diagnosing = diagnosing_;
  diagnosing_ = awaits_pdiag_ = false;
  regs_.set(DeviceReg::command, 0x08);
  if (!refuses) set_pending(false);            // ATA6-DRST-4; OVMM-ATAPI-05: it stays
  regs_.set(DeviceReg::error, error::passed);  // ATA6-DRST-9, ATA6-ERR-5
  diagnostic_code_ = true;
  set_signature(true);  // ATA6-DRST-5: DEV stays
  set_open(0);
  dsc_defined_ = true;
  set_status(0);
  Device* other = host_.neighbour(unit());
  if (was_diagnosing && unit() % 2 == 1 && other != nullptr) other->neighbour_diagnosed();
  return true;
}

void PacketDevice::save(SnapshotWriter& archive) {
  fields(archive);
  logical_unit_->save(archive);
}

void PacketDevice::restore(SnapshotReader& archive) {
  fields(archive);
  logical_unit_->restore(archive);
  const bool good = buffer_.size() >= kSectorBytes && block_bytes_ <= buffer_.size() && stage_ <= Stage::data &&
                    released_ <= Released::ended && waiting_.size() <= config_.queue_depth;
  if (good) return;
  archive.fail();
  stage_ = Stage::none;
  released_ = Released::none;
  waiting_.clear();
}

}  // namespace coincide
