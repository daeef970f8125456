#include "emu/piix4/config_registers.h"

#include <doctest/doctest.h>

namespace coincide {
namespace {

const ConfigRegister& row_of(FunctionReg reg) {
  for (const ConfigRegister& row : config_registers()) {
    if (row.reg == reg) return row;
  }
  FAIL("no such register");
  return config_registers().front();
}

// Nothing that this model meets sets bits 12 and 11, so no run can show them being cleared.
TEST_CASE("PCISTS bits 13, 12 and 11 are cleared by a 1, and no others") {
  CHECK(row_of(FunctionReg::pcists).write_1_to_clear == 0x3800);  // asserts PIIX4-CFG-10
  CHECK(row_of(FunctionReg::pcists).write_mask == 0);
  for (const ConfigRegister& row : config_registers()) {
    if (row.reg != FunctionReg::pcists) CHECK(row.write_1_to_clear == 0);
  }
}

TEST_CASE("the rows of the configuration table are in order and do not overlap") {
  unsigned next = 0;
  for (const ConfigRegister& row : config_registers()) {
    CAPTURE(row.name);
    CHECK(row.offset >= next);
    CHECK((row.offset & 3) + row.bytes <= 4);
    next = row.offset + row.bytes;
  }
}

}  // namespace
}  // namespace coincide
