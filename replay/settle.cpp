#include "replay/settle.h"

#include <algorithm>
#include <map>

#include "emu/ata/task_file.h"
#include "emu/controller.h"
#include "emu/media/optical.h"
#include "replay/command_tracker.h"
#include "replay/interval_set.h"

namespace coincide {

namespace {

constexpr std::uint8_t kPacket = 0xa0;
/// A transfer of so many DRQ blocks is longer than any packet command's; a bound against a drive that never ends.
constexpr unsigned kMaxDrained = 4096;
constexpr std::uint8_t kBmicStart = 0x01;
constexpr std::uint8_t kBmisActive = 0x01;
constexpr std::uint8_t kBmisInt = 0x04;
/// Data area of a PRD table that stands in for one the log does not show. Nothing else lies in RAM then.
constexpr std::uint32_t kStandInData = 0x01000000;
constexpr std::uint32_t kMaxRegion = 0x10000;
/// A place shows at most the end of this many requests; a bound against requests that follow each other for ever.
constexpr unsigned kMaxCompletions = 8;

bool is_busy_status(std::uint8_t value) {
  return (value & status::BSY) != 0 && (value & ~(status::BSY | status::DRDY | status::DSC)) == 0;
}

/// Data of which units and sectors nobody knows.
class Unknown {
 public:
  void whole_medium(unsigned unit) { sectors_[unit].add(0, ~std::uint64_t{0} >> 1); }
  bool any(unsigned unit, std::uint64_t lba, std::uint64_t count) const { return sectors_[unit].overlaps(lba, count); }
  void written(unsigned unit, std::uint64_t lba, std::uint64_t count, bool known) {
    if (known) {
      sectors_[unit].remove(lba, count);
    } else {
      sectors_[unit].add(lba, count);
    }
  }

 private:
  std::array<IntervalSet, 4> sectors_;
};

/// What follows a packet up to the next command of its channel: the data that the guest took, and whether Status
/// said that the command failed.
struct PacketOutcome {
  std::uint64_t data_bytes = 0;
  bool failed = false;
};

class Settler final : public Observer {
 public:
  Settler(const Board& board, const Profile& profile) : controller_(board, profile, this) {}

  // What only a fresh capture has.
  void capture(const Capture& capture, const CaptureBoard& board);
  Settled run(const EventList& events, std::span<const std::uint32_t> lines);

  // Observer: what our own drives ask for and store.
  void stimulus(const Event&) override {}
  void answer(std::uint64_t, std::uint64_t, std::span<const std::uint8_t>) override {}
  void observe(const Event& event) override;

 private:
  void add(const Event& event);
  void complete_oldest(unsigned channel);
  bool waits(unsigned channel) const;
  template <class Condition>
  void complete_while(unsigned channel, Condition ours_is_behind);

  void before_stimulus(const Event& event, std::size_t number);
  void before_read(const Event& event, const ChannelAccess& access);
  void before_write(const Event& event, const ChannelAccess& access, std::size_t number);
  void interrupt(const Event& event);
  void stimulus_event(Event event, std::size_t number);
  void write_stand_in_table(unsigned channel, std::size_t number);
  PacketOutcome outcome_of_packet(unsigned channel, std::size_t number) const;
  void complete_packet(Event& event, std::size_t number, unsigned channel);
  bool output_unknown(std::size_t number) const {
    return capture_ != nullptr &&
           std::binary_search(capture_->unknown_output.begin(), capture_->unknown_output.end(), number);
  }
  std::uint64_t dma_result_bytes(const DmaResult& result, std::uint64_t bytes) const;

  std::uint8_t device_register(unsigned unit, DeviceReg reg) const {
    return static_cast<std::uint8_t>(
        controller_.register_value(register_id(device_scope(unit), static_cast<unsigned>(reg))));
  }
  std::uint8_t status_of(unsigned unit) const { return device_register(unit, DeviceReg::status); }
  bool has_packet_data(unsigned channel) const;
  void drain(unsigned channel);
  std::uint8_t bmis_of(unsigned channel) const {
    return static_cast<std::uint8_t>(
        controller_.register_value(register_id(channel_scope(channel), static_cast<unsigned>(ChannelReg::bmis))));
  }
  bool busy(unsigned channel) const { return (status_of(tracker_.selected_unit(channel)) & status::BSY) != 0; }

