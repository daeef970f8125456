// Which ATA commands a packet device runs, and those that carry no packet (ATA6 r3a table E.2, §8).
#include "emu/ata/power.h"
#include "emu/atapi/packet_device.h"

namespace coincide {

// ATAPI-ABT-4. DEVICE RESET and EXECUTE DEVICE DIAGNOSTIC come another way. Sorted by opcode.
std::span<const PacketDevice::Entry> PacketDevice::entries() {
  static constexpr Entry kEntries[] = {
      // ATA6-NOP-1, ATA6-NOP-2, ATA6-NOP-3, ATA6-OVL-11: subcommand 00h alone touches the queue
      {0x00, [](PacketDevice& d) { d.fail(error::ABRT, d.regs_.get(DeviceReg::features) != 0); }},
      {0xa0, [](PacketDevice& d) { d.packet(); }},
      {0xa1, [](PacketDevice& d) { d.identify_packet_device(); }},
      {0xa2, [](PacketDevice& d) { d.has(Feature::overlap) ? d.service() : d.abort(); }},  // ATA6-OVL-12
      {0xda, [](PacketDevice& d) { d.has(Feature::media_status) ? d.get_media_status() : d.abort(); }},
      {0xe0, [](PacketDevice& d) { d.power_command(0xe0); }},  // ATA6-PM-9
      {0xe1, [](PacketDevice& d) { d.power_command(0xe1); }},
      {0xe2, [](PacketDevice& d) { d.power_command(0xe2); }},
      {0xe3, [](PacketDevice& d) { d.power_command(0xe3); }},
      {0xe5, [](PacketDevice& d) { d.check_power_mode(); }},
      {0xe6, [](PacketDevice& d) { d.power_command(0xe6); }},
      {0xef, [](PacketDevice& d) { d.set_features(); }},
  };
  return kEntries;
}

namespace {

/// Those that OpenVMM's drive has; the rest of the table aborts (OVMM-ATAPI-13).
bool openvmm_has(std::uint8_t opcode) { return opcode == 0xa0 || opcode == 0xa1 || opcode == 0xe5 || opcode == 0xef; }

}  // namespace

void PacketDevice::execute(std::uint8_t opcode) {  // ATA6-ID-9, ATA6-PKT-7, ATA6-RW-11: whatever DRDY is
  drop_packet();
  if (profile_.has(Quirk::openvmm_packet_clears_error)) regs_.set(DeviceReg::error, 0);  // OVMM-ATAPI-15
  sleep_pending_ = false;  // ATA6-PM-11: a host that goes on without a look at Status keeps the device awake
  const bool queued = opcode == 0x00 || opcode == 0xa0 || opcode == 0xa2;
  if (!queue_empty() && !queued) return abort();  // ATA6-OVL-7
  if (opcode != 0xe5) restart_standby_timer();
  const CommandRow* row = find_command(opcode, regs_.byte(DeviceReg::features));
  // ATAPI-ABT-2, ATA6-RM-2, ATA6-SMART-15
  if (row == nullptr || row->packet == Support::prohibited) return abort();
  if (row->packet == Support::prohibited_signature) return abort_with_signature();
  if (profile_.has(Quirk::openvmm_packet_commands) && !openvmm_has(opcode)) return abort();
  if (row->set == FeatureSet::power && !config_.power_management) return abort();  // ATA6-PM-10
  for (const Entry& entry : entries()) {
    if (entry.opcode == opcode) return entry.start(*this);
  }
  abort();  // ATA6-CMD-1: its feature set is not there
}

void PacketDevice::complete() {
  set_open(kOpenError);
  set_status(idle_status());  // ATA6-STAT-11: DRDY comes with the first command
  set_pending(true);
}

void PacketDevice::fail(std::uint8_t error_bits, bool keep_queue) {
  drop_packet();
  drop_data_phase();
  if (!keep_queue) discard_queue();  // ATA6-OVL-8
  regs_.set(DeviceReg::error, error_bits);
  set_open(0);
  set_status(static_cast<std::uint8_t>(idle_status() | status::ERR));
  set_pending(true);  // ATAPI-ABT-3
}

/// IDENTIFY DEVICE and READ SECTOR(S): ATA6-ID-7, ATA6-SIG-2, ATA6-SIG-6, ATAPI-ABT-1, OVMM-ATAPI-06, OVMM-ATAPI-11.
void PacketDevice::abort_with_signature() {
  set_signature(true);
  abort();
}

void PacketDevice::identify_packet_device() {
  if (profile_.has(Quirk::openvmm_packet_identify_reason)) set_reason(interrupt_reason::IO);  // OVMM-ATAPI-09
  if (buffer_.size() < kSectorBytes) buffer_.resize(kSectorBytes);
  identify(std::span<std::uint8_t, kSectorBytes>(buffer_.data(), kSectorBytes));
  open_block(DataPhase::pio_in, kSectorBytes);
  set_pending(true);
}

void PacketDevice::power_command(std::uint8_t opcode) {
  const bool standby = opcode == 0xe0 || opcode == 0xe2;
  if (opcode == 0xe2 || opcode == 0xe3) regs_.set(DeviceReg::standby_timer, regs_.get(DeviceReg::sector_count));
  if (!profile_.has(Quirk::qemu_no_power_modes)) {
    if (opcode == 0xe6) {
      sleep_pending_ = true;  // ATA6-PM-11
    } else {
      regs_.set(DeviceReg::power_mode, static_cast<unsigned>(standby ? PowerMode::standby : PowerMode::idle));
    }
  }
  restart_standby_timer();
  complete();
}

/// OVMM-ATAPI-10
void PacketDevice::check_power_mode() {
  regs_.set(DeviceReg::sector_count, power_mode_code(static_cast<PowerMode>(regs_.get(DeviceReg::power_mode))));
  complete();
}

void PacketDevice::restart_standby_timer() {
  const std::uint64_t period = standby_period_ns(regs_.byte(DeviceReg::standby_timer));
  standby_deadline_ns_ = period == 0 ? ~std::uint64_t{0} : output_.now_ns + period;
}

void PacketDevice::clock(std::uint64_t now_ns) {
  if (now_ns < standby_deadline_ns_) return;
  standby_deadline_ns_ = ~std::uint64_t{0};
  if (busy() || drq()) return restart_standby_timer();
  const auto mode = static_cast<PowerMode>(regs_.get(DeviceReg::power_mode));
  if (mode == PowerMode::active || mode == PowerMode::idle) {
    regs_.set(DeviceReg::power_mode, static_cast<unsigned>(PowerMode::standby));
  }
}

void PacketDevice::status_was_read() {
  if (!sleep_pending_) return;
  sleep_pending_ = false;
  regs_.set(DeviceReg::power_mode, static_cast<unsigned>(PowerMode::sleep));
}

}  // namespace coincide
