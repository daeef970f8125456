#include "trace/import/config_width.h"

#include <doctest/doctest.h>

#include <vector>

using namespace coincide;

namespace {

std::vector<unsigned> widths(const std::vector<ConfigAccess>& accesses) {
  ConfigWidth rule;
  for (const ConfigAccess& access : accesses) rule.see(access);
  std::vector<unsigned> result;
  for (const ConfigAccess& access : accesses) result.push_back(rule.width(access));
  return result;
}

}  // namespace

TEST_CASE("a read is taken as narrow as its value allows, a write as wide as the register") {
  CHECK(widths({{false, 0x04, 0x07},
                {false, 0x04, 0x103},
                {false, 0x04, 0x2800005},
                {true, 0x04, 0x05},
                {true, 0x04, 0x103},
                {true, 0x20, 0xc001},
                {true, 0x0d, 0x40},
                {true, 0x41, 0x80},
                {true, 0x48, 0x20001},
                {true, 0x44, 0x0b}}) == std::vector<unsigned>{1, 2, 4, 2, 2, 4, 1, 1, 4, 1});
}

TEST_CASE("a bridge that makes nothing but dwords is recognised by writes wider than their registers") {
  CHECK(widths({{true, 0x40, 0x8000}, {false, 0x40, 0x8000}, {true, 0x0c, 0x4000}}) == std::vector<unsigned>{4, 4, 4});
  // reads of two registers at once are what every bus scan does
  CHECK(widths({{false, 0x00, 0x70108086}, {true, 0x40, 0x8000}}) == std::vector<unsigned>{4, 2});
  // one access elsewhere, and the rule is off
  CHECK(widths({{true, 0x40, 0x8000}, {false, 0x41, 0x80}, {true, 0x0c, 0x4000}}) == std::vector<unsigned>{2, 1, 2});
}
