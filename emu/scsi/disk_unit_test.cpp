// Which command runs, unit attention and sense, ends of commands, snapshots.
#include "emu/scsi/disk_unit.h"

#include <doctest/doctest.h>

#include "emu/scsi/test_disk.h"

namespace coincide::scsi {
namespace {

using testing::pattern_block;
using testing::TestDisk;

constexpr std::initializer_list<std::uint8_t> kTestUnitReady = {0x00};
constexpr std::initializer_list<std::uint8_t> kReadOne = {0x28, 0, 0, 0, 0, 5, 0, 0, 1};
constexpr std::initializer_list<std::uint8_t> kWriteOne = {0x2a, 0, 0, 0, 0, 5, 0, 0, 1};

TEST_CASE("the command table is in order, and each name and symbol stands once") {
  for (std::size_t i = 1; i < disk_commands().size(); ++i) {
    CHECK(disk_commands()[i - 1].opcode < disk_commands()[i].opcode);
    for (std::size_t j = 0; j < i; ++j) CHECK(disk_commands()[i].symbol != disk_commands()[j].symbol);
  }
  for (const DiskCommand& command : disk_commands()) {
    CHECK(find_disk_command(command.opcode) == &command);
    const unsigned group = command.opcode >> 5;
    CHECK(command.cdb_bytes == (group == 0 ? 6 : group == 4 ? 16 : group == 5 ? 12 : 10));
  }
}

TEST_CASE("a reset is told once; the disk of OpenVMM says nothing of it") {
  TestDisk disk;
  CHECK_FALSE(disk.run(kReadOne));
  CHECK(disk.failed_with(6, 0x29, 0));
  CHECK(disk.run(kReadOne));
  disk.unit.reset(false);
  CHECK_FALSE(disk.run(kTestUnitReady));
  CHECK(disk.failed_with(6, 0x29, 0));
  TestDisk openvmm(TestDisk::with("openvmm"));
  CHECK(openvmm.run(kTestUnitReady));  // asserts OVMM-SCSI-03
  openvmm.unit.reset(false);
  CHECK(openvmm.run(kTestUnitReady));  // asserts OVMM-SCSI-03
}

TEST_CASE("what is no command") {
  for (const char* profile : {"spec", "openvmm"}) {
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    for (unsigned opcode = 0; opcode < 256; ++opcode) {
      CAPTURE(opcode);
      if (find_disk_command(static_cast<std::uint8_t>(opcode)) != nullptr) continue;
      CHECK_FALSE(disk.run({static_cast<std::uint8_t>(opcode)}));
      CHECK(disk.failed_with(5, 0x20, 0));              // asserts OVMM-SCSI-24
      CHECK(disk.srb() == SrbStatus::invalid_request);  // asserts OVMM-SCSI-24
    }
  }
}

TEST_CASE("a CDB that is too short is refused") {
  TestDisk disk;
  disk.hear_news();
  const std::array<std::uint8_t, 6> six = {0x28};
  disk.unit.command(six, 512);
  CHECK(disk.failed_with(5, 0x24, 0));
}

TEST_CASE("validate_report_pending_unit_attention, validate_resize: a new size is told once") {
  for (const char* profile : {"spec", "openvmm"}) {
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    const auto read_last = [&](std::uint16_t lba) {
      const auto high = static_cast<std::uint8_t>(lba >> 8);
      return disk.run({0x88, 0, 0, 0, 0, 0, 0, 0, high, static_cast<std::uint8_t>(lba), 0, 0, 0, 1}, 512);
    };
    CHECK(read_last(9999));
    disk.store.size = 20000;
    CHECK(disk.run({0x12, 0, 0, 0, 104}, 104));  // asserts OVMM-SCSI-27
    CHECK_FALSE(read_last(9999));
    CHECK(disk.failed_with(6, 0x2a, 9));    // asserts OVMM-SCSI-27
    CHECK(disk.srb() == SrbStatus::error);  // asserts OVMM-SCSI-02
    CHECK(disk.data.empty());
    CHECK(read_last(19999));  // asserts OVMM-SCSI-27
    disk.store.size = 100;
    CHECK(disk.run({0x03, 0, 0, 0, 18}, 18));  // asserts OVMM-SCSI-27
    CHECK(disk.be(2, 1) == 6);                 // asserts OVMM-SCSI-27
    CHECK(disk.be(12, 2) == 0x2a09);           // asserts OVMM-SCSI-27
    CHECK_FALSE(read_last(100));
    CHECK(disk.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-27
    CHECK(read_last(99));
  }
}

TEST_CASE("a size limit holds; in OpenVMM it is told to be gone") {
  DiskUnitConfig config;
  config.size_limit_sectors = 1000;
  TestDisk disk(config);
  disk.hear_news();
  CHECK(disk.run({0x25}, 8));
  CHECK(disk.be(0, 4) == 999);
  CHECK_FALSE(disk.run({0x28, 0, 0, 0, 3, 0xe8, 0, 0, 1}));
  CHECK(disk.failed_with(5, 0x21, 0));
  config.profile = *Profile::find("openvmm");
  TestDisk openvmm(config);
  CHECK(openvmm.run({0x12, 0, 0, 0, 104}, 104));  // asserts OVMM-SCSI-28
  CHECK_FALSE(openvmm.run(kTestUnitReady));
  CHECK(openvmm.failed_with(6, 0x2a, 9));  // asserts OVMM-SCSI-28
  CHECK(openvmm.run({0x25}, 8));
  CHECK(openvmm.be(0, 4) == 9999);  // asserts OVMM-SCSI-28
}

TEST_CASE("sense is kept for REQUEST SENSE until it has been told, or a command ends well") {
  for (const char* profile : {"spec", "openvmm"}) {
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    CHECK_FALSE(disk.run({0xff}));
    CHECK(disk.run({0x03, 0, 0, 0, 18}, 18));
    CHECK(disk.data.size() == 18);    // asserts OVMM-SCSI-04
    CHECK(disk.be(0, 1) == 0x70);     // asserts OVMM-SCSI-04
    CHECK(disk.be(2, 1) == 5);        // asserts OVMM-SCSI-04
    CHECK(disk.be(7, 1) == 10);       // asserts OVMM-SCSI-04
    CHECK(disk.be(12, 2) == 0x2000);  // asserts OVMM-SCSI-04
    CHECK(disk.run({0x03, 0, 0, 0, 252}, 252));
    CHECK(disk.data.size() == 18);  // asserts OVMM-SCSI-04
    CHECK(disk.be(2, 1) == 0);      // asserts OVMM-SCSI-04
    CHECK(disk.be(12, 2) == 0);     // asserts OVMM-SCSI-04
    CHECK_FALSE(disk.run({0xff}));
    CHECK(disk.run(kTestUnitReady));
    CHECK(disk.run({0x03, 0, 0, 0, 8}, 8));
    CHECK(disk.data.size() == 8);  // asserts OVMM-SCSI-04
    CHECK(disk.be(2, 1) == 0);     // asserts OVMM-SCSI-02
  }
}

TEST_CASE("REQUEST SENSE: a least length in OpenVMM, none in SPC") {
  TestDisk openvmm(TestDisk::with("openvmm"));
  for (const std::uint8_t length : {0, 7, 19}) {
    CHECK_FALSE(openvmm.run({0x03, 0, 0, 0, length}, 18));
    CHECK(openvmm.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-04
  }
  CHECK(openvmm.run({0x03, 0, 0, 1, 0}, 256));
  CHECK(openvmm.data.size() == 18);  // asserts OVMM-SCSI-04
  TestDisk disk;
  disk.hear_news();
  CHECK(disk.run({0x03, 0, 0, 0, 7}, 18));
  CHECK(disk.data.size() == 7);
  CHECK(disk.run({0x03, 0, 0, 0xff, 0}, 18));
  CHECK(disk.data.empty());
}

TEST_CASE("what the medium says, by outcome") {
  struct Row {
    DiskOp op;
    DiskOutcome outcome;
    std::uint8_t key, asc, ascq;
    SrbStatus srb;
  };
  constexpr Row kRows[] = {
      {DiskOp::read, DiskOutcome::uncorrectable, 3, 0x11, 0, SrbStatus::error},
      {DiskOp::read, DiskOutcome::not_found, 5, 0x21, 0, SrbStatus::error},
      {DiskOp::read, DiskOutcome::media_change_request, 3, 0, 0, SrbStatus::error},
      {DiskOp::read, DiskOutcome::no_medium, 2, 0x3a, 0, SrbStatus::error},
      {DiskOp::write, DiskOutcome::write_fault, 3, 3, 0, SrbStatus::error},
      {DiskOp::write, DiskOutcome::uncorrectable, 3, 3, 0, SrbStatus::error},
      {DiskOp::write, DiskOutcome::write_protected, 7, 0x27, 0, SrbStatus::error},
      {DiskOp::write, DiskOutcome::not_found, 5, 0x21, 0, SrbStatus::error},
  };
  for (const char* profile : {"spec", "openvmm"}) {
    for (const Row& row : kRows) {
      CAPTURE(static_cast<int>(row.outcome));
      TestDisk disk(TestDisk::with(profile), {{row.op, 5, 5, row.outcome, 1}});
      disk.hear_news();
      const auto again = [&] {
        return row.op == DiskOp::read ? disk.run(kReadOne, 512) : disk.run(kWriteOne, std::vector<std::uint8_t>(512));
      };
      CHECK_FALSE(again());
      CHECK(disk.failed_with(row.key, row.asc, row.ascq));  // asserts OVMM-SCSI-02
      CHECK(disk.srb() == row.srb);                         // asserts OVMM-SCSI-02
      CHECK(again());
      CHECK(disk.srb() == SrbStatus::success);  // asserts OVMM-SCSI-02
    }
  }
}

TEST_CASE("a request that was aborted: TASK ABORTED in OpenVMM, CHECK CONDITION in SAM") {
  TestDisk openvmm(TestDisk::with("openvmm"), {{DiskOp::read, 5, 5, DiskOutcome::aborted, 0}});
  CHECK_FALSE(openvmm.run(kReadOne, 512));
  CHECK(openvmm.status == Status::task_aborted);  // asserts OVMM-SCSI-02
  CHECK(openvmm.sense.key == 0xb);                // asserts OVMM-SCSI-02
  CHECK(openvmm.srb() == SrbStatus::aborted);     // asserts OVMM-SCSI-02
  TestDisk disk({}, {{DiskOp::read, 5, 5, DiskOutcome::aborted, 0}});
  disk.hear_news();
  CHECK_FALSE(disk.run(kReadOne, 512));
  CHECK(disk.failed_with(0xb, 0, 0));
}

TEST_CASE("sense of a medium error has the address; OpenVMM's has nothing but its codes") {
  TestDisk disk({}, {{DiskOp::read, 7, 7, DiskOutcome::uncorrectable, 0}});
  disk.hear_news();
  CHECK_FALSE(disk.run({0x28, 0, 0, 0, 0, 5, 0, 0, 8}));
  disk.run({0x03, 0, 0, 0, 18}, 18);
  CHECK(disk.be(0, 1) == 0xf0);
  CHECK(disk.be(3, 4) == 7);
  CHECK_FALSE(disk.run({0x28, 1, 0, 0, 0, 5, 0, 0, 8}));
  disk.run({0x03, 0, 0, 0, 18}, 18);
  CHECK(disk.be(15, 3) == 0xc80001);
  TestDisk openvmm(TestDisk::with("openvmm"), {{DiskOp::read, 7, 7, DiskOutcome::uncorrectable, 0}});
  CHECK_FALSE(openvmm.run({0x28, 0, 0, 0, 0, 5, 0, 0, 8}, 4096));
  openvmm.run({0x03, 0, 0, 0, 18}, 18);
  CHECK(openvmm.data == std::vector<std::uint8_t>{0x70, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x11, 0, 0, 0, 0,
                                                  0});  // asserts OVMM-SCSI-02
}

TEST_CASE("a host whose memory does not answer") {
  TestDisk disk;
  disk.hear_news();
  disk.begin({0x12, 0, 0, 0, 104});
  disk.unit.resume(false);
  CHECK(disk.failed_with(5, 0x24, 0));              // asserts OVMM-SCSI-02
  CHECK(disk.srb() == SrbStatus::invalid_request);  // asserts OVMM-SCSI-02
  disk.begin(kWriteOne, 512);
  CHECK(disk.asks_for_data_out());
  disk.unit.resume(false);
  CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-02
  CHECK(disk.store.block(5) == pattern_block(5));
  CHECK(disk.run(kTestUnitReady));
}

TEST_CASE("a reset takes the command back, and the late end of its request touches nothing") {
  TestDisk disk({}, {}, CompletionPolicy::Kind::scripted);
  disk.hear_news();
  disk.begin(kReadOne, 512);
  REQUIRE(disk.queue.pending().size() == 1);
  const std::uint32_t number = disk.requests.at(0).number;
  CHECK(disk.unit.direction() == Direction::in);
  disk.unit.reset(false);
  CHECK(disk.queue.pending().empty());
  CHECK(disk.unit.direction() == Direction::none);
  disk.queue.complete(number, {});
  disk.unit.request_done({number, TestDisk::kUnit, DiskOp::read, 5, 1}, {});
  CHECK_FALSE(disk.ended);
}

TEST_CASE("no medium: what needs one says so") {
  TestDisk disk;
  disk.store.size = 0;
  disk.run({0x00});
  disk.run({0x00});
  CHECK_FALSE(disk.run(kReadOne));
  CHECK(disk.failed_with(2, 0x3a, 0));
  CHECK_FALSE(disk.run({0x25}));
  CHECK(disk.failed_with(2, 0x3a, 0));
  CHECK(disk.run({0x12, 0, 0, 0, 36}));
}

TEST_CASE("validate_save_restore_scsi_disk: size and sense go along, and a change after that is told once") {
  TestDisk disk(TestDisk::with("openvmm"));
  CHECK_FALSE(disk.run({0xff}));
  SnapshotWriter writer;
  disk.unit.save(writer);
  const std::vector<std::uint8_t> saved = writer.take();
  TestDisk same(TestDisk::with("openvmm"));
  SnapshotReader reader(saved);
  same.unit.restore(reader);
  CHECK(reader.done());
  CHECK(same.run({0x03, 0, 0, 0, 18}, 18));
  CHECK(same.be(12, 2) == 0x2000);
  CHECK(same.run(kTestUnitReady));
  TestDisk grown(TestDisk::with("openvmm"));
  grown.store.size = 12000;
  SnapshotReader again(saved);
  grown.unit.restore(again);
  CHECK(again.done());
  CHECK_FALSE(grown.run(kTestUnitReady));
  CHECK(grown.failed_with(6, 0x2a, 9));  // asserts OVMM-SCSI-27
  CHECK(grown.run(kTestUnitReady));
}

TEST_CASE("a snapshot in the middle of a command goes on where it was") {
  for (int cut = 0; cut < 9; ++cut) {
    CAPTURE(cut);
    TestDisk disk;
    disk.hear_news();
    std::vector<std::uint8_t> out(300 * kSectorBytes);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i * 7);
    disk.begin({0x2a, 8, 0, 0, 0, 5, 0, 1, 44}, out.size());
    std::size_t given = 0;
    for (int step = 0; step < 20 && !disk.ended; ++step) {
      if (step == cut) {
        SnapshotWriter writer;
        disk.unit.save(writer);
        disk.queue.fields(writer);
        const std::vector<std::uint8_t> saved = writer.take();
        SnapshotReader reader(saved);
        disk.unit.restore(reader);
        disk.queue.fields(reader);
        REQUIRE(reader.done());
        SnapshotWriter twice;
        disk.unit.save(twice);
        disk.queue.fields(twice);
        CHECK(twice.take() == saved);
      }
      if (disk.queue.due()) {
        disk.queue.run_due();
      } else if (given < out.size()) {
        const std::size_t piece = std::min<std::size_t>(out.size() - given, Unit::kMaxPiece);
        disk.unit.give(std::span(out).subspan(given, piece));
        given += piece;
        disk.unit.resume(true);
      }
    }
    CHECK(disk.ended);
    CHECK(disk.store.block(304) == std::vector<std::uint8_t>(out.end() - 512, out.end()));
  }
}

TEST_CASE("no snapshot, however bent, makes the unit reach beyond what it has") {
  DiskUnitConfig config;
  config.reservations = true;
  const std::vector<std::vector<std::uint8_t>> commands = {
      {0x2a, 0, 0, 0, 0, 5, 0, 0, 4},  {0x28, 0, 0, 0, 0, 5, 0, 1, 4},
      {0x42, 0, 0, 0, 0, 0, 0, 0, 40}, {0x41, 0, 0, 0, 0, 5, 0, 0, 9},
      {0x55, 0, 0, 0, 0, 0, 0, 0, 20}, {0x15, 0, 0, 0, 16},
      {0x5f, 1, 1, 0, 0, 0, 0, 0, 24}, {0x12, 0, 0, 0, 104},
  };
  for (const auto& cdb : commands) {
    for (const bool later : {false, true}) {
      TestDisk disk(config, {}, CompletionPolicy::Kind::scripted);
      disk.hear_news();
      disk.begin(cdb, TestDisk::kFull);
      if (later) disk.settle();
      SnapshotWriter writer;
      disk.unit.save(writer);
      std::vector<std::uint8_t> saved = writer.take();
      for (std::size_t at = 0; at < std::min<std::size_t>(saved.size(), 240); ++at) {
        for (const std::uint8_t value : {0x00, 0x01, 0x7f, 0xff}) {
          std::vector<std::uint8_t> bent = saved;
          bent[at] = value;
          TestDisk other(config, {}, CompletionPolicy::Kind::scripted);
          SnapshotReader reader(bent);
          other.unit.restore(reader);
          other.unit.resume(true);
          for (const DiskOp op : {DiskOp::write, DiskOp::read, DiskOp::flush}) {
            for (std::uint32_t number = 0; number < 4; ++number)
              other.unit.request_done({number, TestDisk::kUnit, op, 5, 9}, {});
          }
          other.settle();
        }
      }
    }
  }
}

TEST_CASE("any bytes are a command: each ends once, within what the transport can move") {
  std::uint64_t state = 1;
  const auto next = [&](std::uint64_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % below;
  };
  for (const char* profile : {"spec", "openvmm"}) {
    DiskUnitConfig config = TestDisk::with(profile);
    config.reservations = config.lba_status = config.odx = true;
    config.serial = "1";
    TestDisk disk(config, {{DiskOp::none, 4000, 5000, DiskOutcome::uncorrectable, 0}});
    for (int round = 0; round < 20000; ++round) {
      std::vector<std::uint8_t> cdb(16);
      // Mostly small numbers: they get further.
      for (std::uint8_t& byte : cdb) byte = static_cast<std::uint8_t>(next(3) == 0 ? next(256) : next(3));
      const auto commands = disk_commands();
      if (next(8) != 0) cdb[0] = commands[next(commands.size())].opcode;
      const std::uint64_t buffer = next(4) == 0 ? next(1 << 20) : next(300);
      disk.to_give.assign(next(600), 0);
      for (std::uint8_t& byte : disk.to_give) byte = static_cast<std::uint8_t>(next(2) == 0 ? 0 : next(32));
      disk.begin(cdb, buffer);
      disk.settle();
      REQUIRE(disk.ended);
      REQUIRE(disk.queue.pending().empty());
      REQUIRE(disk.unit.direction() == Direction::none);
      REQUIRE(disk.data.size() + disk.given() <= buffer);
      if (disk.data.size() > 100000) disk.store.size = 9000 + next(1000);
    }
  }
}

}  // namespace
}  // namespace coincide::scsi
