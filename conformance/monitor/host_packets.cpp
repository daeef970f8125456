// What PACKET asks of the host: byte counts, limits, the data port's width (ATA6 §9.8, §8.23; PIIX4 §2.2).
#include <fmt/format.h>

#include "conformance/monitor/checker.h"
#include "emu/ata/task_file.h"

namespace coincide::monitor {
namespace {

constexpr std::uint8_t kPacket = 0xa0;
constexpr unsigned kIdetim = 0x40;

class HostPackets final : public Checker {
 public:
  void step(const HostView& view, const Step& step, Findings& out) override {
    if (step.access.reg == HostRegister::data) {
      prefetch(view, step, out);
      data(view, step, out);
    }
    if (step.looks_at_status()) block_end(view, step, out);
  }

 private:
  static const HostCommand* packet(const HostView& view, unsigned channel) {
    const std::optional<HostCommand>& command = view.commands().command(channel);
    if (!command || command->opcode != kPacket || command->unit % 2 != view.channel(channel).dev) return nullptr;
    return &*command;
  }

  void data(const HostView& view, const Step& step, Findings& out) {
    const unsigned index = step.access.channel;
    const HostCommand* command = packet(view, index);
    if (command == nullptr) return;
    const DriveView& drive = view.channel(index).drive();
    if (!drive.packet_sent) return limit(view, step, *command, out);
    if (!drive.known(status::DRQ) || drive.block_moved != 0) return;
    out.looked("ATA6-HOST-4");
    if (drive.count_read) return;
    out.broken(finding("ATA6-HOST-4", view, step, "a data block was begun and its byte count not read"));
  }

  /// ATAPI-BCL-4, when the packet is whole. The sizes of a few commands alone are known from their packets.
  void limit(const HostView& view, const Step& step, const HostCommand& command, Findings& out) {
    CommandTracker after = view.commands();
    after.stimulus(step.event, step.number);
    const HostCommand& now = *after.command(step.access.channel);
    if (now.packet_bytes < now.packet.size() || command.packet_bytes == command.packet.size()) return;
    if ((command.features & packet_features::DMA) != 0) return;
    const unsigned limit = command.lba_mid[0] | unsigned{command.lba_high[0]} << 8;
    if (limit == 0xffff || now.bytes() == 0) return;
    out.looked("ATAPI-BCL-4");
    if (limit % 2 == 0 || now.bytes() <= limit) return;
    Finding one = finding("ATAPI-BCL-4", view, step,
                          fmt::format("a byte count limit of {} for a transfer of {} bytes", limit, now.bytes()));
    one.command = now.text();
    out.broken(std::move(one));
  }

  /// ATAPI-BC-5: the next look at Status finds the block moved whole, or not begun.
  void block_end(const HostView& view, const Step& step, Findings& out) {
    const unsigned index = step.access.channel;
    if (packet(view, index) == nullptr) return;
    const DriveView& drive = view.channel(index).drive();
    const std::optional<std::uint64_t> whole = view.block_bytes(index);
    if (!drive.packet_sent || !drive.known(status::DRQ) || !whole || drive.block_moved == 0) return;
    out.looked("ATAPI-BC-5");
    if (drive.block_moved == *whole) return;
    out.broken(finding("ATAPI-BC-5", view, step,
                       fmt::format("{} of the {} bytes of a data block were moved", drive.block_moved, *whole)));
  }

  /// Prefetch and posting of the data port (IDETIM bits 2 and 6).
  void prefetch(const HostView& view, const Step& step, Findings& out) {
    const unsigned index = step.access.channel;
    const std::optional<std::uint8_t> timing = view.config(kIdetim + 2 * index);
    if (!timing) return;
    const ChannelView& channel = view.channel(index);
    const DriveView& drive = channel.drive();
    const bool enabled = (*timing >> (channel.dev == 0 ? 2 : 6) & 1) != 0;
    if (packet(view, index) != nullptr) {
      out.looked("PIIX4-IO-18");
      if (enabled && drive.block_moved == 0) {
        out.broken(finding("PIIX4-IO-18", view, step, "the data port of a packet device has prefetch and posting on"));
      }
    }
    if (!enabled || step.access.write || drive.widths == 0) return;
    out.looked("PIIX4-IO-14");
    if (drive.widths == step.event.width) return;
    out.broken(finding("PIIX4-IO-14", view, step,
                       fmt::format("one sector was read with widths {} and {}", +drive.widths, +step.event.width)));
  }
};

}  // namespace

CheckerPtr host_packets() { return std::make_unique<HostPackets>(); }

}  // namespace coincide::monitor
