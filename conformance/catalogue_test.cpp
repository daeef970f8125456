#include "conformance/catalogue.h"

#include <doctest/doctest.h>

#include <string>

namespace coincide {
namespace {

const std::string kHead = "id\tclause\tside\tstrength\tapplies\ttestable\ttext\n";

TEST_CASE("a catalogue gives back what its rows say") {
  const auto catalogue = Catalogue::parse(kHead + "AA-X-01\t§1\tdevice\tmust\tdisk\tyes\tDoes it\n" +
                                              "AA-X-02\t§2\thost\tmay\thost\tno: host side\tMay it\n",
                                          "a.tsv");
  REQUIRE(catalogue.ok());
  REQUIRE(catalogue->rules().size() == 2);
  const Rule* first = catalogue->find("AA-X-01");
  REQUIRE(first != nullptr);
  CHECK(first->testable);
  CHECK(first->clause == "§1");
  CHECK(first->text == "Does it");
  CHECK(first->family() == "AA");
  const Rule* second = catalogue->find("AA-X-02");
  REQUIRE(second != nullptr);
  CHECK_FALSE(second->testable);
  CHECK(second->reason == "host side");
  CHECK(catalogue->find("AA-X-03") == nullptr);
  CHECK(catalogue->find("AA-X-0") == nullptr);
}

TEST_CASE("families are the words before the first hyphen, each once") {
  const auto catalogue =
      Catalogue::parse(kHead + "B-1\tc\thost\tmay\thost\tyes\tt\nBM-1\tc\thost\tmay\thost\tyes\tt\n" +
                           "B-X-2\tc\thost\tmay\thost\tyes\tt\n",
                       "a.tsv");
  REQUIRE(catalogue.ok());
  CHECK(catalogue->families() == std::vector<std::string>{"B", "BM"});
}

TEST_CASE("a wrong rule file is named with its line") {
  const std::string row = "AA-1\tc\tdevice\tmust\tdisk\tyes\tt\n";
  const struct {
    std::string text, place, what;
  } cases[] = {
      {"", "a.tsv", "empty file"},
      {"id\n", "a.tsv:1", "the first line does not name the columns"},
      {kHead + "AA-1\tc\tdevice\tmust\tdisk\tyes\n", "a.tsv:2", "a rule has 7 fields"},
      {kHead + "AA-1\tc\tdevice\tmust\tdisk\tyes\tt\tu\n", "a.tsv:2", "a rule has 7 fields"},
      {kHead + row + "AA-2\t\tdevice\tmust\tdisk\tyes\tt\n", "a.tsv:3", "empty field"},
      {kHead + "aa-1\tc\tdevice\tmust\tdisk\tyes\tt\n", "a.tsv:2", "'aa-1' is no rule ID"},
      {kHead + "AA-1\tc\tnobody\tmust\tdisk\tyes\tt\n", "a.tsv:2", "unknown side 'nobody'"},
      {kHead + "AA-1\tc\tdevice\tshall\tdisk\tyes\tt\n", "a.tsv:2", "unknown strength 'shall'"},
      {kHead + "AA-1\tc\tdevice\tmust\tfloppy\tyes\tt\n", "a.tsv:2", "'applies' has unknown word 'floppy'"},
      {kHead + "AA-1\tc\tdevice\tmust\tdisk\tno\tt\n", "a.tsv:2", "testable is 'yes' or 'no: reason', not 'no'"},
      {kHead + row + row, "a.tsv:3", "AA-1 stands already in a.tsv:2"},
      {kHead + "AA-1\tc\tdevice\tmust\tdisk\tyes\tt", "a.tsv:2", "the last line has no line feed"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto catalogue = Catalogue::parse(c.text, "a.tsv");
    REQUIRE_FALSE(catalogue.ok());
    CHECK(catalogue.error() == Error{c.place, c.what});
  }
}

TEST_CASE("a directory that is missing or has no rules is an error") {
  CHECK_FALSE(Catalogue::load(std::string(COINCIDE_SOURCE_DIR) + "/no/such/place").ok());
  const auto none = Catalogue::load(std::string(COINCIDE_SOURCE_DIR) + "/trace");
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().what == "no rule file (*.tsv)");
}

TEST_CASE("rule IDs are words of capitals and digits that end in a number") {
  for (const char* good : {"PIIX4-CFG-04", "ATA6-PIO-IN-3", "TRAP-1", "A-1"}) CHECK(is_rule_id(good));
  for (const char* bad : {"", "PIIX4", "PIIX4-", "PIIX4-CFG", "-1", "4-1", "PIIX4--1", "PIIX4-CFG-4a", "piix4-cfg-4"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_rule_id(bad));
  }
}

TEST_CASE("a filter names a rule, a prefix of whole words, or a pattern") {
  const std::string_view id = "XYZ6-PIO-IN-3";
  for (const char* yes :
       {"XYZ6-PIO-IN-3", "XYZ6", "XYZ6-PIO", "XYZ6-PIO-IN", "*", "XYZ6-*", "*-IN-*", "*-3", "X*6*3"}) {
    CAPTURE(yes);
    CHECK(rule_matches(yes, id));
  }
  for (const char* no : {"XYZ", "XYZ6-PIO-I", "XYZ6-PIO-IN-33", "*-4", "PIO-*", "XYZ6-PIO-IN-3*4", ""}) {
    CAPTURE(no);
    CHECK_FALSE(rule_matches(no, id));
  }
}

}  // namespace
}  // namespace coincide
