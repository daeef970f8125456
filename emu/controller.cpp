#include "emu/controller.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "emu/bus/memory.h"
#include "emu/bus/port_map.h"
#include "emu/hyperv/accelerators.h"
#include "emu/hyperv/int13.h"
#include "emu/media/disk_queue.h"
#include "emu/piix4/channel.h"
#include "emu/piix4/function.h"
#include "emu/snapshot.h"

namespace coincide {
namespace {

constexpr std::uint32_t kConfigEnable = 0x80000000;
constexpr std::uint32_t kConfAddMask = 0x80fffffc;

constexpr std::uint32_t ones(unsigned bytes) { return bytes >= 4 ? 0xffffffffu : (1u << (8 * bytes)) - 1; }

/// What of an access falls into the dword that it begins in.
unsigned bytes_in_dword(unsigned offset, unsigned bytes) { return std::min(bytes, 4 - (offset & 3)); }

}  // namespace

struct Controller::Machine {
  Machine(const Board& b, const Profile& p, Observer* o)
      : board(b),
        profile(p),
        output{o, 0},
        memory(board.ram),
        queue(output, board.completion),
        function(output, profile, board.chip),
        channels{{{output, queue, memory, function, profile, board, 0},
                  {output, queue, memory, function, profile, board, 1}}} {
    if (board.int13) {
      for (unsigned i = 0; i < 2; ++i) int13[i].emplace(output, memory, channels[i], profile, board, i);
    }
    if (hyperv::Accelerators::wanted(board)) {
      hyperv = std::make_unique<hyperv::Accelerators>(output, queue, memory, profile, board,
                                                      std::array{drive(0), drive(1), drive(2), drive(3)});
    }
  }

  Answer cycle_read(std::uint16_t port, unsigned bytes);
  void cycle_write(std::uint16_t port, unsigned bytes, std::uint32_t value);
  bool decoded(const PortDecode& d) const;
  bool config_selected() const;
  /// String I/O on the data port moves whole blocks; not where the width of each element counts.
  bool words_at_once(const PortDecode& d, unsigned width) const {
    return d.target == PortTarget::command_block && d.offset == 0 && width != 1 && decoded(d) &&
           !profile.has(Quirk::openvmm_data_port_bytes);
  }
  unsigned first_cycle(std::uint16_t port, unsigned width) const;
  void config_written() {
    for (Channel& c : channels) c.bus_master().pump();  // BMIDE-73: BME may have come back
  }
  /// What is due ends, and what waits for it goes on.
  void settle() {
    do {
      if (queue.due()) queue.run_due();
    } while (step_int13());
  }
  bool step_int13() {
    bool any = false;
    for (auto& unit : int13) any = (unit && unit->step()) || any;
    return any;
  }

  /// The drive of a unit, or nullptr.
  Device* drive(unsigned unit) { return unit < 4 ? channels[unit / 2].device(unit % 2) : nullptr; }

  template <class Archive>
  void fields(Archive& archive) {
    archive(output.now_ns, memory, queue, function, channels, confadd);
    for (auto& unit : int13) {
      if (unit) archive(*unit);
    }
    if (hyperv != nullptr) archive(*hyperv);
  }

