#include "replay/diff_episode.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "replay/align.h"
#include "replay/event_text.h"
#include "replay/register_rules.h"

namespace coincide {
namespace {

using Numbers = std::vector<std::uint32_t>;

std::string folded_note(std::uint32_t folded, std::string_view what) {
  return folded > 1 ? fmt::format("{} {} folded into 1", folded, what) : std::string();
}

class EpisodeComparer {
 public:
  EpisodeComparer(const PreparedSide& a, const Numbers& numbers_a, const PreparedSide& b, const Numbers& numbers_b,
                  const DiffOptions& options)
      : a_(a),
        b_(b),
        end_a_(numbers_a.empty() ? 0 : numbers_a.back() + 1),
        end_b_(numbers_b.empty() ? 0 : numbers_b.back() + 1) {
    const FoldOptions folding{a.side->sees & b.side->sees, options.free_addresses};
    fold_a_ = fold(*a.events, a.accesses, numbers_a, folding);
    fold_b_ = fold(*b.events, b.accesses, numbers_b, folding);
  }

  EpisodeComparison run() {
    items();
    for (const auto& [key, list] : fold_a_.effects) effects(key);
    for (const auto& [key, list] : fold_b_.effects) {
      if (!fold_a_.effects.contains(key)) effects(key);
    }
    std::stable_sort(out_.effects.begin(), out_.effects.end(),
                     [](const Departure& x, const Departure& y) { return x.place_a < y.place_a; });
    return std::move(out_);
  }

 private:
  std::string item_text(const PreparedSide& side, const FoldedItem& item) const;
  ValueText item_value(const PreparedSide& side, const FoldedItem& item) const;
  void items();
  bool looks(const Looks& a, const Looks& b, std::size_t next_a);
  /// Event of the item of A with that index; behind all of them, the end of the episode.
  std::uint32_t place_in_a(std::size_t item) const {
    return item < fold_a_.items.size() ? fold_a_.items[item].event : end_a_;
  }
  bool last_look(const std::optional<Looks::Last>& a, const std::optional<Looks::Last>& b);
  void answer(const FoldedItem& a, const FoldedItem& b);
  void gap(std::size_t at_a, std::size_t count_a, std::size_t at_b, std::size_t count_b);
  void effects(const EffectKey& key);
  bool same_effects(const EffectKey& key, const std::vector<Effect>& a, const std::vector<Effect>& b) const;

