// Sense, unit attention, identification, the tray and its events.
#include "emu/scsi/optical_unit.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "emu/scsi/test_drive.h"

namespace coincide::scsi {
namespace {

using testing::pattern_disc;
using testing::TestDrive;

constexpr std::initializer_list<std::uint8_t> kTestUnitReady = {0x00};

bool tray_is_open(TestDrive& drive) {
  drive.run({0xbd, 0, 0, 0, 0, 0, 0, 0, 0, 8});
  return (drive.data.at(1) & 0x10) != 0;
}
std::vector<std::uint8_t> media_event(TestDrive& drive) {
  drive.run({0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8});
  return drive.data;
}

TEST_CASE("power-on is told once, before the command runs; then the drive is ready") {
  TestDrive drive(TestDrive::with({pattern_disc(1000)}));
  CHECK_FALSE(drive.run({0x25}));
  CHECK(drive.failed_with(6, 0x29, 0));  // asserts MMC-UA-1 MMC-UA-3
  CHECK(drive.data.empty());
  const auto sense = drive.request_sense();
  CHECK(drive.status == Status::good);  // asserts MMC-SENSE-2
  CHECK(sense.at(0) == 0x70);
  CHECK(sense.at(2) == 6);
  CHECK(sense.at(7) == 10);
  CHECK(sense.at(12) == 0x29);
  CHECK(drive.request_sense().at(2) == 0);  // asserts MMC-SENSE-2
  CHECK(drive.run(kTestUnitReady));         // asserts MMC-TUR-1
}

TEST_CASE("what runs while a unit attention is pending leaves it there") {
  TestDrive drive(TestDrive::with({}));
  CHECK(drive.run({0x12, 0, 0, 0, 36}));                // asserts MMC-UA-4 MMC-UA-6 MMC-INQ-4
  CHECK(drive.run({0x46, 0, 0, 0, 0, 0, 0, 0, 8}));     // asserts MMC-UA-4
  CHECK(drive.run({0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8}));  // asserts MMC-UA-4 MMC-GESN-5
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(6, 0x29, 0));  // asserts MMC-UA-5
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(2, 0x3a, 1));  // asserts MMC-TUR-1
}

TEST_CASE("a reset outranks a change of medium, which outranks a request of removal") {
  AttentionQueue queue;
  queue.raise(Attention::removal_request);
  queue.raise(Attention::medium_changed);
  CHECK(queue.take() == sense::medium_changed);
  CHECK(queue.take() == sense::removal_request);
  CHECK_FALSE(queue.take().has_value());
  queue.raise(Attention::medium_changed);
  queue.raise(Attention::reset);
  CHECK(queue.take() == sense::reset_occurred);
  CHECK_FALSE(queue.pending());
}

TEST_CASE("sense lives until the next command") {
  TestDrive drive(TestDrive::with({pattern_disc(1000)}));
  drive.hear_of_reset();
  CHECK_FALSE(drive.run({0xff}));
  CHECK(drive.failed_with(5, 0x20, 0));
  const auto sense = drive.request_sense();
  CHECK(sense.at(2) == 5);  // asserts MMC-SENSE-1
  CHECK(sense.at(15) == 0xc0);
  CHECK_FALSE(drive.run({0xff}));
  CHECK(drive.run(kTestUnitReady));
  CHECK(drive.request_sense().at(2) == 0);  // asserts MMC-SENSE-1
}

TEST_CASE("the allocation length cuts replies, and 0 is no error") {
  TestDrive drive(TestDrive::with({}));
  CHECK(drive.run({0x03, 0, 0, 0, 5}));
  CHECK(drive.data.size() == 5);  // asserts MMC-SENSE-3
  CHECK(drive.run({0x03, 0, 0, 0, 0}));
  CHECK(drive.data.empty());  // asserts MMC-SENSE-3
}

TEST_CASE("a field pointer names byte and bit") {
  TestDrive drive(TestDrive::with({}));
  drive.hear_of_reset();
  CHECK_FALSE(drive.run({0x12, 0, 0x80, 0, 36}));
  CHECK(drive.failed_with(5, 0x24, 0));  // asserts MMC-INQ-2
  auto sense = drive.request_sense();
  CHECK(sense.at(15) == 0xc0);
  CHECK(sense.at(17) == 2);
  CHECK_FALSE(drive.run({0x12, 1, 0xb0, 0, 36}));
  CHECK(drive.failed_with(5, 0x24, 0));  // asserts MMC-INQ-1
  CHECK_FALSE(drive.run({0x4a, 0, 0, 0, 0x10, 0, 0, 0, 8}));
  CHECK(drive.failed_with(5, 0x24, 0));  // asserts MMC-GESN-1
  sense = drive.request_sense();
  CHECK(sense.at(15) == 0xc8);
  CHECK(sense.at(17) == 1);
}

