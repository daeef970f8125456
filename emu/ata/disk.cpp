#include "emu/ata/disk.h"

#include <algorithm>

namespace coincide {

Disk::Disk(Output& output, DiskQueue& queue, DeviceHost& host, const Profile& profile, const DeviceConfig& config,
           unsigned unit, bool other_present)
    : Device(output, queue, host, profile, unit),
      config_(config),
      other_present_(other_present),
      overlay_(config.medium),
      faults_(config.faults) {
  defaults(true);
  set_signature();
  regs_.set(DeviceReg::error, error::passed);
  diagnostic_code_ = true;
  set_status(idle_status());
}

// Opcodes that this disk knows, with what runs them. Everything else aborts (ATA6-CMD-1).
std::span<const Disk::Entry> Disk::handlers() {
  static constexpr Entry kHandlers[] = {
      // ATA6-CMD-5, ATA6-PM-9, ATA6-SF-2: whole feature sets, and what is mandatory
      {0x00, &Disk::nop},
      {0x10, &Disk::seek},
      {0x20, &Disk::media_command},
      {0x21, &Disk::media_command},
      {0x24, &Disk::media_command},
      {0x25, &Disk::media_command},
      {0x27, &Disk::qemu_read_native_max},
      {0x29, &Disk::media_command},
      {0x30, &Disk::media_command},
      {0x31, &Disk::media_command},
      {0x34, &Disk::media_command},
      {0x35, &Disk::media_command},
      {0x39, &Disk::media_command},
      {0x3d, &Disk::media_command},
      {0x40, &Disk::media_command},
      {0x41, &Disk::media_command},
      {0x42, &Disk::media_command},
      {0x70, &Disk::seek},
      {0x91, &Disk::initialize_device_parameters},
      {0xb0, &Disk::qemu_smart},
      {0xc4, &Disk::media_command},
      {0xc5, &Disk::media_command},
      {0xc6, &Disk::set_multiple_mode},
      {0xc8, &Disk::media_command},
      {0xc9, &Disk::media_command},
      {0xca, &Disk::media_command},
      {0xcb, &Disk::media_command},
      {0xe0, &Disk::power_command},
      {0xe1, &Disk::power_command},
      {0xe2, &Disk::power_command},
      {0xe3, &Disk::power_command},
      {0xe5, &Disk::check_power_mode},
      {0xe6, &Disk::power_command},
      {0xe7, &Disk::flush},
      {0xea, &Disk::flush},
      {0xec, &Disk::identify_device},
      {0xef, &Disk::set_features},
      {0xf8, &Disk::qemu_read_native_max},
  };
  return kHandlers;
}

bool Disk::supported(const CommandRow& row) const {
  if (row.disk == Support::prohibited) return false;  // ATA6-ID-8
  switch (row.set) {
    case FeatureSet::general:
    case FeatureSet::legacy:  // ATA6-LEG-1: practical compatibility
      break;
    case FeatureSet::lba48:
      if (!config_.lba48) return false;
      break;
    case FeatureSet::power:
      if (!config_.power_management) return false;  // ATA6-PM-10
      break;
    case FeatureSet::fua:
      // ATA6-CMD-3: an ATA/ATAPI-7 command, aborted unless the board asks for it.
      if (!config_.fua || !config_.lba48) return false;
      break;
    case FeatureSet::smart:
      return profile_.has(Quirk::qemu_smart);
    case FeatureSet::hpa:
      return profile_.has(Quirk::qemu_read_native_max);
    default:  // ATA6-CFA-2, ATA6-OVL-12, ATA6-MCPT-2: sets that this disk does not announce
      return false;
  }
  // §6.4.1: a read-only disk has no write commands.
  return !(config_.read_only && row.media == MediaAccess::write);
}

void Disk::execute(std::uint8_t opcode) {
  const CommandRow* row = find_command(opcode, regs_.byte(DeviceReg::features));
  transfer_ = {};
  if (opcode != 0xe5) restart_standby_timer();  // ATA6-PM-6; ATA6-PM-1: CHECK POWER MODE leaves the timer alone
  if (row != nullptr && supported(*row)) {
    for (const Entry& entry : handlers()) {
      if (entry.opcode == opcode) {
        regs_.set(DeviceReg::error, 0);
        (this->*entry.handler)(*row);  // ATA6-CMD-2: a handler looks at the fields that its command names
        return;
      }
    }
  }
  abort();  // ATA6-CMD-1, ATA6-CMD-4, ATA6-ERR-1
}

void Disk::complete(unsigned open_after) {
  drop_data_phase();
  set_open(open_after);
  set_status(idle_status());  // ATA6-OUT-1, ATA6-ND-1
  set_pending(true);          // ATA6-INT-1, ATA6-INT-19, ATA6-ND-2
}

void Disk::fail(std::uint8_t error_bits, unsigned open_after) {
  drop_data_phase();
  regs_.set(DeviceReg::error, error_bits);
  set_open(open_after);
  set_status(static_cast<std::uint8_t>(idle_status() | status::ERR));  // ATA6-OUT-2, ATA6-ERR-2
  set_pending(true);                                                   // ATA6-INT-2
}

void Disk::device_fault() {
  drop_data_phase();
  set_open(kOpenError);
  set_status(static_cast<std::uint8_t>(idle_status() | status::DF));  // ATA6-STAT-17: DF alone is possible
  set_pending(true);
}

std::uint64_t Disk::limit28() const {
  // ATA6-HPA-8, ATA6-ADDR-4: words 61:60 never exceed 0FFFFFFFh.
  return std::min<std::uint64_t>(overlay_.sectors(), 0x0fffffff);
}

std::uint16_t Disk::default_cylinders() const {
  if (config_.cylinders != 0) return config_.cylinders;
  // ATA6-CHS-4: at most 16383 cylinders.
  const std::uint64_t per_cylinder = std::uint64_t{config_.heads} * config_.sectors_per_track;
  return static_cast<std::uint16_t>(std::min<std::uint64_t>(overlay_.sectors() / per_cylinder, 16383));
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

void Disk::set_address(std::uint64_t lba, Addressing addressing) {
  const auto byte_of = [](std::uint64_t value, unsigned index) { return value >> (8 * index) & 0xff; };
  std::uint64_t low = byte_of(lba, 0);
  std::uint64_t mid = byte_of(lba, 1);
  std::uint64_t high = byte_of(lba, 2);
  const std::uint8_t device = regs_.byte(DeviceReg::device);
  if (addressing == Addressing::lba48) {
    // ATA6-FIFO-6, ATA6-OUT-5: both halves hold the 48-bit address.
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
}

void Disk::set_signature() {
  // ATA6-SIG-1, §9.12: 01 01 00 00, Device 00h.
  regs_.set(DeviceReg::sector_count, 0x01);
  regs_.set(DeviceReg::lba_low, 0x01);
  regs_.set(DeviceReg::lba_mid, 0x00);
  regs_.set(DeviceReg::lba_high, 0x00);
  regs_.set(DeviceReg::device, 0x00);        // ATA6-SIG-3, ATA6-SRST-3, ATA6-DIAG-3, ATA6-POR-2: DEV becomes 0
  set_previous_open(kOpenCount | kOpenLba);  // §9.12 speaks of the current halves only
}

Answer Disk::read_standing_in(TaskReg reg) {
  // ATA6-ABS-4, ATA6-ABS-10: Status reads 00h, the other registers read Device 0's contents, Device with DEV=1.
  if (reg == TaskReg::status_command) return {0, 0};
  if (busy()) return {0, 0xff};
  // Not through read(): nothing here may clear Device 0's interrupt.
  Answer answer = Device::read(reg);
  if (reg == TaskReg::device) answer.value |= device_bits::DEV;
  return answer;
}

void Disk::status_was_read() {
  if (sleep_pending_) {  // ATA6-PM-11: Sleep begins when the host reads Status
    sleep_pending_ = false;
    set_power_mode(PowerMode::sleep);
  }
}

}  // namespace coincide