  Controller controller_;
  CommandTracker tracker_;
  Settled out_;
  const EventList* events_ = nullptr;
  std::span<const std::uint32_t> lines_;
  std::uint32_t line_ = 0;

  const Capture* capture_ = nullptr;
  std::map<std::size_t, DmaResult> dma_results_;
  std::map<std::size_t, CaptureBoard::MediaChange> media_changes_;
  std::array<std::uint64_t, 2> bytes_stored_{};  ///< by our own transfer of the channel since it was started
  Unknown unknown_;
  IntervalSet unknown_memory_;            ///< memory that such sectors were read into
  std::array<bool, 2> reads_unknown_{};   ///< the last read request of the channel touches unknown sectors
  std::vector<std::uint8_t> packet_;      ///< that stands in for one the log does not show
  std::array<bool, 2> writes_unknown_{};  ///< data given since the last Command write are not known
};

void Settler::capture(const Capture& capture, const CaptureBoard& board) {
  capture_ = &capture;
  for (const CaptureBoard::MediaChange& change : board.media_changes) media_changes_.emplace(change.event, change);
  for (const DmaResult& result : capture.dma_results) dma_results_.emplace(result.event, result);
  for (unsigned unit = 0; unit < 4; ++unit) {
    if (board.medium_unknown[unit]) unknown_.whole_medium(unit);
  }
}

void Settler::observe(const Event& event) {
  if (event.kind == EventKind::dma_write) {
    bytes_stored_[event.unit & 1] += event.value;
    if (reads_unknown_[event.unit & 1]) {
      unknown_memory_.add(event.detail, event.value);
    } else {
      unknown_memory_.remove(event.detail, event.value);
    }
    return;
  }
  if (event.unit >= 4) return;  // an accelerator's, which no capture has
  const unsigned channel = event.unit / 2u;
  if (event.kind == EventKind::disk_request && static_cast<DiskOp>(event.width) == DiskOp::read) {
    reads_unknown_[channel] = unknown_.any(event.unit, event.detail, event.value);
  }
  if (event.kind == EventKind::disk_data) {
    unknown_.written(event.unit, event.detail, event.value, !writes_unknown_[channel]);
  }
}

void Settler::add(const Event& event) {
  out_.events.add(event);
  if (!lines_.empty()) out_.lines.push_back(line_);
}

bool Settler::waits(unsigned channel) const {
  return std::any_of(controller_.pending().begin(), controller_.pending().end(),
                     [&](const DiskRequest& request) { return request.unit / 2u == channel; });
}

void Settler::complete_oldest(unsigned channel) {
  for (const DiskRequest& request : controller_.pending()) {
    if (request.unit / 2u != channel) continue;
    const Event event{
        EventKind::disk_complete, static_cast<std::uint8_t>(DiskOutcome::done), 0, request.number, 0, 0, {}};
    const std::uint32_t line = std::exchange(line_, 0);
    add(event);
    line_ = line;
    controller_.apply(event);
    ++out_.completions;
    return;
  }
}

template <class Condition>
void Settler::complete_while(unsigned channel, Condition ours_is_behind) {
  for (unsigned n = 0; n < kMaxCompletions && waits(channel) && ours_is_behind(); ++n) complete_oldest(channel);
}

void Settler::before_read(const Event& event, const ChannelAccess& access) {
  const unsigned channel = access.channel;
  const auto value = static_cast<std::uint8_t>(event.value);
  if ((event.detail & 0xff) == 0xff && event.kind == EventKind::port_read) return;  // the source did not see it
  switch (access.block) {
    case ChannelAccess::Block::bus_master:
      if (access.reg != 2) return;
      complete_while(channel, [&] {  // S6
        const std::uint8_t ours = bmis_of(channel);
        const bool interrupted = (value & kBmisInt) != 0 && (ours & kBmisInt) == 0;
        const bool ended = (value & kBmisActive) == 0 && (ours & kBmisActive) != 0;
        return interrupted || ended;
      });
      return;
    case ChannelAccess::Block::command:
      if (access.reg == 0) return complete_while(channel, [&] { return busy(channel); });  // S4
      if (access.reg != 7) {
        if (!is_busy_status(value)) complete_while(channel, [&] { return busy(channel); });  // S3
        return;
      }
      [[fallthrough]];
    case ChannelAccess::Block::control: {  // S2
      if ((value & status::BSY) != 0) return;
      const auto& command = tracker_.command(channel);
      const bool dma = command && command->row != nullptr &&
                       (command->row->protocol == Protocol::dma_in || command->row->protocol == Protocol::dma_out ||
                        (command->opcode == kPacket && (command->features & packet_features::DMA) != 0));
      if (dma && (value & status::DRQ) != 0) return;
      complete_while(channel, [&] { return busy(channel); });
      return;
    }
  }
}

/// Whether a PACKET command of ours stands in a data phase to the host.
bool Settler::has_packet_data(unsigned channel) const {
  const auto& command = tracker_.command(channel);
  if (!command || command->opcode != kPacket) return false;
  const bool drq = (status_of(command->unit) & (status::BSY | status::DRQ)) == status::DRQ;
  return drq && (device_register(command->unit, DeviceReg::sector_count) &
                 (interrupt_reason::CD | interrupt_reason::IO)) == interrupt_reason::IO;
}

void Settler::drain(unsigned channel) {  // S9
  for (unsigned n = 0; n < kMaxDrained && has_packet_data(channel); ++n) {
    const unsigned unit = tracker_.command(channel)->unit;
    const unsigned bytes = device_register(unit, DeviceReg::lba_mid) | device_register(unit, DeviceReg::lba_high) << 8u;
    const std::uint64_t words = std::max(1u, (bytes + 1) / 2);
    const Event event{EventKind::port_read_block, 2, 0, channel == 0 ? 0x1f0u : 0x170u, 0, words, {}};
    const std::uint32_t line = std::exchange(line_, 0);
    add(event);
    line_ = line;
    controller_.apply(event);
    ++out_.drained;
    complete_while(channel, [] { return true; });
  }
}

void Settler::before_write(const Event& event, const ChannelAccess& access, std::size_t number) {
  if (access.block == ChannelAccess::Block::command) {  // S4, S5
    // Both devices take such a write, so neither may still be busy.
    complete_while(access.channel, [] { return true; });
    if (access.reg != 0) drain(access.channel);
  }
  const bool start = access.block == ChannelAccess::Block::bus_master && access.reg == 0 &&
                     (event.value & kBmicStart) != 0 && (tracker_.bmic(access.channel) & kBmicStart) == 0;
  if (start) bytes_stored_[access.channel] = 0;
  if (start && capture_ != nullptr && !capture_->dma_tables_known) write_stand_in_table(access.channel, number);
}

void Settler::before_stimulus(const Event& event, std::size_t number) {
  switch (event.kind) {
    case EventKind::port_read:
    case EventKind::port_read_block:
    case EventKind::port_write:
    case EventKind::port_write_block: {
      const auto access = channel_access(static_cast<std::uint16_t>(event.where), tracker_.bmiba());
      if (!access) return;
      if (is_read(event.kind)) return before_read(event, *access);
      return before_write(event, *access, number);
    }
    case EventKind::mem_read: {
      const auto result = dma_results_.find(number);
      if (result == dma_results_.end()) return;
      const unsigned channel = result->second.channel;
      complete_while(channel, [] { return true; });  // S7
      return;
    }
    default:
      return;
  }
}

void Settler::interrupt(const Event& event) {
  const unsigned channel = event.where & 1;
  if (event.value != 0) complete_while(channel, [&] { return !controller_.irq(channel); });  // S1
  add(event);
}

/// A PRD table of exactly what the command moves, or two bytes more if the capture shows that the table was larger
/// (INT=1 with ACTIVE=1, BMIDE-63).
void Settler::write_stand_in_table(unsigned channel, std::size_t number) {
  const auto& command = tracker_.command(channel);
  if (!command || (command->bytes() == 0 && command->opcode != kPacket)) return;
  bool larger = false;
  for (std::size_t i = number + 1; i < events_->size(); ++i) {
    const Event event = (*events_)[i];
    if (event.kind != EventKind::port_read && event.kind != EventKind::port_write) continue;
    const auto access = channel_access(static_cast<std::uint16_t>(event.where), tracker_.bmiba());
    if (!access || access->channel != channel || access->block != ChannelAccess::Block::bus_master) continue;
    if (event.kind == EventKind::port_write) break;
    if (access->reg != 2 || (event.value & kBmisInt) == 0) continue;
    larger = (event.value & kBmisActive) != 0;
    break;
  }
  std::vector<std::uint8_t> table;
  const auto dword = [&](std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i) table.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  };
  // Of most packet commands only the drive knows how much they move; the table is large enough then.
  std::uint64_t left = command->bytes() != 0 ? command->bytes() + (larger ? 2 : 0) : kMaxRegion;
  std::uint32_t address = kStandInData;
  while (left != 0) {
    const auto region = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, kMaxRegion));
    left -= region;
    dword(address);
    dword((region & 0xffff) | (left == 0 ? 0x80000000u : 0u));
    address += region;
  }
  const Event event{EventKind::mem_write, 0, 0, 0, tracker_.bmidtp(channel), table.size(), table};
  add(event);
  controller_.apply(event);
  if (command->row != nullptr && command->row->protocol == Protocol::dma_out) writes_unknown_[channel] = true;
}

