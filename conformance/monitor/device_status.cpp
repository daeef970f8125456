// What a drive shows in Status at the ends of blocks and commands, and its signature (ATA6 §9, §9.12).
#include <fmt/format.h>

#include <array>

#include "conformance/monitor/checker.h"
#include "emu/ata/task_file.h"

namespace coincide::monitor {
namespace {

constexpr std::uint8_t kSleep1 = 0xe6, kSleep2 = 0x99;

class DeviceStatus final : public Checker {
 public:
  explicit DeviceStatus(const std::array<UnitEvidence, 4>& units) : units_(units) {}

  void step(const HostView& view, const Step& step, Findings& out) override {
    if (step.event.kind == EventKind::reset) signature_ = {true, true, true, true};
    if (step.access.reg == HostRegister::none || step.access.reg == HostRegister::config) return;
    const unsigned index = step.access.channel;
    const bool srst = step.writes(HostRegister::alternate_control) && (step.value() & device_control::SRST) != 0;
    if (srst) signature_[2 * index] = signature_[2 * index + 1] = true;
    const bool task_file = step.access.reg >= HostRegister::error_features && step.access.reg <= HostRegister::device;
    if (step.writes(HostRegister::status_command) ||
        (step.access.write && task_file && step.access.reg != HostRegister::device)) {
      signature_[2 * index] = signature_[2 * index + 1] = false;  // ATA6-SIG-5, ATA6-SEL-1
    }
    if (step.looks_at_status()) status(view, step, out);
    if (!step.access.write && task_file) signature(view, step, out);
  }

 private:
  void status(const HostView& view, const Step& step, Findings& out) {
    const unsigned index = step.access.channel;
    const ChannelView& channel = view.channel(index);
    const DriveView& drive = channel.drive();
    const std::uint8_t value = step.value();
    const auto& command = view.commands().command(index);
    if (value == 0xff || value == 0x7f || channel.srst()) return;
    if (drive.status && (*drive.status & status::BSY) == 0 && !drive.running) idle(view, step, drive, out);
    if (!command || command->unit % 2 != channel.dev || command->row == nullptr) return;
    const unsigned unit = command->unit;
    const bool ended = drive.running && (value & (status::BSY | status::DRQ)) == 0;
    // A drive that never shows DRDY is none: Device 0 answers for the absent one with 00h (ATA6-ABS-4).
    if (ended && units_[unit].disk() && command->opcode != kSleep1 && command->opcode != kSleep2) {
      out.looked("ATA6-OUT-1");
      if ((value & status::DRDY) == 0) {
        out.broken(
            finding("ATA6-OUT-1", view, step, fmt::format("the command ended with Status {:02X}h: no DRDY", value)));
      }
    }
    if (drive.running || drive.status || command->row->protocol != Protocol::pio_in || channel.data == 0) return;
    if (channel.data != command->bytes()) return;
    out.looked("ATA6-PIO-IN-6");
    if ((value & (status::BSY | status::DRQ)) == 0) return;
    out.broken(finding("ATA6-PIO-IN-6", view, step, fmt::format("Status is {:02X}h after the last data block", value)));
  }

  /// ATA6-STAT-2, STAT-5: a drive that was seen idle, and got nothing to do, stays so.
  void idle(const HostView& view, const Step& step, const DriveView& drive, Findings& out) {
    if ((*drive.status & status::DRQ) != 0) return;
    out.looked("ATA6-STAT-2");
    if ((step.value() & (status::BSY | status::DRQ)) == 0) return;
    out.broken(finding(
        "ATA6-STAT-2", view, step,
        fmt::format("Status went from {:02X}h to {:02X}h and no command was written", *drive.status, step.value())));
  }

  void signature(const HostView& view, const Step& step, Findings& out) {
    const unsigned index = step.access.channel;
    const unsigned unit = 2 * index + view.channel(index).dev;
    const DriveView& drive = view.channel(index).drive();
    if (!signature_[unit] || !drive.status || drive.absent() || (*drive.status & status::BSY) != 0) return;
    const bool packet = units_[unit].packet;
    if (!packet && !units_[unit].disk()) return;
    std::uint8_t wanted = 0;
    switch (step.access.reg) {
      case HostRegister::sector_count:
      case HostRegister::lba_low:
        wanted = 0x01;
        break;
      case HostRegister::lba_mid:
        wanted = packet ? 0x14 : 0x00;
        break;
      case HostRegister::lba_high:
        wanted = packet ? 0xeb : 0x00;
        break;
      default:
        return;
    }
    const std::string_view rule = packet ? "ATA6-SIG-2" : "ATA6-SIG-1";
    out.looked(rule);
    if (step.value() == wanted) return;
    out.broken(finding(rule, view, step,
                       fmt::format("{} is {:02X}h after a reset, not {:02X}h", host_register_name(step.access),
                                   step.value(), wanted)));
  }

  const std::array<UnitEvidence, 4> units_;
  std::array<bool, 4> signature_{};  ///< nothing was written since a reset
};

}  // namespace

CheckerPtr device_status(const std::array<UnitEvidence, 4>& units) { return std::make_unique<DeviceStatus>(units); }

}  // namespace coincide::monitor
