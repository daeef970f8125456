// The drive of QEMU, quirk by quirk: with the quirk, and the same without.
#include <doctest/doctest.h>

#include "emu/scsi/test_drive.h"

namespace coincide::scsi {
namespace {

using testing::pattern_disc;
using testing::TestDrive;

/// With two discs, the first inside.
TestDrive drive_with(const std::vector<Quirk>& quirks) {
  OpticalConfig config = TestDrive::with({pattern_disc(1000), pattern_disc(500)});
  config.serial = "SN";
  for (const Quirk quirk : quirks) config.profile.set(quirk, true);
  return TestDrive(std::move(config));
}

std::vector<std::uint8_t> data_of(TestDrive& drive, std::initializer_list<std::uint8_t> cdb) {
  CHECK(drive.run(cdb));
  return drive.data;
}

constexpr std::initializer_list<std::uint8_t> kTestUnitReady = {0x00};
constexpr std::initializer_list<std::uint8_t> kEventStatus = {0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8};
constexpr std::initializer_list<std::uint8_t> kOpen = {0x1b, 0, 0, 0, 2};
constexpr std::initializer_list<std::uint8_t> kClose = {0x1b, 0, 0, 0, 3};

}  // namespace

TEST_CASE("qemu-no-reset-attention: nothing is to be told after power-on and reset") {
  TestDrive drive = drive_with({Quirk::qemu_no_reset_attention});
  CHECK(drive.run(kTestUnitReady));
  drive.unit.reset(false);
  CHECK(drive.run(kTestUnitReady));
  drive.unit.medium_inserted(1);
  CHECK_FALSE(drive.run(kTestUnitReady));  // a change of medium still is
}

TEST_CASE("qemu-change-shows-empty: an empty drive first, then the change, then the disc") {
  TestDrive drive = drive_with({Quirk::qemu_no_reset_attention, Quirk::qemu_change_shows_empty});
  drive.unit.medium_inserted(1);
  CHECK(drive.run(kEventStatus));
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(2, 0x3a, 1));
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(6, 0x28, 0));
  CHECK(drive.run(kTestUnitReady));
  drive.unit.medium_inserted(0);
  drive.unit.reset(false);  // what was to be told before a reset is void
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(6, 0x28, 0));
}

TEST_CASE("qemu-silent-tray: START STOP UNIT moves the tray and nobody is told") {
  for (const bool quirk : {false, true}) {
    CAPTURE(quirk);
    std::vector<Quirk> quirks = {Quirk::qemu_no_reset_attention};
    if (quirk) quirks.push_back(Quirk::qemu_silent_tray);
    TestDrive drive = drive_with(quirks);
    CHECK(drive.run(kOpen));
    const auto open = data_of(drive, kEventStatus);
    CHECK(open.at(4) == (quirk ? 0 : 3));
    CHECK(open.at(5) == 1);
    CHECK_FALSE(drive.run(kTestUnitReady));
    CHECK(drive.failed_with(2, 0x3a, 2));
    CHECK(drive.run(kClose));
    CHECK(drive.run(kTestUnitReady) == quirk);
    const auto closed = data_of(drive, kEventStatus);
    CHECK(closed.at(4) == (quirk ? 0 : 2));
    CHECK(closed.at(5) == 2);
  }
}

TEST_CASE("qemu-sense: Valid, no qualifier, no field pointer, and what was told stays") {
  TestDrive drive = drive_with({Quirk::qemu_sense});
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.request_sense().at(12) == 0x29);
  CHECK(drive.request_sense().at(2) == 0);  // a unit attention does not stay
  CHECK_FALSE(drive.run({0x28, 0, 0, 0, 4, 0, 0, 0, 1}));
  for (int again = 0; again < 2; ++again) {
    const auto sense = drive.request_sense();
    CHECK(sense == std::vector<std::uint8_t>{0xf0, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x21, 0, 0, 0, 0, 0});
    CHECK(drive.run(kTestUnitReady));
  }
  CHECK_FALSE(drive.run({0x12, 1, 0xff, 0, 4}));
  CHECK(drive.request_sense() ==
        std::vector<std::uint8_t>{0xf0, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x24, 0, 0, 0, 0, 0});
}

TEST_CASE("qemu-inquiry: page 83h wants room for its first entry") {
  TestDrive drive = drive_with({Quirk::qemu_inquiry});
  CHECK_FALSE(drive.run({0x12, 1, 0x83, 0, 4}));
  CHECK(drive.failed_with(5, 0x4b, 0));
  CHECK_FALSE(drive.run({0x12, 1, 0x83, 0, 27}));
  CHECK(drive.run({0x12, 1, 0x83, 0, 28}));
  TestDrive plain = drive_with({});
  CHECK(plain.run({0x12, 1, 0x83, 0, 4}));
}

TEST_CASE("qemu-mode-page-2a: a drive of fixed abilities, with its lock") {
  TestDrive drive = drive_with({Quirk::qemu_no_reset_attention, Quirk::qemu_mode_page_2a});
  auto page = data_of(drive, {0x5a, 0, 0x2a, 0, 0, 0, 0, 0, 128});
  REQUIRE(page.size() == 30);
  CHECK(page.at(2) == 0x70);
  CHECK(std::vector<std::uint8_t>(page.begin() + 10, page.begin() + 24) ==
        std::vector<std::uint8_t>{0x3b, 0, 0x71, 0x60, 0x29, 0, 0x02, 0xc0, 0, 2, 2, 0, 0x02, 0xc0});
  CHECK(drive.run({0x1e, 0, 0, 0, 1}));
  page = data_of(drive, {0x5a, 0, 0x2a, 0, 0, 0, 0, 0, 128});
  CHECK(page.at(14) == 0x2b);
}

TEST_CASE("qemu-one-feature: the profile list alone, and no other place to start") {
  TestDrive drive = drive_with({Quirk::qemu_one_feature});
  const auto all = data_of(drive, {0x46, 0, 0, 0, 0, 0, 0, 0, 64});
  CHECK(all == std::vector<std::uint8_t>{0, 0, 0, 16, 0, 0, 0, 8, 0, 0, 3, 8, 0, 0x10, 0, 0, 0, 8, 1, 0});
  CHECK_FALSE(drive.run({0x46, 0, 0, 1, 0, 0, 0, 0, 64}));
  CHECK(drive.failed_with(5, 0x24, 0));
}

TEST_CASE("qemu-disc-information, qemu-toc, qemu-no-track-information: how a disc is told") {
  TestDrive drive = drive_with({Quirk::qemu_no_reset_attention, Quirk::qemu_disc_information, Quirk::qemu_toc,
                                Quirk::qemu_no_track_information});
  const auto disc = data_of(drive, {0x51, 0, 0, 0, 0, 0, 0, 0, 34});
  CHECK(std::vector<std::uint8_t>(disc.begin() + 16, disc.end()) == std::vector<std::uint8_t>(18, 0));
  const auto toc = data_of(drive, {0x43, 0, 0, 0, 0, 0, 0, 0, 20});
  CHECK(toc.at(5) == 0x14);
  CHECK(toc.at(13) == 0x16);
  CHECK(data_of(drive, {0x43, 0, 1, 0, 0, 0, 0, 0, 12}) ==
        std::vector<std::uint8_t>{0, 10, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0});
  CHECK_FALSE(drive.run({0x52, 1, 0, 0, 0, 1, 0, 0, 8}));
  CHECK(drive.failed_with(5, 0x20, 0));
}

}  // namespace coincide::scsi