/// How many of the bytes that a look after a transfer shows belong to that transfer.
std::uint64_t Settler::dma_result_bytes(const DmaResult& result, std::uint64_t bytes) const {
  const auto& command = tracker_.command(result.channel);
  // Most packet commands tell no count: at least what changed was transferred, and what we ourselves transferred is
  // held against what lay there.
  std::uint64_t end = std::max(result.changed_end, bytes_stored_[result.channel]);
  if (command && command->bytes() != 0) end = command->bytes();
  return result.offset >= end ? 0 : std::min(bytes, end - result.offset);
}

PacketOutcome Settler::outcome_of_packet(unsigned channel, std::size_t number) const {
  PacketOutcome outcome;
  for (std::size_t i = number + 1; i < events_->size(); ++i) {
    const Event event = (*events_)[i];
    const auto access = channel_access(static_cast<std::uint16_t>(event.where), 0);
    const bool write = event.kind == EventKind::port_write;
    if ((!write && !is_read(event.kind)) || event.kind == EventKind::mem_read || !access || access->channel != channel)
      continue;
    if (access->block == ChannelAccess::Block::control) continue;
    if (write && access->reg == 7) break;
    if (write) continue;
    if (access->reg == 0)
      outcome.data_bytes += event.kind == EventKind::port_read_block ? event.value * event.width : event.width;
    if (access->reg == 7 && (event.value & (status::BSY | status::ERR)) == status::ERR) outcome.failed = true;
  }
  return outcome;
}