TEST_CASE("INQUIRY: strings in plain order, pages that are listed are there") {
  OpticalConfig config = TestDrive::with({});
  config.serial = "S123";
  TestDrive drive(config);
  CHECK(drive.run({0x12, 0, 0, 0, 0xff}));
  REQUIRE(drive.data.size() == 36);
  CHECK(drive.data[0] == 0x05);
  CHECK(drive.data[1] == 0x80);
  CHECK(drive.data[4] == 31);
  CHECK(std::string(drive.data.begin() + 8, drive.data.begin() + 36) ==
        "COINCIDEDVD-ROM         1.0 ");  // asserts MMC-INQ-3
  CHECK(drive.run({0x12, 1, 0, 0, 0xff}));
  const std::vector<std::uint8_t> pages(drive.data.begin() + 4, drive.data.end());
  CHECK(pages == std::vector<std::uint8_t>{0x00, 0x80, 0x83});
  for (const std::uint8_t page : pages) {
    CHECK(drive.run({0x12, 1, page, 0, 0xff}));
    CHECK(drive.data.at(1) == page);
    CHECK(drive.data.size() == drive.data.at(3) + 4u);
  }
}

TEST_CASE("a disc that comes is told by 28h and by a media event, each once") {
  OpticalConfig config = TestDrive::with({pattern_disc(1000)});
  config.disc_inside.reset();
  TestDrive drive(config);
  drive.hear_of_reset();
  drive.unit.medium_inserted(0);
  CHECK(media_event(drive) == std::vector<std::uint8_t>{0, 6, 4, 0x10, 2, 2, 0, 0});  // asserts MMC-GESN-6 MMC-GESN-3
  CHECK(media_event(drive) == std::vector<std::uint8_t>{0, 6, 4, 0x10, 0, 2, 0, 0});  // asserts MMC-GESN-4
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(6, 0x28, 0));  // asserts MMC-UA-2 MMC-TUR-1
  CHECK(drive.run(kTestUnitReady));
}

TEST_CASE("events of a class that is not there: NEA, and success") {
  TestDrive drive(TestDrive::with({}));
  CHECK(drive.run({0x4a, 1, 0, 0, 0x02, 0, 0, 0, 8}));
  CHECK(drive.data == std::vector<std::uint8_t>{0, 2, 0x80, 0x10});  // asserts MMC-GESN-2 MMC-GESN-3
}

TEST_CASE("eject opens the tray, load closes it; the host hears of both") {
  TestDrive drive(TestDrive::with({pattern_disc(1000)}));
  drive.hear_of_reset();
  CHECK(drive.run({0x1b, 0, 0, 0, 2}));
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(2, 0x3a, 2));  // asserts MMC-SSU-3
  CHECK(media_event(drive).at(4) == 3);  // asserts MMC-SSU-3 MMC-GESN-6
  CHECK(media_event(drive).at(5) == 1);
  CHECK(drive.run({0x1b, 0, 0, 0, 3}));
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(6, 0x28, 0));  // asserts MMC-UA-2
  CHECK(drive.run({0x1b, 0, 0, 0, 0x32}));
  CHECK_FALSE(tray_is_open(drive));  // asserts MMC-SSU-2
  CHECK_FALSE(drive.run({0x1b, 0, 0, 0, 0x42}));
  CHECK(drive.failed_with(5, 0x24, 0));
}

TEST_CASE("a locked tray stays: eject fails, the button becomes an event; a reset unlocks") {
  TestDrive drive(TestDrive::with({pattern_disc(1000)}));
  drive.hear_of_reset();
  media_event(drive);
  for (const std::uint8_t persistent : {0, 2}) {
    CHECK(drive.run({0x1e, 0, 0, 0, static_cast<std::uint8_t>(persistent | 1)}));
    CHECK_FALSE(drive.run({0x1b, 0, 0, 0, 2}));
    CHECK(drive.failed_with(5, 0x53, 2));  // asserts MMC-SSU-1
    drive.unit.eject_pressed();
    CHECK_FALSE(tray_is_open(drive));      // asserts MMC-PAMR-1
    CHECK(media_event(drive).at(4) == 1);  // asserts MMC-GESN-6 MMC-PAMR-1
    drive.run({0x5a, 0, 0x2a, 0, 0, 0, 0, 0, 0xff});
    CHECK((drive.data.at(8 + 6) & 2) == 2);  // asserts MMC-PAMR-1
    CHECK(drive.run({0x1e, 0, 0, 0, persistent}));
    drive.run({0x5a, 0, 0x2a, 0, 0, 0, 0, 0, 0xff});
    CHECK((drive.data.at(8 + 6) & 2) == 0);
  }
  CHECK(drive.run({0x1e, 0, 0, 0, 3}));
  CHECK(drive.run({0x1e, 0, 0, 0, 1}));
  drive.unit.reset(false);
  drive.hear_of_reset();
  CHECK(drive.run({0x1b, 0, 0, 0, 2}));  // asserts MMC-PAMR-2
  CHECK(drive.run({0x1e, 0, 0, 0, 1}));
  drive.unit.medium_removed();
  CHECK(drive.run({0x1e, 0, 0, 0, 0}));  // asserts MMC-PAMR-3
}

