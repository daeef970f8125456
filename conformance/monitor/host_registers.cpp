// When the host may touch the task file and the Data register (ATA6 §9.3 HI1-HI4, §7).
#include <fmt/format.h>

#include "conformance/monitor/checker.h"
#include "emu/ata/task_file.h"

namespace coincide::monitor {
namespace {

constexpr std::uint8_t kDeviceReset = 0x08, kReadBuffer = 0xe4, kWriteBuffer = 0xe8, kPacket = 0xa0;

/// Why the drive may not be ready for what the host does now; empty if it may, or if nobody can tell.
std::string not_ready(const DriveView& drive) {
  if (drive.absent()) return {};
  if (drive.status) {
    if ((*drive.status & (status::BSY | status::DRQ)) == 0) return {};
    return fmt::format("while the last Status read was {:02X}h", *drive.status);
  }
  if (drive.interrupted) return {};
  switch (drive.since) {
    case Since::command:
      return "without a look at Status since Command was written";
    case Since::packet:
      return "without a look at Status since the packet was given";
    case Since::block:
      return "without a look at Status since the last data block";
    default:
      return {};
  }
}

bool decided(const DriveView& drive) {
  return drive.status || drive.since == Since::command || drive.since == Since::packet || drive.since == Since::block;
}

class HostRegisters final : public Checker {
 public:
  explicit HostRegisters(const std::array<UnitEvidence, 4>& units) : units_(units) {}

  void step(const HostView& view, const Step& step, Findings& out) override {
    const HostRegister reg = step.access.reg;
    if (reg == HostRegister::data) return data(view, step, out);
    if (reg == HostRegister::status_command && step.access.write) return command(view, step, out);
    const bool task_file = reg >= HostRegister::error_features && reg <= HostRegister::device;
    if (!task_file) return;
    step.access.write ? parameter(view, step, out) : result(view, step, out);
  }

 private:
  /// The rules are about a drive: an absent one is never busy.
  bool present(const HostView& view, const Step& step) const {
    const UnitEvidence& unit = units_[2 * step.access.channel + view.channel(step.access.channel).dev];
    return unit.packet || unit.disk();
  }

  void parameter(const HostView& view, const Step& step, Findings& out) {
    const DriveView& drive = view.channel(step.access.channel).drive();
    if (!decided(drive) || !present(view, step)) return;
    out.looked("ATA6-REG-6");
    const std::string why = not_ready(drive);
    if (why.empty()) return;
    out.broken(
        finding("ATA6-REG-6", view, step, fmt::format("{} was written {}", host_register_name(step.access), why)));
  }

  void command(const HostView& view, const Step& step, Findings& out) {
    const unsigned channel = step.access.channel;
    const DriveView& drive = view.channel(channel).drive();
    const std::uint8_t opcode = step.value();
    if (decided(drive) && present(view, step) && opcode != kDeviceReset) {
      out.looked("ATA6-HOST-7");
      const std::string why = not_ready(drive);
      if (!why.empty()) {
        out.broken(finding("ATA6-HOST-7", view, step, fmt::format("command {:02X}h was written {}", opcode, why)));
      }
    }
    if (opcode == kReadBuffer) {
      out.looked("ATA6-BUF-2");
      const auto& before = view.commands().command(channel);
      if (!before || before->opcode != kWriteBuffer) {
        out.broken(finding("ATA6-BUF-2", view, step, "READ BUFFER was written, and no WRITE BUFFER right before it"));
      }
    }
    address(view, step, out);
  }

  /// ATA6-RW-10. The tracker has the registers, and decodes the command only when it is told of it.
  void address(const HostView& view, const Step& step, Findings& out) {
    CommandTracker after = view.commands();
    after.stimulus(step.event, step.number);
    const std::optional<HostCommand>& command = after.command(step.access.channel);
    if (!command || command->row == nullptr || command->row->media == MediaAccess::none) return;
    if (command->row->inputs != Inputs::lba28 && command->row->inputs != Inputs::lba48) return;
    out.looked("ATA6-RW-10");
    if ((command->device & device_bits::LBA) != 0) return;
    Finding one =
        finding("ATA6-RW-10", view, step, fmt::format("{} with the LBA bit 0: a CHS address", command->row->name));
    one.command = command->text();
    out.broken(std::move(one));
  }

  void result(const HostView& view, const Step& step, Findings& out) {
    const ChannelView& channel = view.channel(step.access.channel);
    const DriveView& drive = channel.drive();
    const auto& command = view.commands().command(step.access.channel);
    if (drive.status && !drive.absent()) {
      out.looked("ATA6-REG-9");
      const bool reason = command && command->opcode == kPacket;
      const bool open = (*drive.status & status::BSY) != 0 ||
                        ((*drive.status & status::DRQ) != 0 && !reason && step.access.reg != HostRegister::device);
      if (open) {
        out.broken(finding("ATA6-REG-9", view, step,
                           fmt::format("{} was read while the last Status read was {:02X}h",
                                       host_register_name(step.access), *drive.status)));
      }
    }
    const bool two_deep = step.access.reg >= HostRegister::sector_count && step.access.reg <= HostRegister::lba_high;
    if (!two_deep || !command || command->row == nullptr || drive.running) return;
    if (command->row->inputs != Inputs::lba28 && command->row->inputs != Inputs::address) return;
    out.looked("ATA6-OUT-5");
    if (!channel.hob()) return;
    out.broken(
        finding("ATA6-OUT-5", view, step,
                fmt::format("{} was read with HOB set after a 28-bit command", host_register_name(step.access))));
  }

  void data(const HostView& view, const Step& step, Findings& out) {
    const DriveView& drive = view.channel(step.access.channel).drive();
    if (drive.absent() || !decided(drive)) return;
    out.looked("ATA6-REG-7");
    const std::uint64_t bytes = step.data_bytes();
    if (drive.status && (*drive.status & (status::BSY | status::DRQ)) != status::DRQ) {
      out.broken(finding("ATA6-REG-7", view, step,
                         fmt::format("{} bytes of Data while the last Status read was {:02X}h", bytes, *drive.status)));
      return;
    }
    if (!drive.status) {
      const std::string why = not_ready(drive);
      if (!why.empty()) out.broken(finding("ATA6-REG-7", view, step, fmt::format("{} bytes of Data {}", bytes, why)));
      return;
    }
    const std::optional<std::uint64_t> whole = view.block_bytes(step.access.channel);
    if (whole && drive.block_moved + bytes > *whole) {
      out.broken(
          finding("ATA6-REG-7", view, step,
                  fmt::format("{} bytes of Data where the DRQ block had {} left", bytes, *whole - drive.block_moved)));
    }
  }

  const std::array<UnitEvidence, 4> units_;
};

}  // namespace

CheckerPtr host_registers(const std::array<UnitEvidence, 4>& units) { return std::make_unique<HostRegisters>(units); }

Finding finding(std::string_view rule, const HostView& view, const Step& step, std::string what) {
  const unsigned channel = step.access.channel;
  return {rule, step.number, view.unit_text(channel), view.command_text(channel), std::move(what)};
}

}  // namespace coincide::monitor
