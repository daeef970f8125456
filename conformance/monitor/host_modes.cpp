// Timing registers and the transfer modes that the drives were told (PIIX4 §1.5, ATA6 §8.46.3).
#include <fmt/format.h>

#include <array>

#include "conformance/monitor/checker.h"
#include "emu/ata/task_file.h"

namespace coincide::monitor {
namespace {

constexpr unsigned kUdmactl = 0x48;
constexpr std::uint8_t kPacket = 0xa0, kUltra = 0x40;

class HostModes final : public Checker {
 public:
  void step(const HostView& view, const Step& step, Findings& out) override {
    if (step.event.kind == EventKind::reset) was_reset_ = true;
    if (!step.writes(HostRegister::status_command)) return;
    const unsigned index = step.access.channel;
    const unsigned unit = 2 * index + view.channel(index).dev;
    // What was never written is what the reset left (PIIX4-CFG-35).
    CommandTracker after = view.commands();
    after.stimulus(step.event, step.number);
    const HostCommand& command = *after.command(index);
    const bool packet_dma = command.opcode == kPacket && (command.features & packet_features::DMA) != 0;
    const bool dma = command.row != nullptr &&
                     (command.row->protocol == Protocol::dma_in || command.row->protocol == Protocol::dma_out);
    if (!dma && !packet_dma) return;
    const DriveView& drive = view.channel(index).drive();
    const bool ultra = (view.config(kUdmactl).value_or(0) >> unit & 1) != 0;
    const auto tell = [&](std::string_view rule, std::string what) {
      Finding one = finding(rule, view, step, std::move(what));
      one.command = command.text();
      out.broken(std::move(one));
    };
    if (was_reset_ && drive.mode) {
      out.looked("PIIX4-RST-09");
      if (!drive.told_since_reset && ultra)
        tell("PIIX4-RST-09", "UDMACTL is on, and the drive told no mode since its hard reset");
    }
    if (!drive.told_since_reset) return;
    out.looked("PIIX4-TIM-06");
    const bool told_ultra = *drive.mode >= kUltra;
    if (told_ultra == ultra) return;
    tell("PIIX4-TIM-06",
         fmt::format("UDMACTL bit {} is {:d}, and the drive was told mode {:02X}h", unit, ultra, *drive.mode));
  }

 private:
  bool was_reset_ = false;
};

}  // namespace

CheckerPtr host_modes() { return std::make_unique<HostModes>(); }

}  // namespace coincide::monitor
