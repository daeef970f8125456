// What the commands of an optical drive return: reading, table of contents, pages, configuration, disc information.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "emu/scsi/test_drive.h"

namespace coincide::scsi {
namespace {

using testing::pattern_disc;
using testing::pattern_dvd;
using testing::TestDrive;

/// A drive that has told of its power-on, with one disc.
struct Ready : TestDrive {
  explicit Ready(const DiscPtr& disc, std::vector<Fault> faults = {}) : TestDrive(with({disc}), std::move(faults)) {
    hear_of_reset();
  }
};

std::string text_at(const TestDrive& drive, std::size_t at) {
  return std::string(drive.data.begin() + static_cast<std::ptrdiff_t>(at),
                     drive.data.begin() + static_cast<std::ptrdiff_t>(at + 15));
}

/// Track 1: Mode 1 in whole sectors, 10 of them; track 2: audio with 5 sectors before index 1, second session.
DiscPtr mixed_disc() {
  auto bytes = std::make_shared<std::vector<std::uint8_t>>(40 * kRawBytes, std::uint8_t{0x77});
  for (std::uint32_t lba = 0; lba < 10; ++lba)
    seal_mode1_sector(lba, std::span<std::uint8_t, kRawBytes>(bytes->data() + lba * kRawBytes, kRawBytes));
  const DiscTrack data{1, 1, TrackForm::data_2352, 4, 0, 0, 10, 0};
  const DiscTrack audio{2, 2, TrackForm::audio, 0, 10, 15, 40, 10 * kRawBytes};
  return std::make_shared<const OpticalDisc>(make_bytes_medium(*bytes, bytes), std::vector{data, audio});
}

TEST_CASE("READ brings blocks in pieces; READ CAPACITY names the last of them") {
  Ready drive(pattern_disc(1000));
  CHECK(drive.run({0x25}));
  CHECK(drive.be(0, 4) == 999);  // asserts MMC-RC-1
  CHECK(drive.be(4, 4) == 2048);
  CHECK(drive.run({0x28, 0, 0, 0, 3, 0x84, 0, 0, 100}));  // 900 to 999
  REQUIRE(drive.data.size() == 100 * kBlockBytes);
  CHECK(text_at(drive, 0) == "CD0 00000003600");
  CHECK(text_at(drive, 99 * kBlockBytes) == "CD0 00000003996");
  CHECK(drive.run({0xa8, 0, 0, 0, 0, 1, 0, 0, 0, 2}));
  CHECK(drive.data.size() == 2 * kBlockBytes);
  CHECK(text_at(drive, 0) == "CD0 00000000004");
  CHECK(drive.run({0x28, 0, 0, 0, 0, 0, 0, 0, 40}, 70'000));  // what the transport can move
  CHECK(drive.data.size() == 70'000);
}

TEST_CASE("READ asks for what the transport passes on at a time, in whole blocks, and keeps its place between") {
  struct Row {
    std::uint32_t limit;
    std::vector<std::uint64_t> requests;  ///< blocks of each
  };
  for (const Row& row : {Row{4096, {2, 2, 1}}, Row{2048, {1, 1, 1, 1, 1}}, Row{3000, {5}}, Row{~0u, {5}}}) {
    CAPTURE(row.limit);
    TestDrive drive(TestDrive::with({pattern_disc(1000)}), {}, CompletionPolicy::Kind::scripted);
    drive.hear_of_reset();
    drive.limit = row.limit;
    drive.run({0x28, 0, 0, 0, 0, 7, 0, 0, 5});
    for (const std::uint64_t blocks : row.requests) {
      REQUIRE(drive.queue.pending().size() == 1);
      const DiskRequest request = drive.queue.pending().front();
      CHECK(request.count_sectors == blocks);
      SnapshotWriter saved;
      drive.unit.save(saved);
      const std::vector<std::uint8_t> state = saved.take();
      SnapshotReader reader(state);
      drive.unit.restore(reader);
      CHECK(reader.done());
      drive.queue.complete(request.number, {DiskOutcome::done, 0});
      drive.settle();
    }
    CHECK(drive.ended);
    CHECK(drive.data.size() == 5 * kBlockBytes);
    CHECK(text_at(drive, 4 * kBlockBytes) == "CD0 00000000044");
  }
}

TEST_CASE("READ of nothing is good; past the end there is no address") {
  Ready drive(pattern_disc(1000));
  CHECK(drive.run({0x28, 0, 0, 0, 0, 0, 0, 0, 0}));  // asserts MMC-RD-1
  CHECK(drive.data.empty());
  CHECK_FALSE(drive.run({0x28, 0, 0, 0, 3, 0xe7, 0, 0, 2}));
  CHECK(drive.failed_with(5, 0x21, 0));  // asserts MMC-RD-2
  CHECK_FALSE(drive.run({0xa8, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  CHECK(drive.failed_with(5, 0x21, 0));  // asserts MMC-RD-2
  CHECK(drive.run({0x2b, 0, 0, 0, 3, 0xe7}));
  CHECK_FALSE(drive.run({0x2b, 0, 0, 0, 3, 0xe8}));
  CHECK(drive.failed_with(5, 0x21, 0));  // asserts MMC-SEEK-1
  CHECK_FALSE(drive.run({0x28, 1, 0, 0, 0, 0, 0, 0, 1}));
  CHECK(drive.failed_with(5, 0x24, 0));
}

TEST_CASE("a bad block: what lies before it moves, then its address is told") {
  Ready drive(pattern_disc(1000), {{DiskOp::read, 50, 50, DiskOutcome::uncorrectable, 0}});
  CHECK_FALSE(drive.run({0x28, 0, 0, 0, 0, 10, 0, 0, 100}));
  CHECK(drive.failed_with(3, 0x11, 5));  // asserts MMC-RD-4
  CHECK(drive.data.size() == 40 * kBlockBytes);
  const auto sense = drive.request_sense();
  CHECK(sense.at(0) == 0xf0);
  CHECK(sense.at(6) == 50);
  // TB of page 01h: the bad block moves too.
  CHECK(
      drive.run({0x55, 0x10, 0, 0, 0, 0, 0, 0, 20}, {0, 0, 0, 0, 0, 0, 0, 0, 1, 10, 0x20, 5, 0, 0, 0, 0, 0, 0, 0, 0}));
  CHECK_FALSE(drive.run({0x28, 0, 0, 0, 0, 10, 0, 0, 100}));
  CHECK(drive.data.size() == 41 * kBlockBytes);
}

TEST_CASE("a CRC error of the link is an error only where the link checks") {
  Ready drive(pattern_disc(1000), {{DiskOp::read, 50, 50, DiskOutcome::crc, 0}});
  CHECK(drive.run({0x28, 0, 0, 0, 0, 50, 0, 0, 1}));
  drive.ultra_dma = true;
  CHECK_FALSE(drive.run({0x28, 0, 0, 0, 0, 50, 0, 0, 1}));
  CHECK(drive.failed_with(4, 0x08, 3));
  CHECK(drive.data.size() == kBlockBytes);
}

TEST_CASE("a disc that is taken out under a read ends it") {
  TestDrive drive(TestDrive::with({pattern_disc(1000)}), {}, CompletionPolicy::Kind::scripted);
  drive.hear_of_reset();
  drive.run({0x28, 0, 0, 0, 0, 0, 0, 0, 100});
  drive.unit.medium_removed();
  drive.queue.complete(0, {});
  drive.settle();
  CHECK(drive.failed_with(2, 0x3a, 2));
}

TEST_CASE("audio has no blocks of 2048 bytes") {
  Ready drive(mixed_disc());
  CHECK_FALSE(drive.run({0x28, 0, 0, 0, 0, 8, 0, 0, 4}));
  CHECK(drive.failed_with(5, 0x64, 0));  // asserts MMC-RD-3
  CHECK(drive.data.size() == 2 * kBlockBytes);
  CHECK(drive.request_sense().at(2) == 0x25);  // ILI
}

TEST_CASE("READ CD brings the fields that it is asked for") {
  Ready drive(pattern_disc(1000));
  struct {
    std::uint8_t fields;
    std::size_t bytes;
  } const cases[] = {{0x10, 2048}, {0xf8, 2352}, {0x00, 0},    {0x20, 4},   {0xa0, 16},
                     {0x18, 2336}, {0x50, 2048}, {0x12, 2342}, {0x14, 2344}};
  for (const auto& c : cases) {
    CAPTURE(c.fields);
    CHECK(drive.run({0xbe, 0, 0, 0, 0, 7, 0, 0, 2, c.fields}));
    CHECK(drive.data.size() == 2 * c.bytes);
  }
  drive.run({0xbe, 0, 0, 0, 0, 7, 0, 0, 1, 0xf8});
  CHECK(text_at(drive, 16) == "CD0 00000000028");
  const auto whole = drive.data;
  CHECK(drive.run({0xb9, 0, 0, 0, 2, 7, 0, 2, 8, 0xf8}));
  CHECK(drive.data == whole);
  CHECK(drive.run({0xbe, 0, 0, 0, 0, 0, 0, 0, 100, 0xf8, 1}));
  CHECK(drive.data.size() == 100 * (kRawBytes + 96));
}

TEST_CASE("READ CD refuses gaps between fields and sectors of another type") {
  Ready drive(mixed_disc());
  for (const std::uint8_t fields : {0x08, 0x90, 0x88, 0xc0, 0x16}) {
    CAPTURE(fields);
    CHECK_FALSE(drive.run({0xbe, 0, 0, 0, 0, 0, 0, 0, 1, fields}));
    CHECK(drive.failed_with(5, 0x24, 0));  // asserts MMC-RDCD-1
  }
  CHECK_FALSE(drive.run({0xbe, 0x04, 0, 0, 0, 0, 0, 0, 1, 0x10}));  // CD-DA expected
  CHECK(drive.failed_with(5, 0x64, 0));                             // asserts MMC-RDCD-1
  CHECK(drive.run({0xbe, 0x08, 0, 0, 0, 0, 0, 0, 1, 0x10}));
  CHECK(drive.run({0xbe, 0x04, 0, 0, 0, 20, 0, 0, 2, 0x10}));
  CHECK(drive.data == std::vector<std::uint8_t>(2 * kRawBytes, 0x77));
  CHECK(drive.run({0xbe, 0, 0, 0, 0, 0, 0, 0, 0, 0xf8}));  // asserts MMC-RDCD-1
  CHECK(drive.data.empty());
  CHECK(drive.run({0xbe, 0, 0, 0, 0, 12, 0, 0, 1, 0, 2}));  // Q: before index 1 of track 2
  REQUIRE(drive.data.size() == 16);
  CHECK(drive.data[0] == 0x01);
  CHECK(drive.data[1] == 0x02);
  CHECK(drive.data[2] == 0x00);
  CHECK(drive.data[5] == 0x03);
  CHECK(drive.data[15] == 0x80);
}

TEST_CASE("TOC of one data track, in both forms of address") {
  Ready drive(pattern_disc(1000));
  CHECK(drive.run({0x43, 0, 0, 0, 0, 0, 0, 0, 0xff}));
  const std::vector<std::uint8_t> lba{0, 0x12, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0, 0, 0x14, 0xaa, 0, 0, 0, 3, 0xe8};
  CHECK(drive.data == lba);  // asserts MMC-TOC-4 MMC-TOC-5 MMC-TOC-10
  CHECK(drive.run({0x43, 2, 0, 0, 0, 0, 0, 0, 0xff}));
  CHECK(drive.be(8, 4) == 0x000200);
  CHECK(drive.be(16, 4) == 0x000f19);  // 1150 frames; asserts MMC-TOC-10
  CHECK(drive.run({0x43, 0, 0, 0, 0, 0, 0, 0, 6}));
  CHECK(drive.data == std::vector<std::uint8_t>{0, 0x12, 1, 1, 0, 0x14});  // asserts MMC-TOC-3
  CHECK(drive.run({0x43, 0, 0, 0, 0, 0, 0xaa, 0, 0xff}));
  CHECK(drive.be(0, 2) == 0x0a);  // asserts MMC-TOC-2
  CHECK(drive.data.at(6) == 0xaa);
  CHECK_FALSE(drive.run({0x43, 0, 0, 0, 0, 0, 2, 0, 0xff}));
  CHECK(drive.failed_with(5, 0x24, 0));  // asserts MMC-TOC-2
  CHECK_FALSE(drive.run({0x43, 0, 7, 0, 0, 0, 0, 0, 0xff}));
  CHECK(drive.failed_with(5, 0x24, 0));  // asserts MMC-TOC-8
}

TEST_CASE("TOC of two sessions: tracks, sessions, and what the lead-in holds") {
  Ready drive(mixed_disc());
  CHECK(drive.run({0x43, 0, 0, 0, 0, 0, 2, 0, 0xff}));
  CHECK(drive.be(0, 4) == 0x00120102);  // asserts MMC-TOC-2
  CHECK(drive.be(4, 4) == 0x00100200);  // asserts MMC-TOC-4
  CHECK(drive.be(8, 4) == 15);
  CHECK(drive.run({0x43, 0, 1, 0, 0, 0, 0, 0, 0xff}));
  const auto sessions = drive.data;
  CHECK(sessions == std::vector<std::uint8_t>{0, 0x0a, 1, 2, 0, 0x10, 2, 0, 0, 0, 0, 15});  // asserts MMC-TOC-6
  CHECK(drive.run({0x43, 0, 0, 0, 0, 0, 0, 0, 0xff, 0x40}));
  CHECK(drive.data == sessions);  // asserts MMC-TOC-1
  CHECK(drive.run({0x43, 2, 2, 0, 0, 0, 0, 0, 0xff}));
  CHECK(drive.be(0, 4) == 0x005a0102);  // asserts MMC-TOC-7
  REQUIRE(drive.data.size() == 4 + 8 * 11);
  const std::uint8_t points[] = {0xa0, 0xa1, 0xa2, 1, 0xa0, 0xa1, 0xa2, 2};
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(drive.data[4 + 11 * i] == (i < 4 ? 1 : 2));
    CHECK(drive.data[4 + 11 * i + 3] == points[i]);  // asserts MMC-TOC-7
  }
  CHECK(drive.be(4 + 11 * 6 + 8, 3) == 0x000228);  // lead-out 00:02:40
}

TEST_CASE("a DVD has a TOC of one track and no lead-in to read") {
  Ready drive(pattern_dvd(500'000));
  CHECK(drive.run({0x43, 0, 0, 0, 0, 0, 0, 0, 0xff}));
  CHECK(drive.be(16, 4) == 500'000);  // asserts MMC-TOC-9
  CHECK_FALSE(drive.run({0x43, 2, 2, 0, 0, 0, 0, 0, 0xff}));
  CHECK(drive.failed_with(5, 0x24, 0));  // asserts MMC-TOC-11
  CHECK_FALSE(drive.run({0xbe, 0, 0, 0, 0, 0, 0, 0, 1, 0x10}));
  CHECK(drive.failed_with(5, 0x30, 2));
}

TEST_CASE("mode pages: current, changeable and default have one length") {
  Ready drive(pattern_disc(1000));
  for (const std::uint8_t page : {0x01, 0x08, 0x0d, 0x0e, 0x1a, 0x1d, 0x2a, 0x3f}) {
    CAPTURE(page);
    CHECK(drive.run({0x5a, 0, page, 0, 0, 0, 0, 4, 0}));
    const auto current = drive.data;
    CHECK(drive.be(0, 2) == current.size() - 2);  // asserts MMC-MS-3
    CHECK((page == 0x3f || current.at(8) == page));
    CHECK(drive.run({0x5a, 0, static_cast<std::uint8_t>(page | 0x80), 0, 0, 0, 0, 4, 0}));
    CHECK(drive.data == current);  // asserts MMC-MS-8
    CHECK(drive.run({0x5a, 0, static_cast<std::uint8_t>(page | 0x40), 0, 0, 0, 0, 4, 0}));
    CHECK(drive.data.size() == current.size());  // asserts MMC-MS-8
    CHECK(drive.run({0x5a, 0, page, 0, 0, 0, 0, 0, 2}));
    CHECK(drive.be(0, 2) == current.size() - 2);  // asserts MMC-MS-3
  }
  CHECK_FALSE(drive.run({0x5a, 0, 0xc1, 0, 0, 0, 0, 0, 0xff}));
  CHECK(drive.failed_with(5, 0x39, 0));  // asserts MMC-MS-1
  CHECK_FALSE(drive.run({0x5a, 0, 0x05, 0, 0, 0, 0, 0, 0xff}));
  CHECK(drive.failed_with(5, 0x24, 0));  // asserts MMC-MS-2
}

TEST_CASE("MODE SELECT takes a list as a whole or not at all") {
  Ready drive(pattern_disc(1000));
  const auto select = [&](std::vector<std::uint8_t> list, std::uint8_t flags = 0x10) {
    const auto bytes = static_cast<std::uint8_t>(list.size());
    return drive.run({0x55, flags, 0, 0, 0, 0, 0, 0, bytes}, std::move(list));
  };
  const auto retries = [&] {
    drive.run({0x5a, 0, 0x01, 0, 0, 0, 0, 0, 0xff});
    return drive.data.at(11);
  };
  const std::vector<std::uint8_t> good{0, 0, 0, 0, 0, 0, 0, 0, 1, 10, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0};
  CHECK(retries() == 5);
  CHECK_FALSE(select(good, 0x00));
  CHECK(drive.failed_with(5, 0x24, 0));  // asserts MMC-MS-4
  CHECK_FALSE(select({good.begin(), good.end() - 1}));
  CHECK(drive.failed_with(5, 0x1a, 0));  // asserts MMC-MS-4
  std::vector<std::uint8_t> fixed = good;
  fixed.insert(fixed.end(), {0x0d, 6, 0, 13, 0, 61, 0, 75});
  CHECK_FALSE(select(fixed));
  CHECK(drive.failed_with(5, 0x26, 0));  // asserts MMC-MS-4
  const auto sense = drive.request_sense();
  CHECK(sense.at(15) == 0x80);
  CHECK(sense.at(17) == 25);
  CHECK(retries() == 5);
  CHECK(select({}));
  CHECK(select(good));
  CHECK(retries() == 9);
  drive.unit.cancel();    // what DEVICE RESET does
  CHECK(retries() == 9);  // asserts MMC-MS-6
  drive.unit.reset(true);
  drive.hear_of_reset();
  CHECK(retries() == 5);  // asserts MMC-MS-6
}

TEST_CASE("GET CONFIGURATION: features in order, lengths that hold, profiles that follow the disc") {
  Ready drive(pattern_dvd(5000));
  const auto features = [&](std::uint8_t type, std::uint8_t start_high, std::uint8_t start_low) {
    REQUIRE(drive.run({0x46, type, start_high, start_low, 0, 0, 0, 4, 0}));
    CHECK(drive.be(0, 4) == drive.data.size() - 4);  // asserts MMC-GC-1
    std::vector<std::uint32_t> codes;
    for (std::size_t at = 8; at < drive.data.size(); at += 4u + drive.data.at(at + 3)) {
      CHECK(drive.data.at(at + 3) % 4 == 0);
      codes.push_back(drive.be(at, 2) << 1 | (drive.data.at(at + 2) & 1));
    }
    return codes;
  };
  auto codes = features(0, 0, 0);
  CHECK(codes.size() == 11);
  CHECK(std::is_sorted(codes.begin(), codes.end()));  // asserts MMC-GC-2
  CHECK(drive.be(6, 2) == 0x0010);
  codes = features(1, 0, 0);
  CHECK(codes.size() == 9);  // asserts MMC-GC-6
  CHECK(std::all_of(codes.begin(), codes.end(), [](std::uint32_t c) { return (c & 1) != 0; }));
  CHECK(features(2, 0, 0x1f) == std::vector<std::uint32_t>{0x1f << 1 | 1});
  CHECK(features(2, 0, 0x20).empty());  // asserts MMC-GC-4
  CHECK(drive.run({0x46, 0, 0, 0, 0, 0, 0, 0, 4}));
  CHECK(drive.data.size() == 4);  // asserts MMC-GC-3
  CHECK(drive.be(0, 4) > 8);      // asserts MMC-GC-1
  CHECK(drive.run({0x46}));       // asserts MMC-GC-3
  drive.unit.medium_removed();
  CHECK(features(2, 0, 0x1f) == std::vector<std::uint32_t>{0x1f << 1});  // asserts MMC-GC-5
  CHECK(drive.be(6, 2) == 0);                                            // asserts MMC-GC-5
}

TEST_CASE("disc and track information") {
  Ready drive(mixed_disc());
  CHECK(drive.run({0x51, 0, 0, 0, 0, 0, 0, 0, 0xff}));
  REQUIRE(drive.data.size() == 34);
  CHECK(drive.be(0, 3) == 0x00200e);
  CHECK(drive.be(3, 4) == 0x01020202);
  CHECK(drive.run({0x52, 1, 0, 0, 0, 2, 0, 0, 0xff}));
  REQUIRE(drive.data.size() == 36);
  CHECK(drive.be(0, 4) == 0x00220202);
  CHECK(drive.be(8, 4) == 15);
  CHECK(drive.be(24, 4) == 25);
  CHECK_FALSE(drive.run({0x52, 1, 0, 0, 0, 3, 0, 0, 0xff}));
  CHECK(drive.failed_with(5, 0x24, 0));  // asserts MMC-TI-1
  Ready dvd(pattern_dvd(5000));
  CHECK(dvd.run({0x51, 0, 0, 0, 0, 0, 0, 0, 0xff}));
  CHECK(dvd.data.size() == 34);
  CHECK(dvd.data.at(8) == 0);  // asserts MMC-DI-1
}

TEST_CASE("READ DVD STRUCTURE") {
  Ready drive(pattern_dvd(5000));
  CHECK(drive.run({0xad, 0, 0, 0, 0, 0, 0, 0, 0x10, 0}));
  REQUIRE(drive.data.size() == 2052);
  CHECK(drive.be(0, 2) == 2050);
  CHECK(drive.be(8, 4) == 0x030000);
  CHECK(drive.be(12, 4) == 0x030000 + 4999);
  CHECK_FALSE(drive.run({0xad, 0, 0, 0, 0, 0, 1, 0, 0x10, 0}));
  CHECK(drive.failed_with(5, 0x24, 0));  // asserts MMC-DVD-3
  drive.unit.medium_removed();
  CHECK_FALSE(drive.run({0xad, 0, 0, 0, 0, 0, 0, 0, 0x10, 0}));
  CHECK(drive.failed_with(2, 0x3a, 2));  // asserts MMC-DVD-2
  Ready cd(pattern_disc(1000));
  CHECK_FALSE(cd.run({0xad, 0, 0, 0, 0, 0, 0, 0, 0x10, 0}));
  CHECK(cd.failed_with(5, 0x30, 2));  // asserts MMC-DVD-1
}

TEST_CASE("two layers of a DVD add up") {
  constexpr std::uint32_t kBlocks = 4'100'001;
  Ready drive(pattern_dvd(kBlocks));
  CHECK(drive.run({0xad, 0, 0, 0, 0, 0, 1, 0, 0x10, 0}));
  const std::uint32_t layer_0 = drive.be(16, 4) - 0x030000 + 1;
  const std::uint32_t layer_1 = drive.be(12, 4) - (~drive.be(16, 4) & 0xffffff) + 1;
  CHECK(layer_0 + layer_1 == kBlocks);
}

TEST_CASE("speed, buffer, performance, read-ahead, mechanism, sub-channel") {
  Ready drive(pattern_disc(1000));
  const auto current_speed = [&] {
    drive.run({0x5a, 0, 0x2a, 0, 0, 0, 0, 0, 0xff});
    return drive.be(8 + 14, 2);
  };
  CHECK(drive.run({0xbb, 0, 0x02, 0xc2}));
  CHECK(current_speed() == 706);
  CHECK(drive.run({0xbb, 0, 0xff, 0xff}));
  CHECK(current_speed() == 7056);  // asserts MMC-SPD-1
  CHECK(drive.run({0x5c, 0, 0, 0, 0, 0, 0, 0, 0xff}));
  CHECK(drive.data == std::vector<std::uint8_t>{0, 10, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0});  // asserts MMC-RBC-1
  CHECK(drive.run({0x5c, 1, 0, 0, 0, 0, 0, 0, 0xff}));
  CHECK(drive.data == std::vector<std::uint8_t>{0, 10, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0});  // asserts MMC-RBC-1
  CHECK(drive.run({0xac, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 0}));
  CHECK(drive.be(0, 4) == 20);
  CHECK(drive.be(16, 4) == 999);
  CHECK(drive.run({0xa7, 0, 0, 0, 3, 0xe7, 0, 0, 0, 0}));
  CHECK_FALSE(drive.run({0xa7, 0, 0, 0, 3, 0xe7, 0, 0, 3, 0xe8}));
  CHECK(drive.run({0x28, 0, 0, 0, 0, 10, 0, 0, 1}));
  CHECK(drive.run({0xbd, 0, 0, 0, 0, 0, 0, 0, 0, 0xff}));
  CHECK(drive.data == std::vector<std::uint8_t>{0, 0, 0, 0, 11, 1, 0, 0});  // asserts MMC-MECH-1
  CHECK(drive.run({0x42, 0, 0, 1, 0, 0, 0, 0, 0xff}));
  CHECK(drive.data == std::vector<std::uint8_t>{0, 0x15, 0, 0});  // asserts MMC-SUB-1
  CHECK(drive.run({0x42, 0, 0x40, 1, 0, 0, 0, 0, 0xff}));
  CHECK(drive.data == std::vector<std::uint8_t>{0, 0x15, 0, 12, 1, 0x14, 1, 1, 0, 0, 0, 11, 0, 0, 0, 11});
  CHECK(drive.run({0x44, 2, 0, 0, 0, 0, 0, 0, 8}));
  CHECK(drive.data == std::vector<std::uint8_t>{1, 0, 0, 0, 0, 0, 2, 0});
  CHECK(drive.run({0x2f, 0, 0, 0, 0, 0, 0, 0, 8}));
  CHECK_FALSE(drive.run({0x2f, 2, 0, 0, 0, 0, 0, 0, 8}));
}

}  // namespace
}  // namespace coincide::scsi
