// The phases of a packet command as the drive shows them: interrupt reason and byte count (ATA6 §8.23.5, §9.8).
#include <fmt/format.h>

#include "conformance/monitor/checker.h"
#include "emu/ata/task_file.h"

namespace coincide::monitor {
namespace {

constexpr std::uint8_t kPacket = 0xa0;
constexpr std::uint8_t kReason = interrupt_reason::CD | interrupt_reason::IO;

class DevicePackets final : public Checker {
 public:
  void step(const HostView& view, const Step& step, Findings& out) override {
    if (step.access.reg == HostRegister::none || step.access.write) return;
    const unsigned index = step.access.channel;
    const ChannelView& channel = view.channel(index);
    const auto& command = view.commands().command(index);
    if (!command || command->opcode != kPacket || command->unit % 2 != channel.dev) return;
    const DriveView& drive = channel.drive();
    if (drive.absent() || channel.hob()) return;
    if (step.access.reg == HostRegister::sector_count) reason(view, step, *command, drive, out);
    if (step.access.reg == HostRegister::lba_high && drive.byte_count[0]) byte_count(view, step, *command, drive, out);
  }

 private:
  /// The registers speak of a phase only while Status was seen to show it, and nothing has moved since.
  static bool in_phase(const DriveView& drive) {
    return !drive.touched && drive.status && (*drive.status & status::BSY) == 0 && drive.block_moved == 0;
  }

  void reason(const HostView& view, const Step& step, const HostCommand& command, const DriveView& drive,
              Findings& out) {
    if (!in_phase(drive)) return;
    const std::uint8_t value = step.value() & kReason;
    const auto told = [&](std::string_view rule, const char* phase, bool good) {
      out.looked(rule);
      if (good) return;
      out.broken(
          finding(rule, view, step, fmt::format("the interrupt reason is {:02X}h in the {}", step.value(), phase)));
    };
    if (!drive.packet_sent) {
      if ((*drive.status & status::DRQ) != 0) told("ATAPI-PKT-1", "packet phase", value == interrupt_reason::CD);
      return;
    }
    if ((*drive.status & status::DRQ) != 0) {
      if ((command.features & packet_features::DMA) == 0)
        told("ATAPI-IR-1", "data phase", (value & interrupt_reason::CD) == 0);
      return;
    }
    told("ATAPI-IR-2", "status phase", value == kReason);
  }

  void byte_count(const HostView& view, const Step& step, const HostCommand& command, const DriveView& drive,
                  Findings& out) {
    if (!in_phase(drive) || !drive.packet_sent || (*drive.status & status::DRQ) == 0) return;
    if ((command.features & packet_features::DMA) != 0) return;
    const unsigned count = *drive.byte_count[0] | unsigned{step.value()} << 8;
    unsigned limit = command.lba_mid[0] | unsigned{command.lba_high[0]} << 8;
    if (limit == 0) return;               // word 125 decides (ATAPI-BCL-2)
    if (limit == 0xffff) limit = 0xfffe;  // ATAPI-BCL-3
    out.looked("ATAPI-BC-1");
    if (count >= 1 && count <= limit) return;
    out.broken(
        finding("ATAPI-BC-1", view, step, fmt::format("the byte count is {} where the limit is {}", count, limit)));
  }
};

}  // namespace

CheckerPtr device_packets() { return std::make_unique<DevicePackets>(); }

}  // namespace coincide::monitor
