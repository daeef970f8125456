// Catalogue, sources, unit tests and scenarios, held together by rule IDs (DESIGN.md 3).
#include <doctest/doctest.h>

#include <iterator>
#include <string>

#include "conformance/coverage.h"
#include "conformance/generated/generated.h"
#include "conformance/runner.h"

namespace coincide {
namespace {

const std::string kRoot = COINCIDE_SOURCE_DIR;

struct House {
  Catalogue catalogue;
  std::vector<Scenario> scenarios;
  std::vector<Mark> marks;
};

const House& house() {
  static const House loaded = [] {
    House out;
    auto catalogue = Catalogue::load(kRoot + "/conformance/rules");
    REQUIRE_MESSAGE(catalogue.ok(), catalogue.error().line());
    out.catalogue = *std::move(catalogue);
    auto scenarios = load_scenarios(kRoot + "/conformance/scenarios");
    REQUIRE_MESSAGE(scenarios.ok(), scenarios.error().line());
    out.scenarios = *std::move(scenarios);
    auto generated = generated_scenarios();
    REQUIRE_MESSAGE(generated.ok(), generated.error().line());
    std::move(generated->begin(), generated->end(), std::back_inserter(out.scenarios));
    auto marks = scan_marks(kRoot, out.catalogue);
    REQUIRE_MESSAGE(marks.ok(), marks.error().line());
    out.marks = *std::move(marks);
    return out;
  }();
  return loaded;
}

Coverage coverage() { return cover(house().catalogue, house().scenarios, house().marks); }

TEST_CASE("every rule ID that is named anywhere is in the catalogue, and only testable rules are asserted") {
  for (const Error& problem : coverage().problems) FAIL_CHECK(problem.line());
}

TEST_CASE("every asserted rule is marked at the line that implements it") {
  for (const RuleCoverage& rule : coverage().rules) {
    if (!rule.asserted() || !rule.code.empty()) continue;
    FAIL_CHECK(rule.rule->id << " has no mark in emu/; asserted by " << rule.asserted_by.front());
  }
}

TEST_CASE("every testable rule is asserted") {
  for (const RuleCoverage& rule : coverage().rules) {
    if (rule.missing()) FAIL_CHECK(rule.rule->id << ": " << rule.rule->text);
  }
}

TEST_CASE("every scenario has a headline and cites a rule") {
  for (const Scenario& scenario : house().scenarios) {
    CAPTURE(scenario.name);
    CHECK_FALSE(scenario.script.headline.empty());
    bool cites = false;
    for (const Expectation& expectation : scenario.script.expectations) cites = cites || !expectation.rules.empty();
    CHECK(cites);
  }
}

TEST_CASE(
    "the emulator passes every scenario under the profile it speaks of, and no expectation is idle or asserts what "
    "is open") {
  EmulatorTarget target(Profile(), false);
  std::vector<const Scenario*> all;
  for (const Scenario& scenario : house().scenarios) all.push_back(&scenario);
  const auto result = run_scenarios(all, target);
  REQUIRE_MESSAGE(result.ok(), result.error().line());
  CHECK(result->scenarios == all.size());
  CHECK(result->passed());
  for (const Finding& finding : result->findings) {
    FAIL_CHECK(finding.place << ": " << finding.text << ": expected " << finding.expected << ", actual "
                             << finding.actual);
  }
}

}  // namespace
}  // namespace coincide