  Board board;
  Profile profile;
  Output output;
  GuestMemory memory;
  DiskQueue queue;
  PciFunction function;
  std::array<Channel, 2> channels;
  std::array<std::optional<hyperv::EnlightenedInt13>, 2> int13;  ///< where the board has them
  std::uint32_t confadd = 0;
  std::unique_ptr<hyperv::Accelerators> hyperv;  ///< null: the board has none
  std::vector<std::uint8_t> scratch;             ///< payload of the last read that `apply` answered
};

Controller::Controller(const Board& board, const Profile& profile, Observer* observer)
    // Coming into being is no event: the observer is put in place when the machine stands.
    : machine_(std::make_unique<Machine>(board, profile, nullptr)) {
  machine_->output.observer = observer;
}
Controller::~Controller() = default;

bool Controller::Machine::decoded(const PortDecode& d) const {
  switch (d.target) {
    case PortTarget::none:
      return false;
    case PortTarget::command_block:
    case PortTarget::control:
      return function.channel_decoded(d.channel);
    case PortTarget::int13:
      return int13[d.channel].has_value();
    default:
      return true;
  }
}

/// Configuration mechanism #1: enabled, bus 0, the board's device number, function 1.
bool Controller::Machine::config_selected() const {
  const std::uint32_t wanted = kConfigEnable | std::uint32_t{board.pci_device} << 11 | 1u << 8;
  return (confadd & 0xffffff00) == wanted;
}

/// PIIX4-IO-12: an access across a dword line arrives as two cycles. The bytes of the first one.
unsigned Controller::Machine::first_cycle(std::uint16_t port, unsigned width) const {
  const unsigned first = bytes_in_dword(port, width);
  if (first == width || !profile.has(Quirk::openvmm_first_port)) return first;
  // OVMM-IDE-032: the first port says what the whole access is.
  const PortTarget target = decode_port(port, function.bus_master_base()).target;
  const bool whole =
      target == PortTarget::command_block || target == PortTarget::control || target == PortTarget::bus_master;
  return whole ? width : first;
}

/// One PCI cycle: `bytes` bytes inside one dword.
Answer Controller::Machine::cycle_read(std::uint16_t port, unsigned bytes) {
  const PortDecode d = decode_port(port, function.bus_master_base());
  // PIIX4-IO-02: an access that nobody claims reads all ones.
  if (!decoded(d)) return {ones(bytes), 0};
  Channel& channel = channels[d.channel];
  switch (d.target) {
    case PortTarget::command_block:
      return channel.read_command_block(d.offset, bytes);
    case PortTarget::control: {
      // PIIX4-IO-13: byte wide; what wider accesses see above it is open.
      const Answer one = channel.read_control();
      if (profile.has(Quirk::openvmm_first_port)) return {one.value & 0xff, ones(bytes) & ~0xffu};  // OVMM-IDE-033
      return {one.value | (ones(bytes) & ~0xffu), one.open | (ones(bytes) & ~0xffu)};
    }
    case PortTarget::bus_master: {
      if (profile.has(Quirk::openvmm_bm_widths)) return channel.bus_master().read_whole(d.offset, bytes);
      Answer answer;
      for (unsigned i = 0; i < bytes_in_dword(d.offset, bytes); ++i) {  // PIIX4-IO-23, PIIX4-IO-26
        const unsigned offset = d.offset + i;
        answer.value |= std::uint32_t{channel.bus_master().read(offset)} << (8 * i);
        if (offset == 1 || offset == 3) answer.open |= 0xffu << (8 * i);  // PIIX4-IO-25
        if (offset == 2) answer.open |= std::uint32_t{channel.bus_master().status_open()} << (8 * i);
      }
      return answer;
    }
    case PortTarget::config_address:
      return bytes == 4 ? Answer{confadd, 0} : Answer{ones(bytes), 0};
    case PortTarget::config_data:
      if (!config_selected()) return {ones(bytes), ones(bytes)};
      return function.read(static_cast<std::uint8_t>((confadd & 0xfc) + d.offset), bytes);
    case PortTarget::int13:  // OVMM-INT13-02, OVMM-IDE-040: reads find nothing
    case PortTarget::none:
      break;
  }
  return {ones(bytes), 0};
}

void Controller::Machine::cycle_write(std::uint16_t port, unsigned bytes, std::uint32_t value) {
  const PortDecode d = decode_port(port, function.bus_master_base());
  if (!decoded(d)) return;
  Channel& channel = channels[d.channel];
  switch (d.target) {
    case PortTarget::command_block:
      return channel.write_command_block(d.offset, bytes, value);
    case PortTarget::control:
      if (int13[d.channel]) int13[d.channel]->control_written(static_cast<std::uint8_t>(value));
      return channel.write_control(static_cast<std::uint8_t>(value));
    case PortTarget::int13:
      return int13[d.channel]->doorbell(bytes, value);
    case PortTarget::bus_master:
      if (profile.has(Quirk::openvmm_bm_widths)) return channel.bus_master().write_whole(d.offset, bytes, value);
      return channel.bus_master().write(d.offset, bytes_in_dword(d.offset, bytes), value);
    case PortTarget::config_address:
      if (bytes != 4) return;
      confadd = value & kConfAddMask;
      function.set_confadd(confadd);
      return;
    case PortTarget::config_data:
      if (!config_selected()) return;
      function.write(static_cast<std::uint8_t>((confadd & 0xfc) + d.offset), bytes, value);
      return config_written();
    case PortTarget::none:
      return;
  }
}

Answer Controller::port_read(std::uint16_t port, unsigned width) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr) {
    m.output.observer->stimulus({EventKind::port_read, static_cast<std::uint8_t>(width), 0, port, 0, 0, {}});
  }
  Answer answer;
  const unsigned first = m.first_cycle(port, width);
  if (first == width) {
    answer = m.cycle_read(port, width);
  } else {
    const Answer low = m.cycle_read(port, first);
    const Answer high = m.cycle_read(static_cast<std::uint16_t>(port + first), width - first);
    answer = {low.value | high.value << (8 * first), low.open | high.open << (8 * first)};
  }
  m.settle();
  if (m.output.observer != nullptr) m.output.observer->answer(answer.value, answer.open, {});
  return answer;
}

