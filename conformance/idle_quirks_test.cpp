// No quirk of profile openvmm is idle: without it alone, a scenario that tells what OpenVMM does fails.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "conformance/runner.h"

namespace coincide {
namespace {

/// Areas whose scenarios are still to come, by how the names of their quirks begin.
constexpr std::string_view kLaterAreas[] = {"openvmm-scsi-", "openvmm-vmbus-", "openvmm-storvsp-"};
bool later(std::string_view name) {
  return std::any_of(std::begin(kLaterAreas), std::end(kLaterAreas),
                     [&](std::string_view area) { return name.starts_with(area); });
}

/// Quirks whose scenarios are still to come. One that is covered must not stand here.
const std::vector<std::string_view>& uncovered() {
  static const std::vector<std::string_view> names{};
  return names;
}

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
    if (!openvmm.has(row.quirk) || later(row.name)) continue;
    CAPTURE(row.name);
    const bool let_through = std::find(uncovered().begin(), uncovered().end(), row.name) != uncovered().end();
    CHECK(noticed(*scenarios, row.quirk) != let_through);
  }
}

}  // namespace
}  // namespace coincide
