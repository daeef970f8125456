// OpenVMM's DVD model without its ATAPI adapter, as StorVSP reaches it.
#include <doctest/doctest.h>

#include <numeric>

#include "emu/scsi/test_drive.h"

namespace coincide::scsi {
namespace {

using testing::pattern_disc;
using testing::TestDrive;

struct Model : TestDrive {
  explicit Model(std::vector<DiscPtr> discs = {pattern_disc(1000)}) : TestDrive(config_with(std::move(discs))) {}
  static OpticalConfig config_with(std::vector<DiscPtr> discs) {
    OpticalConfig config = with(std::move(discs));
    config.profile = *Profile::find("openvmm");
    config.adapter = false;
    return config;
  }
  /// Failed, and has no sense to tell.
  bool without_sense() const { return ended && status == Status::check_condition && sense.key == 0; }
};

Model empty_drive() { return Model({nullptr}); }

std::vector<std::uint8_t> with_zeros(std::vector<std::uint8_t> bytes, std::size_t count) {
  bytes.resize(count);
  return bytes;
}

}  // namespace

TEST_CASE("READ DISC INFORMATION: 42 bytes of one complete session") {
  Model drive;
  CHECK(drive.run({0x51, 0, 0, 0, 0, 0, 0, 0, 0xff}));  // asserts OVMM-DVD-57
  CHECK(drive.data == with_zeros({0x00, 0x20, 0x0e, 1, 1, 1, 1, 0x20}, 42));
  CHECK_FALSE(drive.run({0x51, 1, 0, 0, 0, 0, 0, 0, 0xff}));
  CHECK(drive.failed_with(5, 0x24, 0));
  Model none = empty_drive();
  CHECK_FALSE(none.run({0x51, 1, 0, 0, 0, 0, 0, 0, 0xff}));
  CHECK(none.failed_with(2, 0x3a, 1));
}

TEST_CASE("validate_read_track_information_returns_correct_tx: 40, 8 and 40 bytes") {
  Model drive;
  CHECK(drive.run({0x52, 1, 0, 0, 0, 1, 0, 0, 40}));  // asserts OVMM-DVD-58
  CHECK(drive.data.size() == 40);
  CHECK(drive.be(0, 2) == 0x2e);
  CHECK(drive.be(2, 4) == 0x01010004);
  CHECK(drive.be(6, 2) == 0x2100);
  CHECK(drive.be(24, 4) == 999);
  CHECK(drive.run({0x52, 1, 0, 0, 0, 1, 0, 0, 8}));
  CHECK(drive.data.size() == 8);
  CHECK(drive.run({0x52, 2, 0, 0, 0, 1, 0, 0, 40}));
  CHECK(drive.data.size() == 40);
  CHECK_FALSE(drive.run({0x52, 5, 0, 0, 0, 1, 0, 0, 40}));  // open tracks
  CHECK(drive.failed_with(5, 0x24, 0));
  CHECK_FALSE(drive.run({0x52, 0, 0, 0, 0, 0, 0, 0, 40}));  // by LBA
  CHECK(drive.failed_with(5, 0x21, 0));
  CHECK_FALSE(drive.run({0x52, 1, 0, 0, 0, 2, 0, 0, 40}));
  CHECK(drive.failed_with(5, 0x24, 0));
  CHECK_FALSE(drive.run({0x52, 3, 0, 0, 0, 1, 0, 0, 40}));
  CHECK(drive.without_sense());
  CHECK_FALSE(drive.run({0x52, 1, 0, 0, 0, 1, 0, 0, 40}, 39));  // the transport's buffer is too small
  CHECK(drive.without_sense());
}

TEST_CASE("MODE SELECT (10): lengths first, then the code of the one page, and nothing is changed") {
  Model drive;
  CHECK(drive.run({0x55, 0, 0, 0, 0, 0, 0, 0, 0}));  // asserts OVMM-DVD-59
  CHECK_FALSE(drive.run({0x55, 0, 0, 0, 0, 0, 0, 0, 7}));
  CHECK(drive.failed_with(5, 0x1a, 0));
  CHECK_FALSE(drive.run({0x55, 1, 0, 0, 0, 0, 0, 0, 8}));
  CHECK(drive.failed_with(5, 0x24, 0));
  CHECK(drive.run({0x55, 0, 0, 0, 0, 0, 0, 0, 8}));
  CHECK_FALSE(drive.run({0x55, 0, 0, 0, 0, 0, 0, 0, 19}));
  CHECK(drive.failed_with(5, 0x1a, 0));
  CHECK_FALSE(drive.run({0x55, 0, 0, 0, 0, 0, 0, 0, 20}, 19));
  CHECK(drive.without_sense());
  std::vector<std::uint8_t> list(20, 0xee);
  for (const std::uint8_t page : {0x01, 0x1a, 0x1d}) {
    list[8] = page;
    CHECK(drive.run({0x55, 0, 0, 0, 0, 0, 0, 0, 20}, list));
  }
  list[8] = 0x0e;
  CHECK_FALSE(drive.run({0x55, 0, 0, 0, 0, 0, 0, 0, 20}, list));
  CHECK(drive.without_sense());
  CHECK(drive.run({0x5a, 0, 0x01, 0, 0, 0, 0, 0, 20}));
  CHECK(std::accumulate(drive.data.begin() + 10, drive.data.end(), 0) == 0);
}

TEST_CASE("READ BUFFER CAPACITY: nothing but the unit") {
  Model drive;
  CHECK(drive.run({0x5c, 1, 0, 0, 0, 0, 0, 0, 0xff}));  // asserts OVMM-DVD-60
  CHECK(drive.data == with_zeros({0, 10, 0, 1}, 12));
  CHECK(drive.run({0x5c, 0, 0, 0, 0, 0, 0, 0, 0xff}));
  CHECK(drive.data == with_zeros({0, 10}, 12));
}

TEST_CASE("GET PERFORMANCE: one nominal descriptor, no exceptions") {
  Model drive;
  CHECK(drive.run({0xac, 0x10, 0, 0, 0, 0, 0, 0, 0, 1}));  // asserts OVMM-DVD-61
  REQUIRE(drive.data.size() == 24);
  CHECK(drive.be(0, 4) == 0x10);
  CHECK(drive.be(4, 4) == 0);
  CHECK(drive.be(8, 4) == 0);
  CHECK(drive.be(12, 4) == 0x7e90);
  CHECK(drive.be(16, 4) == 999);
  CHECK(drive.be(20, 4) == 0x7e90);
  CHECK(drive.run({0xac, 0x10}));
  CHECK(drive.data.size() == 8);
  for (const std::uint8_t except : {0x11, 0x12}) {
    CHECK(drive.run({0xac, except, 0, 0, 0, 0, 0, 0, 0, 1}));
    CHECK(drive.data == with_zeros({0, 0, 0, 0, 1}, 8));
  }
  for (const std::uint8_t flags : {0x13, 0x14, 0x00, 0x08}) {
    CHECK_FALSE(drive.run({0xac, flags, 0, 0, 0, 0, 0, 0, 0, 1}));
    CHECK(drive.without_sense());
  }
  CHECK_FALSE(drive.run({0xac, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 3}));
  CHECK(drive.failed_with(5, 0x24, 0));
  Model none = empty_drive();
  CHECK_FALSE(none.run({0xac, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 3}));
  CHECK(none.failed_with(2, 0x3a, 1));
}

TEST_CASE("SET STREAMING: a range on the disc") {
  Model drive;
  CHECK(drive.run({0xb6}));  // asserts OVMM-DVD-62
  CHECK_FALSE(drive.run({0xb6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 27}));
  CHECK(drive.failed_with(5, 0x1a, 0));
  CHECK_FALSE(drive.run({0xb6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 28}, 27));
  CHECK(drive.without_sense());
  std::vector<std::uint8_t> list(28);
  list[10] = 0x03, list[11] = 0xe7;  // to block 999
  CHECK(drive.run({0xb6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 28}, list));
  list[11] = 0xe8;
  CHECK_FALSE(drive.run({0xb6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 28}, list));
  CHECK(drive.without_sense());
  list[0] = 0x02;  // RDD: back to the defaults, whatever the range
  CHECK(drive.run({0xb6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 28}, list));
  list[0] = 0, list[11] = 0, list[4] = 1;
  CHECK_FALSE(drive.run({0xb6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 28}, list));
  Model none = empty_drive();
  CHECK(none.run({0xb6}));
  CHECK_FALSE(none.run({0xb6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 27}));
  CHECK(none.failed_with(2, 0x3a, 1));
}

TEST_CASE("MECHANISM STATUS: the door alone") {
  Model drive;
  CHECK(drive.run({0xbd, 0, 0, 0, 0, 0, 0, 0, 0, 8}));  // asserts OVMM-DVD-63
  CHECK(drive.data == with_zeros({}, 8));
  CHECK(drive.run({0x1b, 0, 0, 0, 2}));
  CHECK(drive.run({0xbd, 0, 0, 0, 0, 0, 0, 0, 0, 8}));
  CHECK(drive.data == with_zeros({0, 0x10}, 8));
}

TEST_CASE("what neither layer has fails with 5/20/00, the adapter's own commands too") {
  Model drive;
  for (const std::uint8_t opcode : {0x08, 0x1a, 0x2b, 0x2f, 0x42, 0x44, 0xa0, 0xa7, 0xb9, 0xbb, 0xbe}) {
    CAPTURE(opcode);
    CHECK_FALSE(drive.run({opcode}));  // asserts OVMM-DVD-64
    CHECK(drive.failed_with(5, 0x20, 0));
  }
}

TEST_CASE("validate_read16: two blocks from LBA 0") {
  Model drive;
  CHECK(drive.run({0x28, 0, 0, 0, 0, 0, 0, 0, 2}));
  const auto by_read_10 = drive.data;
  std::array<std::uint8_t, 16> cdb{0x88};
  cdb[13] = 2;
  drive.data.clear();
  drive.unit.command(cdb, 4096);
  drive.settle();
  CHECK(drive.status == Status::good);
  CHECK(drive.data.size() == 4096);
  CHECK(drive.data == by_read_10);
  drive.unit.command(cdb, 4095);  // OVMM-DVD-39: the buffer holds one block less
  drive.settle();
  CHECK(drive.failed_with(5, 0x21, 0));
  cdb[2] = 0x80;
  drive.unit.command(cdb, 4096);
  drive.settle();
  CHECK(drive.failed_with(5, 0x21, 0));
}

TEST_CASE("validate_save_restore_scsi_dvd: tray, lock, event and sense come back") {
  const auto discs = [] { return std::vector<DiscPtr>{pattern_disc(1000), pattern_disc(500)}; };
  Model drive(discs());
  CHECK(drive.run({0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8}));  // plays the removal
  CHECK(drive.run({0x1e, 0, 0, 0, 3}));
  CHECK_FALSE(drive.run({0x00}));
  SnapshotWriter saved;
  drive.unit.save(saved);
  const auto bytes = saved.take();
  Model other(discs());
  SnapshotReader reader(bytes);
  other.unit.restore(reader);
  CHECK(reader.ok());
  SnapshotWriter again;
  other.unit.save(again);
  CHECK(again.take() == bytes);
  CHECK_FALSE(other.run({0x00}));
  CHECK(other.failed_with(2, 0x3a, 2));
  CHECK(other.run({0x4a, 1, 0, 0, 2, 0, 0, 0, 8}));
  CHECK(other.data[5] == 0x80);
  CHECK(other.run({0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8}));
  CHECK(other.data[4] == 2);
  CHECK_FALSE(other.run({0x1b, 0, 0, 0, 2}));
  CHECK(other.failed_with(5, 0x53, 2));
}

}  // namespace coincide::scsi
