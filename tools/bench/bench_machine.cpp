#include "tools/bench/bench_machine.h"

#include <algorithm>
#include <cstddef>

#include "emu/media/pattern.h"

namespace coincide::bench {

const std::vector<std::uint8_t>& medium_bytes() {
  static const std::vector<std::uint8_t> bytes = [] {
    std::vector<std::uint8_t> out(kMediumBytes);
    for (std::uint64_t lba = 0; lba < kMediumBytes / kSectorBytes; ++lba) {
      pattern_sector({'B', 'E', 'N'}, lba,
                     std::span<std::uint8_t, kSectorBytes>(&out[lba * kSectorBytes], kSectorBytes));
    }
    return out;
  }();
  return bytes;
}

Board bench_board() {
  Board board;
  board.ram = {{0, kRamBytes}};
  board.devices[0].kind = DeviceKind::disk;
  board.devices[0].medium = make_bytes_medium(medium_bytes(), nullptr);
  return board;
}

Machine::Machine(Observer* observer) : controller_(std::make_unique<Controller>(bench_board(), Profile{}, observer)) {
  controller_->config_write(0x20, 4, kBusMaster);
  controller_->config_write(0x40, 2, 0x8000);
  controller_->config_write(0x04, 2, 0x0005);
}

void Machine::register_round(std::uint32_t round) {
  Controller& c = *controller_;
  const auto byte = [&](unsigned shift) { return std::uint32_t{static_cast<std::uint8_t>(round >> shift)}; };
  (void)c.port_read(0x3f6, 1);
  c.port_write(0x1f6, 1, 0xe0);
  (void)c.port_read(0x1f7, 1);
  c.port_write(0x1f1, 1, 0x00);
  c.port_write(0x1f2, 1, 0x08);
  c.port_write(0x1f3, 1, byte(0));
  c.port_write(0x1f4, 1, byte(8));
  c.port_write(0x1f5, 1, byte(16));
  (void)c.port_read(0x3f6, 1);
  (void)c.port_read(kBusMaster + 2, 1);
  (void)c.port_read(0x3f6, 1);
  (void)c.port_read(0x1f7, 1);
}

bool Machine::read_dma(std::uint64_t lba, std::uint32_t sectors, std::uint64_t address) {
  Controller& c = *controller_;
  std::vector<std::uint8_t> table;
  for (std::uint64_t left = std::uint64_t{sectors} * kSectorBytes, at = address; left != 0;) {
    const std::uint64_t part = std::min<std::uint64_t>(left, 0x10000);
    left -= part;
    const std::uint64_t row = at | (part & 0xffff) << 32 | (left == 0 ? std::uint64_t{1} << 63 : 0);
    for (unsigned i = 0; i < 8; ++i) table.push_back(static_cast<std::uint8_t>(row >> 8 * i));
    at += part;
  }
  c.mem_write(kPrdTable, table);
  c.port_write(kBusMaster + 0, 1, 0x08);
  c.port_write(kBusMaster + 4, 4, kPrdTable);
  c.port_write(kBusMaster + 2, 1, 0x06);
  c.port_write(0x1f6, 1, 0xe0);
  const auto byte = [](std::uint64_t value, unsigned shift) {
    return std::uint32_t{static_cast<std::uint8_t>(value >> shift)};
  };
  for (const bool high : {true, false}) {
    c.port_write(0x1f2, 1, byte(sectors, high ? 8 : 0));
    c.port_write(0x1f3, 1, byte(lba, high ? 24 : 0));
    c.port_write(0x1f4, 1, byte(lba, high ? 32 : 8));
    c.port_write(0x1f5, 1, byte(lba, high ? 40 : 16));
  }
  c.port_write(0x1f7, 1, 0x25);
  c.port_write(kBusMaster + 0, 1, 0x09);
  const std::uint32_t bus_master = c.port_read(kBusMaster + 2, 1).value;
  const std::uint32_t status = c.port_read(0x1f7, 1).value;
  c.port_write(kBusMaster + 0, 1, 0x00);
  return (bus_master & 0x07) == 0x04 && (status & 0x89) == 0;
}

}  // namespace coincide::bench
