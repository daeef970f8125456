// The PACKET protocol against a unit that does as the test says, so that every phase and size can be brought about.
#include "emu/atapi/packet_device.h"

#include <doctest/doctest.h>

#include <vector>

using namespace coincide;

namespace {

/// Takes note of what the transport does with it; its data are 0, 1, 2 ...
class ScriptedUnit final : public scsi::Unit {
 public:
  explicit ScriptedUnit(scsi::Initiator& initiator) : initiator_(initiator) {}
  void command(std::span<const std::uint8_t> cdb, std::uint64_t /*data_limit*/) override {
    packet.assign(cdb.begin(), cdb.end());
    running = true;
    if (!waits) go_on();
  }
  void go_on() {
    if (next < pieces.size()) {
      const std::uint32_t bytes = pieces[next++];
      return way == scsi::Direction::in ? initiator_.data_in(bytes) : initiator_.data_out(bytes);
    }
    running = false;
    initiator_.done(sense.key == 0 ? scsi::Status::good : scsi::Status::check_condition, sense);
  }
  void take(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(taken++);
  }
  void give(std::span<const std::uint8_t> in) override { given.insert(given.end(), in.begin(), in.end()); }
  void resume(bool all) override {
    CHECK(all);
    go_on();
  }
  scsi::Direction direction() const override { return way; }
  void cancel() override {
    ++cancels;
    running = false;
  }
  void reset(bool power_on) override { (power_on ? power_ons : resets)++; }
  std::uint8_t device_type() const override { return 0x05; }
  void medium_inserted(std::uint32_t /*index*/) override {}
  void eject_pressed() override {}
  void medium_removed() override {}
  void save(SnapshotWriter& /*archive*/) override {}
  void restore(SnapshotReader& /*archive*/) override {}

  // What it is to do.
  scsi::Direction way = scsi::Direction::in;
  std::vector<std::uint32_t> pieces;
  scsi::Sense sense;
  bool waits = false;
  // What it saw.
  std::vector<std::uint8_t> packet, given;
  std::uint64_t taken = 0;
  std::size_t next = 0;
  int cancels = 0, resets = 0, power_ons = 0;
  bool running = false;

 private:
  scsi::Initiator& initiator_;
};

struct Bench final : DeviceHost {
  explicit Bench(const DeviceConfig& config = DeviceConfig::standard(DeviceKind::packet))
      : queue(output, policy), device(output, queue, *this, profile, config, 0, false) {
    auto made = std::make_unique<ScriptedUnit>(device.initiator());
    unit = made.get();
    device.attach(std::move(made));
  }
  void interrupt_changed() override { edges += device.intrq() && !line ? 1 : 0, line = device.intrq(); }
  void dma_requested() override { ++dma_requests; }
  Device* neighbour(unsigned /*unit*/) override { return nullptr; }

  std::uint8_t read(TaskReg reg) { return static_cast<std::uint8_t>(device.read(reg).value); }
  std::uint8_t status() { return static_cast<std::uint8_t>(device.read_alternate_status().value); }
  unsigned reason() { return read(TaskReg::sector_count); }
  unsigned count() { return read(TaskReg::lba_mid) | read(TaskReg::lba_high) * 256u; }
  void packet(std::uint16_t limit, std::uint8_t features = 0, unsigned bytes = 12) {
    unit->next = 0;
    edges = 0;
    device.latch(TaskReg::error_features, features);
    device.latch(TaskReg::lba_mid, static_cast<std::uint8_t>(limit));
    device.latch(TaskReg::lba_high, static_cast<std::uint8_t>(limit >> 8));
    device.write_command(0xa0);
    for (unsigned i = 0; i < bytes; i += 2) device.write_data(static_cast<std::uint16_t>(i | (i + 1) << 8));
  }
  std::vector<std::uint8_t> block(unsigned bytes) {
    std::vector<std::uint8_t> out;
    for (unsigned i = 0; i < bytes; i += 2) {
      const std::uint32_t word = device.read_data().value;
      out.push_back(static_cast<std::uint8_t>(word));
      out.push_back(static_cast<std::uint8_t>(word >> 8));
    }
    return out;
  }
  void settle() { queue.run_due(); }

  Output output;
  CompletionPolicy policy;
  DiskQueue queue;
  Profile profile;
  PacketDevice device;
  ScriptedUnit* unit = nullptr;
  int edges = 0, dma_requests = 0;
  bool line = false;
};

}  // namespace

