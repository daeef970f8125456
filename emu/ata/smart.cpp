#include "emu/ata/smart.h"

#include <algorithm>

#include "emu/ata/disk.h"

namespace coincide {
namespace {

constexpr std::uint64_t kHourNs = 3'600'000'000'000, kMillisecondNs = 1'000'000;
/// LBA Mid and High: the key that each subcommand needs and a healthy device returns, and the pair of one that fails.
constexpr std::uint8_t kKeyMid = 0x4f, kKeyHigh = 0xc2, kExceededMid = 0xf4, kExceededHigh = 0x2c;

}  // namespace

void Smart::reset(ResetKind kind) {
  interrupt(Result::reset);
  if (kind == ResetKind::power_cycle) {  // switches, counts and logs stay: ATA6-SMART-3
    power_on_ns_ = disk_.now_ns();
    ++power_cycles_;
    ++spin_ups_;
    error_log_.forget_commands();
  } else {
    error_log_.hardware_reset(milliseconds());
  }
}

void Smart::software_reset(bool /*revert*/) { interrupt(Result::reset); }

bool Smart::enabled() const { return disk_.regs().get(DeviceReg::smart_enabled) != 0; }

void Smart::execute() {
  struct Subcommand {
    std::uint8_t value;  ///< of Features
    void (*run)(Smart&);
  };
  // D1h and D3h are obsolete (ATA6-SMART-7), but software goes on asking for them. Everything else aborts.
  static constexpr Subcommand kSubcommands[] = {
      {0xd0, [](Smart& s) { s.disk_.send(smart_data(s.counters(), s.report())); }},
      {0xd1, [](Smart& s) { s.disk_.send(smart_thresholds()); }},
      {0xd2, [](Smart& s) { s.autosave(); }},
      {0xd3, [](Smart& s) { s.end_quietly(); }},  // attribute values are always saved
      {0xd4, [](Smart& s) { s.off_line_immediate(); }},
      {0xd5, [](Smart& s) { s.read_log(); }},
      {0xd6, [](Smart& s) { s.write_log(); }},
      {0xd8,
       [](Smart& s) {  // ATA6-SMART-4
         s.disk_.regs().set(DeviceReg::smart_enabled, 1);
         s.end_quietly();
       }},
      {0xd9,
       [](Smart& s) {
         s.interrupt(Result::aborted);  // ATA6-SMART-22
         s.disk_.regs().set(DeviceReg::smart_enabled, 0);
         s.end_quietly();
       }},
      {0xda, [](Smart& s) { s.return_status(); }},
  };
  const auto& regs = disk_.regs();
  const std::uint8_t value = regs.byte(DeviceReg::features);
  const bool key = regs.byte(DeviceReg::lba_mid) == kKeyMid && regs.byte(DeviceReg::lba_high) == kKeyHigh;
  if (!key) return disk_.abort();                         // ATA6-SMART-1
  if (!enabled() && value != 0xd8) return disk_.abort();  // ATA6-SMART-2
  if (disk_.profile().has(Quirk::qemu_smart) && qemu(value)) return;
  for (const Subcommand& row : kSubcommands) {
    if (row.value == value) return row.run(*this);
  }
  disk_.abort();
}

/// Ends a subcommand whose output registers tell nothing: they stay as they are.
void Smart::end_quietly() { disk_.complete(); }

void Smart::autosave() {
  const std::uint8_t count = disk_.regs().byte(DeviceReg::sector_count);
  if (count != 0x00 && count != 0xf1) return disk_.abort();            // vendor specific
  disk_.regs().set(DeviceReg::smart_autosave, count == 0xf1 ? 1 : 0);  // ATA6-SMART-5
  end_quietly();  // ATA6-SMART-24: to save takes this device no time
}

void Smart::return_status() {
  const bool exceeded = threshold_exceeded(counters());
  disk_.regs().set(DeviceReg::lba_mid, exceeded ? kExceededMid : kKeyMid);  // ATA6-SMART-6
  disk_.regs().set(DeviceReg::lba_high, exceeded ? kExceededHigh : kKeyHigh);
  disk_.complete();
}

void Smart::read_log() {
  const std::uint8_t address = disk_.regs().byte(DeviceReg::lba_low);
  const unsigned count = disk_.regs().byte(DeviceReg::sector_count);
  const LogRow* row = find_log(address);
  // ATA6-SMART-23: a log that is not there. ATA6-SMART-8: no sector, or more than the log has.
  if (row == nullptr || !disk_.has(row->feature)) return disk_.abort();
  if (count == 0 || count > row->smart_sectors) return disk_.abort();
  std::vector<std::uint8_t> sectors = log(address, false);
  sectors.resize(std::size_t{count} * kLogSectorBytes);  // ATA6-SMART-13: from the first one on
  disk_.send(sectors);
}

void Smart::write_log() {
  const std::uint8_t address = disk_.regs().byte(DeviceReg::lba_low);
  const unsigned count = disk_.regs().byte(DeviceReg::sector_count);
  const LogRow* row = find_log(address);
  if (row == nullptr || !row->writable) return disk_.abort();  // ATA6-SMART-9
  if (count == 0 || count > row->smart_sectors) return disk_.abort();
  log_written_ = address;
  disk_.receive(count);
}

void Smart::log_received() {
  write_host_log(log_written_, 0, disk_.received_data());
  end_quietly();
}

void Smart::write_host_log(std::uint8_t address, std::size_t first_sector, std::span<const std::uint8_t> data) {
  std::vector<std::uint8_t>& log = host_logs_[(address - log_address::first_host) % kHostLogs];
  log.resize(kHostLogSectors * kLogSectorBytes);  // what was never written reads zeros: ATA6-SMART-11, ATA6-GPL-8
  const std::size_t at = std::min(first_sector * kLogSectorBytes, log.size());
  const std::size_t bytes = std::min(data.size(), log.size() - at);
  std::copy_n(data.begin(), bytes, log.begin() + static_cast<std::ptrdiff_t>(at));
}

std::vector<std::uint8_t> Smart::log(std::uint8_t address, bool ext) const {
  switch (address) {
    case log_address::summary_error:
      return error_log_.summary();
    case log_address::comprehensive_error:
      return error_log_.comprehensive();
    case log_address::extended_comprehensive_error:
      return error_log_.extended();
    case log_address::self_test:
      return self_test_log_.standard();
    case log_address::extended_self_test:
      return self_test_log_.extended();
    case log_address::directory:
      break;
    default: {
      std::vector<std::uint8_t> host = host_logs_[(address - log_address::first_host) % kHostLogs];
      host.resize(kHostLogSectors * kLogSectorBytes);
      return host;
    }
  }
  // ATA6-SMART-12, ATA6-GPL-4: a word a log. No checksum.
  std::vector<std::uint8_t> directory(kLogSectorBytes);
  put_le(directory, 0, 2, 0x0001);
  for (unsigned n = 1; n < 256; ++n) {
    const LogRow* row = find_log(static_cast<std::uint8_t>(n));
    if (row == nullptr || !disk_.has(row->feature)) continue;
    put_le(directory, 2 * std::size_t{n}, 2, ext ? row->ext_sectors : row->smart_sectors);
  }
  return directory;
}

std::uint16_t Smart::power_on_hours() const {
  return static_cast<std::uint16_t>(std::min<std::uint64_t>(disk_.now_ns() / kHourNs, 0xffff));
}

std::uint32_t Smart::milliseconds() const {
  return static_cast<std::uint32_t>((disk_.now_ns() - power_on_ns_) / kMillisecondNs);
}

SmartCounters Smart::counters() const {
  return {disk_.now_ns() / kHourNs, power_cycles_, spin_ups_, uncorrectable_, off_line_uncorrectable_, interface_crc_};
}

void Smart::command_received() { error_log_.command(TaskFileCopy::of(disk_.regs()), milliseconds()); }

// ATA6-SMART-14: whether SMART is enabled makes no difference here.
void Smart::error_reported(DiskOutcome outcome) {
  switch (outcome) {
    case DiskOutcome::uncorrectable:
      ++uncorrectable_;
      break;
    case DiskOutcome::crc:
      ++interface_crc_;
      break;
    case DiskOutcome::not_found:
    case DiskOutcome::write_fault:
      break;
    default:  // no medium, another medium, a protected one: no error of the device
      return;
  }
  LoggedState state = LoggedState::active_or_idle;
  if (disk_.power_mode() == PowerMode::standby) state = LoggedState::standby;
  if (running()) state = LoggedState::off_line;
  error_log_.error(TaskFileCopy::of(disk_.regs()), state, power_on_hours());
}

}  // namespace coincide
