#include "conformance/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "replay/json.h"

namespace coincide {
namespace {

std::string painted(std::string_view text, const char* code, PrintStyle style) {
  return style.color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}
constexpr const char* kRed = "31";
constexpr const char* kGreen = "32";
constexpr const char* kYellow = "33";

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

std::string json_list(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ",") + json_string(word);
  return fmt::format("[{}]", out);
}

std::string_view kind_name(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::failed:
      return "failed";
    case Finding::Kind::open:
      return "open";
    case Finding::Kind::not_judged:
      return "not_judged";
    case Finding::Kind::not_reached:
      return "not_reached";
  }
  return "";
}

std::string_view verdict(const RuleTally& tally) {
  if (tally.failed != 0) return "FAIL";
  return tally.passed != 0 ? "pass" : "none";
}

/// Rules that were cited, in the order of the catalogue; those that it does not have at the end.
std::vector<std::pair<std::string, const Rule*>> cited(const ConformResult& result, const Catalogue& catalogue) {
  std::vector<std::pair<std::string, const Rule*>> out;
  for (const Rule& rule : catalogue.rules()) {
    if (result.rules.find(rule.id) != result.rules.end()) out.emplace_back(rule.id, &rule);
  }
  for (const auto& [id, tally] : result.rules) {
    if (catalogue.find(id) == nullptr) out.emplace_back(id, nullptr);
  }
  return out;
}

std::string finding_text(const Finding& finding, PrintStyle style) {
  std::string out;
  const bool failed = finding.kind == Finding::Kind::failed;
  out += fmt::format("\n{}  {}  {}\n", painted(failed ? "FAIL" : "NOTE", failed ? kRed : kYellow, style), finding.place,
                     joined(finding.rules, " "));
  out += fmt::format("      {}\n", finding.text);
  switch (finding.kind) {
    case Finding::Kind::failed:
      out += fmt::format("      expected {}, actual {} (event {})\n", finding.expected, finding.actual, finding.event);
      break;
    case Finding::Kind::open:
      out += fmt::format("      the standard leaves bits {:X}h open here: the scenario asserts too much\n",
                         finding.open_bits);
      break;
    case Finding::Kind::not_judged:
      out += "      not judged: this target cannot see it\n";
      break;
    case Finding::Kind::not_reached:
      out += "      never reached: the scenario proves nothing here\n";
      break;
  }
  return out;
}

std::string_view status_name(CaseResult::Status status) {
  switch (status) {
    case CaseResult::Status::passed:
      return "passed";
    case CaseResult::Status::failed:
      return "failed";
    case CaseResult::Status::skipped:
      return "skipped";
  }
  return "";
}

struct RuleCounts {
  std::uint64_t catalogued = 0, testable = 0;
  std::uint64_t asserted = 0;  ///< that a case of this run cites
  std::uint64_t passed = 0, failed = 0;
  std::uint64_t skipped = 0;  ///< asserted, and no look at the target told of them
};

RuleCounts count_rules(const ConformResult& result, const Catalogue& catalogue) {
  RuleCounts out;
  for (const Rule& rule : catalogue.rules()) {
    ++out.catalogued;
    out.testable += rule.testable ? 1 : 0;
  }
  std::set<std::string_view> asserted;
  for (const CaseResult& one : result.cases) asserted.insert(one.rules.begin(), one.rules.end());
  out.asserted = asserted.size();
  for (const std::string_view id : asserted) {
    const auto tally = result.rules.find(id);
    const bool looked = tally != result.rules.end();
    if (looked && tally->second.failed != 0) {
      ++out.failed;
    } else if (looked && tally->second.passed != 0) {
      ++out.passed;
    } else {
      ++out.skipped;
    }
  }
  return out;
}

/// Where a live peer took its time.
std::string slowest(const std::vector<CaseResult>& cases) {
  std::vector<const CaseResult*> by_time;
  for (const CaseResult& one : cases) {
    if (one.seconds > 0) by_time.push_back(&one);
  }
  const auto last = by_time.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(by_time.size(), 5));
  std::partial_sort(by_time.begin(), last, by_time.end(),
                    [](const CaseResult* a, const CaseResult* b) { return a->seconds > b->seconds; });
  std::string out;
  for (auto at = by_time.begin(); at != last; ++at)
    out += fmt::format("{}{} {:.1f} s", out.empty() ? "\nslowest: " : ", ", (*at)->name, (*at)->seconds);
  return out.empty() ? out : out + "\n";
}

}  // namespace

