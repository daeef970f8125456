// What the bus master asks of the host: its table, and the order of a transfer (BMIDE §3, BM-7).
#include <fmt/format.h>

#include <array>

#include "conformance/monitor/checker.h"
#include "conformance/monitor/prd_memory.h"
#include "emu/ata/task_file.h"

namespace coincide::monitor {
namespace {

constexpr std::uint8_t kStart = 0x01, kToMemory = 0x08;
constexpr std::uint8_t kActive = 0x01, kError = 0x02, kInterrupt = 0x04;
constexpr std::uint8_t kPacket = 0xa0;
constexpr unsigned kPcicmd = 0x04;
constexpr unsigned kSilentLooks = 3;  ///< at BMISx with no interrupt to come, before it is called waiting

/// Direction of a command's DMA data; nullopt if it has none or nobody can tell.
std::optional<bool> to_memory(const HostCommand& command) {
  if (command.row == nullptr) return std::nullopt;
  if (command.row->protocol == Protocol::dma_in || command.row->protocol == Protocol::queued_in) return true;
  if (command.row->protocol == Protocol::dma_out || command.row->protocol == Protocol::queued_out) return false;
  return std::nullopt;
}

bool moves_by_dma(const HostCommand& command) {
  if (command.opcode == kPacket) return (command.features & packet_features::DMA) != 0;
  return to_memory(command).has_value();
}

class HostBusMaster final : public Checker {
 public:
  void step(const HostView& view, const Step& step, Findings& out) override {
    memory_.follow(step.event);
    if (step.event.kind == EventKind::reset) channels_ = {};
    if (step.event.kind == EventKind::irq && step.event.value != 0) {
      channels_[step.event.where == 15 ? 1 : 0].interrupt = true;
    }
    Channel& channel = channels_[step.access.channel];
    if (step.writes(HostRegister::bmic)) {
      const std::uint8_t was = view.channel(step.access.channel).bmic;
      const bool starts = (step.value() & kStart) != 0 && (was & kStart) == 0;
      if (starts) start(view, step, channel, out);
      if ((was & kStart) != 0) running_write(view, step, channel, was, out);
    }
    if (step.reads(HostRegister::bmis) && step.access.byte == 0) bmis_read(view, step, channel, out);
    if (step.writes(HostRegister::bmis) && step.access.byte == 0) {
      if ((step.value() & kInterrupt) != 0) channel.interrupt = false;
      if ((step.value() & kError) != 0) channel.error = false;
    }
    if (step.writes(HostRegister::bmidtp) && step.access.byte == 0) {
      out.looked("BMIDE-46");
      if ((step.event.value & 3) != 0) {
        out.broken(finding("BMIDE-46", view, step, fmt::format("BMIDTP was written {:08X}h", step.event.value)));
      }
    }
    if (step.writes(HostRegister::status_command)) command_written(view, step, channel, out);
  }

 private:
  struct Channel {
    bool interrupt = false;     ///< BMISx.INT stands, as far as can be known
    bool error = false;         ///< BMISx.ERR
    bool looked = true;         ///< BMISx was read since the start
    unsigned silent_looks = 0;  ///< at BMISx without INT while nIEN is 1
    bool started = false;
  };

  void start(const HostView& view, const Step& step, Channel& channel, Findings& out) {
    const unsigned index = step.access.channel;
    channel.looked = false;
    channel.started = true;
    channel.silent_looks = 0;
    if (const auto command = view.config(kPcicmd)) {
      out.looked("PIT-23");
      if ((*command & 4) == 0) {
        out.broken(finding("PIT-23", view, step, "the bus master was started with PCICMD bit 2 (bus master enable) 0"));
      }
    }
    order(view, step, channel, out);
    const std::optional<PrdTable> table = memory_.table(view.commands().bmidtp(index));
    if (table) check_table(view, step, *table, out);
  }

  void order(const HostView& view, const Step& step, const Channel& channel, Findings& out) {
    const unsigned index = step.access.channel;
    out.looked("BM-7");
    const auto& command = view.commands().command(index);
    const auto broken = [&](const char* what) { out.broken(finding("BM-7", view, step, what)); };
    // An interrupt of the command itself, one that failed at once, nobody could have cleared.
    if (channel.interrupt && view.channel(index).edges == 0)
      broken("the bus master was started with INT of an earlier interrupt still set in BMIS");
    if (channel.error) broken("the bus master was started with ERR still set in BMIS");
    const bool served = command && started_for_[index] == command->event;
    if (!command || served || !moves_by_dma(*command)) {
      return broken("the bus master was started before the DMA command was written");
    }
    started_for_[index] = command->event;
    const std::optional<bool> in = to_memory(*command);
    if (in && *in != ((step.value() & kToMemory) != 0)) broken("the direction in BMIC is not that of the command");
  }

