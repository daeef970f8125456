#include "replay/fold.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "replay/fold_effects.h"
#include "trace/digest.h"

namespace coincide {
namespace {

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

class Folder {
 public:
  Folder(const EventList& events, const std::vector<HostAccess>& accesses, const FoldOptions& options)
      : events_(events), accesses_(accesses), options_(options), effects_(options) {}

  FoldedEpisode run(const std::vector<std::uint32_t>& numbers);

 private:
  bool sees(std::uint64_t bit) const { return (options_.sees & bit) != 0; }
  void stimulus(const Event& event, std::uint32_t number);
  void look(const Event& event, const HostAccess& access, std::uint32_t number);
  void data(const Event& event, const HostAccess& access, std::uint32_t number);
  void memory(const Event& event, std::uint32_t number);
  void access(const Event& event, const HostAccess& access, std::uint32_t number);
  FoldedItem other(const Event& event, std::uint32_t number) const;
  FoldedItem& put(FoldedItem item);
  void find_tables(const std::vector<std::uint32_t>& numbers);
  void make_placeless(FoldedItem& item) const;

  const EventList& events_;
  const std::vector<HostAccess>& accesses_;
  const FoldOptions& options_;
  FoldedEpisode out_;
  Looks looks_;  ///< since the last item
  EffectFolder effects_;
  std::vector<std::uint64_t> tables_;  ///< where BMIDTP is pointed in this episode; only for free addresses
};

FoldedItem& Folder::put(FoldedItem item) {
  item.before = std::move(looks_);
  looks_ = {};
  out_.items.push_back(std::move(item));
  effects_.items(out_.items.size());
  return out_.items.back();
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
    for (unsigned i = 0; i < std::min<unsigned>(event.width, 4); ++i)
      item->bytes.push_back(static_cast<std::uint8_t>(event.value >> (8 * i)));
    item->open_bytes = access.write || event.detail == 0 ? 0 : event.width;
  }
}

/// Memory written or read: what goes on where the item before ended is one with it.
void Folder::memory(const Event& event, std::uint32_t number) {
  if (!sees(sees::memory)) return;
  FoldedItem item = other(event, number);
  item.kind = event.kind == EventKind::mem_read ? FoldedItem::Kind::look : FoldedItem::Kind::memory;
  if (options_.free_addresses) make_placeless(item);
  if (!out_.items.empty() && looks_.count == 0) {
    FoldedItem& last = out_.items.back();
    if (last.kind == item.kind && (options_.free_addresses || last.address + last.value == item.address)) {
      last.value += item.value;
      ++last.folded;
      last.bytes.insert(last.bytes.end(), item.bytes.begin(), item.bytes.end());
      last.before.join(looks_);
      looks_ = {};
      return;
    }
  }
  put(std::move(item));
}

/// Where BMIDTP is pointed: those are PRD tables, and their entries hold addresses.
void Folder::find_tables(const std::vector<std::uint32_t>& numbers) {
  for (const std::uint32_t number : numbers) {
    const Event event = events_[number];
    const HostAccess& access = accesses_[number];
    if (event.kind == EventKind::port_write && access.reg == HostRegister::bmidtp && event.width == 4) {
      tables_.push_back(event.value & ~std::uint64_t{3});
    }
  }
}

/// Takes the addresses out of memory that was written or read: its own, and those of a PRD table, of which the bytes
/// that it describes are left (BMIDE-48, BMIDE-50).
void Folder::make_placeless(FoldedItem& item) const {
  constexpr std::size_t kEntry = 8;
  for (const std::uint64_t table : tables_) {
    if (item.kind != FoldedItem::Kind::memory || table < item.address || table >= item.address + item.value) continue;
    std::uint64_t total = 0;
    std::size_t at = table - item.address;
    for (bool last = false; !last && at + kEntry <= item.bytes.size(); at += kEntry) {
      const auto count = load_little<std::uint16_t>(item.bytes.data() + at + 4);
      total += count == 0 ? 0x10000u : count;
      last = (item.bytes[at + 7] & 0x80) != 0;
    }
    item.bytes.assign(sizeof(total), 0);
    store_little(item.bytes.data(), total);
    item.value = item.bytes.size();
    break;
  }
  item.address = 0;
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
  if (options_.free_addresses && access.reg == HostRegister::bmidtp) item.value = 0;
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

FoldedItem Folder::other(const Event& event, std::uint32_t number) const {
  FoldedItem item;
  item.event_kind = event.kind;
  item.access = accesses_[number];
  item.event = number;
  item.where = event.where;
  item.width = event.width;
  item.unit = event.unit;
  item.address = event.detail;
  item.value = event.value;
  item.bytes.assign(event.payload.begin(), event.payload.end());
  return item;
}

void Folder::stimulus(const Event& event, std::uint32_t number) {
  const HostAccess& to = accesses_[number];
  if (event.kind == EventKind::clock_advance) {
    looks_.clock_ns += event.value;
  } else if (event.kind == EventKind::disk_complete) {
    effects_.completion(event, number);
  } else if (is_polled(to) && event.width == 1 && event.kind == EventKind::port_read) {
    look(event, to, number);
  } else if (to.reg == HostRegister::data) {
    data(event, to, number);
  } else if (event.kind == EventKind::mem_write || event.kind == EventKind::mem_read) {
    memory(event, number);
  } else if (event.kind == EventKind::port_read || event.kind == EventKind::port_write ||
             event.kind == EventKind::config_read || event.kind == EventKind::config_write) {
    const bool config = event.kind == EventKind::config_read || event.kind == EventKind::config_write;
    if (!config || sees(sees::config)) access(event, to, number);
  } else {
    put(other(event, number));
  }
}

FoldedEpisode Folder::run(const std::vector<std::uint32_t>& numbers) {
  if (options_.free_addresses) find_tables(numbers);
  HostAccess cause;
  for (const std::uint32_t number : numbers) {
    const Event event = events_[number];
    if (is_stimulus(event.kind)) {
      cause = accesses_[number];
      stimulus(event, number);
    } else {
      effects_.observe(event, number, cause);
    }
  }
  out_.after = std::move(looks_);
  out_.effects = effects_.finish();
  return std::move(out_);
}

}  // namespace

std::uint64_t fold_digest(std::initializer_list<std::uint64_t> numbers, ByteSpan bytes) {
  std::array<std::uint8_t, 64> packed{};
  std::size_t at = 0;
  for (const std::uint64_t n : numbers) {
    store_little(packed.data() + at, n);
    at += 8;
  }
  store_little(packed.data() + at, hash64(bytes));
  return hash64(packed);
}

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

std::uint32_t FoldedItem::place() const {
  // A register of the function is the same one wherever BMIBA puts its port.
  return access.reg == HostRegister::none || access.reg == HostRegister::config ? where : 0;
}

bool FoldedItem::same_stimulus(const FoldedItem& other) const {
  if (kind != other.kind || event_kind != other.event_kind || access != other.access || place() != other.place())
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
  return fold_digest({what, place(), address, data_width, written || kind != Kind::access ? value : 0, access.byte},
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
                   const std::vector<std::uint32_t>& numbers, const FoldOptions& options) {
  return Folder(events, accesses, options).run(numbers);
}

}  // namespace coincide
