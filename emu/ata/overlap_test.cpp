// What a scenario does not show of the queue: snapshots in its midst, and its bound.
#include "emu/ata/overlap.h"

#include <doctest/doctest.h>

#include "emu/test_machine.h"

namespace coincide::testing {
namespace {

Board queueing(std::uint8_t depth) {
  Board board = one_disk(CompletionPolicy::Kind::scripted);
  board.devices[0].features.set(Feature::overlap, true);
  board.devices[0].queue_depth = depth;
  return board;
}

void queue_read(Machine& m, unsigned tag, std::uint32_t lba) {
  m.out(0x1f1, 1);
  m.command(0xc7, lba, static_cast<std::uint8_t>(tag << 3));
}

void enable_release(Machine& m) {
  m.out(0x1f1, 0x5d);
  m.command(0xef, 0, 0);
}

TEST_CASE("a released command is found again by its request, also after a snapshot") {
  const Board board = queueing(32);
  Machine m(board);
  enable_release(m);
  for (unsigned tag = 0; tag < 4; ++tag) queue_read(m, tag, 100 + tag);
  REQUIRE(m.controller.pending().size() == 4);
  m.controller.disk_complete(m.controller.pending()[2].number, DiskOutcome::done, 0);

  const std::vector<std::uint8_t> state = m.controller.save();
  Machine other(board);
  REQUIRE(other.controller.restore(state));
  CHECK(other.controller.save() == state);
  CHECK((other.in(0x3f6) & 0x10) == 0x10);
  other.descriptor(0x1000, 0x2000, 512);
  other.out(0x1f7, 0xa2);
  CHECK(other.in(0x1f2) == (2 << 3 | 2));
  other.out(kBmiba, 0x09);
  CHECK(other.memory(0x2000, 512) == pattern(102));
  CHECK(other.controller.pending().size() == 3);
}

TEST_CASE("more commands than the queue is deep take it away") {
  Machine m(queueing(2));
  enable_release(m);
  queue_read(m, 5, 1);
  queue_read(m, 6, 2);
  CHECK((m.in(0x1f7) & 0x89) == 0x00);
  queue_read(m, 7, 3);
  CHECK((m.in(0x1f7) & 0x89) == 0x01);
  CHECK(m.controller.pending().empty());
}

}  // namespace
}  // namespace coincide::testing