TEST_CASE("a host that does not poll hears of the button by unit attention") {
  TestDrive drive(TestDrive::with({pattern_disc(1000)}));
  drive.hear_of_reset();
  drive.run({0x1e, 0, 0, 0, 1});
  drive.unit.eject_pressed();
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(6, 0x5a, 1));
}

TEST_CASE("Immed ends the command before the spindle has done; a failure is told later, as deferred") {
  TestDrive drive(TestDrive::with({pattern_disc(1000)}), {}, CompletionPolicy::Kind::scripted);
  drive.hear_of_reset();
  CHECK(drive.run({0x1b, 1, 0, 0, 1}));
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(2, 0x04, 1));  // asserts MMC-TUR-1
  drive.queue.complete(0, {DiskOutcome::write_fault, 0});
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(4, 0x44, 0));
  CHECK(drive.request_sense().at(0) == 0x71);
  CHECK(drive.run(kTestUnitReady));
}

TEST_CASE("a disc that the drive cannot read is there all the same") {
  OpticalConfig config = TestDrive::with({OpticalDisc::blank(), testing::pattern_dvd(5000)});
  config.reads_dvd = false;
  TestDrive drive(config);
  drive.hear_of_reset();
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(2, 0x30, 1));
  CHECK(drive.run({0x51, 0, 0, 0, 0, 0, 0, 0, 34}));
  CHECK((drive.data.at(2) & 3) == 0);  // empty
  drive.unit.medium_inserted(1);
  drive.hear_of_reset();
  CHECK_FALSE(drive.run(kTestUnitReady));
  CHECK(drive.failed_with(2, 0x30, 1));
}

namespace {

std::vector<std::uint8_t> saved_state(TestDrive& drive) {
  SnapshotWriter saved;
  saved(drive.queue);
  drive.unit.save(saved);
  return saved.take();
}

/// Takes a saved state over and lets its disk request end well; the command has ended then.
void go_on_from(TestDrive& drive, const std::vector<std::uint8_t>& state) {
  SnapshotReader reader(state);
  reader(drive.queue);
  drive.unit.restore(reader);
  REQUIRE(reader.done());
  drive.queue.complete(0, {});
  drive.settle();
  CHECK(drive.ended);
}

}  // namespace

TEST_CASE("a snapshot in the middle of a read goes on where it was; a bad one is refused") {
  const auto config = TestDrive::with({pattern_disc(1000)});
  TestDrive drive(config, {}, CompletionPolicy::Kind::scripted);
  drive.hear_of_reset();
  drive.run({0x28, 0, 0, 0, 0, 5, 0, 0, 2});
  const auto bytes = saved_state(drive);
  TestDrive other(config, {}, CompletionPolicy::Kind::scripted);
  go_on_from(other, bytes);
  CHECK(other.data.size() == 2 * kBlockBytes);
  CHECK(std::string(other.data.begin(), other.data.begin() + 16) == "CD0 00000000020\n");
  OpticalConfig empty;
  TestDrive without(empty);
  SnapshotReader refused(bytes);
  refused(without.queue);
  without.unit.restore(refused);
  CHECK_FALSE(refused.ok());
}

TEST_CASE("a snapshot between two pieces of a read, when the second is still being read, goes on with it") {
  const auto config = TestDrive::with({pattern_disc(1000)});
  TestDrive drive(config, {}, CompletionPolicy::Kind::scripted);
  drive.hear_of_reset();
  drive.run({0x28, 0, 0, 0, 0, 0, 0, 0, 40});
  drive.queue.complete(0, {});
  drive.settle();
  REQUIRE(drive.data.size() == Unit::kMaxPiece);
  const auto bytes = saved_state(drive);
  TestDrive other(config, {}, CompletionPolicy::Kind::scripted);
  go_on_from(other, bytes);
  CHECK(other.data.size() == 40 * kBlockBytes - Unit::kMaxPiece);
}