  const PreparedSide& a_;
  const PreparedSide& b_;
  std::uint32_t end_a_, end_b_;
  FoldedEpisode fold_a_, fold_b_;
  EpisodeComparison out_;
};

std::string EpisodeComparer::item_text(const PreparedSide& side, const FoldedItem& item) const {
  Event event = (*side.events)[item.event];
  if (item.kind == FoldedItem::Kind::data) {
    return fmt::format("{}  {} bytes", host_register_long_name(item.access), item.value);
  }
  event.value = item.kind == FoldedItem::Kind::memory || item.kind == FoldedItem::Kind::look ? item.value : event.value;
  return event_text(event, item.access);
}

ValueText EpisodeComparer::item_value(const PreparedSide& side, const FoldedItem& item) const {
  Event event = (*side.events)[item.event];
  if (item.kind == FoldedItem::Kind::data) {
    event.kind = item.event_kind;
    event.value = item.value;
  }
  if (!item.bytes.empty()) event.payload = item.bytes;
  return plain_value(event, item.access);
}

bool EpisodeComparer::last_look(const std::optional<Looks::Last>& a, const std::optional<Looks::Last>& b) {
  if (!a || !b) return true;
  ++out_.compared;
  const unsigned bits = (a->value ^ b->value) & ~(a->open | b->open) & 0xffu;
  if (bits == 0 || out_.host) return bits == 0;
  const Event at_a = (*a_.events)[a->event];
  const Event at_b = (*b_.events)[b->event];
  Departure d;
  d.event_a = d.place_a = a->event;
  d.event_b = b->event;
  d.what = host_register_name(a->access);
  d.stimulus = event_text(at_a, a->access);
  d.note = folded_note(a->folded, "looks");
  d.expected = plain_value(at_a, a->access);
  d.actual = plain_value(at_b, b->access);
  d.rules = rules_of_event(at_a, a->access, bits);
  out_.host = std::move(d);
  return false;
}

/// The looks in front of an item, or at the end. What differs beyond the last values is timing, unless a look did
/// something.
bool EpisodeComparer::looks(const Looks& a, const Looks& b, std::size_t next_a) {
  out_.timing.looks_more += b.count > a.count ? b.count - a.count : 0;
  out_.timing.looks_fewer += a.count > b.count ? a.count - b.count : 0;
  out_.timing.clock_ns += static_cast<std::int64_t>(b.clock_ns) - static_cast<std::int64_t>(a.clock_ns);
  if (!last_look(a.bus_master, b.bus_master) || !last_look(a.status, b.status)) return false;
  const std::size_t acks_a = a.acknowledged.size();
  const std::size_t acks_b = b.acknowledged.size();
  out_.compared += std::min(acks_a, acks_b);
  if (acks_a == acks_b || out_.host) return acks_a == acks_b;
  const bool missing = acks_a > acks_b;
  const PreparedSide& side = missing ? a_ : b_;
  const std::uint32_t number = missing ? a.acknowledged[acks_b] : b.acknowledged[acks_a];
  const Event event = (*side.events)[number];
  Departure d;
  (missing ? d.event_a : d.event_b) = number;
  d.place_a = missing ? number : place_in_a(next_a);
  d.what = "Status read that takes the interrupt back";
  d.stimulus = event_text(event, side.accesses[number]);
  d.note = "the look that takes the interrupt back";
  (missing ? d.expected : d.actual) = plain_value(event, side.accesses[number]);
  (missing ? d.actual : d.expected) = {"nothing", {}};
  d.rules = {"ATA6-REG-4"};
  out_.host = std::move(d);
  return false;
}

void EpisodeComparer::answer(const FoldedItem& a, const FoldedItem& b) {
  Departure d;
  d.event_a = d.place_a = a.event;
  d.event_b = b.event;
  d.what = a.kind == FoldedItem::Kind::data   ? "data"
           : a.kind == FoldedItem::Kind::look ? "memory"
                                              : host_register_name(a.access);
  d.stimulus = item_text(a_, a);
  d.note = folded_note(std::max(a.folded, b.folded), "stimuli");
  if (a.kind == FoldedItem::Kind::access) {
    d.expected = item_value(a_, a);
    d.actual = item_value(b_, b);
    d.rules = rules_of_event((*a_.events)[a.event], a.access,
                             static_cast<std::uint32_t>((a.value ^ b.value) & ~(a.open | b.open)));
  } else {
    std::tie(d.expected, d.actual) = differing_bytes(a.bytes, b.bytes);
    d.rules = rules_of_event((*a_.events)[a.event], a.access, 0);
  }
  out_.host = std::move(d);
}

/// Items that only one of them has, or that stand in each other's place.
void EpisodeComparer::gap(std::size_t at_a, std::size_t count_a, std::size_t at_b, std::size_t count_b) {
  const FoldedItem* a = count_a != 0 ? &fold_a_.items[at_a] : nullptr;
  const FoldedItem* b = count_b != 0 ? &fold_b_.items[at_b] : nullptr;
  const FoldedItem& named = a != nullptr ? *a : *b;
  const PreparedSide& side = a != nullptr ? a_ : b_;
  Departure d;
  if (a != nullptr) d.event_a = a->event;
  if (b != nullptr) d.event_b = b->event;
  d.place_a = place_in_a(at_a);
  d.stimulus = item_text(side, named);
  d.what = named.kind == FoldedItem::Kind::data     ? "data"
           : named.kind == FoldedItem::Kind::memory ? "memory"
           : named.access.reg != HostRegister::none ? host_register_name(named.access)
                                                    : std::string(event_kind_name(named.event_kind));
  d.expected = a != nullptr ? item_value(a_, *a) : ValueText{"nothing", {}};
  d.actual = b != nullptr ? item_value(b_, *b) : ValueText{"nothing", {}};
  std::uint64_t bits = ~std::uint64_t{0};
  if (a != nullptr && b != nullptr) {
    const bool same_place =
        a->kind == b->kind && a->access == b->access && a->where == b->where && a->address == b->address;
    if (!same_place) {
      d.actual.value = fmt::format("{}  {}", item_text(b_, *b), d.actual.value);
    } else if (a->kind == FoldedItem::Kind::access) {
      bits = a->value ^ b->value;
    } else if (a->bytes != b->bytes) {
      std::tie(d.expected, d.actual) = differing_bytes(a->bytes, b->bytes);
    }
  } else {
    const auto& items = a != nullptr ? fold_b_.items : fold_a_.items;
    const std::size_t next = a != nullptr ? at_b : at_a;
    const PreparedSide& other = a != nullptr ? b_ : a_;
    const std::string_view who = a != nullptr ? "the other run goes on with" : "the first run goes on with";
    if (next < items.size()) {
      d.note = fmt::format("{} {} {}", who, item_text(other, items[next]), item_value(other, items[next]).value);
    }
  }
  if (named.width < 4) bits &= (std::uint64_t{1} << (8 * named.width)) - 1;
  d.rules = rules_of_event((*side.events)[named.event], named.access, static_cast<std::uint32_t>(bits));
  out_.host = std::move(d);
}

void EpisodeComparer::items() {
  const auto keys = [](const FoldedEpisode& episode) {
    std::vector<std::uint64_t> out;
    for (const FoldedItem& item : episode.items) out.push_back(item.key());
    return out;
  };
  const auto pairs = align(keys(fold_a_), keys(fold_b_));
  std::size_t next_a = 0;
  std::size_t next_b = 0;
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    if (pairs[p].both()) {
      const FoldedItem& a = fold_a_.items[next_a];
      const FoldedItem& b = fold_b_.items[next_b++];
      looks(a.before, b.before, next_a++);
      ++out_.compared;
      if (!out_.host && !a.same_answer(b)) answer(a, b);
      if (a.kind == FoldedItem::Kind::data && a.folded != b.folded) ++out_.timing.splits;
      if (a.access.reg == HostRegister::bmidtp && (*a_.events)[a.event].value != (*b_.events)[b.event].value) {
        ++out_.timing.addresses;
      }
      continue;
    }
    std::size_t count_a = 0;
    std::size_t count_b = 0;
    for (; p < pairs.size() && !pairs[p].both(); ++p) ++(pairs[p].b == AlignedPair::kNone ? count_a : count_b);
    --p;
    const bool substituted = count_a != 0 && count_b != 0;
    if (!out_.host && substituted) looks(fold_a_.items[next_a].before, fold_b_.items[next_b].before, next_a);
    if (!out_.host) gap(next_a, count_a, next_b, count_b);
    out_.compared += std::max(count_a, count_b);
    next_a += count_a;
    next_b += count_b;
  }
  if (!out_.host) looks(fold_a_.after, fold_b_.after, next_a);
}

bool EpisodeComparer::same_effects(const EffectKey& key, const std::vector<Effect>& a,
                                   const std::vector<Effect>& b) const {
  const auto equal = [](const Effect& x, const Effect& y) { return x.digest == y.digest; };
  if (key.first != EffectKind::reg) return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
  // Whether setting a register changed it depends on what the command before left there. So a run may have more
  // changes in front; the last value and all that the shorter one has must be the same.
  const RegisterId id = key.second;
  const auto at_end = [&](const std::vector<Effect>& list, const PreparedSide& side, const PreparedSide& other,
                          std::uint32_t end) {
    if (!list.empty()) return std::optional<std::uint64_t>(list.back().digest);
    const auto value = side.history.before(id, end);
    return value ? value : other.history.before(id, 0);  // never changed here: as it was after power-on
  };
  if (at_end(a, a_, b_, end_a_) != at_end(b, b_, a_, end_b_)) return false;
  const auto& shorter = a.size() < b.size() ? a : b;
  const auto& longer = a.size() < b.size() ? b : a;
  return std::equal(shorter.rbegin(), shorter.rend(), longer.rbegin(), equal);
}

void EpisodeComparer::effects(const EffectKey& key) {
  static const std::vector<Effect> none;
  const auto find = [&](const FoldedEpisode& episode) -> const std::vector<Effect>& {
    const auto at = episode.effects.find(key);
    return at == episode.effects.end() ? none : at->second;
  };
  const std::vector<Effect>& a = find(fold_a_);
  const std::vector<Effect>& b = find(fold_b_);
  out_.compared += std::max(a.size(), b.size());
  if (same_effects(key, a, b)) {
    const std::size_t size = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < size; ++i) {
      // Behind a departure of the host places are not the same ones.
      if (!out_.host && key.first == EffectKind::interrupt && a[i].items != b[i].items) ++out_.timing.interrupts_moved;
      if (a[i].folded != b[i].folded) ++out_.timing.splits;
    }
    return;
  }
  std::size_t i = 0;
  while (i < a.size() && i < b.size() && a[i].digest == b[i].digest) ++i;
  const bool has_a = i < a.size();
  const bool has_b = i < b.size();
  Departure d;
  if (has_a) d.event_a = a[i].event;
  if (has_b) d.event_b = b[i].event;
  d.place_a = has_a ? a[i].event : place_in_a(b[i].items);
  const PreparedSide& side = has_a ? a_ : b_;
  const std::uint32_t number = has_a ? a[i].event : b[i].event;
  const Event event = (*side.events)[number];
  const auto told = [&](bool has, const PreparedSide& of, const std::vector<Effect>& list) -> ValueText {
    return has ? plain_value((*of.events)[list[i].event], {}) : ValueText{"none", {}};
  };
  d.expected = told(has_a, a_, a);
  d.actual = told(has_b, b_, b);
  if (has_a && has_b && d.expected.value == d.actual.value) {
    const Event at_a = (*a_.events)[a[i].event];
    const Event at_b = (*b_.events)[b[i].event];
    if (std::ranges::equal(at_a.payload, at_b.payload)) {  // they differ further on, in an event that was joined to it
      d.expected = {"the data", {}};
      d.actual = {"other data", {}};
    } else {
      std::tie(d.expected, d.actual) = differing_bytes(at_a.payload, at_b.payload);
    }
  }
  d.what = key.first == EffectKind::reg ? register_name(key.second) : event_text(event, {});
  const bool data =
      key.first == EffectKind::dma_read || key.first == EffectKind::dma_write || key.first == EffectKind::medium;
  d.brief = data && has_a && has_b ? "other data" : fmt::format("{} for {}", d.actual.value, d.expected.value);
  std::uint64_t bits = ~std::uint64_t{0};
  if (has_a && has_b) bits = (*a_.events)[a[i].event].value ^ (*b_.events)[b[i].event].value;
  d.rules = rules_of_event(event, {}, static_cast<std::uint32_t>(bits));
  d.stimulus = d.what;
  for (std::uint32_t at = number; at > 0; --at) {
    const Event cause = (*side.events)[at - 1];
    if (!is_stimulus(cause.kind)) continue;
    d.stimulus = event_text(cause, side.accesses[at - 1]);
    d.note = d.what;
    break;
  }
  out_.effects.push_back(std::move(d));
}

}  // namespace

