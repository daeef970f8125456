// No quirk of profile openvmm is idle: without it alone, a scenario that tells what OpenVMM does fails.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "conformance/runner.h"

namespace coincide {
namespace {

bool noticed(const std::vector<Scenario>& scenarios, Quirk quirk) {
  Profile without = *Profile::find("openvmm");
  without.set(quirk, false);
  EmulatorTarget target(without, true);
  return std::any_of(scenarios.begin(), scenarios.end(), [&](const Scenario& scenario) {
    if (scenario.script.profile != "openvmm") return false;
    const auto result = run_scenarios({&scenario}, target);
    return !result.ok() || !result->passed();
  });
}

TEST_CASE("each quirk of profile openvmm, taken away alone, makes a scenario of it fail") {
  const auto scenarios = load_scenarios(std::string(COINCIDE_SOURCE_DIR) + "/conformance/scenarios");
  REQUIRE_MESSAGE(scenarios.ok(), scenarios.error().line());
  const Profile openvmm = *Profile::find("openvmm");
  for (const QuirkRow& row : quirk_table()) {
    if (!openvmm.has(row.quirk)) continue;
    CAPTURE(row.name);
    CHECK(noticed(*scenarios, row.quirk));
  }
}

}  // namespace
}  // namespace coincide
