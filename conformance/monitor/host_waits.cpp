// What the host waits for: resets, the 400 ns after a command, and interrupts (ATA6 §9.1-§9.9).
#include <fmt/format.h>

#include <array>

#include "conformance/monitor/checker.h"
#include "emu/ata/task_file.h"

namespace coincide::monitor {
namespace {

constexpr std::uint64_t kAfterCommand = 400, kSrstHeld = 5'000, kAfterReset = 2'000'000;
constexpr std::uint8_t kDeviceReset = 0x08, kDiagnostic = 0x90, kIdentifyPacket = 0xa1, kIdentify = 0xec;

class HostWaits final : public Checker {
 public:
  /// `irq` and `time`: the source shows the interrupt line; its clock is the host's.
  HostWaits(bool irq, bool time) : irq_(irq), time_(time) {}

  void step(const HostView& view, const Step& step, Findings& out) override {
    if (step.event.kind == EventKind::reset) {
      unknown_ = {true, true, true, true};
      for (auto& wait : waits_) wait = {step.time_ns, kAfterReset, "ATA6-HOST-2", "RST# was negated"};
      return;
    }
    if (step.access.reg == HostRegister::none) return;
    if (step.writes(HostRegister::alternate_control)) return control(view, step, out);
    if (step.writes(HostRegister::status_command)) return command(view, step, out);
    if (!step.looks_at_status()) return;
    if (time_) early(view, step, out);
    if (irq_ && step.access.reg == HostRegister::status_command) polled(view, step, out);
  }

 private:
  struct Wait {
    std::uint64_t from = 0;
    std::uint64_t least = 0;
    std::string_view rule;
    std::string_view what;
  };

  void control(const HostView& view, const Step& step, Findings& out) {
    const unsigned index = step.access.channel;
    const ChannelView& channel = view.channel(index);
    const bool set = (step.value() & device_control::SRST) != 0;
    if (set && !channel.srst()) {
      srst_set_[index] = step.time_ns;
      const auto& command = view.commands().command(index);
      const bool packet = command && command->row != nullptr && command->row->protocol == Protocol::packet;
      if (packet) {
        out.looked("ATA6-SRST-11");
        if (channel.drive().running) {
          out.broken(finding("ATA6-SRST-11", view, step, "SRST was set while the packet command was not seen to end"));
        }
      }
    }
    if (set || !channel.srst()) return;
    unknown_[2 * index] = unknown_[2 * index + 1] = true;
    waits_[index] = {step.time_ns, kAfterReset, "ATA6-HOST-2", "SRST was cleared"};
    if (!time_) return;
    out.looked("ATA6-HOST-8");
    const std::uint64_t held = step.time_ns - srst_set_[index];
    if (held < kSrstHeld) out.broken(finding("ATA6-HOST-8", view, step, fmt::format("SRST was held for {} ns", held)));
  }

  void command(const HostView& view, const Step& step, Findings& out) {
    const unsigned index = step.access.channel;
    const unsigned unit = 2 * index + view.channel(index).dev;
    const std::uint8_t opcode = step.value();
    waits_[index] = {step.time_ns, kAfterCommand, "ATA6-HOST-1", "Command was written"};
    if (view.channel(index).drive().absent()) return;
    if (opcode == kIdentify || opcode == kIdentifyPacket) {
      unknown_[unit] = false;
    } else if (unknown_[unit] && opcode != kDeviceReset && opcode != kDiagnostic) {
      unknown_[unit] = false;
      out.looked("ATA6-HOST-6");
      out.broken(finding("ATA6-HOST-6", view, step, fmt::format("command {:02X}h is the first after a reset", opcode)));
      return;
    }
    out.looked("ATA6-HOST-6");
  }

  /// The first look at Status after a command or a reset.
  void early(const HostView& view, const Step& step, Findings& out) {
    Wait& wait = waits_[step.access.channel];
    if (wait.rule.empty()) return;
    out.looked(wait.rule);
    const std::uint64_t waited = step.time_ns - wait.from;
    if (waited < wait.least) {
      out.broken(finding(wait.rule, view, step, fmt::format("Status was read {} ns after {}", waited, wait.what)));
    }
    wait = {};
  }

  /// ATA6-HOST-5. Before a packet and before the first block of a PIO data-out command no interrupt is due: there the
  /// host has to poll (HP0, HPIOO0).
  void polled(const HostView& view, const Step& step, Findings& out) {
    const unsigned index = step.access.channel;
    const ChannelView& channel = view.channel(index);
    const DriveView& drive = channel.drive();
    const auto& command = view.commands().command(index);
    if (!command || command->row == nullptr || !drive.running || drive.absent() || channel.nien()) return;
    if (command->unit % 2 != channel.dev) return;
    const Protocol protocol = command->row->protocol;
    if (protocol == Protocol::packet && !drive.packet_sent) return;
    if (protocol == Protocol::pio_out && channel.data == 0) return;
    if (protocol == Protocol::device_reset || protocol == Protocol::diagnostic) return;
    if (drive.known(status::DRQ)) return;  // the block is there: its interrupt is past
    out.looked("ATA6-HOST-5");
    if (drive.interrupted || channel.level || step.value() == 0) return;  // 00h: the absent one's (ATA6-ABS-4)
    if (told_[index] == command->event) return;
    told_[index] = command->event;
    out.broken(finding("ATA6-HOST-5", view, step, "Status was read before the interrupt that is due"));
  }

  bool irq_, time_;
  std::array<bool, 4> unknown_{};  ///< reset, and not identified since
  std::array<Wait, 2> waits_{};
  std::array<std::uint64_t, 2> srst_set_{};
  std::array<std::size_t, 2> told_{static_cast<std::size_t>(-1), static_cast<std::size_t>(-1)};
};

}  // namespace

CheckerPtr host_waits(bool irq, bool time) { return std::make_unique<HostWaits>(irq, time); }

}  // namespace coincide::monitor
