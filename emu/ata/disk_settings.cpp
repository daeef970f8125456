// Non-data commands of the disk: settings, power, and the rest (ATA6 r3a §8).
#include <array>
#include <bit>

#include "emu/ata/disk.h"

namespace coincide {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kMinute = 60 * kSecond;

/// Standby timer period of a Sector Count value (ATA6 r3a table 30); 0 = disabled.
std::uint64_t standby_period_ns(std::uint8_t value) {
  if (value == 0x00) return 0;
  if (value <= 0xf0) return value * 5 * kSecond;
  if (value <= 0xfb) return (value - 240u) * 30 * kMinute;
  if (value == 0xfc) return 21 * kMinute;
  if (value == 0xff) return 21 * kMinute + 15 * kSecond;
  return 8 * 60 * kMinute;  // FDh: 8 to 12 hours; FEh is reserved
}

constexpr std::uint8_t kPioFlowControl = 0x08, kMultiwordDma = 0x20, kUltraDma = 0x40;

}  // namespace

// ATA6-NOP-1, ATA6-NOP-3, ATA6-OUT-8: nothing but Error and Status changes
void Disk::nop() { abort(); }

void Disk::seek(const CommandRow& row) {
  if (row.opcode == 0x10) {  // RECALIBRATE: to cylinder 0
    issue(DiskOp::seek, 0, 0);
    return;
  }
  dsc_defined_ = true;  // ATA6-SEEK-2
  const std::uint8_t device = regs_.byte(DeviceReg::device);
  const std::uint64_t low = regs_.get(DeviceReg::lba_low);
  const std::uint64_t cylinder = regs_.get(DeviceReg::lba_mid) | regs_.get(DeviceReg::lba_high) << 8;
  std::uint64_t lba = 0;
  if ((device & device_bits::LBA) != 0) {
    lba = low | cylinder << 8 | std::uint64_t{device & 0x0fu} << 24;
  } else {
    const std::uint64_t head = device & device_bits::head;
    if (head >= regs_.get(DeviceReg::logical_heads) || cylinder >= current_cylinders()) return fail(error::IDNF, 0);
    lba = (cylinder * regs_.get(DeviceReg::logical_heads) + head) * regs_.get(DeviceReg::logical_sectors);
  }
  if (lba >= limit28()) return fail(error::IDNF, 0);  // ATA6-SEEK-1: checking is a choice
  set_power_mode(PowerMode::active);
  issue(DiskOp::seek, lba, 0);
}

void Disk::flush() {
  // ATA6-FLUSH-1: BSY until the cache is on the medium. ATA6-FLUSH-4: the whole cache.
  if (!write_cache_.flush()) issue(DiskOp::flush, 0, 0);
}

void Disk::identify_device() {
  // ATA6-ID-6: a disk reports no error for ECh.
  std::array<std::uint8_t, kSectorBytes> data{};
  identify(data);
  send(data);
}

void Disk::initialize_device_parameters() {
  // ATA6-CHS-5: sectors per track in Sector Count, heads - 1 in Device(3:0).
  const std::uint8_t track = regs_.byte(DeviceReg::sector_count);
  const std::uint8_t heads = static_cast<std::uint8_t>((regs_.byte(DeviceReg::device) & device_bits::head) + 1);
  if (track == 0) return abort();
  regs_.set(DeviceReg::logical_sectors, track);
  regs_.set(DeviceReg::logical_heads, heads);
  complete();
}

void Disk::set_multiple_mode() {
  const std::uint8_t count = regs_.byte(DeviceReg::sector_count);
  // ATA6-MULT-1: powers of two up to word 47; ATA6-MULT-3: 0 switches multiple mode off; ATA6-MULT-2: else abort.
  if (count > config_.multiple_limit || (count != 0 && !std::has_single_bit(count))) return abort();
  regs_.set(DeviceReg::multiple_count, count);
  complete();
}