void TimingCounts::add(const TimingCounts& other) {
  looks_more += other.looks_more;
  looks_fewer += other.looks_fewer;
  interrupts_moved += other.interrupts_moved;
  splits += other.splits;
  addresses += other.addresses;
  clock_ns += other.clock_ns;
}

std::string TimingCounts::text() const {
  std::string out;
  const auto put = [&](std::string piece) { out += (out.empty() ? "" : ", ") + std::move(piece); };
  const auto plural = [](std::uint64_t n) { return n == 1 ? "" : "s"; };
  if (looks_more != 0) put(fmt::format("{} status look{} more", grouped(looks_more), plural(looks_more)));
  if (looks_fewer != 0) put(fmt::format("{} status look{} fewer", grouped(looks_fewer), plural(looks_fewer)));
  if (interrupts_moved != 0)
    put(fmt::format("{} interrupt{} at another place", grouped(interrupts_moved), plural(interrupts_moved)));
  if (splits != 0) put(fmt::format("{} transfer{} split otherwise", grouped(splits), plural(splits)));
  if (addresses != 0) put(fmt::format("{} PRD table{} elsewhere in memory", grouped(addresses), plural(addresses)));
  if (clock_ns != 0) {
    put(fmt::format("clock {}{} ns", clock_ns < 0 ? "-" : "+",
                    grouped(static_cast<std::uint64_t>(clock_ns < 0 ? -clock_ns : clock_ns))));
  }
  return out;
}

PreparedSide::PreparedSide(const DiffSide& from)
    : side(&from), events(from.events), accesses(decode_accesses(*from.events)), history(*from.events) {}

EpisodeComparison compare_episodes(const PreparedSide& a, const Numbers& numbers_a, const PreparedSide& b,
                                   const Numbers& numbers_b, const DiffOptions& options) {
  return EpisodeComparer(a, numbers_a, b, numbers_b, options).run();
}

}  // namespace coincide
