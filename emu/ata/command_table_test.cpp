#include "emu/ata/command_table.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace coincide {
namespace {

TEST_CASE("the table is sorted, and a catch-all row stands behind its subcommands") {
  int opcode = -1;
  bool closed = false;
  for (const CommandRow& row : command_table()) {
    REQUIRE(row.opcode >= opcode);
    if (row.opcode != opcode) closed = false;
    CHECK_MESSAGE(!closed, std::string(row.name));
    closed = row.subcommand < 0;
    opcode = row.opcode;
  }
}

TEST_CASE("symbols are unique and find their row") {
  std::set<std::string> seen;
  for (const CommandRow& row : command_table()) {
    CHECK_MESSAGE(seen.insert(std::string(row.symbol)).second, std::string(row.symbol));
    CHECK(find_command(row.symbol) == &row);
  }
}

TEST_CASE("28-bit and EXT forms are not swapped (TRAP-42)") {
  CHECK(find_command(0xc4, 0)->name == "READ MULTIPLE");
  CHECK(find_command(0x29, 0)->name == "READ MULTIPLE EXT");
  CHECK(find_command(0xc5, 0)->inputs == Inputs::lba28);
  CHECK(find_command(0x39, 0)->inputs == Inputs::lba48);
  CHECK(find_command(0xb0, 0xda)->name == "SMART RETURN STATUS");
  CHECK(find_command(0xf9, 0x02)->name == "SET MAX LOCK");
  CHECK(find_command(0xf9, 0x77)->name == "SET MAX ADDRESS");
  CHECK(find_command(0x2a, 0) == nullptr);
}

}  // namespace
}  // namespace coincide
