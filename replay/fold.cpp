#include "replay/fold.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "trace/digest.h"
#include "trace/message.h"

namespace coincide {
namespace {

std::uint64_t digest(std::initializer_list<std::uint64_t> numbers, ByteSpan bytes = {}) {
  std::array<std::uint8_t, 64> packed{};
  std::size_t at = 0;
  for (const std::uint64_t n : numbers) {
    store_little(packed.data() + at, n);
    at += 8;
  }
  store_little(packed.data() + at, hash64(bytes));
  return hash64(packed);
}

/// Whether the observations behind a stimulus take an interrupt back.
bool acknowledges(const EventList& events, std::uint32_t stimulus) {
  for (std::size_t i = stimulus + std::size_t{1}; i < events.size(); ++i) {
    const Event event = events[i];
    if (is_stimulus(event.kind)) return false;
    if (event.kind == EventKind::irq && event.value == 0) return true;
    if (event.kind == EventKind::register_change && event.value == 0 && event.where >> 16 >= 4 &&
        (event.where & 0xffff) == static_cast<unsigned>(DeviceReg::interrupt_pending)) {
      return true;
    }
  }
  return false;
}

/// Registers that hold what the host wrote, until a command changes them.
bool is_task_file_register(RegisterId id) {
  const unsigned index = id & 0xffff;
  return id >> 16 >= static_cast<unsigned>(Scope::device0) && index >= static_cast<unsigned>(DeviceReg::features) &&
         index <= static_cast<unsigned>(DeviceReg::device);
}

bool is_command_register(RegisterId id) {
  return id >> 16 >= static_cast<unsigned>(Scope::device0) &&
         (id & 0xffff) == static_cast<unsigned>(DeviceReg::command);
}

/// A write into the registers that only hold what they are given until Command is written.
bool is_task_file_write(const HostAccess& access) {
  return access.write && access.reg >= HostRegister::error_features && access.reg <= HostRegister::device;
}

class Folder {
 public:
  Folder(const EventList& events, const std::vector<HostAccess>& accesses, std::uint64_t sees)
      : events_(events), accesses_(accesses), sees_(sees) {}

  FoldedEpisode run(const std::vector<std::uint32_t>& numbers);

 private:
  bool sees(std::uint64_t bit) const { return (sees_ & bit) != 0; }
  void stimulus(const Event& event, std::uint32_t number);
  void look(const Event& event, const HostAccess& access, std::uint32_t number);
  void data(const Event& event, const HostAccess& access, std::uint32_t number);
  void memory_write(const Event& event, std::uint32_t number);
  void access(const Event& event, const HostAccess& access, std::uint32_t number);
  void other(const Event& event, std::uint32_t number);
  FoldedItem& put(FoldedItem item);
  void effect(const Event& event, std::uint32_t number);
  void add(EffectKind kind, std::uint32_t of, std::uint64_t value, std::uint32_t number);
  void transfer(EffectKind kind, std::uint32_t of, std::uint64_t start, std::uint64_t length, ByteSpan bytes,
                std::uint32_t number);
  void flush_transfers();

  /// Bytes (sectors of a medium) that go on where the ones before ended.
  struct Transfer {
    EffectKind kind;
    std::uint32_t of;
    std::uint64_t start, end;
    std::vector<std::uint8_t> bytes;
    Effect effect;
  };

