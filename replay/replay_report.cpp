#include "replay/replay_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "replay/command_tracker.h"
#include "replay/event_text.h"
#include "replay/register_rules.h"

namespace coincide {

namespace {

constexpr const char* kUnitNames[] = {"primary master", "primary slave", "secondary master", "secondary slave"};
constexpr std::size_t kMaxRules = 4;

/// What the stream before a difference says of its place.
struct Context {
  CommandTracker host;
  PortMap ports;
  std::optional<unsigned> channel;
};

Context context_at(const RecordedRun& run, const Difference& difference) {
  Context context;
  for (std::size_t i = 0; i <= difference.stimulus && i < run.events.size(); ++i) {
    const Event event = run.events[i];
    context.ports.follow(event);
    if (is_stimulus(event.kind)) context.host.stimulus(event, i);
  }
  const Event& about =
      difference.expected.head.kind != EventKind::none ? difference.expected.head : difference.actual.head;
  if (about.kind == EventKind::irq) {
    context.channel = about.where & 1;
  } else if (const auto access = channel_access(static_cast<std::uint16_t>(about.where), context.host.bmiba());
             access && (about.kind == EventKind::port_read || about.kind == EventKind::port_read_block)) {
    context.channel = access->channel;
  } else if (about.kind == EventKind::disk_request || about.kind == EventKind::disk_data) {
    if (about.unit < 4) context.channel = about.unit / 2u;
  } else if (about.kind == EventKind::register_change && about.where >> 16 != 0) {
    const unsigned scope = about.where >> 16;
    if (scope < 8) context.channel = scope < 4 ? scope - 1 : (scope - 4) / 2;
  } else if (about.kind == EventKind::dma_read || about.kind == EventKind::dma_write) {
    context.channel = about.unit;
  }
  return context;
}

std::size_t first_differing_byte(const KeptEvent& a, const KeptEvent& b) {
  const auto [left, right] = std::mismatch(a.bytes.begin(), a.bytes.end(), b.bytes.begin(), b.bytes.end());
  (void)right;
  return static_cast<std::size_t>(left - a.bytes.begin());
}

void fill_values(Divergence& out, const Difference& difference, const PortMap& ports) {
  const bool data = difference.kind == Difference::Kind::answer && (!difference.expected.bytes.empty());
  if (data) {
    const std::size_t at = first_differing_byte(difference.expected, difference.actual);
    out.expected = bytes_text(difference.expected.bytes, at);
    out.actual = bytes_text(difference.actual.bytes, at);
    return;
  }
  out.expected = value_text(difference.expected.head, ports);
  out.actual = value_text(difference.actual.head, ports);
}

void fill_rules(Divergence& out, const Difference& difference, const std::vector<Quirk>& quirks,
                const Context& context) {
  const auto add = [&](std::string_view rule) {
    const bool there = std::any_of(out.rules.begin(), out.rules.end(), [&](const RuleNote& r) { return r.id == rule; });
    if (!there && out.rules.size() < kMaxRules) out.rules.push_back({std::string(rule), {}});
  };
  const Event& about =
      difference.expected.head.kind != EventKind::none ? difference.expected.head : difference.actual.head;
  HostAccess access = context.ports.decode(about);
  if (access.reg == HostRegister::confdata) {
    access = {HostRegister::config, 0, context.host.config_offset(static_cast<std::uint16_t>(about.where)), false};
  }
  std::uint64_t bits = difference.bits;
  if (about.kind == EventKind::register_change) {
    const bool other = difference.kind == Difference::Kind::different;
    bits = other ? difference.expected.head.value ^ difference.actual.head.value : about.value ^ about.detail;
  }
  for (const std::string_view rule : rules_of_event(about, access, static_cast<std::uint32_t>(bits))) add(rule);
  // A known quirk names the rule that it departs from.
  for (const Quirk quirk : quirks) add(quirk_table()[static_cast<std::size_t>(quirk)].rule);
}

void fill_registers(Divergence& out, const RegisterView& view, unsigned channel) {
  const auto byte = [&](const char* name, std::uint64_t value) {
    out.registers.emplace_back(name, hex_text(value, 1));
  };
  byte("Status", view.status);
  byte("Error", view.error);
  byte("Count", view.sector_count);
  const unsigned lba = view.lba_low | view.lba_mid << 8 | static_cast<unsigned>(view.lba_high) << 16;
  out.registers.emplace_back("LBA", hex_text(lba, 3));
  byte("Device", view.device);
  byte("BMIC", view.bmic);
  byte("BMIS", view.bmis);
  out.registers.emplace_back(channel == 0 ? "IRQ14" : "IRQ15", view.irq ? "1" : "0");
}

Divergence divergence_of(const RecordedRun& run, const ReplayOptions& options, const ReportedDifference& reported,
                         const std::string& again) {
  const Difference& difference = reported.difference;
  const Context context = context_at(run, difference);
  Divergence out;
  out.event = difference.event;
  out.command = "outside any command";
  if (context.channel) {
    const auto& command = context.host.command(*context.channel);
    const unsigned unit = command ? command->unit : context.host.selected_unit(*context.channel);
    out.unit = kUnitNames[unit];
    if (command) out.command = command->text();
    if (!command && context.host.soft_reset(*context.channel)) out.command = "software reset";
    const RegisterView view = registers_before(run, options.profile, difference.stimulus, unit);
    fill_registers(out, view, *context.channel);
  }
  const Event stimulus = run.events[difference.stimulus];
  out.stimulus = stimulus_text(stimulus, context.ports);
  if (!run.lines.empty() && run.lines[difference.stimulus] != 0) {
    out.stimulus_note = fmt::format("line {}", run.lines[difference.stimulus]);
  }
  fill_values(out, difference, context.ports);
  fill_rules(out, difference, reported.quirks, context);
  out.again = fmt::format("{} --to {}", again, difference.event);
  return out;
}

std::string quirks_text(const ReplayResult& result) {
  std::string text;
  for (const QuirkCount& known : result.quirks) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", quirk_table()[static_cast<std::size_t>(known.quirk)].name,
                        grouped(known.count));
  }
  return text;
}

}  // namespace

Report report_of_replay(const RecordedRun& run, const ReplayOptions& options, const ReplayResult& result,
                        const std::string& again) {
  Report report;
  report.input = run.name;
  report.events = result.events;
  report.compared = result.tally.compared;
  report.not_compared = result.tally.skipped();
  for (const auto& [why, count] : result.tally.not_compared) report.not_compared_why.emplace_back(why, count);
  for (const LeftOut& left : run.left_out) {
    report.not_compared += left.count;
    report.not_compared_why.emplace_back("not imported: " + left.what, left.count);
  }
  if (!result.differences.empty()) {
    report.divergence = divergence_of(run, options, result.differences.front(), again);
  }
  std::string since;
  if (report.divergence) since = fmt::format("{} events coincide", grouped(report.divergence->event));
  if (result.known != 0) {
    since += fmt::format("{}{} difference{} known quirks of this source ({})", since.empty() ? "" : "; ",
                         grouped(result.known), result.known == 1 ? " is" : "s are", quirks_text(result));
  }
  if (!since.empty()) report.notes.emplace_back("since", since);
  if (run.drained != 0) {
    report.notes.emplace_back("put in", fmt::format("{} read{} of packet data that the source's drive did not have",
                                                    grouped(run.drained), run.drained == 1 ? "" : "s"));
  }
  if (result.counted > 1) {
    report.notes.emplace_back("more", fmt::format("{} further differences", grouped(result.counted - 1)));
  }
  return report;
}

}  // namespace coincide
