#include "conformance/reports/reports.h"

#include <doctest/doctest.h>

#include "conformance/reports/expected.h"

namespace coincide {
namespace {

using Status = CaseResult::Status;

ConformResult three_cases() {
  ConformResult out;
  out.target = "qtest:\"peer\" <1>";
  out.cases = {{"ata6/a", {"ATA6-ID-1"}, Status::passed, "", 0.25},
               {"generated/b-1", {}, Status::failed, "x:3: expect a < b # now", 0.5},
               {"ata6/c", {}, Status::skipped, "media & more", 0}};
  return out;
}

TEST_CASE("JUnit has a testcase a case, with its failure or why it was skipped, and is well-formed") {
  CHECK(junit_xml(three_cases()) ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        "<testsuite name=\"qtest:&quot;peer&quot; &lt;1&gt;\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\" "
        "time=\"0.750\">\n"
        "  <testcase classname=\"ata6\" name=\"a\" time=\"0.250\"></testcase>\n"
        "  <testcase classname=\"generated\" name=\"b-1\" time=\"0.500\">\n"
        "    <failure message=\"x:3: expect a &lt; b # now\"></failure>\n  </testcase>\n"
        "  <testcase classname=\"ata6\" name=\"c\" time=\"0.000\">\n"
        "    <skipped message=\"media &amp; more\"></skipped>\n  </testcase>\n"
        "</testsuite>\n</testsuites>\n");
}

TEST_CASE("TAP has a plan, a line a case, and no stray directive") {
  CHECK(tap(three_cases()) ==
        "TAP version 13\n1..3\nok 1 - ata6/a\nnot ok 2 - generated/b-1\n# x:3: expect a < b   now\n"
        "ok 3 - ata6/c # SKIP media & more\n");
}

ExpectedFailures expected(std::string_view text) {
  auto out = ExpectedFailures::parse(text, "e.tsv");
  REQUIRE_MESSAGE(out.ok(), out.error().line());
  return *std::move(out);
}

TEST_CASE("a failure that is known is none; a new one, and a row that nothing needs any more, are told") {
  const ConformResult result = three_cases();
  const Verdict good = hold_against(result, expected("# head\ngenerated/b-*\tF-1\nata6/c\tF-2\n"));
  CHECK(good.as_expected());  // ata6/c was not run, so its row may well be right
  CHECK(good.known == 1);
  const Verdict bad = hold_against(result, expected("ata6/a\tF-1\n"));
  CHECK(bad.news == std::vector<std::string>{"generated/b-1"});
  CHECK(bad.fixed == std::vector<std::string>{"ata6/a"});
}

TEST_CASE("an update keeps the reasons that were found, drops what holds now, and adds what nobody has looked at") {
  CHECK(expected("# head\ngenerated/b-*\tF-1\nata6/a\tF-2\n").updated(three_cases()) == "# head\ngenerated/b-*\tF-1\n");
  CHECK(expected("# head\n").updated(three_cases()) == "# head\ngenerated/b-1\t?\n");
}

TEST_CASE("a row that is none has a place") {
  CHECK(ExpectedFailures::parse("# x\nata6/a\n", "e.tsv").error().line() == "e.tsv:2: a row is CASE, a tab, FINDING");
  CHECK(ExpectedFailures::parse("a\tb\na\tc\n", "e.tsv").error().line() == "e.tsv:2: 'a' stands here twice");
  CHECK_FALSE(ExpectedFailures::load("missing.tsv").ok());
}

}  // namespace
}  // namespace coincide