  const EventList& events_;
  const std::vector<HostAccess>& accesses_;
  std::uint64_t sees_;
  FoldedEpisode out_;
  Looks looks_;  ///< since the last item
  std::vector<Transfer> transfers_;
  std::optional<std::uint32_t> cause_;
};

FoldedItem& Folder::put(FoldedItem item) {
  item.before = std::move(looks_);
  looks_ = {};
  return out_.items.emplace_back(std::move(item));
}

void Folder::look(const Event& event, const HostAccess& access, std::uint32_t number) {
  std::optional<Looks::Last>& last = access.reg == HostRegister::bmis ? looks_.bus_master : looks_.status;
  const std::uint32_t folded = last ? last->folded + 1 : 1;
  last = {number, access, 0, 0, folded};
  if (sees(sees::read_values)) {
    last->value = static_cast<std::uint8_t>(event.value);
    last->open = static_cast<std::uint8_t>(event.detail);
  }
  ++looks_.count;
  if (access.reg == HostRegister::status_command && (sees(sees::irq) || sees(sees::registers)) &&
      acknowledges(events_, number)) {
    looks_.acknowledged.push_back(number);
  }
}

void Folder::data(const Event& event, const HostAccess& access, std::uint32_t number) {
  const bool block = event.kind == EventKind::port_read_block || event.kind == EventKind::port_write_block;
  const std::uint64_t length = block ? event.value * event.width : event.width;
  FoldedItem* item = out_.items.empty() ? nullptr : &out_.items.back();
  if (item == nullptr || item->kind != FoldedItem::Kind::data || item->access != access) {
    FoldedItem fresh;
    fresh.kind = FoldedItem::Kind::data;
    fresh.event_kind = access.write ? EventKind::port_write_block : EventKind::port_read_block;
    fresh.access = access;
    fresh.event = number;
    fresh.folded = 0;
    fresh.where = event.where;
    item = &put(std::move(fresh));
  } else {
    item->before.join(looks_);
    looks_ = {};
  }
  ++item->folded;
  item->width = event.width;
  item->value += length;
  const bool seen = sees(access.write ? sees::write_data : sees::block_data);
  if (block && seen) {
    item->bytes.insert(item->bytes.end(), event.payload.begin(), event.payload.end());
    item->open_bytes = access.write ? 0 : event.detail;
  } else if (!block && (access.write || sees(sees::read_values))) {
    for (unsigned i = 0; i < event.width; ++i) item->bytes.push_back(static_cast<std::uint8_t>(event.value >> (8 * i)));
    item->open_bytes = access.write || event.detail == 0 ? 0 : event.width;
  }
}

void Folder::memory_write(const Event& event, std::uint32_t number) {
  if (!out_.items.empty() && looks_.count == 0) {
    FoldedItem& last = out_.items.back();
    if (last.kind == FoldedItem::Kind::memory && last.address + last.value == event.detail) {
      last.value += event.value;
      ++last.folded;
      last.bytes.insert(last.bytes.end(), event.payload.begin(), event.payload.end());
      last.before.join(looks_);
      looks_ = {};
      return;
    }
  }
  other(event, number);
  out_.items.back().kind = FoldedItem::Kind::memory;
}

void Folder::access(const Event& event, const HostAccess& access, std::uint32_t number) {
  FoldedItem item;
  item.kind = FoldedItem::Kind::access;
  item.event_kind = event.kind;
  item.access = access;
  item.event = number;
  item.where = event.where;
  item.width = event.width;
  if (access.write || sees(sees::read_values)) item.value = event.value;
  if (!access.write) item.open = event.detail;
  if (!access.write && looks_.count == 0 && !out_.items.empty()) {
    FoldedItem& last = out_.items.back();
    if (last.same_stimulus(item) && last.value == item.value) {
      ++last.folded;
      last.open |= item.open;
      return;
    }
  }
  put(std::move(item));
}

void Folder::other(const Event& event, std::uint32_t number) {
  FoldedItem item;
  item.kind = event.kind == EventKind::mem_read ? FoldedItem::Kind::look : FoldedItem::Kind::other;
  item.event_kind = event.kind;
  item.access = accesses_[number];
  item.event = number;
  item.where = event.where;
  item.width = event.width;
  item.unit = event.unit;
  item.address = event.detail;
  item.value = event.value;
  item.bytes.assign(event.payload.begin(), event.payload.end());
  put(std::move(item));
}

void Folder::stimulus(const Event& event, std::uint32_t number) {
  const HostAccess& to = accesses_[number];
  if (event.kind == EventKind::clock_advance) {
    looks_.clock_ns += event.value;
  } else if (event.kind == EventKind::disk_complete) {
    add(EffectKind::completion, 0, digest({event.width, event.detail}), number);
  } else if (is_polled(to) && event.width == 1 && event.kind == EventKind::port_read) {
    look(event, to, number);
  } else if (to.reg == HostRegister::data) {
    data(event, to, number);
  } else if (event.kind == EventKind::mem_write) {
    memory_write(event, number);
  } else if (event.kind == EventKind::port_read || event.kind == EventKind::port_write ||
             event.kind == EventKind::config_read || event.kind == EventKind::config_write) {
    access(event, to, number);
  } else {
    other(event, number);
  }
}

void Folder::add(EffectKind kind, std::uint32_t of, std::uint64_t value, std::uint32_t number) {
  out_.effects[{kind, of}].push_back({value, number, static_cast<std::uint32_t>(out_.items.size()), 1});
}

void Folder::transfer(EffectKind kind, std::uint32_t of, std::uint64_t start, std::uint64_t length, ByteSpan bytes,
                      std::uint32_t number) {
  for (Transfer& t : transfers_) {
    if (t.kind != kind || t.of != of || t.end != start) continue;
    t.end = start + length;
    t.bytes.insert(t.bytes.end(), bytes.begin(), bytes.end());
    ++t.effect.folded;
    return;
  }
  const Effect effect{0, number, static_cast<std::uint32_t>(out_.items.size()), 1};
  transfers_.push_back({kind, of, start, start + length, {bytes.begin(), bytes.end()}, effect});
}

void Folder::flush_transfers() {
  // The memory that results counts, not the bursts: runs are told by address, in the order of their start.
  std::stable_sort(transfers_.begin(), transfers_.end(),
                   [](const Transfer& x, const Transfer& y) { return x.effect.event < y.effect.event; });
  for (Transfer& t : transfers_) {
    t.effect.digest = digest({t.start, t.end}, t.bytes);
    out_.effects[{t.kind, t.of}].push_back(t.effect);
  }
}

void Folder::effect(const Event& event, std::uint32_t number) {
  switch (event.kind) {
    case EventKind::register_change:
      if (!sees(sees::registers)) return;
      // What a task-file register is given is told by the write; whether it changed depends on the command before.
      if (is_command_register(event.where)) return;
      if (cause_ && is_task_file_write(accesses_[*cause_]) && is_task_file_register(event.where)) return;
      return add(EffectKind::reg, event.where, event.value, number);
    case EventKind::irq:
      if (sees(sees::irq) && event.value != 0) add(EffectKind::interrupt, event.where, 1, number);
      return;
    case EventKind::dma_read:
    case EventKind::dma_write: {
      if (!sees(sees::dma_addresses)) return;
      const auto kind = event.kind == EventKind::dma_read ? EffectKind::dma_read : EffectKind::dma_write;
      const ByteSpan bytes = sees(sees::dma_bytes) ? event.payload : ByteSpan{};
      return transfer(kind, event.unit, event.detail, event.value, bytes, number);
    }
    case EventKind::disk_request:
      if (!sees(sees::disk_requests)) return;
      return add(EffectKind::request, event.unit, digest({event.width, event.detail, event.value}), number);
    case EventKind::disk_data:
      if (!sees(sees::disk_data)) return;
      return transfer(EffectKind::medium, event.unit, event.detail, event.value, event.payload, number);
    case EventKind::bus_fault:
      if (sees(sees::bus_faults)) add(EffectKind::fault, event.unit, digest({event.detail, event.value}), number);
      return;
    default:
      return;
  }
}

FoldedEpisode Folder::run(const std::vector<std::uint32_t>& numbers) {
  for (const std::uint32_t number : numbers) {
    const Event event = events_[number];
    if (is_stimulus(event.kind)) {
      cause_ = number;
      stimulus(event, number);
    } else {
      effect(event, number);
    }
  }
  out_.after = std::move(looks_);
  flush_transfers();
  return std::move(out_);
}

}  // namespace

void Looks::join(const Looks& later) {
  const auto take = [](std::optional<Last>& into, const std::optional<Last>& from) {
    if (!from) return;
    const std::uint32_t folded = into ? into->folded : 0;
    into = from;
    into->folded += folded;
  };
  take(status, later.status);
  take(bus_master, later.bus_master);
  acknowledged.insert(acknowledged.end(), later.acknowledged.begin(), later.acknowledged.end());
  count += later.count;
  clock_ns += later.clock_ns;
}

bool FoldedItem::same_stimulus(const FoldedItem& other) const {
  if (kind != other.kind || event_kind != other.event_kind || access != other.access || where != other.where)
    return false;
  if (address != other.address || unit != other.unit) return false;
  if (kind == Kind::data) return value == other.value && (is_answered() || bytes == other.bytes);
  if (width != other.width) return false;
  if (kind == Kind::look) return value == other.value;
  return is_answered() || (value == other.value && bytes == other.bytes);
}

bool FoldedItem::same_answer(const FoldedItem& other) const {
  if (!is_answered()) return true;
  if (kind == Kind::access) return ((value ^ other.value) & ~(open | other.open)) == 0;
  const std::uint64_t open_tail = std::max(open_bytes, other.open_bytes);
  const std::size_t size = std::min(bytes.size(), other.bytes.size());
  const std::size_t compared = size > open_tail ? size - open_tail : 0;
  return std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(compared), other.bytes.begin());
}

std::uint64_t FoldedItem::key() const {
  const std::uint64_t what = static_cast<std::uint64_t>(kind) << 32 | static_cast<std::uint64_t>(event_kind) << 24 |
                             static_cast<std::uint64_t>(access.reg) << 16 | std::uint64_t{access.channel} << 12 |
                             std::uint64_t{access.write} << 11 | unit;
  const std::uint64_t data_width = kind == Kind::data ? 0 : width;
  const bool written = !is_answered();
  return digest({what, where, address, data_width, written || kind != Kind::access ? value : 0, access.byte},
                written ? ByteSpan(bytes) : ByteSpan{});
}

std::vector<HostAccess> decode_accesses(const EventList& events) {
  std::vector<HostAccess> out(events.size());
  PortMap ports;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event event = events[i];
    out[i] = ports.decode(event);
    ports.follow(event);
  }
  return out;
}

FoldedEpisode fold(const EventList& events, const std::vector<HostAccess>& accesses,
                   const std::vector<std::uint32_t>& numbers, std::uint64_t sees) {
  return Folder(events, accesses, sees).run(numbers);
}

}  // namespace coincide
