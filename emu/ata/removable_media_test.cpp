// What the two media stimuli may do to any drive at any time, and what a snapshot keeps of a change.
#include "emu/ata/removable_media.h"

#include <doctest/doctest.h>

#include "emu/test_machine.h"

namespace coincide::testing {
namespace {

Board board_with(Feature feature) {
  Board board = one_disk();
  board.devices[0].features.set(feature, true);
  board.devices[0].media.push_back({make_pattern_medium(1000, {'R', 'M', '1'}), "pattern:RM1", "", false});
  return board;
}

TEST_CASE("media stimuli do nothing to a fixed disk, an absent one, and with an index that the board lacks") {
  Machine fixed(one_disk());
  const std::vector<std::uint8_t> before = fixed.controller.save();
  for (unsigned unit = 0; unit < 6; ++unit) {
    fixed.controller.media_eject(unit, true);
    fixed.controller.media_insert(unit, 0);
  }
  CHECK(fixed.controller.save() == before);

  Machine m(board_with(Feature::removable));
  m.controller.media_eject(0, false);
  m.controller.media_insert(0, 2);
  m.controller.media_insert(0, ~std::uint64_t{0});
  m.command(0x40, 0, 1);
  CHECK(m.in(0x1f1) == 0x02);
  // A full drive takes no second medium.
  m.controller.media_insert(0, 1);
  m.controller.media_insert(0, 0);
  CHECK(m.controller.medium_sectors(0) == 1000);
}

TEST_CASE("a snapshot keeps which medium is in, and what was written to each") {
  const Board board = board_with(Feature::removable);
  Machine m(board);
  const std::vector<std::uint8_t> junk(kSectorBytes, 0xee);
  const auto write = [&](std::uint32_t lba) {
    m.command(0x30, lba, 1);
    m.controller.port_write_block(0x1f0, 2, junk);
  };
  write(3);
  m.controller.media_eject(0, false);
  m.controller.media_insert(0, 1);
  m.command(0x70, 0, 0);  // SEEK takes the news of the change
  write(4);
  Controller other(board, {}, nullptr);
  REQUIRE(other.restore(m.controller.save()));
  CHECK(other.medium_sectors(0) == 1000);
  std::vector<std::uint8_t> data(kSectorBytes);
  other.read_medium(0, 4 * kSectorBytes, data);
  CHECK(data == junk);
  other.media_eject(0, true);
  other.media_insert(0, 0);
  other.read_medium(0, 3 * kSectorBytes, data);
  CHECK(data == junk);
  other.read_medium(0, 4 * kSectorBytes, data);
  CHECK(data == pattern(4));
}

TEST_CASE("a medium that goes in the middle of a command ends it with NM; a pressed button waits for its end") {
  Board board = board_with(Feature::removable);
  board.completion.kind = CompletionPolicy::Kind::scripted;
  Machine m(board);
  m.command(0x40, 0, 1);
  m.controller.media_eject(0, false);
  m.controller.disk_complete(0, DiskOutcome::done, 0);
  CHECK((m.in(0x1f7) & 0x81) == 0x00);
  m.command(0x40, 0, 1);
  CHECK(m.in(0x1f1) == 0x02);

  m.controller.media_insert(0, 1);
  m.command(0x70, 0, 0);
  m.command(0x40, 0, 1);
  m.controller.media_eject(0, true);
  m.controller.disk_complete(0, DiskOutcome::done, 0);
  CHECK((m.in(0x1f7) & 0x81) == 0x01);
  CHECK(m.in(0x1f1) == 0x02);
}

}  // namespace
}  // namespace coincide::testing
