// PACKET (ATA6 r3a §8.23, §9.8): the packet, the blocks or bursts of data, and the status, each with its interrupt
// reason.
#include <algorithm>

#include "emu/ata/transfer_mode.h"
#include "emu/atapi/packet_device.h"

namespace coincide {

using namespace interrupt_reason;

namespace {

constexpr std::uint32_t kMostBytes = 0xfffe;
constexpr std::uint8_t kIllegalRequest = 0x05, kAbortedCommand = 0x0b;

}  // namespace

/// ATAPI-IR-3: bits 7:3 are the tag. Without queuing they mean nothing; they are 0 then.
void PacketDevice::set_reason(std::uint8_t bits) {
  regs_.set(DeviceReg::sector_count, static_cast<unsigned>(job_.tag) << tag_shift | bits);
  regs_.set(DeviceReg::interrupt_reason, bits);
}

bool PacketDevice::valid_with_drq(TaskReg reg) const {
  if (stage_ == Stage::none) return false;
  const bool count = reg == TaskReg::lba_mid || reg == TaskReg::lba_high;
  return reg == TaskReg::sector_count || (count && !dma_active());
}

/// ATA6-CRC-7: only Ultra DMA bursts carry a CRC. PIIX4-TIM-06: the controller has to run them too.
bool PacketDevice::link_checks_data() const {
  const bool dma = released_ == Released::none ? job_.dma : head_.dma;
  return dma && is_ultra(regs_.byte(DeviceReg::dma_mode)) && host_.ultra_dma(unit());
}

/// A block of data is read when it is the next to move: the device may be busy before each of them.
std::uint32_t PacketDevice::piece_limit() const {
  if (profile_.has(Quirk::openvmm_packet_one_block)) return ~std::uint32_t{0};  // OVMM-ATAPI-24
  const Job& job = released_ == Released::none ? job_ : head_;
  return job.dma || job.limit == 0 ? ~std::uint32_t{0} : job.limit;
}

void PacketDevice::packet() {  // ATA6-PKT-7, ATA6-RW-11: execute() has not looked at DRDY
  const std::uint8_t features = regs_.byte(DeviceReg::features);
  job_ = {};
  job_.dma = (features & packet_features::DMA) != 0;  // DMADIR (bit 2) came with ATA/ATAPI-7
  job_.overlaps = has(Feature::overlap) && (features & packet_features::OVL) != 0;
  if (config_.queue_depth > 1) job_.tag = static_cast<std::uint8_t>(regs_.get(DeviceReg::sector_count) >> tag_shift);
  job_.limit = static_cast<std::uint16_t>(regs_.get(DeviceReg::lba_mid) | regs_.get(DeviceReg::lba_high) << 8);
  refused_ = queue_refuses();
  regs_.set(DeviceReg::byte_count_limit, job_.limit);
  stage_ = Stage::packet;
  set_reason(CD);             // ATAPI-PKT-1: the byte count registers stay as the host wrote them
  set_open(kOpenStatusDrdy);  // ATAPI-PKT-6
  if (job_.dma && profile_.has(Quirk::openvmm_packet_dma_swallows) && bus_master_swallows_packet()) return;
  // ATA6-PKT-8, ATAPI-PKT-3: always so many bytes. ATA6-PKTD-1, ATAPI-BCL-1: by PIO, whatever the limit.
  std::fill(buffer_.begin(), buffer_.end(), std::uint8_t{0});
  open_block(DataPhase::pio_out, config_.packet_bytes);               // ATAPI-PKT-2: at once; ATAPI-PKT-5: CHK is 0
  if (config_.packet_drq == PacketDrq::interrupt) set_pending(true);  // ATA6-INT-5, ATA6-PKT-1
}

/// OVMM-ATAPI-29: the place for the packet is offered to the bus master first. True if that took it, and the command
/// has ended.
bool PacketDevice::bus_master_swallows_packet() {
  piece_left_ = 0;
  start_dma(DataPhase::dma_in, config_.packet_bytes);
  assert_dmarq();
  if (stage_ == Stage::none) return true;
  drop_data_phase();
  return false;
}

/// The packet is whole. OpenVMM goes the same way: OVMM-ATAPI-08, OVMM-ATAPI-16, OVMM-ATAPI-17, OVMM-ATAPI-41.
void PacketDevice::packet_received() {
  stage_ = Stage::running;
  phase_ = DataPhase::none;
  set_busy();                                          // ATAPI-PKT-4
  if (profile_.has(Quirk::openvmm_packet_accepted)) {  // OVMM-ATAPI-18
    regs_.set(DeviceReg::lba_mid, 0);
    regs_.set(DeviceReg::lba_high, 0);
    set_reason(CD | IO);
    set_status(status::BSY | status::DSC);
  }
  job_.cdb.assign(buffer_.begin(), buffer_.begin() + config_.packet_bytes);
  if (refused_) {          // ATA6-PKT-2: only from here on can the command fail
    stage_ = Stage::none;  // the unit never saw it
    set_reason(CD | IO);
    return abort();
  }
  if (job_.overlaps) return run_overlapped();
  // ATA6-PKT-6, ATA6-PKTD-4: a unit without data calls done() at once.
  logical_unit_->command(job_.cdb, kNoLimit);
}

/// Whether a PIO data phase of `bytes` or more can be cut into blocks.
bool PacketDevice::limit_usable(std::uint32_t bytes) const {
  if (profile_.has(Quirk::openvmm_packet_one_block)) return true;
  if (job_.limit == 0) return config_.byte_count_default != 0;  // ATAPI-BCL-2
  return job_.limit >= 2 || bytes <= job_.limit;
}

void PacketDevice::wants_data(std::uint32_t bytes) {
  if (released_ != Released::running) {
    data_phase(bytes);
    return reset_if_waiting();
  }
  head_bytes_ = bytes;
  ask_for_service(Released::data);
}

void PacketDevice::data_phase(std::uint32_t bytes) {
  stage_ = Stage::data;
  piece_left_ = bytes;
  const bool to_host = logical_unit_->direction() == scsi::Direction::in;
  regs_.set(DeviceReg::power_mode, 0);               // the medium turns
  if (profile_.has(Quirk::openvmm_packet_dma_late))  // OVMM-ATAPI-27
    job_.dma = (regs_.byte(DeviceReg::features) & packet_features::DMA) != 0;
  if (!job_.dma) {
    if (limit_usable(bytes)) return next_block();
    set_reason(CD | IO);
    return abort();  // ATAPI-BCL-5: a command without data does not get here
  }
  set_reason(to_host ? IO : std::uint8_t{0});  // ATAPI-DMA-1
  if (profile_.has(Quirk::openvmm_packet_one_block)) show_byte_count(bytes);
  // The bus moves words: an odd last byte has a companion. ATA6-PKTD-3: the limit has no say.
  start_dma(to_host ? DataPhase::dma_in : DataPhase::dma_out, (std::uint64_t{bytes} + 1) & ~std::uint64_t{1});
  if (profile_.has(Quirk::openvmm_packet_dma_interrupt)) set_pending(true);  // OVMM-ATAPI-28
  assert_dmarq(job_.overlaps ? status::DMRD : std::uint8_t{0});              // ATAPI-DMA-3; ATA6-PKTD-2: no interrupt
}

void PacketDevice::show_byte_count(std::uint32_t bytes) {  // OVMM-ATAPI-21: modulo 64 KiB
  regs_.set(DeviceReg::lba_mid, bytes & 0xff);
  regs_.set(DeviceReg::lba_high, bytes >> 8 & 0xff);
}

void PacketDevice::next_block() {
  const bool to_host = logical_unit_->direction() == scsi::Direction::in;
  std::uint32_t limit = job_.limit != 0 ? job_.limit : config_.byte_count_default;
  limit = std::min(limit, kMostBytes);                  // ATAPI-BCL-3
  if (piece_left_ > limit) limit &= ~std::uint32_t{1};  // ATAPI-BC-2: odd is the last block alone
  block_bytes_ = profile_.has(Quirk::openvmm_packet_one_block) ? piece_left_ : std::min(piece_left_, limit);
  set_reason(to_host ? IO : std::uint8_t{0});  // ATAPI-IR-1
  show_byte_count(block_bytes_);               // ATAPI-BC-1, ATAPI-BC-3: before DRQ, in both directions
  set_open(kOpenStatusDrdy);
  if (buffer_.size() < block_bytes_) buffer_.resize(block_bytes_);
  if (to_host) logical_unit_->take({buffer_.data(), block_bytes_});
  open_block(to_host ? DataPhase::pio_in : DataPhase::pio_out, block_bytes_);
  set_pending(true);  // ATA6-PKT-3, ATA6-INT-6, OVMM-ATAPI-21
}

/// OVMM-ATAPI-22: after the last one comes the status phase.
void PacketDevice::block_done() {
  if (stage_ == Stage::none) {  // IDENTIFY PACKET DEVICE
    drop_data_phase();
    if (profile_.has(Quirk::openvmm_packet_identify_reason)) set_reason(CD | IO);
    set_status(idle_status());
    return;
  }
  if (stage_ == Stage::packet) return packet_received();
  const bool from_host = phase_ == DataPhase::pio_out;
  phase_ = DataPhase::none;
  set_busy();
  if (from_host) logical_unit_->give({buffer_.data(), block_bytes_});
  piece_left_ -= block_bytes_;
  if (piece_left_ != 0) return next_block();
  piece_moved();
}

void PacketDevice::dma_read_bytes(std::span<std::uint8_t> out) {
  const std::size_t n = std::min<std::size_t>(out.size(), piece_left_);
  if (n != 0) logical_unit_->take(out.first(n));
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(n), out.end(), std::uint8_t{0});
  piece_left_ -= static_cast<std::uint32_t>(n);
}

