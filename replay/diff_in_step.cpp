// The first of the two ways of diff.h: one stimulus stream, two recordings of it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "replay/diff.h"
#include "replay/episodes.h"
#include "replay/event_text.h"
#include "replay/register_rules.h"
#include "replay/seen.h"

namespace coincide {
namespace {

/// Same stimulus, whatever it was answered.
bool same_stimulus(const Event& a, const Event& b) {
  if (a.kind != b.kind || a.width != b.width || a.unit != b.unit || a.where != b.where) return false;
  const bool block_read = a.kind == EventKind::port_read_block;
  const bool memory_read = a.kind == EventKind::mem_read;
  if (block_read) return a.value == b.value;  // elements asked for
  if (memory_read) return a.detail == b.detail && a.value == b.value;
  if (is_read(a.kind)) return true;
  return a.detail == b.detail && a.value == b.value && std::ranges::equal(a.payload, b.payload);
}

/// A stimulus and all observations behind it, up to the next one. The first step has none: what power-on did.
struct Step {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

std::vector<Step> steps_of(const EventList& events) {
  std::vector<Step> out{{0, 0}};
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    if (is_stimulus(events[i].kind)) out.push_back({i, i});
    out.back().end = i + 1;
  }
  return out;
}

class InStep {
 public:
  InStep(const DiffSide& a, const DiffSide& b) : a_(a), b_(b), sees_(a.sees & b.sees) {}
  Report run();

 private:
  struct Mismatch {
    std::optional<std::uint32_t> a, b;
  };
  bool comparable(const Event& event) const;
  bool same(const Event& a, const Event& b) const;
  bool same_answer(const Event& a, const Event& b) const;
  std::optional<Mismatch> compare(const Step& a, const Step& b, Report* report);
  void tell(Report& report, const Mismatch& mismatch, const Step& a, const Step& b);