void Controller::port_write(std::uint16_t port, unsigned width, std::uint32_t value) {
  Machine& m = *machine_;
  value &= ones(width);
  if (m.output.observer != nullptr) {
    m.output.observer->stimulus({EventKind::port_write, static_cast<std::uint8_t>(width), 0, port, 0, value, {}});
  }
  const unsigned first = m.first_cycle(port, width);
  m.cycle_write(port, first, value);
  if (first != width) m.cycle_write(static_cast<std::uint16_t>(port + first), width - first, value >> (8 * first));
  m.settle();
}

void Controller::port_read_block(std::uint16_t port, unsigned width, std::span<std::uint8_t> out) {
  Machine& m = *machine_;
  const std::uint64_t elements = out.size() / width;
  if (m.output.observer != nullptr) {
    m.output.observer->stimulus(
        {EventKind::port_read_block, static_cast<std::uint8_t>(width), 0, port, 0, elements, {}});
  }
  const PortDecode d = decode_port(port, 0);
  const bool data_port = m.words_at_once(d, width);
  std::size_t at = 0;
  std::size_t valid = 0;
  while (at < out.size()) {
    const std::size_t run = data_port ? m.channels[d.channel].read_data_run(out.subspan(at)) : 0;
    if (run != 0) {
      at += run;
      valid = at;
    } else {
      // Word by word where there is no block to copy from.
      const unsigned piece = data_port ? 2 : width;
      const Answer one = m.cycle_read(port, piece);
      for (unsigned i = 0; i < piece; ++i) out[at + i] = static_cast<std::uint8_t>(one.value >> (8 * i));
      at += piece;
      if (one.open != ones(piece)) valid = at;
    }
    m.settle();
  }
  if (m.output.observer != nullptr) m.output.observer->answer(elements, out.size() - valid, out);
}

void Controller::port_write_block(std::uint16_t port, unsigned width, std::span<const std::uint8_t> in) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr) {
    m.output.observer->stimulus(
        {EventKind::port_write_block, static_cast<std::uint8_t>(width), 0, port, 0, in.size() / width, in});
  }
  const PortDecode d = decode_port(port, 0);
  const bool data_port = m.words_at_once(d, width);
  std::size_t at = 0;
  while (at < in.size()) {
    const std::size_t run = data_port ? m.channels[d.channel].write_data_run(in.subspan(at)) : 0;
    if (run != 0) {
      at += run;
    } else {
      const unsigned piece = data_port ? 2 : width;
      std::uint32_t value = 0;
      for (unsigned i = 0; i < piece; ++i) value |= std::uint32_t{in[at + i]} << (8 * i);
      m.cycle_write(port, piece, value);
      at += piece;
    }
    m.settle();
  }
}