void PacketDevice::dma_write_bytes(std::span<const std::uint8_t> in) {
  const std::size_t n = std::min<std::size_t>(in.size(), piece_left_);
  if (n != 0) logical_unit_->give(in.first(n));
  piece_left_ -= static_cast<std::uint32_t>(n);
}

void PacketDevice::dma_done() {
  drop_data_phase();
  if (stage_ == Stage::packet) return done(scsi::Status::good, {});  // OVMM-ATAPI-29
  set_busy();
  piece_moved();
}

/// OVMM-IDE-079: the rest of the reply is dropped.
bool PacketDevice::table_ended() {
  if (!dma_to_host()) return false;
  std::vector<std::uint8_t> rest(piece_left_);
  dma_read_bytes(rest);
  drop_dma_rest();
  return true;
}

/// OVMM-IDE-086: Status looks as if all were done, and the reply stays for an engine that starts again.
void PacketDevice::memory_failed() { set_status(idle_status()); }

void PacketDevice::piece_moved() {
  stage_ = Stage::running;
  if (link_checks_data() && faults_.link_fails()) return logical_unit_->link_failed();
  logical_unit_->resume(true);
}

/// ATA6-PKT-4, ATA6-PKT-5: the status is a phase of its own, after the last block of data too. ATAPI-ERR-5: what has
/// moved stays moved. ATAPI-DMA-2: a host that wanted more is told so by the interrupt alone.
/// OVMM-ATAPI-19, OVMM-ATAPI-20. The sense key stands in Error: OVMM-ATAPI-32, OVMM-ATAPI-33, OVMM-ATAPI-34,
/// OVMM-ATAPI-35.
void PacketDevice::done(scsi::Status status, const scsi::Sense& sense) {
  if (released_ == Released::running) {
    head_status_ = status;
    head_sense_ = sense;
    return ask_for_service(Released::ended);
  }
  bool check = status != scsi::Status::good;
  if (sense.key == 0 && profile_.has(Quirk::openvmm_packet_no_sense_no_error)) check = false;  // OVMM-ATAPI-36
  if (check) discard_queue();                                                                  // ATA6-OVL-8
  stage_ = Stage::none;
  drop_data_phase();
  set_reason(CD | IO);  // ATAPI-IR-2, ATA6-PKTD-5
  regs_.set(DeviceReg::sense_key, check ? sense.key : 0);
  regs_.set(DeviceReg::sense_asc, check ? sense.asc : 0);
  regs_.set(DeviceReg::sense_ascq, check ? sense.ascq : 0);
  std::uint8_t code = 0;
  if (check) {
    code = static_cast<std::uint8_t>(sense.key << 4);  // ATAPI-ERR-1
    const bool invalid = sense.key == kIllegalRequest || sense.key == kAbortedCommand;
    if (invalid && !profile_.has(Quirk::qemu_packet_no_abrt)) code |= error::ABRT;  // ATAPI-ERR-3
  }
  regs_.set(DeviceReg::error, code);
  set_open(kOpenLba | (check ? 0u : unsigned{kOpenError}));  // ATAPI-ERR-4
  // ATAPI-ERR-2: CHK tells whether Error holds anything
  set_status(static_cast<std::uint8_t>(idle_status() | (check ? status::ERR : 0)));
  set_pending(true);
  begin_next();
  reset_if_waiting();
}

}  // namespace coincide
