#include "emu/ata/device.h"

#include <algorithm>
#include <cstring>

namespace coincide {
namespace {

/// The two halves of a two-deep register (ATA6 r3a §6.20).
struct TwoDeep {
  DeviceReg current;
  DeviceReg previous;
};

constexpr TwoDeep kTwoDeep[] = {
    {DeviceReg::features, DeviceReg::features_prev},          // offset 1, written
    {DeviceReg::sector_count, DeviceReg::sector_count_prev},  // offset 2
    {DeviceReg::lba_low, DeviceReg::lba_low_prev},           {DeviceReg::lba_mid, DeviceReg::lba_mid_prev},
    {DeviceReg::lba_high, DeviceReg::lba_high_prev},
};

}  // namespace

Device::Device(Output& output, DiskQueue& queue, DeviceHost& host, const Profile& profile, unsigned unit)
    : output_(output),
      queue_(queue),
      host_(host),
      profile_(profile),
      regs_(output, device_scope(unit)),
      unit_(static_cast<std::uint8_t>(unit)) {}

Answer Device::status_answer() const {
  const std::uint8_t value = status();
  // ATA6-DMA-1: from the command to the end of a DMA transfer either of BSY and DRQ may be shown, as the drive paces
  // its bursts, and BSY voids the rest.
  if (dma_active()) return {value, 0xff};
  // ATA6-STAT-4, §7.15.6.1: while BSY is 1 the other bits are void.
  if ((value & status::BSY) != 0) return {value, 0x7f};
  std::uint32_t open_bits = status::obsolete;
  if (!dsc_defined_ && !serv_defined_) open_bits |= status::DSC;  // ATA6-STAT-16
  if ((open_ & kOpenStatusDrdy) != 0) open_bits |= status::DRDY;  // ATA6-IDLE-3: within 30 s of a reset
  if (asleep()) open_bits = 0xff;                                 // ATA6-PM-12: Status is invalid in Sleep
  return {value, open_bits};
}

Answer Device::register_answer(TaskReg reg) const {
  const bool drq_set = drq();
  const bool hob = (regs_.byte(DeviceReg::device_control) & device_control::HOB) != 0 && shows_previous();
  if (reg == TaskReg::error_features) {
    const bool features = hob && profile_.has(Quirk::qemu_hob_error_reads_features);
    const std::uint8_t value = regs_.byte(features ? DeviceReg::features_prev : DeviceReg::error);
    // ATA6-REG-8, ATA6-STAT-15: valid with ERR=1, or as a diagnostic code. ATA6-FIFO-8: HOB changes nothing here.
    const bool valid = !drq_set && ((status() & status::ERR) != 0 || diagnostic_code_) && (open_ & kOpenError) == 0;
    return {value, valid ? 0u : 0xffu};
  }
  if (reg == TaskReg::device) {  // OVMM-IDE-053: as written
    const unsigned head_open = (open_ & kOpenDevice) != 0 ? device_bits::head : 0u;
    return {regs_.byte(DeviceReg::device), device_bits::obsolete | head_open};
  }
  const TwoDeep& pair = kTwoDeep[static_cast<unsigned>(reg) - 1];
  const std::uint8_t value = regs_.byte(hob ? pair.previous : pair.current);  // ATA6-FIFO-2, OVMM-IDE-093
  const bool left_open = ((hob ? previous_open_ : open_) >> static_cast<unsigned>(reg) & 1) != 0;
  // ATA6-REG-9: valid only with BSY=0 and DRQ=0
  const bool hidden = drq_set && !(count_tells_phase_ && reg == TaskReg::sector_count) && !valid_with_drq(reg);
  return {value, left_open || hidden ? 0xffu : 0u};
}

Answer Device::read(TaskReg reg) {
  if (reg == TaskReg::status_command) {
    const Answer answer = status_answer();
    if (!asleep()) {
      set_pending(false);  // ATA6-REG-4, ATA6-INT-11, ATA6-INT-17, ATA6-IDLE-1, OVMM-IDE-055
      status_was_read();
    }
    return answer;
  }
  if ((busy() && !always_open()) || asleep()) {  // ATA6-SEL-5: a busy device answers every register with Status
    return status_answer();
  }
  return register_answer(reg);
}

void Device::latch(TaskReg reg, std::uint8_t value) {
  if (asleep()) {  // ATA6-SEL-11
    if (reg != TaskReg::device || !latches_dev_asleep()) return;
    const unsigned rest = regs_.byte(DeviceReg::device) & ~unsigned{device_bits::DEV};
    regs_.set(DeviceReg::device, rest | (value & device_bits::DEV));
    return;
  }
  // ATA6-DC-5: any command block write clears HOB.
  regs_.set(DeviceReg::device_control, regs_.byte(DeviceReg::device_control) & ~device_control::HOB);
  switch (reg) {
    case TaskReg::device:
      device_to_be_written(value);
      regs_.set(DeviceReg::device, value);  // ATA6-FIFO-3: one half only
      open_ = static_cast<std::uint8_t>(open_ & ~kOpenDevice);
      device_was_written();
      return;
    case TaskReg::data:
    case TaskReg::status_command:
      return;
    default:
      break;
  }
  const TwoDeep& pair = kTwoDeep[static_cast<unsigned>(reg) - 1];
  regs_.set(pair.previous, regs_.get(pair.current));  // ATA6-FIFO-1, ATA6-FIFO-5, OVMM-IDE-092
  regs_.set(pair.current, value);                     // ATA6-SIG-5
  const auto bit = static_cast<std::uint8_t>(1u << static_cast<unsigned>(reg));
  previous_open_ = static_cast<std::uint8_t>((previous_open_ & ~bit) | (open_ & bit));
  if (reg != TaskReg::error_features) open_ = static_cast<std::uint8_t>(open_ & ~bit);  // Error is not what was written
}

void Device::write_control(std::uint8_t value) {
  const std::uint8_t old = regs_.byte(DeviceReg::device_control);
  regs_.set(DeviceReg::device_control,
            value & control_bits());  // ATA6-DC-1; bit 3 and the reserved bits change nothing: ATA6-DC-8
  const bool was = (old & device_control::SRST) != 0;
  const bool is = (value & device_control::SRST) != 0;
  if (was != is) software_reset(is);  // ATA6-DC-4
  host_.interrupt_changed();          // nIEN gates the pin only: ATA6-DC-3, ATA6-INT-21, OVMM-IDE-057
}

void Device::write_command(std::uint8_t opcode) {
  if (opcode == 0x08 && device_reset()) return;
  // ATA6-PROT-7: a command while BSY or DRQ is 1 is indeterminate; this model ignores it.
  if (busy() || drq() || asleep()) return;  // OVMM-IDE-107
  if (!profile_.has(Quirk::openvmm_command_keeps_hob))
    regs_.set(DeviceReg::device_control, regs_.byte(DeviceReg::device_control) & ~device_control::HOB);
  if (!keeps_pending()) set_pending(false);  // ATA6-REG-5, ATA6-INT-12
  regs_.set(DeviceReg::command, opcode);
  diagnostic_code_ = false;
  dsc_defined_ = false;
  set_open(open_ & ~unsigned{kOpenStatusDrdy});
  // ATA6-STAT-1, ATA6-STAT-6; ERR of the command before is cleared: ATA6-STAT-13. Only commands, resets and blocks of
  // data set BSY (ATA6-STAT-2), and registers change behind it alone (ATA6-STAT-5, ATA6-STAT-14).
  set_busy();
  execute(opcode);
}

void Device::set_pending(bool pending) {
  if ((regs_.get(DeviceReg::interrupt_pending) != 0) == pending) return;
  regs_.set(DeviceReg::interrupt_pending, pending ? 1 : 0);
  host_.interrupt_changed();
}

void Device::open_block(DataPhase phase, std::size_t bytes, std::uint8_t extra_status) {
  phase_ = phase;
  position_ = 0;
  length_ = bytes;
  if (buffer_.size() < bytes) buffer_.resize(bytes);
  if (reset_waits()) return set_busy();  // OVMM-IDE-179
  // OVMM-IDE-103, ATA6-PIO-IN-3, ATA6-STAT-3: DRQ=1, BSY=0. ATA6-PROT-1: it stays so until the host comes.
  set_status(static_cast<std::uint8_t>(idle_status() | status::DRQ | extra_status));
}

Answer Device::read_data() {
  // ATA6-SEL-7, ATA6-PIO-IN-11: no side effect without DRQ.
  if (phase_ != DataPhase::pio_in || !drq()) return {0, 0xffff};
  if (eight_bit()) {  // CFA: DD(7:0) alone
    const std::uint32_t byte = buffer_[position_++];
    if (position_ >= length_) block_done();
    return {byte, 0xff00};
  }
  const std::uint32_t low = buffer_[position_];
  const std::uint32_t high = position_ + 1 < length_ ? buffer_[position_ + 1] : 0u;
  position_ += 2;
  if (position_ >= length_) block_done();  // ATA6-STAT-8: with the last word
  return {low | high << 8, 0};             // ATA6-REG-10: first byte on DD(7:0)
}

void Device::write_data(std::uint16_t word) {
  if (phase_ != DataPhase::pio_out || !drq()) return;
  buffer_[position_] = static_cast<std::uint8_t>(word);
  if (eight_bit()) {
    if (++position_ >= length_) block_done();
    return;
  }
  if (position_ + 1 < length_) buffer_[position_ + 1] = static_cast<std::uint8_t>(word >> 8);
  position_ += 2;
  if (position_ >= length_) block_done();
}

std::size_t Device::read_data_run(std::span<std::uint8_t> out) {
  if (phase_ != DataPhase::pio_in || !drq() || eight_bit()) return 0;
  const std::size_t n = std::min<std::size_t>(out.size(), length_ - position_) & ~std::size_t{1};
  std::memcpy(out.data(), buffer_.data() + position_, n);
  position_ += n;
  if (n != 0 && position_ >= length_) block_done();
  return n;
}

std::size_t Device::write_data_run(std::span<const std::uint8_t> in) {
  if (phase_ != DataPhase::pio_out || !drq() || eight_bit()) return 0;
  const std::size_t n = std::min<std::size_t>(in.size(), length_ - position_) & ~std::size_t{1};
  std::memcpy(buffer_.data() + position_, in.data(), n);
  position_ += n;
  if (n != 0 && position_ >= length_) block_done();
  return n;
}

/// One byte of the open block. False: the block is used up, or there is none.
bool Device::use_up(bool reading, std::span<std::uint8_t> out, std::span<const std::uint8_t> in) {
  if (!buffer_open() || phase_ == DataPhase::none) return false;
  const bool dma = dma_active();
  const bool to_host = phase_ == DataPhase::pio_in || phase_ == DataPhase::dma_in;
  const bool right = to_host == reading;
  if ((dma || !right) && !any_direction()) return false;
  if (dma && !dma_ready_) return false;
  if (dma) {
    if (right && reading) dma_read_bytes(out);
    if (right && !reading) dma_write_bytes(in);
    if (--dma_remaining_ != 0) return true;
    dma_ready_ = false;
    right ? dma_taken_by_host() : buffer_misused();
    return false;
  }
  if (reading) out[0] = buffer_[position_];
  if (!reading && right) buffer_[position_] = in[0];
  if (++position_ < length_) return true;
  right ? block_done() : buffer_misused();
  return false;
}

void Device::read_bytes(std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < out.size() && use_up(true, out.subspan(i, 1), {}); ++i) {
  }
}

