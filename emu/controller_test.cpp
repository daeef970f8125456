// Stories that a scenario cannot tell: what hostile or late stimuli do to the machine as a whole.
#include "emu/controller.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "emu/test_machine.h"

namespace coincide::testing {
namespace {

constexpr auto kScripted = CompletionPolicy::Kind::scripted;

TEST_CASE("a write that completes after a software reset touches nothing (PIT-09)") {
  Machine m(one_disk(kScripted));
  const std::vector<std::uint8_t> junk(kSectorBytes, 0xee);
  m.controller.mem_write(0x2000, junk);
  m.descriptor(0x1000, 0x2000, 512);
  m.command(0xca, 77, 1);
  m.out(kBmiba, 0x01);
  REQUIRE(m.controller.pending().size() == 1);
  const std::uint32_t number = m.controller.pending()[0].number;
  m.out(0x3f6, 0x04);
  m.out(0x3f6, 0x00);
  m.controller.disk_complete(number, DiskOutcome::done, 0);
  CHECK(m.medium(0) == pattern(0));
  CHECK(m.medium(77) == pattern(77));
  CHECK(m.log.count(EventKind::disk_data) == 0);
}

TEST_CASE("requests end only when the stimulus says so under the scripted policy") {
  Machine m(one_disk(kScripted));
  m.command(0x20, 5, 1);
  CHECK((m.in(0x3f6) & 0x80) == 0x80);
  m.controller.clock_advance(1'000'000'000'000);
  CHECK((m.in(0x3f6) & 0x80) == 0x80);
  m.controller.disk_complete(999, DiskOutcome::done, 0);  // no such request
  CHECK((m.in(0x3f6) & 0x80) == 0x80);
  m.controller.disk_complete(0, DiskOutcome::done, 0);
  CHECK(m.in(0x3f6) == 0x58);
  CHECK(m.read_data(kSectorBytes) == pattern(5));
}

TEST_CASE("requests end when the clock reaches them under the latency policy") {
  Board board = one_disk(CompletionPolicy::Kind::latency);
  board.completion.latency_ns = 1000;
  Machine m(board);
  m.command(0x20, 5, 1);
  m.controller.clock_advance(999);
  CHECK((m.in(0x3f6) & 0x80) == 0x80);
  m.controller.clock_advance(1);
  CHECK(m.in(0x3f6) == 0x58);
}

TEST_CASE("what happens inside a step of the clock is observed at its own time") {
  Board board = one_disk(CompletionPolicy::Kind::latency);
  board.completion.latency_ns = 1000;
  Machine m(board);
  m.controller.clock_advance(50);
  m.command(0x20, 5, 1);
  m.controller.clock_advance(10'000);
  REQUIRE(m.log.count(EventKind::irq) == 1);
  for (std::size_t i = 0; i < m.log.events.size(); ++i) {
    if (m.log.events[i].kind == EventKind::irq) CHECK(m.log.times_ns[i] == 1050);
  }
  CHECK(m.log.now_ns == 10'050);
}

TEST_CASE("a completion of any outcome in any place is survived") {
  for (std::uint8_t outcome = 0; outcome < 8; ++outcome) {
    for (const std::uint8_t opcode : {0x20, 0x24, 0x25, 0x30, 0x35, 0x40, 0xc4, 0xc8, 0xca, 0xe7, 0x70, 0x90}) {
      Machine m(one_disk(kScripted));
      m.out(0x1f2, 8);
      m.out(0x1f7, 0xc6);
      m.descriptor(0x1000, 0x2000, 0x1000);
      m.command(opcode, 3, 2);
      m.out(kBmiba, 0x09);
      m.read_data(3 * kSectorBytes);
      for (const std::uint64_t lba : {std::uint64_t{0}, std::uint64_t{4}, ~std::uint64_t{0}}) {
        m.controller.disk_complete(0, static_cast<DiskOutcome>(outcome), lba);
      }
      CHECK(m.controller.pending().size() <= 1);
    }
  }
}

TEST_CASE("PRDs in a hole: bus fault, ERR, master abort in PCISTS, no interrupt (BMIDE-74)") {
  Machine m(one_disk());
  m.controller.port_write(kBmiba + 4, 4, 0xf0000000);
  m.command(0xc8, 0, 1);
  m.out(kBmiba, 0x09);
  CHECK(m.in(kBmiba + 2) == 0x02);
  CHECK(m.controller.config_read(0x06, 2).value == 0x2280);
  CHECK_FALSE(m.controller.irq(0));
  CHECK(m.log.count(EventKind::bus_fault) == 1);
}

TEST_CASE("guest memory accesses outside RAM are bus faults of the CPU and read ones") {
  Machine m(one_disk());
  CHECK(m.memory(0xfffffff0, 4) == std::vector<std::uint8_t>(4, 0xff));
  REQUIRE_FALSE(m.log.events.empty());
  CHECK(m.log.events.back().kind == EventKind::bus_fault);
  CHECK(m.log.events.back().unit == kCpuUnit);
}

TEST_CASE("string input across DRQ blocks is one stimulus with every block behind it") {
  Machine m(one_disk());
  m.command(0x20, 9, 3);
  CHECK(m.read_data(3 * kSectorBytes) == pattern(9, 3));
  CHECK(m.in(0x3f6) == 0x50);
}

TEST_CASE("a command that comes after SLEEP and before Status is read keeps the device awake, disk and packet device") {
  Board board = one_disk();
  board.devices[2] = DeviceConfig::standard(DeviceKind::packet);
  Machine m(board);
  struct {
    std::uint16_t base;
    std::uint8_t identify;
  } const cases[] = {{0x1f0, 0xec}, {0x170, 0xa1}};
  for (const auto& c : cases) {
    CAPTURE(c.base);
    const auto status = static_cast<std::uint16_t>(c.base + 7);
    for (const std::uint8_t next : {c.identify, std::uint8_t{0x90}}) {
      m.out(status, 0xe6);
      m.out(status, next);
      m.in(status);
      if (next == c.identify) {
        std::vector<std::uint8_t> data(kSectorBytes);
        m.controller.port_read_block(c.base, 2, data);
        CHECK((data[98] | data[99]) != 0);  // word 49: DMA
      }
      m.out(status, 0xe5);
      CHECK(m.in(status) == 0x50);
      const unsigned mode = m.in(static_cast<std::uint16_t>(c.base + 2));
      CHECK(mode >= 0x80);  // CHECK POWER MODE: Idle or Active; in Sleep it is ignored
    }
  }
}

TEST_CASE("a stimulus of no legal width is no access") {
  Machine m(one_disk());
  const std::size_t before = m.log.events.size();
  for (const std::uint8_t width : {0, 3, 5, 8, 255}) {
    m.controller.apply({EventKind::port_write, width, 0, 0x1f7, 0, 0xec, {}});
    m.controller.apply({EventKind::port_read_block, width, 0, 0x1f0, 0, 7, {}});
  }
  CHECK(m.log.events.size() == before);
}

TEST_CASE("with an observer or without, the machine does the same") {
  Board board = one_disk();
  Controller silent(board, {}, nullptr);
  Machine watched(board);
  silent.config_write(0x04, 2, 0x0005);
  silent.config_write(0x40, 4, 0x80008000);
  for (unsigned i = 0; i < 2000; ++i) {
    // A fixed walk over ports and values.
    const auto port = static_cast<std::uint16_t>(0x1f0 + (i * 7 + i / 13) % 8);
    const std::uint32_t value = i * 2654435761u >> 24;
    if (i % 3 != 0) {
      silent.port_write(port, 1, value);
      watched.controller.port_write(port, 1, value);
    }
    REQUIRE(silent.port_read(port, 1).value == watched.controller.port_read(port, 1).value);
  }
}

}  // namespace
}  // namespace coincide::testing