  const DiffSide& a_;
  const DiffSide& b_;
  std::uint64_t sees_;
  std::map<std::string, std::uint64_t> not_compared_;
};

bool InStep::comparable(const Event& event) const {
  if (!is_stimulus(event.kind) && !is_observation(event.kind)) return false;
  const SeenRow* row = find_seen(event.kind);
  return row == nullptr || (sees_ & row->bit) != 0;
}

bool InStep::same_answer(const Event& a, const Event& b) const {
  if (!is_read(a.kind)) return true;
  const bool both_emulated = (sees_ & sees::open_bits) != 0;
  if (a.kind == EventKind::port_read_block || a.kind == EventKind::mem_read) {
    const std::uint64_t bit = a.kind == EventKind::mem_read ? sees::memory : sees::block_data;
    return (sees_ & bit) == 0 || std::ranges::equal(a.payload, b.payload);
  }
  if ((sees_ & sees::read_values) == 0) return true;
  if (both_emulated) return a.value == b.value && a.detail == b.detail;
  return ((a.value ^ b.value) & ~(a.detail | b.detail)) == 0;
}

bool InStep::same(const Event& a, const Event& b) const {
  if (a.kind != b.kind) return false;
  if (is_stimulus(a.kind)) return same_answer(a, b);
  if (a.width != b.width || a.unit != b.unit || a.where != b.where || a.detail != b.detail || a.value != b.value)
    return false;
  const bool dma = a.kind == EventKind::dma_read || a.kind == EventKind::dma_write;
  return (dma && (sees_ & sees::dma_bytes) == 0) || std::ranges::equal(a.payload, b.payload);
}

/// The first mismatch of a step; counts what was compared and what was not into `report` if it is given.
std::optional<InStep::Mismatch> InStep::compare(const Step& a, const Step& b, Report* report) {
  std::uint32_t i = a.begin;
  std::uint32_t j = b.begin;
  const auto next = [&](const DiffSide& side, std::uint32_t& at, std::uint32_t end) {
    for (; at < end; ++at) {
      const Event event = (*side.events)[at];
      if (comparable(event)) return;
      const SeenRow* row = find_seen(event.kind);
      if (report == nullptr || row == nullptr) continue;
      ++not_compared_[fmt::format("{}: {} does not see them", row->what, &side == &b_ ? a_.name : b_.name)];
      ++report->not_compared;
    }
  };
  for (;;) {
    next(a_, i, a.end);
    next(b_, j, b.end);
    const bool has_a = i < a.end;
    const bool has_b = j < b.end;
    if (!has_a && !has_b) return std::nullopt;
    if (has_a && has_b && same((*a_.events)[i], (*b_.events)[j])) {
      if (report != nullptr) ++report->compared;
      ++i, ++j;
      continue;
    }
    Mismatch mismatch;
    if (has_a) mismatch.a = i;
    if (has_b) mismatch.b = j;
    if (report != nullptr) ++report->compared;
    return mismatch;
  }
}

void InStep::tell(Report& report, const Mismatch& mismatch, const Step& a, const Step& b) {
  const EventList& events_a = *a_.events;
  const EventList& events_b = *b_.events;
  PortMap ports;
  for (std::uint32_t i = 0; i < a.begin; ++i) ports.follow(events_a[i]);
  const bool has_stimulus = a.begin < a.end && is_stimulus(events_a[a.begin].kind);
  const Event stimulus = has_stimulus ? events_a[a.begin] : Event{};
  const HostAccess access = ports.decode(stimulus);

  Divergence d;
  d.event = mismatch.a.value_or(a.end);
  d.other_event = mismatch.b.value_or(b.end);
  d.stimulus = has_stimulus ? event_text(stimulus, access) : "power-on";
  const auto told = [&](const EventList& events, const std::optional<std::uint32_t>& at) -> ValueText {
    if (!at) return {"nothing more", {}};
    const Event event = events[*at];
    ValueText value = plain_value(event, is_stimulus(event.kind) ? access : HostAccess{});
    if (!is_stimulus(event.kind)) value.value = fmt::format("{}  {}", event_text(event, {}), value.value);
    return value;
  };
  d.expected = told(events_a, mismatch.a);
  d.actual = told(events_b, mismatch.b);
  std::uint64_t bits = ~std::uint64_t{0};
  if (mismatch.a && mismatch.b) {
    const Event x = events_a[*mismatch.a];
    const Event y = events_b[*mismatch.b];
    bits = x.value ^ y.value;
    if (x.kind == y.kind && x.value == y.value && !std::ranges::equal(x.payload, y.payload)) {
      std::tie(d.expected, d.actual) = differing_bytes(x.payload, y.payload);
      if (!is_stimulus(x.kind)) d.stimulus_note = event_text(x, {});
    }
  }
  const std::optional<std::uint32_t> about = mismatch.a ? mismatch.a : mismatch.b;
  const Event event = mismatch.a ? events_a[*about] : events_b[*about];
  for (const std::string_view id : rules_of_event(event, access, static_cast<std::uint32_t>(bits))) {
    d.rules.push_back({std::string(id), {}});
  }
  const Episodes episodes = split_episodes(events_a);
  const Episode* episode = episodes.find(mismatch.a ? *mismatch.a : a.begin);
  if (episode != nullptr) {
    d.unit = episode->unit_text();
    d.command = episode->text();
  } else {
    d.command = "outside any command";
  }
  const RegisterHistory history(events_a);
  const unsigned unit = episode == nullptr ? 0 : episode->command ? episode->command->unit : 2u * episode->channel;
  if (episode != nullptr) {
    d.registers = register_text(unit, [&](RegisterId id) {
      const auto value = history.before(id, d.event);
      return value || !a_.initial ? value : a_.initial(id);
    });
  }
  report.divergence = std::move(d);
}

Report InStep::run() {
  Report report;
  report.input = fmt::format("{} -> {}", a_.name, b_.name);
  report.events = a_.events->size();
  const std::vector<Step> steps_a = steps_of(*a_.events);
  const std::vector<Step> steps_b = steps_of(*b_.events);
  const std::size_t steps = std::min(steps_a.size(), steps_b.size());
  std::uint64_t later = 0;
  for (std::size_t k = 0; k < steps; ++k) {
    if (!report.divergence) {
      const auto mismatch = compare(steps_a[k], steps_b[k], &report);
      if (mismatch) tell(report, *mismatch, steps_a[k], steps_b[k]);
      if (mismatch)
        report.notes.emplace_back("since", fmt::format("{} events coincide", grouped(report.divergence->event)));
      later = mismatch ? 0 : later;
    } else if (compare(steps_a[k], steps_b[k], &report)) {
      ++later;
    }
  }
  if (report.divergence) {
    const std::size_t at = [&] {
      for (std::size_t k = 0; k < steps; ++k) {
        if (steps_a[k].end > report.divergence->event) return k;
      }
      return steps - 1;
    }();
    const std::size_t left = steps - 1 - at;
    report.notes.emplace_back(
        "followed",
        later == 0 ? fmt::format("nothing: {} later stimuli have the same outcome", grouped(left))
                   : fmt::format("{} of {} later stimuli have another outcome too", grouped(later), grouped(left)));
  }
  report.not_compared_why.assign(not_compared_.begin(), not_compared_.end());
  return report;
}

}  // namespace

bool same_stimuli(const EventList& a, const EventList& b) {
  std::size_t j = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Event event = a[i];
    if (!is_stimulus(event.kind)) continue;
    while (j < b.size() && !is_stimulus(b[j].kind)) ++j;
    if (j == b.size() || !same_stimulus(event, b[j++])) return false;
  }
  while (j < b.size() && !is_stimulus(b[j].kind)) ++j;
  return j == b.size();
}

Report diff_in_step(const DiffSide& a, const DiffSide& b) { return InStep(a, b).run(); }

Report diff(const DiffSide& a, const DiffSide& b, const DiffOptions& options) {
  return same_stimuli(*a.events, *b.events) ? diff_in_step(a, b) : diff_by_command(a, b, options);
}

}  // namespace coincide
