#include "conformance/coverage.h"

#include <doctest/doctest.h>

#include "conformance/print.h"

namespace coincide {
namespace {

Catalogue small_catalogue() {
  auto catalogue = Catalogue::parse(
      "id\tclause\tside\tstrength\tapplies\ttestable\ttext\n"
      "AAA-X-1\tc\tdevice\tmust\tdisk\tyes\tone\n"
      "AAA-X-2\tc\tdevice\tmust\tdisk\tyes\ttwo\n"
      "AAA-X-3\tc\thost\tmust\thost\tno: host side\tthree\n"
      "BBB-1\tc\tdevice\tmust\tdisk\tyes\tfour\n",
      "a.tsv");
  REQUIRE(catalogue.ok());
  return *std::move(catalogue);
}

Scenario scenario(std::string_view text) {
  auto script = parse_script(text, "x/a.script", {});
  REQUIRE(script.ok());
  return {"x/a", "x/a.script", *std::move(script)};
}

TEST_CASE("a rule is asserted by an expectation that cites it or by a unit test that says so") {
  const Catalogue catalogue = small_catalogue();
  const auto covered = cover(catalogue, {scenario("expect inb 1 == 1 # AAA-X-1\nexpect inb 2 == 2 # AAA-X-1\n")},
                             {{"BBB-1", "emu/a_test.cpp", 7, MarkKind::unit_test},
                              {"AAA-X-1", "emu/a.cpp", 9, MarkKind::code},
                              {"AAA-X-2", "emu/a.cpp", 9, MarkKind::code}});
  CHECK(covered.problems.empty());
  CHECK(covered.rules[0].asserted_by == std::vector<std::string>{"x/a"});
  CHECK(covered.rules[0].code == std::vector<std::string>{"emu/a.cpp:9"});
  CHECK(covered.rules[1].missing());
  CHECK_FALSE(covered.rules[2].missing());
  CHECK(covered.rules[3].asserted_by == std::vector<std::string>{"emu/a_test.cpp:7"});

  const FamilyCoverage& aaa = covered.families.at("AAA");
  CHECK(aaa.catalogued == 3);
  CHECK(aaa.testable == 2);
  CHECK(aaa.asserted == 1);
  CHECK(aaa.missing == std::vector<std::string>{"AAA-X-2"});
  CHECK(coverage_json(covered) ==
        "{\"families\":{\"AAA\":{\"catalogued\":3,\"testable\":2,\"asserted\":1,\"missing\":1,"
        "\"missing_rules\":[\"AAA-X-2\"]},\"BBB\":{\"catalogued\":1,\"testable\":1,\"asserted\":1,\"missing\":0,"
        "\"missing_rules\":[]}},\"problems\":[]}");
}

TEST_CASE("an ID that is not in the catalogue, or an assertion of what is not testable, is a problem with its place") {
  const Catalogue catalogue = small_catalogue();
  const auto covered = cover(catalogue, {scenario("\nexpect inb 1 == 1 # AAA-X-9 AAA-X-3\n")},
                             {{"BBB-8", "replay/a.cpp", 7, MarkKind::mention}});
  REQUIRE(covered.problems.size() == 3);
  CHECK(covered.problems[0].line() == "x/a.script:2: names AAA-X-9, which the catalogue does not have");
  CHECK(covered.problems[1].line() == "x/a.script:2: asserts AAA-X-3, which is not testable: host side");
  CHECK(covered.problems[2].line() == "replay/a.cpp:7: names BBB-8, which the catalogue does not have");
}

}  // namespace
}  // namespace coincide
