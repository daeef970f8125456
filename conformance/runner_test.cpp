#include "conformance/runner.h"

#include <doctest/doctest.h>

#include "conformance/print.h"

namespace coincide {
namespace {

Scenario scenario(std::string_view text) {
  auto script = parse_script(text, "x/a.script", {});
  REQUIRE_MESSAGE(script.ok(), script.error().line());
  return {"x/a", "x/a.script", *std::move(script)};
}

ConformResult run(std::string_view text, const RuleFilter& filter = {}) {
  const Scenario one = scenario(text);
  EmulatorTarget target(Profile(), true);
  auto result = run_scenarios({&one}, target, filter);
  REQUIRE_MESSAGE(result.ok(), result.error().line());
  return *std::move(result);
}

TEST_CASE("looks are counted for every rule that their expectation cites") {
  const auto result =
      run("repeat 3 { expect cfg_readw VID == 0x8086 } # PIIX4-CFG-01 PIIX4-CFG-02\n"
          "expect cfg_readw DID == 0x7111  # PIIX4-CFG-02\n");
  CHECK(result.passed());
  CHECK(result.scenarios == 1);
  CHECK(result.expectations == 2);
  CHECK(result.rules.at("PIIX4-CFG-01").passed == 3);
  CHECK(result.rules.at("PIIX4-CFG-02").passed == 4);
  CHECK(result.rules.at("PIIX4-CFG-02").holds());
}

TEST_CASE("a failed expectation is a finding with its place, its rules and both values") {
  const auto result = run("# A wrong vendor.\nexpect cfg_readw VID == 0x1234  # PIIX4-CFG-01\n");
  CHECK_FALSE(result.passed());
  CHECK_FALSE(result.rules.at("PIIX4-CFG-01").holds());
  REQUIRE(result.findings.size() == 1);
  const Finding& finding = result.findings[0];
  CHECK(finding.kind == Finding::Kind::failed);
  CHECK(finding.place == "x/a.script:2");
  CHECK(finding.rules == std::vector<std::string>{"PIIX4-CFG-01"});
  CHECK(finding.expected == "0x1234");
  CHECK(finding.actual == "0x8086");
}

TEST_CASE("an expectation without a rule can fail too") {
  CHECK_FALSE(run("expect cfg_readw VID == 0x1234\n").passed());
}

TEST_CASE("an expectation that is never reached proves nothing") {
  const auto result = run("repeat 0 { expect cfg_readw VID == 0x8086 }\n");
  CHECK_FALSE(result.passed());
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].kind == Finding::Kind::not_reached);
}

TEST_CASE("an expectation may not demand what the standard leaves open") {
  // Bytes F8h-FBh are undocumented.
  const auto result = run("expect cfg_readb 0xf8 == 0x00\n");
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].kind == Finding::Kind::open);
  CHECK(result.findings[0].open_bits == 0xff);
  CHECK_FALSE(result.passed());
  // Naming the values that are right is no such demand.
  CHECK(run("expect cfg_readb 0xf8 in 0x00 0x30 0x28\n").passed());
}

TEST_CASE("a scenario that speaks of one implementation runs under its profile or not at all") {
  const Scenario of_qemu = scenario("profile qemu\nexpect cfg_readb RID == 0x00\n");
  EmulatorTarget own(Profile(), false);
  CHECK(run_scenarios({&of_qemu}, own)->passed());
  const Scenario unknown = scenario("profile nobody\nexpect cfg_readb RID == 0x00\n");
  CHECK_FALSE(run_scenarios({&unknown}, own).ok());
  EmulatorTarget spec(Profile(), true);
  const auto skipped = run_scenarios({&of_qemu}, spec);
  CHECK(skipped->scenarios == 0);
  CHECK(skipped->not_run == 1);
  CHECK(skipped->passed());
  // What that implementation does is never open.
  CHECK(run("profile spec\nexpect cfg_readb 0xf8 == 0x00\n").failures() == 1);
  const Scenario undocumented = scenario("profile qemu\nexpect cfg_readb 0xf8 == 0x00\n");
  CHECK(run_scenarios({&undocumented}, own)->passed());
}

TEST_CASE("a filter leaves the expectations that cite one of its rules, and those rules alone") {
  const auto result =
      run("expect cfg_readw VID == 0x8086  # PIIX4-CFG-01 PIIX4-CFG-43\n"
          "expect cfg_readw DID == 0x1234  # PIIX4-CFG-02\n",
          [](const std::string& id) { return id == "PIIX4-CFG-01"; });
  CHECK(result.passed());
  CHECK(result.expectations == 1);
  CHECK(result.rules.size() == 1);
}

TEST_CASE("a script that cannot be run to its end is an error, not a verdict") {
  const Scenario one = scenario("let p = 0x10000\ninb p\n");
  EmulatorTarget target(Profile(), true);
  const auto result = run_scenarios({&one}, target);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().place == "x/a.script:2:1");
}

TEST_CASE("scenarios are chosen by name, by folder, or by pattern") {
  CHECK(scenario_matches("bmide/larger", "bmide/larger"));
  CHECK(scenario_matches("bmide", "bmide/larger"));
  CHECK(scenario_matches("*/larger", "bmide/larger"));
  CHECK_FALSE(scenario_matches("bmide/large", "bmide/larger"));
  CHECK_FALSE(scenario_matches("bm", "bmide/larger"));
}

TEST_CASE("results print one line a rule, then the findings, then the sum") {
  const auto catalogue = Catalogue::parse(
      "id\tclause\tside\tstrength\tapplies\ttestable\ttext\n"
      "PIIX4-CFG-01\tc\tcontroller\tmust\tcontroller\tyes\tVID reads 8086h\n"
      "PIIX4-CFG-02\tc\tcontroller\tmust\tcontroller\tyes\tDID reads 7111h\n",
      "a.tsv");
  REQUIRE(catalogue.ok());
  const auto result =
      run("expect cfg_readw VID == 0x1234  # PIIX4-CFG-01\n"
          "expect cfg_readw DID == 0x7111  # PIIX4-CFG-02\n");
  CHECK(conform_text(result, *catalogue, {}) ==
        "PIIX4-CFG-01     FAIL   1 of 1  VID reads 8086h\n"
        "PIIX4-CFG-02     pass        1  DID reads 7111h\n"
        "\nFAIL  x/a.script:1  PIIX4-CFG-01\n"
        "      expect cfg_readw VID == 0x1234\n"
        "      expected 0x1234, actual 0x8086 (event 1)\n"
        "\nemu:spec: 1 of 2 rules held in 1 scenarios, 2 expectations; 1 findings\n");
  const std::string json = conform_json(result, *catalogue);
  CHECK(json.find("\"conform\":false") != std::string::npos);
  CHECK(json.find("{\"id\":\"PIIX4-CFG-01\",\"result\":\"fail\",\"passed\":0,\"failed\":1") != std::string::npos);
}

}  // namespace
}  // namespace coincide
