#include "conformance/marks.h"

#include <doctest/doctest.h>

namespace coincide {
namespace {

Catalogue small_catalogue() {
  const std::string head = "id\tclause\tside\tstrength\tapplies\ttestable\ttext\n";
  const std::string rest = "\tc\tdevice\tmust\tdisk\tyes\tt\n";
  auto catalogue = Catalogue::parse(head + "AAA-X-1" + rest + "AAA-X-Y-2" + rest + "TWO-3" + rest, "a.tsv");
  REQUIRE(catalogue.ok());
  return *std::move(catalogue);
}

std::string listed(std::string_view text, std::string_view file) {
  std::string out;
  for (const Mark& mark : marks_of(text, file, small_catalogue())) {
    out += mark.rule + "@" + std::to_string(mark.line) + "cum"[static_cast<int>(mark.kind)] + " ";
  }
  return out;
}

TEST_CASE("an ID in a source of emu is a code mark, in a comment or in a table") {
  CHECK(listed("int a;  // AAA-X-1: why\n{\"AAA-X-Y-2 TWO-3\"},\n", "emu/piix4/a.cpp") ==
        "AAA-X-1@1c AAA-X-Y-2@2c TWO-3@2c ");
  CHECK(listed("// AAA-X-1\n", "replay/a.cpp") == "AAA-X-1@1m ");
  CHECK(listed("AAA-X-1\n", "emu/README.md") == "AAA-X-1@1m ");
}

TEST_CASE("a test asserts what stands behind the word `asserts` in a comment") {
  const std::string_view text = "// AAA-X-1\nTEST_CASE(\"asserts AAA-X-1\") {  // asserts TWO-3, AAA-X-Y-2 and this\n";
  CHECK(listed(text, "emu/a_test.cpp") == "AAA-X-1@1m AAA-X-1@2m TWO-3@2u AAA-X-Y-2@2u ");
  CHECK(listed("// asserts TWO-3\n", "emu/a.cpp") == "TWO-3@1c ");
}

TEST_CASE("IDs end where words end") {
  CHECK(listed("AAA-X-1..4, (TWO-3) TWO-3. TWO-4- AAA-X-9;", "a.md") ==
        "AAA-X-1@1m TWO-3@1m TWO-3@1m TWO-4@1m AAA-X-9@1m ");
  CHECK(listed("xAAA-X-1 AAA-X-1x AAA-X-1_ _TWO-3 AAA-X -TWO TWO", "a.md") == "");
}

TEST_CASE("a word of two parts is an ID only where the family has such") {
  CHECK(listed("AAA-6 BBB-6 BBB-X-6 TWO-6", "a.md") == "TWO-6@1m ");
}

}  // namespace
}  // namespace coincide