TEST_CASE("the table of commands is sorted, and each row says how long its CDB is") {
  std::uint32_t last = 0;
  for (const PacketCommand& row : packet_commands()) {
    CHECK((row.opcode > last || row.opcode == 0));
    last = row.opcode;
    CHECK(find_packet_command(row.opcode) == &row);
    CHECK(row.cdb_bytes == (row.opcode < 0x20 ? 6 : row.opcode < 0x80 ? 10 : 12));
  }
  CHECK(find_packet_command(0x5d) == nullptr);
}

TEST_CASE("the tables: a CDB is as long as the group of its opcode says, and every row has its texts") {
  const auto check = [](const PacketCommand& row) {
    CAPTURE(row.opcode);
    constexpr std::uint8_t kBytesOfGroup[] = {6, 10, 10, 0, 16, 12, 0, 0};
    CHECK(row.cdb_bytes == kBytesOfGroup[row.opcode >> 5]);
    CHECK_FALSE(row.name.empty());
    CHECK_FALSE(row.clause.empty());
    REQUIRE_FALSE(row.symbol.empty());
    // The symbol is the name in capitals, words tied together.
    const std::size_t same = std::min({row.symbol.find('_'), row.name.find(' '), row.name.find('/')});
    CHECK(row.symbol.substr(0, same) == row.name.substr(0, same));
    CHECK(row.symbol.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == std::string_view::npos);
  };
  int before = -1;
  for (const PacketCommand& row : packet_commands()) {
    CHECK(int{row.opcode} > before);
    before = row.opcode;
    check(row);
    CHECK(find_packet_command(row.opcode) == &row);
  }
  const Profile openvmm = *Profile::find("openvmm");
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    for (const bool adapter : {false, true}) {
      if (const auto* row = openvmm_command(static_cast<std::uint8_t>(opcode), openvmm, adapter)) {
        CHECK(row->opcode == opcode);
        check(*row);
      }
    }
  }
}

TEST_CASE("a snapshot that a drive cannot stand in is refused") {
  const auto saved = [](TestDrive& drive) {
    SnapshotWriter writer;
    drive.unit.save(writer);
    return writer.take();
  };
  const auto takes = [](OpticalConfig config, const auto& bytes) {
    TestDrive drive(std::move(config), {}, CompletionPolicy::Kind::scripted);
    SnapshotReader reader(bytes);
    drive.unit.restore(reader);
    return reader.ok();
  };
  const auto one = [](std::uint32_t blocks) { return TestDrive::with({pattern_disc(blocks)}); };
  TestDrive idle(one(1000));
  auto bent = saved(idle);
  // The last two bytes: what waits for a request (a failure needs its sense), and how the last command ended.
  for (unsigned value = 0; value < 8; ++value) {
    CAPTURE(value);
    bent.back() = static_cast<std::uint8_t>(value);
    CHECK(takes(one(1000), bent) == (value < 4));
  }
  bent.back() = 0;
  for (unsigned value = 0; value < 8; ++value) {
    CAPTURE(value);
    bent[bent.size() - 2] = static_cast<std::uint8_t>(value);
    CHECK(takes(one(1000), bent) == (value < 4 && value != 2));
  }

  TestDrive second(TestDrive::with({pattern_disc(1000), pattern_disc(500)}));
  second.unit.medium_inserted(1);
  CHECK(takes(TestDrive::with({pattern_disc(1000), pattern_disc(500)}), saved(second)));
  CHECK_FALSE(takes(one(1000), saved(second)));

  TestDrive reading(one(1000), {}, CompletionPolicy::Kind::scripted);
  reading.hear_of_reset();
  reading.run({0x28, 0, 0, 0, 2, 0, 0, 0, 10});  // blocks 512 to 521
  REQUIRE_FALSE(reading.ended);
  CHECK(takes(one(1000), saved(reading)));
  CHECK(takes(one(522), saved(reading)));
  CHECK_FALSE(takes(one(521), saved(reading)));
  CHECK_FALSE(takes(TestDrive::with({nullptr}), saved(reading)));

  TestDrive whole(one(1000), {}, CompletionPolicy::Kind::scripted);
  whole.hear_of_reset();
  whole.run({0xbe, 0, 0, 0, 0, 1, 0, 0, 1, 0xf8});
  REQUIRE_FALSE(whole.ended);
  OpticalConfig other = one(1000);
  other.profile = *Profile::find("openvmm");  // which has no READ CD
  CHECK(takes(one(1000), saved(whole)));
  CHECK_FALSE(takes(other, saved(whole)));
}

}  // namespace
}  // namespace coincide::scsi
