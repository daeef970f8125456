#include "conformance/generated/generated.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

namespace coincide {
namespace {

// That each of them parses, cites rules and holds is consistency_test.cpp's.

TEST_CASE("the tables make 3,000 cases and more, each with a name of its own") {
  std::set<std::string> names;
  std::map<std::string, unsigned> rooms;
  for (const GeneratedCase& one : generated_cases()) {
    CHECK_MESSAGE(names.insert(one.name).second, one.name);
    CHECK(one.name.starts_with("generated/"));
    ++rooms[one.name.substr(10, one.name.find('/', 10) - 10)];
  }
  CHECK(names.size() >= 3000);
  for (const char* room : {"commands", "config", "opcodes", "packets", "ports", "prd", "resets"}) {
    CHECK_MESSAGE(rooms[room] >= 20, room);
  }
}

TEST_CASE("a name keeps its script: the same text comes out each time") {
  const auto first = generated_cases();
  const auto second = generated_cases();
  REQUIRE(first.size() == second.size());
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(first[i].text == second[i].text);
}

}  // namespace
}  // namespace coincide