Answer Controller::config_read(std::uint8_t offset, unsigned width) {
  Machine& m = *machine_;  // PIIX4-CFG-44: no gate here
  if (m.output.observer != nullptr) {
    m.output.observer->stimulus({EventKind::config_read, static_cast<std::uint8_t>(width), 0, offset, 0, 0, {}});
  }
  const Answer answer = m.function.read(offset, std::min(width, 4u - (offset & 3u)));
  if (m.output.observer != nullptr) m.output.observer->answer(answer.value, answer.open, {});
  return answer;
}

void Controller::config_write(std::uint8_t offset, unsigned width, std::uint32_t value) {
  Machine& m = *machine_;
  value &= ones(width);
  if (m.output.observer != nullptr) {
    m.output.observer->stimulus({EventKind::config_write, static_cast<std::uint8_t>(width), 0, offset, 0, value, {}});
  }
  m.function.write(offset, std::min(width, 4u - (offset & 3u)), value);
  m.config_written();
  m.settle();
}

void Controller::mem_read(std::uint64_t address, std::span<std::uint8_t> out) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr)
    m.output.observer->stimulus({EventKind::mem_read, 0, 0, 0, address, out.size(), {}});
  bool faulted = false;
  for (std::size_t at = 0; at < out.size();) {
    const auto run = m.memory.readable(address + at, out.size() - at);
    if (!run.empty()) {
      std::memcpy(out.data() + at, run.data(), run.size());
      at += run.size();
      continue;
    }
    if (!faulted) m.output.observe({EventKind::bus_fault, 0, kCpuUnit, 0, address + at, out.size() - at, {}});
    faulted = true;
    out[at++] = 0xff;
  }
  if (m.output.observer != nullptr) m.output.observer->answer(out.size(), 0, out);
}

void Controller::mem_write(std::uint64_t address, std::span<const std::uint8_t> in) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr)
    m.output.observer->stimulus({EventKind::mem_write, 0, 0, 0, address, in.size(), in});
  bool faulted = false;
  for (std::size_t at = 0; at < in.size();) {
    const auto run = m.memory.writable(address + at, in.size() - at);
    if (!run.empty()) {
      std::memcpy(run.data(), in.data() + at, run.size());
      at += run.size();
      continue;
    }
    if (!faulted) m.output.observe({EventKind::bus_fault, 0, kCpuUnit, 0, address + at, in.size() - at, {}});
    faulted = true;
    ++at;
  }
}

void Controller::mem_map(std::uint64_t address, std::uint64_t bytes) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr) m.output.observer->stimulus({EventKind::mem_map, 0, 0, 0, address, bytes, {}});
  m.memory.map(address, bytes);
}

void Controller::mem_unmap(std::uint64_t address, std::uint64_t bytes) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr) m.output.observer->stimulus({EventKind::mem_unmap, 0, 0, 0, address, bytes, {}});
  m.memory.unmap(address, bytes);
}

void Controller::disk_complete(std::uint32_t number, DiskOutcome outcome, std::uint64_t lba) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr) {
    m.output.observer->stimulus({EventKind::disk_complete, static_cast<std::uint8_t>(outcome), 0, number, lba, 0, {}});
  }
  m.queue.complete(number, {outcome, lba});
  m.settle();
}

void Controller::media_insert(unsigned unit, std::uint64_t index) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr)
    m.output.observer->stimulus({EventKind::media_insert, 0, static_cast<std::uint8_t>(unit), 0, 0, index, {}});
  if (Device* device = m.drive(unit)) device->media_insert(index);
  m.settle();
}

void Controller::media_eject(unsigned unit, bool force) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr) {
    m.output.observer->stimulus(
        {EventKind::media_eject, 0, static_cast<std::uint8_t>(unit), 0, 0, force ? 1u : 0u, {}});
  }
  if (Device* device = m.drive(unit)) device->media_eject(force);
  m.settle();
}