/// A packet of which the log shows the first element alone. Only READ (10) and READ (12) need more of it than that.
void Settler::complete_packet(Event& event, std::size_t number, unsigned channel) {
  packet_.assign(event.payload.begin(), event.payload.end());
  if (packet_.size() < 12 || (packet_[0] != 0x28 && packet_[0] != 0xa8)) return;
  const PacketOutcome outcome = outcome_of_packet(channel, number);
  if (outcome.failed) packet_[2] = 0xff;  // no disc has such an address
  const std::uint64_t blocks = std::max<std::uint64_t>(outcome.data_bytes / kBlockBytes, outcome.failed ? 1 : 0);
  packet_[8] = static_cast<std::uint8_t>(packet_[0] == 0x28 ? blocks : blocks >> 8);
  packet_[packet_[0] == 0x28 ? 7 : 9] = static_cast<std::uint8_t>(packet_[0] == 0x28 ? blocks >> 8 : blocks);
  event.payload = packet_;
}

void Settler::stimulus_event(Event event, std::size_t number) {
  if (event.kind == EventKind::media_insert || event.kind == EventKind::media_eject) {
    const auto change = media_changes_.find(number);
    if (capture_ != nullptr && change == media_changes_.end()) return;
    if (change != media_changes_.end()) {
      event.unit = change->second.unit;
      if (event.kind == EventKind::media_insert) event.value = change->second.medium;
    }
  }
  before_stimulus(event, number);
  const auto packet_port = channel_access(static_cast<std::uint16_t>(event.where), 0);
  if (event.kind == EventKind::port_write_block && packet_port && packet_port->reg == 0 && output_unknown(number)) {
    const auto& command = tracker_.command(packet_port->channel);
    if (command && command->opcode == kPacket && command->packet_bytes == 0)
      complete_packet(event, number, packet_port->channel);
  }
  tracker_.stimulus(event, out_.events.size());
  if (const auto result = dma_results_.find(number); result != dma_results_.end()) {
    event.value = dma_result_bytes(result->second, event.value);
    if (event.value == 0) return;  // beyond the transfer: whatever the guest had there
    event.payload = event.payload.first(static_cast<std::size_t>(event.value));
  }
  if (event.kind == EventKind::mem_write) unknown_memory_.remove(event.detail, event.payload.size());
  if (event.kind == EventKind::mem_read && unknown_memory_.overlaps(event.detail, event.value)) event.payload = {};
  const auto port = static_cast<std::uint16_t>(event.where);
  const auto access = channel_access(port, 0);
  const bool is_port = event.kind == EventKind::port_read || event.kind == EventKind::port_read_block ||
                       event.kind == EventKind::port_write || event.kind == EventKind::port_write_block;
  if (is_port && access && access->block == ChannelAccess::Block::command) {
    const auto& command = tracker_.command(access->channel);
    const bool media = command && ((command->row != nullptr && command->row->media == MediaAccess::read) ||
                                   command->opcode == kPacket);
    if (access->reg == 0 && is_read(event.kind) && media && reads_unknown_[access->channel]) {
      event.detail =
          event.kind == EventKind::port_read_block ? event.payload.size() : ~std::uint64_t{0} >> (64 - 8 * event.width);
    }
    if (access->reg == 7 && event.kind == EventKind::port_write) {
      writes_unknown_[access->channel] = reads_unknown_[access->channel] = false;
    }
    if (access->reg == 0 && output_unknown(number)) writes_unknown_[access->channel] = true;
  }
  add(event);
  controller_.apply(event);
}

Settled Settler::run(const EventList& events, std::span<const std::uint32_t> lines) {
  events_ = &events;
  lines_ = lines;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event event = events[i];
    line_ = lines.empty() ? 0 : lines[i];
    if (event.kind == EventKind::disk_complete) continue;  // placed anew
    if (event.kind == EventKind::irq) {
      interrupt(event);
    } else if (is_stimulus(event.kind)) {
      stimulus_event(event, i);
    } else {
      add(event);
    }
  }
  for (unsigned channel = 0; channel < 2; ++channel) complete_while(channel, [] { return true; });  // S8
  return std::move(out_);
}

}  // namespace

Settled settle_capture(const Capture& capture, const CaptureBoard& board, const Profile& profile) {
  Settler settler(board.board, profile);
  settler.capture(capture, board);
  return settler.run(capture.events, capture.lines);
}

Settled settle_again(const EventList& events, std::span<const std::uint32_t> lines, const Board& board,
                     const Profile& profile) {
  return Settler(board, profile).run(events, lines);
}

}  // namespace coincide
