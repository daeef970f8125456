#include "conformance/monitor/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "replay/json.h"
#include "replay/report.h"

namespace coincide::monitor {
namespace {

constexpr const char* kRed = "31";
constexpr const char* kYellow = "33";

std::string painted(std::string_view text, const char* code, PrintStyle style) {
  return style.color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

std::string_view side_of(const Rule* rule) { return rule == nullptr ? "" : std::string_view(rule->side); }
bool is_must(const Rule* rule) { return rule == nullptr || rule->strength == "must"; }

std::uint32_t line_of(const RecordedRun& run, std::size_t event) { return run.lines.empty() ? 0 : run.lines[event]; }

std::string place(const RecordedRun& run, const Finding& finding) {
  std::string out = fmt::format("event {}", finding.event);
  if (line_of(run, finding.event) != 0) out += fmt::format(", line {}", line_of(run, finding.event));
  if (!finding.unit.empty()) out += ", " + finding.unit;
  if (!finding.command.empty()) out += ", " + finding.command;
  return out;
}

std::string paragraph(const RecordedRun& run, const MonitorReport& report, const Judgement& one, const Rule* rule,
                      std::size_t most, PrintStyle style) {
  const bool must = is_must(rule);
  std::string out =
      fmt::format("{}  {}  {} of {}  ({})\n", painted(must ? "BREAKS" : "ADVICE", must ? kRed : kYellow, style),
                  one.rule->id, grouped(one.broken), grouped(std::max(one.looked, one.broken)), side_of(rule));
  if (rule != nullptr) out += fmt::format("        {}\n", rule->text);
  std::size_t shown = 0;
  for (const Finding& finding : report.findings) {
    if (finding.rule != one.rule->id || shown++ >= most) continue;
    out += fmt::format("    {}\n        {}\n", place(run, finding), finding.what);
  }
  if (shown > most) out += fmt::format("    and {} more\n", grouped(shown - most));
  return out + fmt::format("    instead: {}\n\n", one.rule->should);
}

}  // namespace

std::string report_text(const RecordedRun& run, const MonitorReport& report, const Catalogue& catalogue,
                        std::size_t most, PrintStyle style) {
  std::string out;
  unsigned held = 0, never = 0, broken = 0, advice = 0;
  std::map<std::string_view, std::string> cannot;
  for (const Judgement& one : report.rules) {
    const Rule* rule = catalogue.find(one.rule->id);
    if (!one.cannot.empty()) {
      cannot[one.cannot] += " " + std::string(one.rule->id);
    } else if (one.broken != 0) {
      ++(is_must(rule) ? broken : advice);
      out += paragraph(run, report, one, rule, most, style);
    } else {
      ++(one.looked != 0 ? held : never);
    }
  }
  for (const auto& [why, rules] : cannot) out += fmt::format("not judged: {}:{}\n", why, rules);
  out += fmt::format("{}: {} events; {} rules held, {} broken, {} as advice; {} had no occasion\n", run.name,
                     grouped(run.events.size()), held, broken, advice, never);
  return out;
}

std::string report_json(const RecordedRun& run, const MonitorReport& report, const Catalogue& catalogue) {
  std::string rules, findings;
  for (const Judgement& one : report.rules) {
    const Rule* rule = catalogue.find(one.rule->id);
    rules += fmt::format(R"({}{{"rule":{},"side":{},"strength":{},"looked":{},"broken":{},"cannot":{}}})",
                         rules.empty() ? "" : ",", json_string(one.rule->id), json_string(side_of(rule)),
                         json_string(rule == nullptr ? "" : rule->strength), one.looked, one.broken,
                         one.cannot.empty() ? "null" : json_string(one.cannot));
  }
  std::map<std::string_view, std::string_view> should;
  for (const Judgement& one : report.rules) should[one.rule->id] = one.rule->should;
  for (const Finding& finding : report.findings) {
    const std::uint32_t line = line_of(run, finding.event);
    findings += fmt::format(R"({}{{"rule":{},"event":{},"line":{},"unit":{},"command":{},"what":{},"should":{}}})",
                            findings.empty() ? "" : ",", json_string(finding.rule), finding.event,
                            line == 0 ? "null" : std::to_string(line), json_string(finding.unit),
                            json_string(finding.command), json_string(finding.what), json_string(should[finding.rule]));
  }
  return fmt::format(R"({{"input":{},"format":{},"events":{},"rules":[{}],"findings":[{}]}})", json_string(run.name),
                     json_string(run.format), run.events.size(), rules, findings);
}

bool breaks_a_must(const MonitorReport& report, const Catalogue& catalogue) {
  for (const Judgement& one : report.rules) {
    if (one.broken != 0 && is_must(catalogue.find(one.rule->id))) return true;
  }
  return false;
}

}  // namespace coincide::monitor
