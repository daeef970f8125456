#include "conformance/runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/session.h"

namespace coincide {
namespace {

bool counts(const Expectation& expectation, const RuleFilter& filter) {
  if (!filter) return true;
  return std::any_of(expectation.rules.begin(), expectation.rules.end(), filter);
}

Finding finding(Finding::Kind kind, const Scenario& scenario, const Expectation& expectation,
                const ExpectationResult& result) {
  Finding out;
  out.kind = kind;
  out.scenario = scenario.name;
  out.place = fmt::format("{}:{}", scenario.path, expectation.line);
  out.text = expectation.text;
  out.rules = expectation.rules;
  out.expected = result.expected;
  out.actual = result.actual;
  out.event = result.event;
  out.open_bits = result.open_bits;
  return out;
}

void add(ConformResult& out, const Scenario& scenario, const Expectation& expectation, const ExpectationResult& result,
         const RuleFilter& filter) {
  ++out.expectations;
  for (const std::string& rule : expectation.rules) {
    if (filter && !filter(rule)) continue;
    RuleTally& tally = out.rules[rule];
    tally.passed += result.passed;
    tally.failed += result.failed;
    tally.not_judged += result.not_judged;
  }
  const auto tell = [&](Finding::Kind kind) { out.findings.push_back(finding(kind, scenario, expectation, result)); };
  if (result.failed != 0) tell(Finding::Kind::failed);
  // Where a scenario tells what one implementation does, nothing is left open.
  const bool of_one = scenario.script.profile && *scenario.script.profile != "spec";
  if (result.open_bits != 0 && result.failed == 0 && !of_one) tell(Finding::Kind::open);
  if (result.not_judged != 0) tell(Finding::Kind::not_judged);
  if (result.passed + result.failed + result.not_judged == 0) tell(Finding::Kind::not_reached);
}

}  // namespace

std::uint64_t ConformResult::failures() const {
  return static_cast<std::uint64_t>(std::count_if(
      findings.begin(), findings.end(), [](const Finding& f) { return f.kind != Finding::Kind::not_judged; }));
}

std::string EmulatorTarget::name() const { return fmt::format("emu:{}", profile_.name()); }

bool EmulatorTarget::speaks_of(const Script& script) const {
  return !given_ || !script.profile || *script.profile == profile_.name();
}

Result<RunOutcome> EmulatorTarget::run(const Script& script) {
  Profile profile = profile_;
  if (!given_ && script.profile) {
    const auto named = Profile::find(*script.profile);
    if (!named) return Error{script.name, fmt::format("unknown profile '{}'", *script.profile)};
    profile = *named;
  }
  Session session(script.board, profile, nullptr);
  return run_script(script, session);
}

Result<ConformResult> run_scenarios(const std::vector<const Scenario*>& scenarios, ConformTarget& target,
                                    const RuleFilter& filter) {
  ConformResult out;
  out.target = target.name();
  for (const Scenario* scenario : scenarios) {
    if (!target.speaks_of(scenario->script)) {
      ++out.not_run;
      continue;
    }
    const auto outcome = target.run(scenario->script);
    if (!outcome) return outcome.error();
    if (outcome->error) return *outcome->error;
    check(outcome->expectations.size() == scenario->script.expectations.size(), "one result an expectation");
    ++out.scenarios;
    for (std::size_t i = 0; i < outcome->expectations.size(); ++i) {
      const Expectation& expectation = scenario->script.expectations[i];
      if (counts(expectation, filter)) add(out, *scenario, expectation, outcome->expectations[i], filter);
    }
  }
  return out;
}

}  // namespace coincide
