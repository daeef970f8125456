#include "emu/bus/memory.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace coincide {
namespace {

constexpr std::uint64_t kPage = GuestMemory::kPageBytes;

GuestMemory ram(std::uint64_t address, std::uint64_t bytes) {
  const RamRange range{address, bytes};
  return GuestMemory({&range, 1});
}

TEST_CASE("RAM that nobody wrote reads 0, and costs nothing at any size") {
  const GuestMemory memory = ram(0, std::uint64_t{1} << 60);
  const auto run = memory.readable((std::uint64_t{1} << 59) + 5, 8);
  REQUIRE(run.size() == 8);
  CHECK(std::all_of(run.begin(), run.end(), [](std::uint8_t b) { return b == 0; }));
}

TEST_CASE("a hole answers nothing, and a run stops where it begins") {
  GuestMemory memory = ram(0x1000, 0x1000);
  CHECK(memory.readable(0xfff, 1).empty());
  CHECK(memory.writable(0x2000, 1).empty());
  CHECK(memory.readable(0x1ff0, 0x100).size() == 0x10);
  CHECK(memory.covers(0x1000, 0x1000));
  CHECK_FALSE(memory.covers(0x1000, 0x1001));
}

TEST_CASE("a run never passes a 64 KiB line") {
  GuestMemory memory = ram(0, 4 * kPage);
  CHECK(memory.writable(kPage - 2, 100).size() == 2);
  CHECK(memory.readable(kPage, 3 * kPage).size() == kPage);
}

TEST_CASE("unmapping forgets the bytes, also inside a page") {
  GuestMemory memory = ram(0, 2 * kPage);
  for (std::uint64_t at : {std::uint64_t{0x10}, std::uint64_t{0x20}, kPage + 1}) memory.writable(at, 1)[0] = 0xaa;
  memory.unmap(0x20, kPage);
  CHECK(memory.readable(0x20, 1).empty());
  CHECK(memory.readable(0x1f, 8).size() == 1);
  memory.map(0x20, kPage);
  CHECK(memory.readable(0x10, 1)[0] == 0xaa);
  CHECK(memory.readable(0x20, 1)[0] == 0);
  CHECK(memory.readable(kPage + 1, 1)[0] == 0);
}

TEST_CASE("the top of the address space can be RAM") {
  GuestMemory memory = ram(~std::uint64_t{0} - 0xf, 0x100);
  CHECK(memory.readable(~std::uint64_t{0} - 1, 100).size() == 2);
  CHECK(memory.covers(~std::uint64_t{0} - 0xf, 0x10));
  memory.unmap(0, ~std::uint64_t{0});
  CHECK(memory.readable(~std::uint64_t{0}, 1).size() == 1);
  CHECK(memory.readable(~std::uint64_t{0} - 1, 1).empty());
}

}  // namespace
}  // namespace coincide
