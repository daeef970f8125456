#include "emu/ata/disk.h"

#include <algorithm>

namespace coincide {

Disk::Disk(Output& output, DiskQueue& queue, DeviceHost& host, const Profile& profile, const DeviceConfig& config,
           unsigned unit, bool other_present)
    : Device(output, queue, host, profile, unit),
      config_(config),
      other_present_(other_present),
      faults_(config.faults),
      smart_(*this),
      general_purpose_log_(*this),
      security_(*this),
      hpa_(*this),
      dco_(*this),
      overlap_(*this),
      cfa_(*this),
      media_card_(*this),
      removable_(*this),
      write_cache_(*this),
      puis_(*this),
      sector_buffer_(*this) {
  queue.attach(static_cast<std::uint8_t>(unit), *this, faults_);
  // ATA6-SF-16: the Removable Media set brings Media Status Notification along.
  if (has(Feature::removable)) config_.features.set(Feature::media_status, true);
  overlays_.emplace_back(config.medium);
  if (quirk(Quirk::openvmm_geometry)) take_openvmm_geometry();
  for (const MediumConfig& medium : config.media) overlays_.emplace_back(medium.medium);
  medium_loaded();
  regs_.set(DeviceReg::smart_enabled, has(Feature::smart) ? 1 : 0);
  regs_.set(DeviceReg::smart_autosave, has(Feature::smart) ? 1 : 0);
  defaults(true);
  reset_feature_sets(ResetKind::power_cycle);
  removable_.power_on();
  set_signature();
  regs_.set(DeviceReg::error, error::passed);
  diagnostic_code_ = true;
  set_status(idle_status());
}

void Disk::medium_loaded() { hpa_.set_native_max(overlay().sectors() == 0 ? 0 : overlay().sectors() - 1); }

void Disk::complete(unsigned open_after) {
  drop_data_phase();
  if (reset_that_waited()) return;
  succeeded_ = regs_.byte(DeviceReg::command);
  set_open(overlap_.ended(open_after, false));
  set_status(idle_status());  // ATA6-OUT-1, ATA6-ND-1, OVMM-IDE-109
  set_pending(true);          // ATA6-INT-1, ATA6-INT-19, ATA6-ND-2
}

void Disk::complete_with_error_register() {
  diagnostic_code_ = true;
  complete(0);
}

void Disk::fail(std::uint8_t error_bits, unsigned open_after) {
  drop_data_phase();
  if (reset_that_waited()) return;
  regs_.set(DeviceReg::error, error_bits);
  cfa_.failed(error_bits, transfer_.access == MediaAccess::write);
  set_open(overlap_.ended(open_after, true));
  set_status(static_cast<std::uint8_t>(idle_status() | status::ERR));  // ATA6-OUT-2, ATA6-ERR-2, OVMM-IDE-102
  set_pending(true);                                                   // ATA6-INT-2
}

void Disk::device_fault() {
  drop_data_phase();
  cfa_.failed(0, transfer_.access == MediaAccess::write);  // ATA6-CFA-5: no bit of Error, and no success
  set_open(overlap_.ended(kOpenError, true));
  set_status(static_cast<std::uint8_t>(idle_status() | status::DF));  // ATA6-STAT-17: DF alone is possible
  set_pending(true);
}

std::uint64_t Disk::limit28() const {
  // ATA6-HPA-8, ATA6-ADDR-4: words 61:60 never exceed 0FFFFFFFh.
  return std::min<std::uint64_t>(limit48(), 0x0fffffff);
}

/// ATA6-HPA-11: what lies above is not there for any command.
std::uint64_t Disk::limit48() const { return overlay().sectors() == 0 ? 0 : regs_.get(DeviceReg::max_lba) + 1; }

std::uint16_t Disk::default_cylinders() const {
  // The board's number, unless the host has taken sectors away.
  if (config_.cylinders != 0 && limit48() == overlay().sectors()) return config_.cylinders;
  // ATA6-CHS-4: at most 16383 cylinders.
  const std::uint64_t per_cylinder = std::uint64_t{config_.heads} * config_.sectors_per_track;
  return static_cast<std::uint16_t>(std::min<std::uint64_t>(limit48() / per_cylinder, 16383));
}

std::uint16_t Disk::current_cylinders() const {
  const std::uint64_t heads = regs_.get(DeviceReg::logical_heads);
  const std::uint64_t track = regs_.get(DeviceReg::logical_sectors);
  if (heads == config_.heads && track == config_.sectors_per_track) return default_cylinders();
  if (heads == 0 || track == 0) return 0;
  // ATA6-CHS-5: recomputed for the translation that INITIALIZE DEVICE PARAMETERS set.
  const std::uint64_t reachable = std::uint64_t{default_cylinders()} * config_.heads * config_.sectors_per_track;
  return static_cast<std::uint16_t>(std::min<std::uint64_t>(reachable / (heads * track), 65535));
}

std::uint64_t Disk::address28() const {  // ATA6-ADDR-1; ATA6-FIFO-4: every `prev` is ignored
  return regs_.get(DeviceReg::lba_low) | regs_.get(DeviceReg::lba_mid) << 8 | regs_.get(DeviceReg::lba_high) << 16 |
         (regs_.get(DeviceReg::device) & device_bits::head) << 24;
}

std::uint64_t Disk::address48() const {  // ATA6-ADDR-2: Device(3:0) is ignored
  return regs_.get(DeviceReg::lba_low) | regs_.get(DeviceReg::lba_mid) << 8 | regs_.get(DeviceReg::lba_high) << 16 |
         regs_.get(DeviceReg::lba_low_prev) << 24 | regs_.get(DeviceReg::lba_mid_prev) << 32 |
         regs_.get(DeviceReg::lba_high_prev) << 40;
}

void Disk::set_address(std::uint64_t lba, Addressing addressing) {
  const auto byte_of = [](std::uint64_t value, unsigned index) { return value >> (8 * index) & 0xff; };
  std::uint64_t low = byte_of(lba, 0);
  std::uint64_t mid = byte_of(lba, 1);
  std::uint64_t high = byte_of(lba, 2);
  const std::uint8_t device = regs_.byte(DeviceReg::device);
  if (addressing == Addressing::lba48) {
    // ATA6-FIFO-6, ATA6-FIFO-7, ATA6-OUT-5: both halves hold the 48-bit address.
    regs_.set(DeviceReg::lba_low_prev, byte_of(lba, 3));
    regs_.set(DeviceReg::lba_mid_prev, byte_of(lba, 4));
    regs_.set(DeviceReg::lba_high_prev, byte_of(lba, 5));
    set_previous_open(previous_open() & ~unsigned{kOpenLba});
  } else if (addressing == Addressing::lba28) {
    regs_.set(DeviceReg::device, (device & 0xf0) | (lba >> 24 & device_bits::head));
  } else {
    // ATA6-CHS-6, ATA6-CHS-7: cylinder, head, sector under the current translation.
    const std::uint64_t track = std::max<std::uint64_t>(regs_.get(DeviceReg::logical_sectors), 1);
    const std::uint64_t heads = std::max<std::uint64_t>(regs_.get(DeviceReg::logical_heads), 1);
    const std::uint64_t cylinder = lba / track / heads;
    low = lba % track + 1;
    mid = byte_of(cylinder, 0);
    high = byte_of(cylinder, 1);
    regs_.set(DeviceReg::device, (device & 0xf0) | (lba / track % heads & device_bits::head));
  }
  regs_.set(DeviceReg::lba_low, low);
  regs_.set(DeviceReg::lba_mid, mid);
  regs_.set(DeviceReg::lba_high, high);
  if (addressing == Addressing::lba48 || !quirk(Quirk::openvmm_next_address)) return;
  for (const DeviceReg reg : {DeviceReg::lba_low_prev, DeviceReg::lba_mid_prev, DeviceReg::lba_high_prev})
    regs_.set(reg, 0);
}

void Disk::set_signature() {
  // ATA6-SIG-1, §9.12: 01 01 00 00, Device 00h.
  regs_.set(DeviceReg::sector_count, 0x01);
  regs_.set(DeviceReg::lba_low, 0x01);
  regs_.set(DeviceReg::lba_mid, 0x00);
  regs_.set(DeviceReg::lba_high, 0x00);
  regs_.set(DeviceReg::device, 0x00);        // ATA6-SIG-3, ATA6-SRST-3, ATA6-DIAG-3, ATA6-POR-2: DEV becomes 0
  set_previous_open(kOpenCount | kOpenLba);  // §9.12 speaks of the current halves only
  if (!quirk(Quirk::openvmm_signature_two_deep)) return;
  for (const DeviceReg reg :
       {DeviceReg::sector_count_prev, DeviceReg::lba_low_prev, DeviceReg::lba_mid_prev, DeviceReg::lba_high_prev})
    regs_.set(reg, 0);
}

void Disk::release_bus() {
  drop_data_phase();
  set_open(kOpenError);
  set_status(idle_status());
  set_pending(true);  // ATA6-INT-7
}

/// ATA6-OVL-17: SERV alone changes.
void Disk::request_service() {
  if (busy() || drq()) return;
  set_status(static_cast<std::uint8_t>(status() | status::SERV));
  set_pending(true);  // ATA6-INT-8
}

Answer Disk::read_standing_in(TaskReg reg) {
  // ATA6-ABS-4, ATA6-ABS-10, OVMM-IDE-106: Status reads 00h, the other registers read Device 0's contents, Device with
  // DEV=1.
  if (reg == TaskReg::status_command) return {0, 0};
  if (busy() && !always_open()) return {0, 0xff};
  // Not through read(): nothing here may clear Device 0's interrupt.
  Answer answer = Device::read(reg);
  if (reg == TaskReg::device && !quirk(Quirk::openvmm_channel_selects)) answer.value |= device_bits::DEV;
  return answer;
}

void Disk::send(std::span<const std::uint8_t> data) {
  exchange_.data.assign(data.begin(), data.end());
  exchange_.moved = 0;
  send_block();
}

void Disk::send_block() {
  if (buffer_.size() < kSectorBytes) buffer_.resize(kSectorBytes);
  const auto from = exchange_.data.begin() + static_cast<std::ptrdiff_t>(exchange_.moved);
  std::copy_n(from, kSectorBytes, buffer_.begin());
  open_block(DataPhase::pio_in, kSectorBytes);
  set_pending(true);  // ATA6-PIO-IN-2
}

void Disk::receive(std::uint32_t sectors) {
  exchange_.data.clear();
  exchange_.expected = std::uint64_t{sectors} * kSectorBytes;
  open_block(DataPhase::pio_out, kSectorBytes);  // ATA6-PIO-OUT-1: no interrupt for the first block
}

/// A block of a command that is no media command has moved.
void Disk::exchange_block_done() {
  if (phase_ == DataPhase::pio_in) {
    exchange_.moved += kSectorBytes;
    if (exchange_.moved < exchange_.data.size()) {
      set_busy();
      return send_block();
    }
    drop_data_phase();
    set_status(idle_status());  // ATA6-PIO-IN-5
    return;
  }
  exchange_.data.insert(exchange_.data.end(), buffer_.begin(), buffer_.begin() + kSectorBytes);
  phase_ = DataPhase::none;
  set_busy();
  if (exchange_.data.size() >= exchange_.expected) return data_received();
  open_block(DataPhase::pio_out, kSectorBytes);
  set_pending(true);  // ATA6-PIO-OUT-2
}

void Disk::reset_feature_sets(ResetKind kind) {
  smart_.reset(kind);
  general_purpose_log_.reset(kind);
  dco_.reset(kind);  // before those that it may switch off
  security_.reset(kind);
  hpa_.reset(kind);
  overlap_.reset(kind);
  cfa_.reset(kind);
  media_card_.reset(kind);
  removable_.reset(kind);
  puis_.reset(kind);
  sector_buffer_.reset(kind);
}

void Disk::software_reset_feature_sets(bool revert) {
  smart_.software_reset(revert);
  general_purpose_log_.software_reset(revert);
  dco_.software_reset(revert);
  security_.software_reset(revert);
  hpa_.software_reset(revert);
  overlap_.software_reset(revert);
  cfa_.software_reset(revert);
  media_card_.software_reset(revert);
  removable_.software_reset(revert);
  puis_.software_reset(revert);
  sector_buffer_.software_reset(revert);
}

}  // namespace coincide
