// No quirk of profile openvmm is idle: without it alone, a scenario that tells what OpenVMM does fails.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/runner.h"

namespace coincide {
namespace {

/// Quirks that no scenario can show: a board sets no size limit (emu/scsi/sbc_information_test.cpp does). One that is
/// noticed must not stand here.
constexpr std::string_view kOutOfReach[] = {"openvmm-scsi-size-limit"};

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
    const bool out_of_reach =
        std::find(std::begin(kOutOfReach), std::end(kOutOfReach), row.name) != std::end(kOutOfReach);
    CHECK(noticed(*scenarios, row.quirk) != out_of_reach);
  }
}

}  // namespace
}  // namespace coincide
