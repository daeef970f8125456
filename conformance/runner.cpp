#include "conformance/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <optional>
#include <set>
#include <thread>

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

std::vector<std::string> rules_of(const Scenario& scenario) {
  std::set<std::string> rules;
  for (const Expectation& expectation : scenario.script.expectations) {
    rules.insert(expectation.rules.begin(), expectation.rules.end());
  }
  return {rules.begin(), rules.end()};
}

/// Takes in what a run showed.
void judge(ConformResult& out, CaseResult& one, const Scenario& scenario, const RunOutcome& outcome,
           const RuleFilter& filter) {
  check(outcome.expectations.size() == scenario.script.expectations.size(), "one result an expectation");
  ++out.scenarios;
  const std::size_t before = out.findings.size();
  for (std::size_t i = 0; i < outcome.expectations.size(); ++i) {
    const Expectation& expectation = scenario.script.expectations[i];
    const bool reached = !outcome.error || outcome.expectations[i].passed + outcome.expectations[i].failed != 0;
    if (reached && counts(expectation, filter)) add(out, scenario, expectation, outcome.expectations[i], filter);
  }
  if (outcome.error) {
    Finding stopped;
    stopped.scenario = scenario.name;
    stopped.place = outcome.error->place;
    stopped.text = "the run could not go on";
    stopped.rules = one.rules;
    stopped.actual = outcome.error->what;
    out.findings.push_back(std::move(stopped));
  }
  for (std::size_t i = before; i < out.findings.size(); ++i) {
    const Finding& finding = out.findings[i];
    if (finding.kind == Finding::Kind::not_judged || one.status == CaseResult::Status::failed) continue;
    one.status = CaseResult::Status::failed;
    one.reason =
        fmt::format("{}: {}: expected {}, actual {}", finding.place, finding.text, finding.expected, finding.actual);
  }
}

/// Scenarios that one thread takes at a time: neighbours, which are alike and can often use the same machine.
constexpr std::size_t kBatch = 8;

void append(ConformResult& out, ConformResult part) {
  out.scenarios += part.scenarios;
  out.not_run += part.not_run;
  out.expectations += part.expectations;
  for (const auto& [rule, tally] : part.rules) {
    RuleTally& sum = out.rules[rule];
    sum.passed += tally.passed;
    sum.failed += tally.failed;
    sum.not_judged += tally.not_judged;
  }
  std::move(part.cases.begin(), part.cases.end(), std::back_inserter(out.cases));
  std::move(part.findings.begin(), part.findings.end(), std::back_inserter(out.findings));
}

}  // namespace

std::uint64_t ConformResult::failures() const {
  return static_cast<std::uint64_t>(std::count_if(
      findings.begin(), findings.end(), [](const Finding& f) { return f.kind != Finding::Kind::not_judged; }));
}

std::string EmulatorTarget::name() const { return fmt::format("emu:{}", profile_.name()); }

std::string EmulatorTarget::cannot(const Script& script) const {
  if (!given_ || !script.profile || *script.profile == profile_.name()) return {};
  return fmt::format("tells what profile {} does", *script.profile);
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
  out.profile = target.profile();
  for (const Scenario* scenario : scenarios) {
    CaseResult one;
    one.name = scenario->name;
    one.rules = rules_of(*scenario);
    one.reason = target.cannot(scenario->script);
    if (one.reason.empty()) {
      const auto start = std::chrono::steady_clock::now();
      const auto outcome = target.run(scenario->script);
      if (!outcome) return outcome.error();
      if (outcome->error && target.conforms()) return *outcome->error;
      if (!target.ours()) one.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      one.reason = outcome->out_of_reach;
      if (one.reason.empty()) judge(out, one, *scenario, *outcome, filter);
    }
    if (!one.reason.empty() && one.status == CaseResult::Status::passed) {
      one.status = CaseResult::Status::skipped;
      ++out.not_run;
    }
    out.cases.push_back(std::move(one));
  }
  return out;
}

Result<ConformResult> run_scenarios(const std::vector<const Scenario*>& scenarios,
                                    const std::vector<std::unique_ptr<ConformTarget>>& targets,
                                    const RuleFilter& filter) {
  std::vector<std::vector<const Scenario*>> batches;
  for (std::size_t at = 0; at < scenarios.size(); at += kBatch) {
    const auto first = scenarios.begin() + static_cast<std::ptrdiff_t>(at);
    batches.emplace_back(first, first + static_cast<std::ptrdiff_t>(std::min(kBatch, scenarios.size() - at)));
  }
  std::vector<std::optional<Result<ConformResult>>> parts(batches.size());
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  std::vector<std::jthread> threads;
  for (const auto& target : targets) {
    threads.emplace_back([&, &one = *target] {
      for (std::size_t at = next++; at < batches.size() && !stop; at = next++) {
        parts[at] = run_scenarios(batches[at], one, filter);
        if (!*parts[at]) stop = true;
      }
    });
  }
  threads.clear();
  ConformResult out;
  out.target = targets.front()->name();
  out.profile = targets.front()->profile();
  for (auto& part : parts) {
    if (!part) continue;  // behind one that could not be finished
    if (!*part) return part->error();
    append(out, std::move(**part));
  }
  return out;
}

}  // namespace coincide
