#include "replay/ports.h"

#include <doctest/doctest.h>

namespace coincide {
namespace {

Event config_write(std::uint32_t offset, std::uint8_t width, std::uint64_t value) {
  return {EventKind::config_write, width, 0, offset, 0, value, {}};
}
Event port_write(std::uint32_t port, std::uint8_t width, std::uint64_t value) {
  return {EventKind::port_write, width, 0, port, 0, value, {}};
}

TEST_CASE("the direction of an access tells registers that share a port apart") {
  const PortMap map;
  CHECK(host_register_name(map.decode_port(0x1f7, false)) == "Status");
  CHECK(host_register_name(map.decode_port(0x1f7, true)) == "Command");
  CHECK(host_register_name(map.decode_port(0x171, true)) == "Features");
  CHECK(host_register_long_name(map.decode_port(0x376, true)) == "secondary Device Control");
  CHECK(host_register_long_name(map.decode_port(0x3f6, false)) == "primary Alternate Status");
  CHECK(map.decode_port(0x3f7, false).reg == HostRegister::none);
  CHECK(map.decode_port(0x1f8, false).reg == HostRegister::none);
}

TEST_CASE("bus-master ports follow BMIBA, however it is written") {
  PortMap map;
  CHECK(host_register_long_name(map.decode_port(0xc00a, false)) == "secondary BMIS");
  map.follow(config_write(0x20, 4, 0xe001));  // PIIX4-CFG-24: bit 0 is the I/O space indicator
  CHECK(map.bmiba() == 0xe000);
  CHECK(map.decode_port(0xc002, false).reg == HostRegister::none);
  CHECK(map.decode_port(0xe004, true).reg == HostRegister::bmidtp);
  map.follow(config_write(0x21, 1, 0xd0));  // one byte of it
  CHECK(map.bmiba() == 0xd000);
  map.follow(port_write(0xcf8, 4, 0x80000920));  // device 1, function 1, offset 20h
  map.follow(port_write(0xcfc, 4, 0xb001));
  CHECK(map.bmiba() == 0xb000);
  map.follow(port_write(0xcf8, 4, 0x80000820));  // function 0 is another function's BAR
  map.follow(port_write(0xcfc, 4, 0xa001));
  CHECK(map.bmiba() == 0xb000);
  map.follow({EventKind::register_change, 4, 0, register_id(Scope::function, 3), 0xb001, 0xc001, {}});
  CHECK(map.bmiba() == 0xc000);
}

TEST_CASE("bits print by letter, most significant first, and a set bit without a letter still shows") {
  const PortMap map;
  CHECK(bits_text(map.decode_port(0x1f7, false), 0x50) == ".R.S....");
  CHECK(bits_text(map.decode_port(0xc002, false), 0x05) == ".....I.A");
  CHECK(bits_text(map.decode_port(0xc002, false), 0x98) == "#..##...");
  CHECK(bits_text(map.decode_port(0x1f2, false), 0x55).empty());
  CHECK(bits_text(register_id(Scope::device1, 0), 0x80) == "B.......");
  CHECK(hex_text(0x5, 1) == "05h");
  CHECK(hex_text(0x1000, 4) == "00001000h");
}

}  // namespace
}  // namespace coincide