TEST_CASE("a packet of 16 bytes reaches the unit whole, and not a byte more") {  // asserts ATA6-PKT-8
  DeviceConfig config = DeviceConfig::standard(DeviceKind::packet);
  config.packet_bytes = 16;
  Bench b(config);
  b.packet(0, 0, 14);
  CHECK(b.unit->packet.empty());
  CHECK((b.status() & 0x88) == 0x08);
  b.device.write_data(0x0f0e);
  CHECK(b.unit->packet == std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
  b.device.write_data(0xffff);  // too much: nobody listens
  CHECK(b.unit->packet.size() == 16);
  CHECK(b.reason() == 0x03);
}

TEST_CASE("data come in blocks of the limit, each with its count and its interrupt") {
  // asserts ATA6-PKT-3, ATA6-PKT-4, ATA6-PKT-5, ATAPI-BC-1, ATAPI-IR-1, ATA6-INT-6
  Bench b;
  b.unit->pieces = {4096};
  b.packet(0x0800);
  for (int i = 0; i < 2; ++i) {
    CHECK(b.reason() == 0x02);
    CHECK(b.count() == 0x0800);
    CHECK(b.line);
    b.read(TaskReg::status_command);
    CHECK_FALSE(b.line);
    CHECK(b.block(0x0800)[1] == 1);
  }
  CHECK(b.reason() == 0x03);
  CHECK((b.status() & 0x89) == 0);
  CHECK(b.line);
  CHECK(b.edges == 3);
  CHECK(b.unit->taken == 4096);
}

TEST_CASE("only the last block is odd, and it has a companion") {  // asserts ATAPI-BC-2, ATAPI-BCL-3, ATAPI-BC-1
  Bench b;
  b.unit->pieces = {0xffff, 7};
  b.packet(0xffff);
  CHECK(b.count() == 0xfffe);
  b.block(0xfffe);
  CHECK(b.count() == 1);
  CHECK(b.block(2)[1] == 0);
  CHECK(b.count() == 7);
  const auto last = b.block(8);
  CHECK(last[6] == 5);  // 65541 modulo 256
  CHECK(last[7] == 0);
  CHECK(b.reason() == 0x03);
}

TEST_CASE("an odd limit is taken where all fits, else the even one below") {  // asserts ATAPI-BC-2
  Bench b;
  b.unit->pieces = {5};
  b.packet(5);
  CHECK(b.count() == 5);
  b.device.write_command(0x08);
  b.unit->pieces = {9};
  b.packet(5);
  CHECK(b.count() == 4);
  b.device.write_command(0x08);
  b.packet(1);
  CHECK(b.read(TaskReg::error_features) == 0x04);  // no even block fits
}

TEST_CASE("limit 0 aborts a command with data, or stands for word 125") {  // asserts ATAPI-BCL-2, ATAPI-BCL-5
  DeviceConfig config = DeviceConfig::standard(DeviceKind::packet);
  Bench none(config);
  none.unit->pieces = {18};
  none.packet(0);
  CHECK((none.status() & 0x89) == 0x01);
  CHECK((none.read(TaskReg::error_features) & 0x04) != 0);
  CHECK(none.unit->cancels == 1);
  none.unit->pieces = {};
  none.packet(0);
  CHECK((none.status() & 0x89) == 0);
  config.byte_count_default = 16;
  Bench some(config);
  some.unit->pieces = {18};
  some.packet(0);
  CHECK(some.count() == 16);
}

TEST_CASE("data go out in blocks of what the device wants") {  // asserts ATAPI-BC-3, ATA6-PKT-3, ATAPI-IR-1
  Bench b;
  b.unit->way = scsi::Direction::out;
  b.unit->pieces = {5};
  b.packet(4);
  CHECK(b.line);  // the first block too
  CHECK(b.reason() == 0x00);
  CHECK(b.count() == 4);
  b.device.write_data(0x0201);
  CHECK(b.unit->given.empty());  // too little: it waits
  b.device.write_data(0x0403);
  CHECK(b.count() == 1);
  b.device.write_data(0xff05);
  b.device.write_data(0x0706);  // too much
  CHECK(b.unit->given == std::vector<std::uint8_t>{1, 2, 3, 4, 5});
  CHECK(b.reason() == 0x03);
}

TEST_CASE("DMA moves the pieces without an interrupt, an odd one with a companion") {
  // asserts ATA6-PKTD-1, ATA6-PKTD-2, ATA6-PKTD-3, ATA6-PKTD-5
  Bench b;
  b.unit->pieces = {65536, 3};
  b.packet(2, 0x05);  // DMADIR is ignored
  CHECK(b.dma_requests == 1);
  CHECK(b.device.dma_remaining() == 65536);
  CHECK(b.edges == 0);
  std::vector<std::uint8_t> bytes(65536);
  b.device.dma_read(bytes);
  b.device.dma_finish();
  CHECK(b.device.dma_remaining() == 4);
  bytes.resize(4);
  b.device.dma_read(bytes);
  CHECK(bytes == std::vector<std::uint8_t>{0, 1, 2, 0});
  b.device.dma_finish();
  CHECK(b.reason() == 0x03);
  CHECK(b.edges == 1);
}

TEST_CASE("the sense key stands in Error when the status comes, not before") {
  // asserts ATAPI-ERR-1, ATAPI-ERR-2, ATAPI-ERR-5, ATAPI-PKT-5
  Bench b;
  b.unit->pieces = {2};
  b.unit->sense = {0x03, 0x11, 0x05};
  b.packet(0x100);
  CHECK((b.status() & 0x89) == 0x08);
  b.block(2);
  CHECK((b.status() & 0x89) == 0x01);
  CHECK(b.read(TaskReg::error_features) == 0x30);
  CHECK(b.unit->taken == 2);
}

TEST_CASE("DEVICE RESET stops a packet command in every phase and touches no setting") {
  // asserts ATA6-DRST-2, ATA6-DRST-3, ATA6-DRST-4, ATA6-DRST-6, ATA6-DRST-9, ATAPI-RST-2
  for (int phase = 0; phase < 4; ++phase) {
    CAPTURE(phase);
    Bench b;
    b.unit->pieces = {512};
    b.unit->waits = phase == 1;
    b.packet(phase == 0 ? 0xfffe : 0x80, phase == 3 ? 1 : 0, phase == 0 ? 6 : 12);
    b.device.write_command(0x08);
    CHECK(b.status() == 0);
    CHECK_FALSE(b.line);
    CHECK(b.read(TaskReg::error_features) == 0x01);
    CHECK(b.count() == 0xeb14);
    CHECK(b.reason() == 0x01);
    CHECK_FALSE(b.device.dma_ready());
    CHECK(b.unit->cancels == 1);
    CHECK(b.unit->resets == 0);
    CHECK_FALSE(b.unit->running);
  }
}

TEST_CASE("resets reach the unit as what they are") {  // asserts ATA6-DIAG-8
  Bench b;
  b.device.run_diagnostic();
  CHECK(b.unit->resets == 1);
  b.settle();
  CHECK(b.status() == 0);
  CHECK(b.line);
  b.device.write_control(0x04);
  b.device.write_control(0x00);
  b.settle();
  CHECK(b.unit->resets == 1);
  CHECK(b.unit->power_ons == 0);
  b.device.hardware_reset(ResetKind::pci);
  b.device.hardware_reset(ResetKind::power_cycle);
  CHECK(b.unit->resets == 2);
  CHECK(b.unit->power_ons == 1);
  CHECK((b.status() & 0x80) != 0);
  b.settle();
  CHECK(b.status() == 0);
}

TEST_CASE("a late word of the unit finds nobody once a reset has come") {
  Bench b;
  b.unit->waits = true;
  b.packet(0x100);
  CHECK((b.status() & 0x80) != 0);
  CHECK(b.unit->running);
  b.device.write_control(0x04);
  CHECK(b.unit->cancels == 1);
  CHECK((b.status() & 0x80) != 0);
}

TEST_CASE("one command more than the queue holds aborts, and takes the queue along") {
  DeviceConfig config = DeviceConfig::standard(DeviceKind::packet);
  config.features.set(Feature::overlap, true);
  config.queue_depth = 2;
  Bench b(config);
  b.device.latch(TaskReg::error_features, 0x5d);  // release interrupt on
  b.device.write_command(0xef);
  b.unit->waits = true;
  const auto overlapped = [&](std::uint8_t tag) {
    b.device.latch(TaskReg::sector_count, static_cast<std::uint8_t>(tag << 3));
    b.packet(0x100, 0x02);
  };
  overlapped(1);
  overlapped(2);
  CHECK(b.device.registers().get(DeviceReg::queued_commands) == 2);
  CHECK(b.reason() == (2u << 3 | 0x04));
  CHECK((b.status() & 0x89) == 0);
  overlapped(3);
  CHECK((b.status() & 0x89) == 0x01);
  CHECK(b.device.registers().get(DeviceReg::queued_commands) == 0);
  CHECK(b.unit->cancels == 1);
}

TEST_CASE("openvmm: a sense key that its own drive never has shows in Error as any other") {
  Bench b;
  b.profile = *Profile::find("openvmm");
  struct End {
    std::uint8_t key, error;
  };
  // asserts OVMM-ATAPI-34, OVMM-ATAPI-35
  for (const End end : {End{0x06, 0x60}, End{0x0b, 0xb4}}) {
    b.unit->sense = {end.key, 0x29, 0};
    b.packet(0xfffe);
    CHECK(b.read(TaskReg::error_features) == end.error);
    CHECK(b.reason() == 0x03);
    CHECK(b.read(TaskReg::status_command) == 0x51);
  }
}
