// Holds the tables of FORMAT.md against those of the code, both ways: a row that only one of them has, or that they
// spell differently, fails.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "emu/event.h"
#include "emu/registers.h"

using namespace coincide;

namespace {

using Row = std::vector<std::string>;

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(' ');
  return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(' ') - from + 1);
}

/// The page from the line `heading` on.
std::string page_from(const std::string& heading) {
  std::ifstream file(COINCIDE_SOURCE_DIR "/trace/FORMAT.md");
  std::stringstream page;
  page << file.rdbuf();
  const std::size_t at = page.str().find("\n" + heading + "\n");
  REQUIRE_MESSAGE(at != std::string::npos, heading);
  return page.str().substr(at + 1);
}

/// Rows of the first table behind a heading, without its head.
std::vector<Row> table_behind(const std::string& heading) {
  std::istringstream lines(page_from(heading));
  std::vector<Row> rows;
  std::string line;
  while (std::getline(lines, line) && line.rfind("| ", 0) != 0) {
  }
  std::getline(lines, line);  // the rule below the head
  while (std::getline(lines, line) && line.rfind("| ", 0) == 0) {
    std::istringstream cells(line.substr(1));
    Row row;
    for (std::string cell; std::getline(cells, cell, '|');) row.push_back(trimmed(cell));
    rows.push_back(std::move(row));
  }
  REQUIRE_MESSAGE(!rows.empty(), heading);
  return rows;
}

/// "NAME: 0 done, 1 aborted." as "0 done", "1 aborted".
std::vector<std::string> numbered_words(const std::string& name) {
  const std::string page = page_from("### Events");
  const std::size_t at = page.find(" " + name + ": ");
  REQUIRE_MESSAGE(at != std::string::npos, name);
  std::string list = page.substr(at + name.size() + 3);
  list.resize(list.find('.'));
  std::vector<std::string> words;
  std::istringstream parts(list);
  for (std::string part; std::getline(parts, part, ',');) {
    for (char& c : part) c = c == '\n' ? ' ' : c;
    words.push_back(trimmed(part));
  }
  return words;
}

/// The numbers from 0 on that have a name, in that form.
template <class Number>
std::vector<std::string> named_numbers(std::string_view (*name)(Number)) {
  std::vector<std::string> out;
  while (!name(static_cast<Number>(out.size())).empty()) {
    out.push_back(std::to_string(out.size()) + " " + std::string(name(static_cast<Number>(out.size()))));
  }
  return out;
}

}  // namespace

TEST_CASE("the register numbers of FORMAT.md are those of the register table, row for row") {
  const std::map<std::string, std::vector<Scope>> tables{
      {"### PCI function", {Scope::function}},
      {"### Channel", {Scope::primary, Scope::secondary}},
      {"### Device", {Scope::device0, Scope::device1, Scope::device2, Scope::device3}},
      {"### VMBus channel", {Scope::accelerator0, Scope::accelerator1, Scope::accelerator2, Scope::accelerator3}}};
  for (const auto& [heading, scopes] : tables) {
    for (const Scope scope : scopes) {
      std::vector<Row> right;
      for (const RegisterInfo& info : register_table(scope)) {
        right.push_back({std::to_string(right.size()), std::string(info.name), std::string(info.symbol),
                         std::to_string(unsigned{info.bytes})});
      }
      CHECK(table_behind(heading) == right);
    }
  }
}

TEST_CASE("the scopes of FORMAT.md are those that have registers, and write them in full as it says") {
  std::map<unsigned, std::string> written;
  for (const Row& row : table_behind("## Appendix: register numbers")) {
    written[static_cast<unsigned>(std::strtoul(row.at(0).c_str(), nullptr, 10))] = row.at(2);
  }
  for (unsigned scope = 0; scope < 256; ++scope) {
    const auto table = register_table(static_cast<Scope>(scope));
    REQUIRE(table.empty() == (written.count(scope) == 0));
    bool found = table.empty();
    for (unsigned i = 0; i < table.size(); ++i) found |= register_name(scope << 16 | i) == written[scope];
    CHECK_MESSAGE(found, scope);
  }
  CHECK(register_name(256 + 0x41) == "config byte 41h");
  CHECK(page_from("## Appendix: register numbers").find("\"config byte 41h\"") != std::string::npos);
}

TEST_CASE("the kinds of events of FORMAT.md are those that have a name") {
  std::map<unsigned, std::string> right;
  for (unsigned kind = 1; kind < 256; ++kind) {
    const std::string name(event_kind_name(static_cast<EventKind>(kind)));
    if (!name.empty()) right[kind] = name;
  }
  std::map<unsigned, std::string> written;
  for (const Row& row : table_behind("### Events")) {
    written[static_cast<unsigned>(std::strtoul(row.at(0).c_str(), nullptr, 10))] = row.at(1);
  }
  CHECK(written == right);
}

TEST_CASE("outcomes and operations of FORMAT.md are those that have a name") {
  CHECK(numbered_words("Outcomes") == named_numbers(disk_outcome_name));
  CHECK(numbered_words("Operations") == named_numbers(disk_op_name));
}