std::string conform_text(const ConformResult& result, const Catalogue& catalogue, PrintStyle style) {
  std::string out;
  std::uint64_t held = 0;
  for (const auto& [id, rule] : cited(result, catalogue)) {
    const RuleTally& tally = result.rules.find(id)->second;
    if (tally.holds()) ++held;
    const std::string looks = tally.failed != 0 ? fmt::format("{} of {}", tally.failed, tally.failed + tally.passed)
                                                : fmt::format("{}", tally.passed);
    out += fmt::format("{:<16} {} {:>8}  {}\n", id, painted(verdict(tally), tally.failed != 0 ? kRed : kGreen, style),
                       looks, rule != nullptr ? rule->text : "(not in the catalogue)");
  }
  for (const Finding& finding : result.findings) out += finding_text(finding, style);
  out += slowest(result.cases);
  const std::size_t rules = result.rules.size();
  out += fmt::format("\n{}: {} of {} rules held in {} scenarios, {} expectations{}; {}\n", result.target, held, rules,
                     result.scenarios, result.expectations,
                     result.not_run == 0 ? "" : fmt::format(", {} scenarios skipped", result.not_run),
                     result.passed() ? painted("conforms", kGreen, style)
                                     : painted(fmt::format("{} findings", result.failures()), kRed, style));
  return out;
}

std::string conform_json(const ConformResult& result, const Catalogue& catalogue) {
  std::string rules;
  for (const auto& [id, rule] : cited(result, catalogue)) {
    const RuleTally& tally = result.rules.find(id)->second;
    rules +=
        fmt::format("{}{{\"id\":{},\"result\":\"{}\",\"passed\":{},\"failed\":{},\"not_judged\":{},\"text\":{}}}",
                    rules.empty() ? "" : ",", json_string(id),
                    tally.failed != 0   ? "fail"
                    : tally.passed != 0 ? "pass"
                                        : "not judged",
                    tally.passed, tally.failed, tally.not_judged, rule != nullptr ? json_string(rule->text) : "null");
  }
  std::string findings;
  for (const Finding& f : result.findings) {
    findings += fmt::format(
        "{}{{\"kind\":\"{}\",\"scenario\":{},\"place\":{},\"text\":{},\"rules\":{},\"expected\":{},\"actual\":{},"
        "\"event\":{},\"open_bits\":{}}}",
        findings.empty() ? "" : ",", kind_name(f.kind), json_string(f.scenario), json_string(f.place),
        json_string(f.text), json_list(f.rules), json_string(f.expected), json_string(f.actual), f.event, f.open_bits);
  }
  std::string results;
  for (const CaseResult& one : result.cases) {
    results += fmt::format(R"({}{{"case":{},"rules":{},"status":"{}","reason":{}}})", results.empty() ? "" : ",",
                           json_string(one.name), json_list(one.rules), status_name(one.status),
                           one.reason.empty() ? "null" : json_string(one.reason));
  }
  const RuleCounts counts = count_rules(result, catalogue);
  return fmt::format(
      R"({{"target":{},"profile":{},"cases":{},"skipped":{},"expectations":{},"rules":{{"catalogued":{},"testable":{},)"
      R"("asserted":{},"passed":{},"failed":{},"skipped":{}}},"results":[{}],"by_rule":[{}],"findings":[{}],"conform":{}}})",
      json_string(result.target), result.profile.empty() ? "null" : json_string(result.profile), result.cases.size(),
      result.not_run, result.expectations, counts.catalogued, counts.testable, counts.asserted, counts.passed,
      counts.failed, counts.skipped, results, rules, findings, result.passed());
}

std::string coverage_text(const Coverage& coverage, PrintStyle style) {
  std::string out;
  for (const RuleCoverage& rule : coverage.rules) {
    std::string state;
    if (!rule.rule->testable) {
      state = fmt::format("not testable  {}", rule.rule->reason);
    } else if (rule.asserted()) {
      state = fmt::format("{}      {}", painted("asserted", kGreen, style), joined(rule.asserted_by, " "));
    } else {
      state = fmt::format("{}       {}", painted("missing", kRed, style), rule.rule->text);
    }
    out += fmt::format("{:<16} {}\n", rule.rule->id, state);
  }
  out +=
      fmt::format("\n{:<10} {:>10} {:>10} {:>10} {:>10}\n", "family", "catalogued", "testable", "asserted", "missing");
  for (const auto& [name, family] : coverage.families) {
    out += fmt::format("{:<10} {:>10} {:>10} {:>10} {:>10}\n", name, family.catalogued, family.testable,
                       family.asserted, family.missing.size());
  }
  for (const Error& problem : coverage.problems) {
    out += fmt::format("{}  {}\n", painted("WRONG", kRed, style), problem.line());
  }
  return out;
}

std::string coverage_json(const Coverage& coverage) {
  std::string families;
  for (const auto& [name, family] : coverage.families) {
    families +=
        fmt::format("{}{}:{{\"catalogued\":{},\"testable\":{},\"asserted\":{},\"missing\":{},\"missing_rules\":{}}}",
                    families.empty() ? "" : ",", json_string(name), family.catalogued, family.testable, family.asserted,
                    family.missing.size(), json_list(family.missing));
  }
  std::vector<std::string> problems;
  for (const Error& problem : coverage.problems) problems.push_back(problem.line());
  return fmt::format("{{\"families\":{{{}}},\"problems\":{}}}", families, json_list(problems));
}

}  // namespace coincide