void Controller::vmbus_post(std::span<const std::uint8_t> message) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr) {
    const auto word = [&](std::size_t at) { return hyperv::load_le<std::uint32_t>(message, at); };
    const auto type = static_cast<hyperv::MessageType>(word(0));
    const bool opens = type == hyperv::MessageType::open_channel;
    const bool closes = type == hyperv::MessageType::close_channel;
    Event event{EventKind::vmbus_signal, 1, 0, word(0), 0, 0, message};
    if (opens || closes) event = {EventKind::vmbus_open, 0, 0, word(8), 0, 0, message};
    if (closes) event.kind = EventKind::vmbus_close;
    m.output.observer->stimulus(event);
  }
  if (m.hyperv != nullptr) m.hyperv->vmbus().post(message);
  m.settle();
}

void Controller::vmbus_signal(std::uint32_t connection) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr) m.output.observer->stimulus({EventKind::vmbus_signal, 0, 0, connection, 0, 0, {}});
  if (m.hyperv != nullptr) m.hyperv->vmbus().signal(connection);
  m.settle();
}

void Controller::clock_advance(std::uint64_t nanoseconds) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr)
    m.output.observer->stimulus({EventKind::clock_advance, 0, 0, 0, 0, nanoseconds, {}});
  const std::uint64_t now = m.output.now_ns;
  const std::uint64_t target = now + nanoseconds < now ? ~std::uint64_t{0} : now + nanoseconds;
  // From one deadline to the next, so that everything happens at its own time and in order.
  for (;;) {
    const std::uint64_t next =
        std::min({m.queue.next_due_ns(), m.channels[0].next_deadline_ns(), m.channels[1].next_deadline_ns()});
    if (next > target || next == ~std::uint64_t{0}) break;
    m.output.advance_to(next);
    m.queue.run_due();
    m.settle();
    for (Channel& c : m.channels) c.clock(m.output.now_ns);
  }
  m.output.advance_to(target);
}

void Controller::reset(ResetKind kind) {
  Machine& m = *machine_;
  if (m.output.observer != nullptr)
    m.output.observer->stimulus({EventKind::reset, static_cast<std::uint8_t>(kind), 0, 0, 0, 0, {}});
  m.function.reset();
  m.confadd = 0;
  m.function.set_confadd(0);
  for (Channel& c : m.channels) c.reset(kind);
  for (auto& unit : m.int13) {
    if (unit) unit->reset();
  }
  if (kind == ResetKind::power_cycle) m.memory.clear();
  if (kind == ResetKind::power_cycle && m.hyperv != nullptr) m.hyperv->reset();
  m.settle();
}

