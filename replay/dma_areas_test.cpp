#include "replay/dma_areas.h"

#include <doctest/doctest.h>

#include <initializer_list>

namespace coincide {
namespace {

class Host {
 public:
  Host() { out(0xcf8, 0x80000920, 4), out(0xcfc, 0xc001, 4); }
  void out(std::uint16_t port, std::uint32_t value, unsigned width = 1) {
    areas.stimulus({EventKind::port_write, static_cast<std::uint8_t>(width), 0, port, 0, value, {}}, number_++);
  }
  void write(std::uint64_t address, std::initializer_list<std::uint8_t> bytes) {
    areas.stimulus({EventKind::mem_write, 0, 0, 0, address, bytes.size(), {bytes.begin(), bytes.size()}}, number_++);
  }
  void start(unsigned channel, std::uint32_t table, std::uint8_t command = 0x09) {
    const auto base = static_cast<std::uint16_t>(0xc000 + 8 * channel);
    out(base, 0);
    out(base + 4u, table, 4);
    out(base, command);
  }
  DmaAreas areas;

 private:
  std::size_t number_ = 0;
};

TEST_CASE("memory belongs to the channel whose table names it, until somebody else writes it") {
  Host host;
  host.write(0x1000, {0x00, 0x20, 0, 0, 4, 0, 0, 0, 0x00, 0x30, 0, 0, 2, 0, 0, 0x80, 0x00, 0x60, 0, 0, 2, 0, 0, 0x80});
  CHECK_FALSE(host.areas.filled_by(0x2000, 4));
  host.start(1, 0x1000);
  CHECK(host.areas.filled_by(0x2003, 4) == 1u);
  CHECK(host.areas.filled_by(0x3001, 1) == 1u);
  CHECK_FALSE(host.areas.filled_by(0x2004, 4));
  CHECK_FALSE(host.areas.filled_by(0x6000, 2));  // beyond the end of the table
  host.start(0, 0x1008);
  CHECK(host.areas.filled_by(0x3000, 2) == 0u);
  CHECK(host.areas.filled_by(0x2000, 2) == 1u);
  host.write(0x2000, {1, 2});
  CHECK_FALSE(host.areas.filled_by(0x2000, 2));
  CHECK(host.areas.filled_by(0x2002, 2) == 1u);
}

TEST_CASE("a transfer from memory fills nothing, and a table that the guest never wrote is none") {
  Host host;
  host.write(0x1000, {0x00, 0x20, 0, 0, 4, 0, 0, 0x80});
  host.start(0, 0x1000, 0x01);
  CHECK_FALSE(host.areas.filled_by(0x2000, 4));
  host.start(0, 0x5000);
  CHECK_FALSE(host.areas.filled_by(0, 0x10000));
}

}  // namespace
}  // namespace coincide
