// A small machine for the unit tests of this room: a controller with one pattern disk, ports enabled, and an
// observer that keeps what it sees.
#pragma once

#include <vector>

#include "emu/controller.h"
#include "emu/media/pattern.h"

namespace coincide::testing {

/// Keeps observations without payloads.
class Log final : public Observer {
 public:
  void stimulus(const Event&) override {}
  void answer(std::uint64_t, std::uint64_t, std::span<const std::uint8_t>) override {}
  void observe(const Event& event) override {
    Event kept = event;
    kept.payload = {};
    events.push_back(kept);
    times_ns.push_back(now_ns);
  }
  void time(std::uint64_t reached_ns) override { now_ns = reached_ns; }
  std::size_t count(EventKind kind) const {
    std::size_t n = 0;
    for (const Event& e : events) n += e.kind == kind ? 1 : 0;
    return n;
  }
  std::vector<Event> events;
  std::vector<std::uint64_t> times_ns;  ///< of the events
  std::uint64_t now_ns = 0;
};

inline constexpr std::uint16_t kBmiba = 0xc000;
inline constexpr std::uint64_t kSectors = 16384;

inline Board one_disk(CompletionPolicy::Kind policy = CompletionPolicy::Kind::immediate) {
  Board board;
  board.devices[0].kind = DeviceKind::disk;
  board.devices[0].medium = make_pattern_medium(kSectors, {'H', 'D', '0'});
  board.completion.kind = policy;
  return board;
}

class Machine {
 public:
  explicit Machine(const Board& board, const Profile& profile = {}) : controller(board, profile, &log) { enable(); }

  /// What a PCI reset takes away: I/O space and bus master on, both channels decoded.
  void enable() {
    controller.config_write(0x04, 2, 0x0005);
    controller.config_write(0x20, 4, kBmiba);
    controller.config_write(0x40, 4, 0x80008000);
  }

  std::uint8_t in(std::uint16_t port) { return static_cast<std::uint8_t>(controller.port_read(port, 1).value); }
  void out(std::uint16_t port, std::uint8_t value) { controller.port_write(port, 1, value); }
  /// A 28-bit LBA command to the primary channel.
  void command(std::uint8_t opcode, std::uint32_t lba, std::uint8_t count, std::uint8_t device = 0xe0) {
    out(0x1f6, static_cast<std::uint8_t>(device | (lba >> 24 & 15)));
    out(0x1f2, count);
    out(0x1f3, static_cast<std::uint8_t>(lba));
    out(0x1f4, static_cast<std::uint8_t>(lba >> 8));
    out(0x1f5, static_cast<std::uint8_t>(lba >> 16));
    out(0x1f7, opcode);
  }
  std::vector<std::uint8_t> read_data(std::size_t bytes) {
    std::vector<std::uint8_t> data(bytes);
    controller.port_read_block(0x1f0, 2, data);
    return data;
  }
  /// One PRD at `table` for `count` bytes at `address`, last of its table.
  void descriptor(std::uint32_t table, std::uint32_t address, std::uint16_t count) {
    std::vector<std::uint8_t> raw;
    for (const std::uint32_t dword : {address, std::uint32_t{0x80000000} | count}) {
      for (int i = 0; i < 4; ++i) raw.push_back(static_cast<std::uint8_t>(dword >> (8 * i)));
    }
    controller.mem_write(table, raw);
    controller.port_write(kBmiba + 4, 4, table);
  }
  std::vector<std::uint8_t> memory(std::uint64_t address, std::size_t bytes) {
    std::vector<std::uint8_t> data(bytes);
    controller.mem_read(address, data);
    return data;
  }
  std::vector<std::uint8_t> medium(std::uint64_t lba, std::size_t sectors = 1) {
    std::vector<std::uint8_t> data(sectors * kSectorBytes);
    controller.read_medium(0, lba * kSectorBytes, data);
    return data;
  }

  Log log;
  Controller controller;
};

inline std::vector<std::uint8_t> pattern(std::uint64_t lba, std::size_t sectors = 1) {
  std::vector<std::uint8_t> data(sectors * kSectorBytes);
  make_pattern_medium(lba + sectors, {'H', 'D', '0'})->read(lba * kSectorBytes, data);
  return data;
}

}  // namespace coincide::testing