Event Controller::apply(const Event& s) {
  Machine& m = *machine_;
  Event answered = s;
  const bool access = s.kind == EventKind::port_read || s.kind == EventKind::port_write ||
                      s.kind == EventKind::port_read_block || s.kind == EventKind::port_write_block ||
                      s.kind == EventKind::config_read || s.kind == EventKind::config_write;
  // A width that no bus cycle has is no access at all.
  if (access && s.width != 1 && s.width != 2 && s.width != 4) return answered;
  const auto port = static_cast<std::uint16_t>(s.where);
  switch (s.kind) {
    case EventKind::port_read: {
      const Answer a = port_read(port, s.width);
      answered.value = a.value;
      answered.detail = a.open;
      break;
    }
    case EventKind::port_write:
      port_write(port, s.width, static_cast<std::uint32_t>(s.value));
      break;
    case EventKind::port_read_block:
      m.scratch.resize(std::min<std::uint64_t>(s.value, kMaxElements) * s.width);
      port_read_block(port, s.width, m.scratch);
      answered.payload = m.scratch;
      break;
    case EventKind::port_write_block:
      port_write_block(port, s.width, s.payload.first(s.payload.size() - s.payload.size() % s.width));
      break;
    case EventKind::config_read: {
      const Answer a = config_read(static_cast<std::uint8_t>(s.where), s.width);
      answered.value = a.value;
      answered.detail = a.open;
      break;
    }
    case EventKind::config_write:
      config_write(static_cast<std::uint8_t>(s.where), s.width, static_cast<std::uint32_t>(s.value));
      break;
    case EventKind::mem_read:
      m.scratch.resize(std::min<std::uint64_t>(s.value, kMaxPayload));
      mem_read(s.detail, m.scratch);
      answered.payload = m.scratch;
      break;
    case EventKind::mem_write:
      mem_write(s.detail, s.payload);
      break;
    case EventKind::mem_map:
      mem_map(s.detail, s.value);
      break;
    case EventKind::mem_unmap:
      mem_unmap(s.detail, s.value);
      break;
    case EventKind::disk_complete:
      disk_complete(s.where, static_cast<DiskOutcome>(s.width), s.detail);
      break;
    case EventKind::media_insert:
      media_insert(s.unit, s.value);
      break;
    case EventKind::media_eject:
      media_eject(s.unit, s.value != 0);
      break;
    case EventKind::vmbus_open:
    case EventKind::vmbus_close:
      vmbus_post(s.payload);
      break;
    case EventKind::vmbus_signal:
      if (s.width == 0) {
        vmbus_signal(s.where);
      } else {
        vmbus_post(s.payload);
      }
      break;
    case EventKind::clock_advance:
      clock_advance(s.value);
      break;
    case EventKind::reset:
      reset(s.width == 1 ? ResetKind::power_cycle : ResetKind::pci);
      break;
    default:
      break;
  }
  return answered;
}

std::vector<std::uint8_t> Controller::save() {
  SnapshotWriter writer;
  writer(*machine_);
  return writer.take();
}

bool Controller::restore(std::span<const std::uint8_t> state) {
  SnapshotReader reader(state);
  reader(*machine_);
  return reader.done();
}

std::uint64_t Controller::now_ns() const { return machine_->output.now_ns; }

bool Controller::irq(unsigned channel) const { return machine_->channels[channel & 1].irq(); }

bool Controller::port_write_deferred(unsigned channel) const {
  const auto& unit = machine_->int13[channel & 1];
  return unit && unit->deferred();
}

std::uint64_t Controller::register_value(RegisterId id) const {
  const auto scope = static_cast<Scope>(id >> 16);
  const unsigned index = id & 0xffff;
  if (index >= register_table(scope).size()) return 0;
  switch (scope) {
    case Scope::function:
      return machine_->function.register_value(static_cast<FunctionReg>(index));
    case Scope::primary:
    case Scope::secondary:
      return machine_->channels[static_cast<unsigned>(scope) - 1].registers().get(static_cast<ChannelReg>(index));
    case Scope::accelerator0:
    case Scope::accelerator1:
    case Scope::accelerator2:
    case Scope::accelerator3: {
      const auto* hyperv = machine_->hyperv.get();
      const auto* storvsp = hyperv == nullptr ? nullptr : hyperv->of_unit(static_cast<unsigned>(scope) & 3);
      return storvsp == nullptr ? 0 : storvsp->registers().get(static_cast<AcceleratorReg>(index));
    }
    default: {
      const unsigned unit = static_cast<unsigned>(scope) - 4;
      const Device* device = machine_->channels[unit / 2].device(unit % 2);
      return device == nullptr ? 0 : device->registers().get(static_cast<DeviceReg>(index));
    }
  }
}

std::span<const DiskRequest> Controller::pending() const { return machine_->queue.pending(); }

std::uint64_t Controller::medium_sectors(unsigned unit) const {
  const Device* device = machine_->drive(unit);
  return device == nullptr ? 0 : device->medium_sectors();
}

void Controller::read_medium(unsigned unit, std::uint64_t offset, std::span<std::uint8_t> out) const {
  const Device* device = machine_->channels[unit / 2 & 1].device(unit % 2);
  if (device != nullptr) device->read_medium(offset, out);
}

}  // namespace coincide
