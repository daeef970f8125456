// One disk, two paths: what is written through one is read through the other.
#include <doctest/doctest.h>

#include "emu/ata/disk.h"
#include "emu/media/pattern.h"
#include "emu/scsi/disk_unit.h"

namespace coincide {
namespace {

class Cable final : public DeviceHost {
 public:
  void interrupt_changed() override {}
  void dma_requested() override {}
  Device* neighbour(unsigned /*unit*/) override { return nullptr; }
};

/// An ATA disk, and a SCSI unit on the same medium.
class TwoPaths : public scsi::Initiator {
 public:
  explicit TwoPaths(const DeviceConfig& config, CompletionPolicy::Kind policy = CompletionPolicy::Kind::immediate)
      : queue(output, CompletionPolicy{policy, 0}),
        disk(output, queue, cable, profile, config, 0, false),
        unit(*this, output, queue, 4, *disk.store(), {}) {
    queue.attach(4, unit, *disk.fault_plan());
    const std::array<std::uint8_t, 6> request_sense = {0x03};
    unit.command(request_sense, 18);  // the reset is told
  }
  static DeviceConfig config() {
    DeviceConfig out = DeviceConfig::standard(DeviceKind::disk);
    out.medium = make_pattern_medium(1000, {'H', 'D', '0'});
    return out;
  }
  void ata(std::uint8_t opcode, std::uint8_t lba) {
    disk.latch(TaskReg::device, 0xe0);
    disk.latch(TaskReg::sector_count, 1);
    disk.latch(TaskReg::lba_low, lba);
    disk.latch(TaskReg::lba_mid, 0);
    disk.latch(TaskReg::lba_high, 0);
    disk.write_command(opcode);
    queue.run_due();
  }
  void ata_write(std::uint8_t lba, std::uint8_t value) {
    ata(0x30, lba);
    disk.write_data_run(std::vector<std::uint8_t>(kSectorBytes, value));
    queue.run_due();
  }
  std::uint8_t ata_read(std::uint8_t lba) {
    ata(0x20, lba);
    std::vector<std::uint8_t> data(kSectorBytes);
    disk.read_data_run(data);
    CHECK(data.front() == data.back());
    return data.front();
  }
  void scsi(std::uint8_t opcode, std::uint8_t lba) {
    const std::array<std::uint8_t, 10> cdb = {opcode, 0, 0, 0, 0, lba, 0, 0, 1, 0};
    unit.command(cdb, kSectorBytes);
    queue.run_due();
  }
  void scsi_write(std::uint8_t lba, std::uint8_t value) {
    scsi(0x2a, lba);
    unit.give(std::vector<std::uint8_t>(kSectorBytes, value));
    unit.resume(true);
    queue.run_due();
  }
  std::uint8_t scsi_read(std::uint8_t lba) {
    scsi(0x28, lba);
    std::vector<std::uint8_t> data(kSectorBytes);
    unit.take(data);
    unit.resume(true);
    CHECK(data.front() == data.back());
    return data.front();
  }
  void data_in(std::uint32_t /*bytes*/) override {}
  void data_out(std::uint32_t /*bytes*/) override {}
  void done(scsi::Status s, const scsi::Sense& /*sense*/) override { status = s; }

  Output output;
  DiskQueue queue;
  Cable cable;
  Profile profile;
  Disk disk;
  scsi::DiskUnit unit;
  scsi::Status status = scsi::Status::good;
};

TEST_CASE("what one path writes the other reads") {
  TwoPaths both(TwoPaths::config());
  CHECK(both.unit.capacity() == 1000);
  both.scsi_write(7, 0x5a);
  CHECK(both.ata_read(7) == 0x5a);
  both.ata_write(7, 0xa5);
  CHECK(both.scsi_read(7) == 0xa5);
  CHECK(both.status == scsi::Status::good);
}

TEST_CASE("the SCSI path sees what the write cache holds, and its own writes come last") {
  DeviceConfig config = TwoPaths::config();
  config.write_back = true;
  TwoPaths both(config, CompletionPolicy::Kind::scripted);
  both.queue.complete(0, {});  // whatever power-on asked for
  both.ata_write(7, 0x11);
  REQUIRE(both.queue.pending().size() == 1);
  const std::uint32_t cached = both.queue.pending().front().number;
  both.scsi(0x28, 7);
  both.queue.complete(both.queue.pending().back().number, {});
  std::vector<std::uint8_t> data(kSectorBytes);
  both.unit.take(data);
  both.unit.resume(true);
  CHECK(data.front() == 0x11);
  both.scsi_write(7, 0x22);
  both.queue.complete(both.queue.pending().back().number, {});
  CHECK(both.status == scsi::Status::good);
  both.queue.complete(cached, {});  // the older write reaches the medium after the newer one
  CHECK(both.queue.pending().empty());
  both.disk.overlay().read(7 * kSectorBytes, data);
  CHECK(data.front() == 0x22);
}

TEST_CASE("UNMAP through one path empties the other's cached sectors too") {
  DeviceConfig config = TwoPaths::config();
  config.write_back = true;
  TwoPaths both(config, CompletionPolicy::Kind::scripted);
  both.queue.complete(0, {});
  both.ata_write(7, 0x11);
  both.disk.store()->fill(7, 1, 0);
  both.queue.complete(0, {});
  std::vector<std::uint8_t> data(kSectorBytes);
  both.disk.overlay().read(7 * kSectorBytes, data);
  CHECK(data.front() == 0);
}

TEST_CASE("each path has requests of its own: a reset of one leaves the other's alone; faults strike both") {
  DeviceConfig config = TwoPaths::config();
  config.faults = {{DiskOp::read, 9, 9, DiskOutcome::uncorrectable, 0}};
  TwoPaths both(config);
  both.ata(0x20, 9);
  CHECK((both.disk.read_alternate_status().value & status::ERR) != 0);
  both.scsi(0x28, 9);
  CHECK(both.status == scsi::Status::check_condition);
  CHECK(both.unit.sense_bytes().at(12) == 0x11);
  TwoPaths waiting(TwoPaths::config(), CompletionPolicy::Kind::scripted);
  waiting.queue.complete(0, {});
  waiting.scsi(0x28, 3);
  waiting.disk.hardware_reset(ResetKind::pci);
  CHECK(waiting.queue.pending().front().unit == 4);
  waiting.queue.complete(waiting.queue.pending().front().number, {});
  std::vector<std::uint8_t> data(kSectorBytes);
  waiting.unit.take(data);
  CHECK(data.at(14) == '3');
}

}  // namespace
}  // namespace coincide
