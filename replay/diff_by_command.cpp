// The second of the two ways of diff.h: two runs of a driver.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "replay/align.h"
#include "replay/diff.h"
#include "replay/diff_episode.h"
#include "replay/episodes.h"
#include "replay/event_text.h"
#include "replay/register_rules.h"
#include "replay/seen.h"

namespace coincide {
namespace {

constexpr std::size_t kMostNamed = 3;  ///< effects and later commands that "followed" names

/// Two episodes that belong together, or one that has no partner.
struct Matched {
  const Episode* a = nullptr;
  const Episode* b = nullptr;
  std::uint32_t order = 0;  ///< where in A it stands: the number of its first event, or of the next one of A
  std::optional<EpisodeComparison> comparison;

  bool same() const { return comparison && comparison->same(); }
};

/// Pairs what stands between two matches of the full key: first by unit and opcode, then what is left by position.
void pair_gap(std::span<const Episode> a, std::span<const Episode> b, std::vector<Matched>& out) {
  const auto keys = [](std::span<const Episode> episodes) {
    std::vector<std::uint64_t> out_keys;
    for (const Episode& episode : episodes) out_keys.push_back(episode.loose_key());
    return out_keys;
  };
  const auto pairs = align(keys(a), keys(b));
  for (std::size_t p = 0; p < pairs.size();) {
    if (pairs[p].both()) {
      out.push_back({&a[pairs[p].a], &b[pairs[p].b], 0, {}});
      ++p;
      continue;
    }
    std::vector<const Episode*> only_a, only_b;
    for (; p < pairs.size() && !pairs[p].both(); ++p) {
      if (pairs[p].b == AlignedPair::kNone) {
        only_a.push_back(&a[pairs[p].a]);
      } else {
        only_b.push_back(&b[pairs[p].b]);
      }
    }
    for (std::size_t i = 0; i < std::max(only_a.size(), only_b.size()); ++i) {
      const Episode* x = i < only_a.size() ? only_a[i] : nullptr;
      const Episode* y = i < only_b.size() ? only_b[i] : nullptr;
      if (x != nullptr && y != nullptr && x->kind == y->kind) {
        out.push_back({x, y, 0, {}});
      } else {
        if (x != nullptr) out.push_back({x, nullptr, 0, {}});
        if (y != nullptr) out.push_back({nullptr, y, 0, {}});
      }
    }
  }
}

std::vector<Matched> match_lane(const std::vector<Episode>& a, const std::vector<Episode>& b, std::uint32_t end_a) {
  const auto keys = [](const std::vector<Episode>& episodes) {
    std::vector<std::uint64_t> out;
    for (const Episode& episode : episodes) out.push_back(episode.key());
    return out;
  };
  std::vector<Matched> out;
  const auto pairs = align(keys(a), keys(b));
  std::size_t next_a = 0;
  std::size_t next_b = 0;
  for (std::size_t p = 0; p <= pairs.size(); ++p) {
    if (p < pairs.size() && !pairs[p].both()) continue;
    const std::size_t to_a = p < pairs.size() ? pairs[p].a : a.size();
    const std::size_t to_b = p < pairs.size() ? pairs[p].b : b.size();
    pair_gap(std::span(a).subspan(next_a, to_a - next_a), std::span(b).subspan(next_b, to_b - next_b), out);
    if (p < pairs.size()) out.push_back({&a[to_a], &b[to_b], 0, {}});
    next_a = to_a + 1;
    next_b = to_b + 1;
  }
  std::uint32_t order = end_a;
  for (auto at = out.rbegin(); at != out.rend(); ++at) {
    if (at->a != nullptr && !at->a->events.empty()) order = at->a->events.front();
    at->order = order;
  }
  return out;
}

/// The stimulus that stands for a whole episode: its Command write, else its first event.
std::uint32_t main_event(const Episode& episode) {
  return episode.command ? static_cast<std::uint32_t>(episode.command->event) : episode.events.front();
}

class ByCommand {
 public:
  ByCommand(const DiffSide& a, const DiffSide& b, const DiffOptions& options)
      : options_(options),
        a_(a),
        b_(b),
        episodes_a_(split_episodes(*a.events)),
        episodes_b_(split_episodes(*b.events)) {}
  Report run();

