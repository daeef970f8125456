// What profile `spec` chooses where the interface says nothing: every accepted command ends, and the packet tells how.
#include "emu/hyperv/int13.h"

#include <doctest/doctest.h>

#include "emu/test_machine.h"

namespace coincide::testing {
namespace {

constexpr std::uint32_t kPacket = 0x2000, kTable = 0x1000, kData = 0x20000;
constexpr std::uint16_t kDoorbell = 0x1e0;
constexpr std::uint8_t kUntouched = 0xee;

Board enlightened(CompletionPolicy::Kind policy = CompletionPolicy::Kind::immediate) {
  Board board = one_disk(policy);
  board.ram = {{0, 1 << 20}};
  board.int13 = true;
  return board;
}

/// A machine and the BIOS that calls it.
struct Caller {
  explicit Caller(const Board& board) : m(board) {}

  void call(std::uint8_t opcode, std::uint32_t lba, std::uint16_t count, std::uint8_t device_head = 0xe0) {
    std::vector<std::uint8_t> packet(hyperv::Int13Packet::kBytes);
    packet[0] = opcode;
    packet[1] = device_head;
    packet[3] = kUntouched;
    for (unsigned i = 0; i < 4; ++i) packet[4 + i] = static_cast<std::uint8_t>(lba >> (8 * i));
    packet[10] = static_cast<std::uint8_t>(count);
    packet[11] = static_cast<std::uint8_t>(count >> 8);
    for (unsigned i = 0; i < 4; ++i) packet[16 + i] = static_cast<std::uint8_t>(kTable >> (8 * i));
    m.controller.mem_write(kPacket, packet);
    m.controller.port_write(kDoorbell, 4, kPacket);
  }
  std::uint8_t result() { return m.memory(kPacket + 3, 1)[0]; }
  bool deferred() const { return m.controller.port_write_deferred(0); }

  Machine m;
};

TEST_CASE("a PRD table that is too short is an error, and the next command runs") {
  Caller bios(enlightened());
  bios.m.descriptor(kTable, kData, 512);
  bios.call(0xc8, 16, 2);
  CHECK_FALSE(bios.deferred());
  CHECK(bios.result() == 0x51);
  CHECK(bios.m.memory(kData, 512) == pattern(16));
  CHECK((bios.m.in(0x3f6) & 0x89) == 0);
  bios.call(0xc8, 17, 1);
  CHECK(bios.result() == 0x50);
  CHECK(bios.m.memory(kData, 512) == pattern(17));
}

TEST_CASE("memory that is not there is an error: of the data, of the table") {
  Caller bios(enlightened());
  bios.m.descriptor(kTable, 0x80000000, 512);
  bios.call(0xc8, 16, 1);
  CHECK(bios.result() == 0x51);
  bios.call(0xca, 16, 1);
  CHECK(bios.result() == 0x51);
  CHECK(bios.m.medium(16) == pattern(16));
  bios.m.controller.mem_unmap(kTable, 0x1000);
  bios.call(0xc8, 16, 1);
  CHECK(bios.result() == 0x51);
  CHECK_FALSE(bios.deferred());
}

TEST_CASE("a refused packet says so") {
  Caller bios(enlightened());
  bios.m.descriptor(kTable, kData, 512);
  bios.call(0x20, 16, 1);
  CHECK(bios.result() == 0x51);
  bios.call(0xc8, 16, 1, 0xf0);
  CHECK(bios.result() == 0x51);
  CHECK(bios.m.log.count(EventKind::port_write_deferred) == 0);
}

TEST_CASE("a packet that is handed over again while it runs keeps its result byte") {
  Caller bios(enlightened(CompletionPolicy::Kind::scripted));
  bios.m.controller.disk_complete(0, DiskOutcome::done, 0);
  bios.m.descriptor(kTable, kData, 512);
  bios.call(0xc8, 16, 1);
  bios.m.controller.port_write(kDoorbell, 4, kPacket);
  CHECK(bios.result() == kUntouched);
  bios.m.controller.disk_complete(0, DiskOutcome::done, 0);
  CHECK(bios.result() == 0x50);
}

TEST_CASE("an engine that software left running is stopped first") {
  Caller bios(enlightened());
  bios.m.descriptor(0x3000, 0x30000, 512);
  bios.m.out(kBmiba, 0x01);
  bios.m.descriptor(kTable, kData, 512);
  bios.call(0xc8, 16, 1);
  CHECK(bios.result() == 0x50);
  CHECK(bios.m.memory(kData, 512) == pattern(16));
}

TEST_CASE("resets end a write that waits") {
  for (const bool software : {false, true}) {
    CAPTURE(software);
    Caller bios(enlightened(CompletionPolicy::Kind::scripted));
    bios.m.controller.disk_complete(0, DiskOutcome::done, 0);
    bios.m.descriptor(kTable, kData, 512);
    bios.call(0xc8, 16, 1);
    REQUIRE(bios.deferred());
    if (software) {
      bios.m.out(0x3f6, 0x04);
      bios.m.out(0x3f6, 0x00);
      bios.m.controller.disk_complete(0, DiskOutcome::done, 0);
      CHECK(bios.result() == 0x51);
    } else {
      bios.m.controller.reset(ResetKind::pci);
      CHECK(bios.result() == kUntouched);
    }
    CHECK_FALSE(bios.deferred());
    CHECK(bios.m.log.count(EventKind::port_write_done) == 1);
    CHECK(bios.m.memory(kData, 512) == std::vector<std::uint8_t>(512));
  }
}

TEST_CASE("a write that waits is part of a snapshot") {
  Caller bios(enlightened(CompletionPolicy::Kind::scripted));
  bios.m.controller.disk_complete(0, DiskOutcome::done, 0);
  bios.m.descriptor(kTable, kData, 512);
  bios.call(0xc8, 16, 1);
  Caller other(enlightened(CompletionPolicy::Kind::scripted));
  const std::vector<std::uint8_t> state = bios.m.controller.save();
  REQUIRE(other.m.controller.restore(state));
  CHECK(other.m.controller.save() == state);
  CHECK(other.deferred());
  other.m.controller.disk_complete(0, DiskOutcome::done, 0);
  CHECK(other.result() == 0x50);
  CHECK(other.m.memory(kData, 512) == pattern(16));
  // A board without the ports has no place for it.
  Machine plain(one_disk(CompletionPolicy::Kind::scripted));
  CHECK_FALSE(plain.controller.restore(state));
}

TEST_CASE("without the ports nothing answers there") {
  Caller bios(one_disk());
  bios.m.descriptor(kTable, kData, 512);
  bios.call(0xc8, 16, 1);
  CHECK(bios.result() == kUntouched);
  CHECK(bios.m.controller.port_read(kDoorbell, 4).value == 0xffffffff);
}

}  // namespace
}  // namespace coincide::testing