bool Disk::set_transfer_mode(std::uint8_t mode) {
  const std::uint8_t number = mode & 0x07;
  if (mode <= 0x01) {  // PIO default mode; 01h without IORDY (ATA6-SF-6: word 49 bit 10 says it can)
    regs_.set(DeviceReg::pio_mode, mode);
    if (profile_.has(Quirk::qemu_one_transfer_mode)) regs_.set(DeviceReg::dma_mode, 0);
    return true;
  }
  switch (mode & 0xf8) {
    case kPioFlowControl:
      if (number > 4) return false;
      regs_.set(DeviceReg::pio_mode, mode);
      if (profile_.has(Quirk::qemu_one_transfer_mode)) regs_.set(DeviceReg::dma_mode, 0);
      return true;
    case kMultiwordDma:
      if ((dco_.multiword_modes() >> number & 1) == 0) return false;
      break;
    case kUltraDma:
      if ((dco_.ultra_modes() >> number & 1) == 0) return false;
      break;
    default:
      return false;
  }
  regs_.set(DeviceReg::dma_mode, mode);  // ATA6-SF-3: one DMA mode at a time, ATA6-SF-4: every lower one is supported
  return true;
}

void Disk::set_features() {  // ATA6-SF-15: no data phase
  switch (regs_.byte(DeviceReg::features)) {
    case 0x03:
      if (!set_transfer_mode(regs_.byte(DeviceReg::sector_count))) return abort();
      return complete();
    case 0x02:
    case 0x82:
      if (!config_.write_cache) return abort();
      regs_.set(DeviceReg::write_cache, regs_.byte(DeviceReg::features) == 0x02);
      // ATA6-SF-7: switching the cache off flushes it before completion.
      if (regs_.byte(DeviceReg::features) == 0x82) return flush();
      return complete();
    case 0x55:
    case 0xaa:
      if (!config_.look_ahead && !profile_.has(Quirk::qemu_set_features_ignored)) return abort();
      if (config_.look_ahead) regs_.set(DeviceReg::look_ahead, regs_.byte(DeviceReg::features) == 0xaa);
      return complete();
    case 0x66:
    case 0xcc:
      regs_.set(DeviceReg::revert_on_reset, regs_.byte(DeviceReg::features) == 0xcc);  // ATA6-SF-13
      return complete();
    case 0x05:
    case 0x85:
      if (profile_.has(Quirk::qemu_set_features_ignored)) return complete();
      return abort();
    default:
      return abort();  // ATA6-SF-1; ATA6-SF-14: 8-bit PIO among them
  }
}

// ATA6-PM-17: IDLE IMMEDIATE looks at no other register.
void Disk::power_command(const CommandRow& row) {
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
  // ATA6-PM-2: 00h Standby, 80h Idle, FFh Active or Idle; ATA6-PM-1: neither mode nor timer changes.
  std::uint8_t code = 0xff;
  if (power_mode() == PowerMode::standby) code = 0x00;
  if (power_mode() == PowerMode::idle) code = 0x80;
  regs_.set(DeviceReg::sector_count, code);
  complete();
  set_open(open() & ~unsigned{kOpenCount});
}

void Disk::restart_standby_timer() {
  const std::uint64_t period = standby_period_ns(regs_.byte(DeviceReg::standby_timer));
  standby_deadline_ns_ = period == 0 ? ~std::uint64_t{0} : output_.now_ns + period;
}

void Disk::clock(std::uint64_t now_ns) {
  if (now_ns < standby_deadline_ns_) return;
  standby_deadline_ns_ = ~std::uint64_t{0};
  if (busy() || drq()) return restart_standby_timer();  // the interval counts from the end of a command
  if (power_mode() == PowerMode::active || power_mode() == PowerMode::idle) {
    set_power_mode(PowerMode::standby);  // ATA6-PM-5
  }
}

}  // namespace coincide