 private:
  void compare(Matched& matched);
  void tell(const Matched* matched, const Departure& departure);
  void whole_episode(const Matched& matched);
  std::vector<std::pair<std::string, std::string>> registers_before(unsigned unit, std::uint64_t event) const;
  void notes(const Matched* first, std::uint32_t order, const EpisodeComparison* comparison);
  void count_not_seen(const PreparedSide& side, const PreparedSide& other);

  DiffOptions options_;
  PreparedSide a_, b_;
  Episodes episodes_a_, episodes_b_;
  std::vector<Matched> matched_;
  EpisodeComparison function_;
  TimingCounts timing_;
  Report report_;
};

void ByCommand::compare(Matched& matched) {
  if (matched.a == nullptr || matched.b == nullptr) {
    ++report_.compared;
    return;
  }
  matched.comparison = compare_episodes(a_, matched.a->events, b_, matched.b->events, options_);
  report_.compared += matched.comparison->compared;
  timing_.add(matched.comparison->timing);
}

void ByCommand::count_not_seen(const PreparedSide& side, const PreparedSide& other) {
  std::map<std::string, std::uint64_t> counts;
  for (std::size_t i = 0; i < side.events->size(); ++i) {
    const SeenRow* row = find_seen((*side.events)[i].kind);
    if (row == nullptr || (other.side->sees & row->bit) != 0) continue;
    ++counts[fmt::format("{}: {} does not see them", row->what, other.side->name)];
    ++report_.not_compared;
  }
  for (const auto& count : counts) report_.not_compared_why.push_back(count);
}

/// Fills in the divergence from a departure inside of two matched episodes (nullptr: outside any command).
void ByCommand::tell(const Matched* matched, const Departure& departure) {
  Divergence d;
  d.event = departure.place_a;
  d.other_event = departure.event_b;
  d.stimulus = departure.stimulus;
  d.stimulus_note = departure.note;
  d.expected = departure.expected;
  d.actual = departure.actual;
  for (const std::string_view id : departure.rules) d.rules.push_back({std::string(id), {}});
  if (matched == nullptr) {
    d.command = "outside any command";
  } else {
    d.unit = matched->a->unit_text();
    d.command = matched->a->text();
    const unsigned unit = matched->a->command ? matched->a->command->unit : 2u * matched->a->channel;
    d.registers = registers_before(unit, d.event);
  }
  report_.divergence = std::move(d);
}

std::vector<std::pair<std::string, std::string>> ByCommand::registers_before(unsigned unit, std::uint64_t event) const {
  return register_text(unit, [&](RegisterId id) {
    const auto value = a_.history.before(id, event);
    return value || !a_.side->initial ? value : a_.side->initial(id);
  });
}

/// An episode that only one run has.
void ByCommand::whole_episode(const Matched& matched) {
  const bool missing = matched.a != nullptr;
  const Episode& episode = missing ? *matched.a : *matched.b;
  const PreparedSide& side = missing ? a_ : b_;
  const std::uint32_t number = main_event(episode);
  const Event event = (*side.events)[number];
  Divergence d;
  d.event = missing ? number : matched.order;
  if (!missing) d.other_event = number;
  d.unit = episode.unit_text();
  d.command = episode.text();
  d.stimulus = event_text(event, side.accesses[number]);
  d.stimulus_note = missing ? "the other run has no such step" : "the first run has no such step";
  (missing ? d.expected : d.actual) = plain_value(event, side.accesses[number]);
  (missing ? d.actual : d.expected) = {"nothing", {}};
  for (const std::string_view id : rules_of_event(event, side.accesses[number], 0))
    d.rules.push_back({std::string(id), {}});
  d.registers = registers_before(episode.command ? episode.command->unit : 2u * episode.channel, d.event);
  report_.divergence = std::move(d);
}

void ByCommand::notes(const Matched* first, std::uint32_t order, const EpisodeComparison* comparison) {
  const auto add = [&](const char* label, std::string text) { report_.notes.emplace_back(label, std::move(text)); };
  if (first != nullptr && first->a != nullptr && first->b != nullptr && first->a->text() != first->b->text()) {
    add("instead", fmt::format("{}   {}", first->b->unit_text(), first->b->text()));
  }
  std::uint64_t before = 0;
  std::uint64_t later = 0;
  std::vector<const Matched*> differ;
  for (const Matched& matched : matched_) {
    const Episode& episode = matched.a != nullptr ? *matched.a : *matched.b;
    if (&matched == first || episode.kind == EpisodeKind::set_up) continue;
    if (matched.order < order && matched.same()) {
      ++before;
    } else {
      ++later;
      if (!matched.same()) differ.push_back(&matched);
    }
  }
  add("since", fmt::format("{} command{} coincide{}", grouped(before), before == 1 ? "" : "s", before == 1 ? "s" : ""));

  std::string followed;
  std::size_t shown = 0;
  for (std::size_t i = comparison != nullptr && comparison->host ? 0 : 1;
       comparison != nullptr && i < comparison->effects.size(); ++i) {
    const Departure& effect = comparison->effects[i];
    if (shown++ < kMostNamed) {
      followed +=
          fmt::format("{}{}: {} for {}", followed.empty() ? (first != nullptr ? "in this command " : "with it ") : "; ",
                      effect.what, effect.actual.value, effect.expected.value);
    }
  }
  if (shown > kMostNamed) followed += fmt::format("; {} more", shown - kMostNamed);
  if (!followed.empty()) add("followed", followed);
  if (differ.empty()) {
    add("followed", later == 0 ? "no command comes after it"
                               : fmt::format("the {} command{} after it coincide{}", grouped(later),
                                             later == 1 ? "" : "s", later == 1 ? "s" : ""));
    return;
  }
  std::stable_sort(differ.begin(), differ.end(),
                   [](const Matched* x, const Matched* y) { return x->order < y->order; });
  std::string text = fmt::format("{} of {} later commands differ: ", grouped(differ.size()), grouped(later));
  for (std::size_t i = 0; i < std::min(differ.size(), kMostNamed); ++i) {
    const Matched& matched = *differ[i];
    const Episode& episode = matched.a != nullptr ? *matched.a : *matched.b;
    const std::string why =
        !matched.comparison ? (matched.a != nullptr ? "missing" : "new") : matched.comparison->first().what;
    text += fmt::format("{}{} {} ({})", i == 0 ? "" : ", ", episode.unit_text(), episode.text(), why);
  }
  if (differ.size() > kMostNamed) text += ", ...";
  add("followed", text);
}

Report ByCommand::run() {
  report_.input = fmt::format("{} -> {}", a_.side->name, b_.side->name);
  report_.events = a_.events->size();
  const auto end_a = static_cast<std::uint32_t>(a_.events->size());
  for (unsigned channel = 0; channel < 2; ++channel) {
    auto lane = match_lane(episodes_a_.channels[channel], episodes_b_.channels[channel], end_a);
    matched_.insert(matched_.end(), lane.begin(), lane.end());
  }
  for (Matched& matched : matched_) compare(matched);
  function_ = compare_episodes(a_, episodes_a_.function, b_, episodes_b_.function, options_);
  report_.compared += function_.compared;
  timing_.add(function_.timing);
  count_not_seen(a_, b_);
  count_not_seen(b_, a_);

  // Of each lane the first that differs; of those the one that stands first in A.
  const auto place = [](const Matched& matched) {
    return matched.comparison ? matched.comparison->first().place_a : matched.order;
  };
  const Matched* first = nullptr;
  for (const Matched& matched : matched_) {
    if (!matched.same() && (first == nullptr || place(matched) < place(*first))) first = &matched;
  }
  const bool function_first = !function_.same() && (first == nullptr || function_.first().place_a <= place(*first));
  if (function_first) {
    tell(nullptr, function_.first());
    notes(nullptr, static_cast<std::uint32_t>(report_.divergence->event), &function_);
  } else if (first != nullptr) {
    if (first->comparison) {
      tell(first, first->comparison->first());
    } else {
      whole_episode(*first);
    }
    notes(first, first->order, first->comparison ? &*first->comparison : nullptr);
  }
  const std::string timing = timing_.text();
  if (!timing.empty()) report_.notes.emplace_back("timing", timing);
  return std::move(report_);
}

}  // namespace

Report diff_by_command(const DiffSide& a, const DiffSide& b, const DiffOptions& options) {
  return ByCommand(a, b, options).run();
}

}  // namespace coincide
