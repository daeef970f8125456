#include "conformance/reports/minimise.h"

#include <doctest/doctest.h>

namespace coincide {
namespace {

TEST_CASE("what the failure needs stays, and all else goes") {
  const std::string text =
      "# A headline.\n"
      "board disk 0:0 pattern:HD0 sectors=16384\n"
      "enable\n"
      "identify primary 0\n"
      "let x = 5\n"
      "outb primary.sector_count x\n"
      "inb primary.status\n"
      "expect inb primary.sector_count == 6  # ATA6-SEL-1\n"
      "identify primary 0\n";
  auto script = parse_script(text, "t", {});
  REQUIRE(script.ok());
  const Scenario scenario{"t", "t", *std::move(script)};
  EmulatorTarget target(Profile(), true);
  const auto result = run_scenarios({&scenario}, target);
  REQUIRE(result.ok());
  REQUIRE(result->findings.size() == 1);
  CHECK(minimised(text, result->findings.front(), target) ==
        "board disk 0:0 pattern:HD0 sectors=16384\n"
        "enable\n"
        "let x = 5\n"
        "outb primary.sector_count x\n"
        "expect inb primary.sector_count == 6  # ATA6-SEL-1\n");
}

TEST_CASE("a failure that does not repeat leaves the text as it is") {
  const std::string text = "expect cfg_readw VID == 0x8086\n";
  Finding failure;
  failure.text = "expect cfg_readw VID == 0x8086";
  failure.expected = "0x8086";
  failure.actual = "0x1234";
  EmulatorTarget target(Profile(), true);
  CHECK(minimised(text, failure, target) == text);
}

}  // namespace
}  // namespace coincide
