// How often a drive interrupts, and when it must not (ATA6 §9.3, §9.5-§9.8).
#include <fmt/format.h>

#include <array>

#include "conformance/monitor/checker.h"
#include "emu/ata/task_file.h"

namespace coincide::monitor {
namespace {

class DeviceInterrupts final : public Checker {
 public:
  void step(const HostView& view, const Step& step, Findings& out) override {
    if (step.event.kind == EventKind::irq) return edge(view, step, out);
    if (step.writes(HostRegister::status_command)) return next_command(view, step, out);
    if (step.writes(HostRegister::alternate_control) && (step.value() & device_control::nIEN) != 0) {
      gated_[step.access.channel] = true;
    }
    const bool srst = step.writes(HostRegister::alternate_control) && (step.value() & device_control::SRST) != 0;
    if (srst) gated_[step.access.channel] = true;
  }

 private:
  void edge(const HostView& view, const Step& step, Findings& out) {
    const unsigned index = step.event.where == 15 ? 1 : 0;
    const ChannelView& channel = view.channel(index);
    if (step.event.value == 0 || channel.level) return;
    const Step here{
        step.event, step.number, step.time_ns, {HostRegister::none, static_cast<std::uint8_t>(index), 0, false}};
    const auto& command = view.commands().command(index);
    if (!command) {
      if (!view.commands().soft_reset(index)) return;
      out.looked("ATA6-INT-20");
      out.broken(finding("ATA6-INT-20", view, here, "an interrupt after a software reset, before any command"));
      return;
    }
    const bool packet = command->row != nullptr && command->row->protocol == Protocol::packet;
    if (packet && !channel.drives[command->unit % 2].packet_sent && channel.drives[command->unit % 2].running) {
      out.broken(finding("ATA6-PKT-1", view, here, "an interrupt before the packet was given"));
    }
  }

  /// Counts what the command before had, if the line could show all of it.
  void next_command(const HostView& view, const Step& step, Findings& out) {
    const unsigned index = step.access.channel;
    const ChannelView& channel = view.channel(index);
    const auto& command = view.commands().command(index);
    const bool gated = gated_[index];
    gated_[index] = channel.nien();
    if (!command || command->row == nullptr || gated || channel.nien()) return;
    const DriveView& drive = channel.drives[command->unit % 2];
    const bool failed = drive.known(status::ERR);
    if (drive.running || failed || drive.absent() || !drive.status) return;
    switch (command->row->protocol) {
      case Protocol::dma_in:
      case Protocol::dma_out:
        return count(view, step, "ATA6-INT-19", 1, out);
      case Protocol::non_data:
        return count(view, step, "ATA6-INT-1", 1, out);
      case Protocol::packet:
        out.looked("ATA6-PKT-1");
        return;
      default:
        return;
    }
  }

  void count(const HostView& view, const Step& step, std::string_view rule, unsigned wanted, Findings& out) {
    const unsigned edges = view.channel(step.access.channel).edges;
    out.looked(rule);
    if (edges == wanted) return;
    out.broken(finding(rule, view, step, fmt::format("the command had {} interrupts, not {}", edges, wanted)));
  }

  std::array<bool, 2> gated_{};  ///< nIEN was set, or a reset came, since the last Command write
};

}  // namespace

CheckerPtr device_interrupts() { return std::make_unique<DeviceInterrupts>(); }

}  // namespace coincide::monitor