  void check_table(const HostView& view, const Step& step, const PrdTable& table, Findings& out) {
    for (const char* rule : {"BMIDE-47", "BMIDE-54", "BM-4"}) out.looked(rule);
    const std::uint64_t end = std::uint64_t{table.address} + 8 * table.entries.size();
    if (!table.ends) {
      out.broken(finding("BMIDE-47", view, step, "the PRD table has no EOT in 64 KB"));
      return;
    }
    if (table.address >> 16 != (end - 1) >> 16) {
      out.broken(finding(
          "BMIDE-47", view, step,
          fmt::format("the PRD table at {:08X}h, {} entries, crosses 64 KB", table.address, table.entries.size())));
    }
    for (std::size_t i = 0; i < table.entries.size(); ++i) {
      const Prd& prd = table.entries[i];
      if ((prd.address & 1) != 0 || (prd.control & 1) != 0) {
        out.broken(
            finding("BM-4", view, step,
                    fmt::format("PRD {} has an odd address or count: {:08X}h {:08X}h", i, prd.address, prd.control)));
      }
      const std::uint64_t last = std::uint64_t{prd.address} + prd.bytes() - 1;
      if (prd.address >> 16 != last >> 16) {
        out.broken(finding("BMIDE-54", view, step,
                           fmt::format("PRD {}: {} bytes at {:08X}h cross 64 KB", i, prd.bytes(), prd.address)));
      }
    }
    const auto& command = view.commands().command(step.access.channel);
    if (!command || !view.channel(step.access.channel).drive().running || !moves_by_dma(*command)) return;
    if (command->bytes() == 0) return;
    out.looked("BMIDE-56");
    if (table.bytes() >= command->bytes()) return;
    out.broken(finding("BMIDE-56", view, step,
                       fmt::format("the table has {} bytes, the command moves {}", table.bytes(), command->bytes())));
  }

  void running_write(const HostView& view, const Step& step, Channel& channel, std::uint8_t was, Findings& out) {
    const bool stops = (step.value() & kStart) == 0;
    const bool turns = ((step.value() ^ was) & kToMemory) != 0;
    if (!stops) {
      out.looked("BMIDE-14");
      if (turns) out.broken(finding("BMIDE-14", view, step, "RWCON was changed while the bus master runs"));
      return;
    }
    if (channel.started) {
      out.looked("PIT-22");
      // A stop without a look is how a transfer is given up (reset, time-out): then no interrupt has come.
      if (!channel.looked && view.channel(step.access.channel).edges != 0) stopped_unseen_[step.access.channel] = true;
    }
    channel.started = false;
  }

  void bmis_read(const HostView& view, const Step& step, Channel& channel, Findings& out) {
    const unsigned index = step.access.channel;
    channel.looked = true;
    stopped_unseen_[index] = false;
    channel.interrupt = (step.value() & kInterrupt) != 0;
    channel.error = (step.value() & kError) != 0;
    if (!view.channel(index).nien() || !channel.started || (step.value() & (kInterrupt | kError)) != 0) return;
    out.looked("PIIX4-IRQ-05");
    if (++channel.silent_looks != kSilentLooks || (step.value() & kActive) == 0) return;
    out.broken(finding("PIIX4-IRQ-05", view, step, "INT in BMIS is waited for with nIEN set: it cannot come"));
  }

  void command_written(const HostView& view, const Step& step, Channel& channel, Findings& out) {
    const unsigned index = step.access.channel;
    if (stopped_unseen_[index]) {
      out.broken(finding("PIT-22", view, step, "the transfer before was ended without a look at BMIS"));
      stopped_unseen_[index] = false;
    }
    if (!channel.started) return;
    out.looked("BMIDE-10");
    const bool running = (view.channel(index).bmic & kStart) != 0;
    const std::uint8_t opcode = step.value();
    const CommandRow* row = find_command(opcode, 0);
    const bool dma = row != nullptr && (row->protocol == Protocol::dma_in || row->protocol == Protocol::dma_out);
    const auto& before = view.commands().command(index);
    if (!running || !dma || !before || !moves_by_dma(*before)) return;
    out.broken(finding("BMIDE-10", view, step, "the next DMA command was written and the bus master not stopped"));
  }

  PrdMemory memory_;
  std::array<Channel, 2> channels_;
  std::array<bool, 2> stopped_unseen_{};
  /// Command write that the last start was for.
  std::array<std::size_t, 2> started_for_{static_cast<std::size_t>(-1), static_cast<std::size_t>(-1)};
};

}  // namespace

CheckerPtr host_bus_master() { return std::make_unique<HostBusMaster>(); }

}  // namespace coincide::monitor