void Device::write_bytes(std::span<const std::uint8_t> in) {
  for (std::size_t i = 0; i < in.size() && use_up(false, {}, in.subspan(i, 1)); ++i) {
  }
}

void Device::start_dma(DataPhase phase, std::uint64_t bytes) {
  phase_ = phase;
  dma_remaining_ = bytes;
  dma_ready_ = false;
}

void Device::assert_dmarq(std::uint8_t extra_status) {
  dma_ready_ = true;
  // DDMA1 shows BSY=0 DRQ=1, one of the two choices of ATA6-DMA-1
  if (reset_waits()) {
    set_busy();
  } else {
    set_status(idle_status() | status::DRQ | extra_status);
  }
  host_.dma_requested();
}

void Device::dma_read(std::span<std::uint8_t> out) {
  dma_read_bytes(out);
  dma_remaining_ -= out.size();
}

void Device::dma_write(std::span<const std::uint8_t> in) {
  dma_write_bytes(in);
  dma_remaining_ -= in.size();
}

void Device::dma_finish() {
  dma_ready_ = false;
  dma_done();
}

void Device::drop_data_phase() {
  phase_ = DataPhase::none;
  position_ = 0;
  length_ = 0;
  dma_ready_ = false;
  dma_remaining_ = 0;
  count_tells_phase_ = false;
}

}  // namespace coincide
