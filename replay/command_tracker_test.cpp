#include "replay/command_tracker.h"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace coincide;

namespace {

Event out(std::uint16_t port, std::uint32_t value, unsigned width = 1) {
  return {EventKind::port_write, static_cast<std::uint8_t>(width), 0, port, 0, value, {}};
}

/// Feeds port writes, numbered from 0.
void feed(CommandTracker& host, std::initializer_list<Event> events) {
  std::size_t number = 0;
  for (const Event& event : events) host.stimulus(event, number++);
}

}  // namespace

TEST_CASE("a 28-bit command takes its address from the low halves, a 48-bit command from both") {
  CommandTracker host;
  feed(host, {out(0x1f6, 0xe1), out(0x1f2, 8), out(0x1f3, 0x34), out(0x1f4, 0x12), out(0x1f5, 0xab), out(0x1f7, 0xc8)});
  REQUIRE(host.command(0));
  CHECK(host.command(0)->text() == "READ DMA lba=0x1ab1234 count=8");
  CHECK(host.command(0)->bytes() == 4096);
  CHECK(host.command(0)->event == 5);
  feed(host, {out(0x1f6, 0x40), out(0x1f2, 0x01), out(0x1f2, 0x00), out(0x1f3, 0x78), out(0x1f3, 0x34), out(0x1f4, 0),
              out(0x1f4, 0x12), out(0x1f5, 0), out(0x1f5, 0), out(0x1f7, 0x25)});
  CHECK(host.command(0)->text() == "READ DMA EXT lba=0x78001234 count=256");
  CHECK_FALSE(host.command(1));
}

TEST_CASE("a count of 0 is 256 sectors, or 65536") {
  CommandTracker host;
  feed(host, {out(0x176, 0xf0), out(0x172, 0), out(0x177, 0x20)});
  CHECK(host.command(1)->count_sectors == 256);
  CHECK(host.command(1)->unit == 3);
  feed(host, {out(0x172, 0), out(0x172, 0), out(0x177, 0x24)});
  CHECK(host.command(1)->count_sectors == 65536);
}

TEST_CASE("a CHS command is told as such, and a command without address has none") {
  CommandTracker host;
  feed(host, {out(0x1f6, 0xa3), out(0x1f2, 1), out(0x1f3, 5), out(0x1f4, 0x10), out(0x1f5, 0x02), out(0x1f7, 0x20)});
  CHECK(host.command(0)->text() == "READ SECTOR(S) chs=528/3/5 count=1");
  feed(host, {out(0x1f7, 0xec)});
  CHECK(host.command(0)->text() == "IDENTIFY DEVICE");
  CHECK(host.command(0)->bytes() == 0);
  feed(host, {out(0x1f7, 0x55)});
  CHECK(host.command(0)->text().find("55") != std::string::npos);
}

TEST_CASE("SRST takes the command away and selects Device 0; so does EXECUTE DEVICE DIAGNOSTIC the selection") {
  CommandTracker host;
  feed(host, {out(0x1f6, 0xb0), out(0x1f7, 0xec), out(0x3f6, 0x04)});
  CHECK_FALSE(host.command(0));
  CHECK(host.soft_reset(0));
  CHECK(host.selected_unit(0) == 0);
  feed(host, {out(0x3f6, 0x00)});
  CHECK(host.soft_reset(0));
  feed(host, {out(0x1f6, 0xb0), out(0x1f7, 0x90)});
  CHECK_FALSE(host.soft_reset(0));
  CHECK(host.selected_unit(0) == 0);
  CHECK(host.command(0)->unit == 1);
}

TEST_CASE("BMIBA, IDETIM and PCICMD are followed through configuration events and through CF8h") {
  CommandTracker host;
  CHECK_FALSE(host.decoded(0));
  feed(host, {{EventKind::config_write, 4, 0, 0x20, 0, 0xc001, {}},
              {EventKind::config_write, 2, 0, 0x40, 0, 0x8000, {}},
              {EventKind::config_write, 2, 0, 0x04, 0, 0x0005, {}},
              out(0xc00c, 0x1234567a, 4),
              out(0xc008, 0xff)});
  CHECK(host.bmiba() == 0xc000);
  CHECK(host.decoded(0));
  CHECK_FALSE(host.decoded(1));
  CHECK(host.bmidtp(1) == 0x12345678);
  CHECK(host.bmic(1) == 0x09);
  feed(host, {out(0xcf8, 0x80000920, 4), out(0xcfd, 0xd0)});
  CHECK(host.bmiba() == 0xd000);
  CHECK(host.config_offset(0xcfe) == 0x22);
  feed(host, {{EventKind::reset, 0, 0, 0, 0, 0, {}}});
  CHECK(host.bmiba() == 0);
  CHECK_FALSE(host.decoded(0));
}

TEST_CASE("the data position is where an access begins, counted from the command") {
  CommandTracker host;
  const std::uint8_t bytes[512] = {};
  feed(host, {out(0x1f7, 0xec),
              {EventKind::port_read_block, 2, 0, 0x1f0, 0, 100, {bytes, 200}},
              {EventKind::port_read, 4, 0, 0x1f0, 0, 0, {}}});
  CHECK(host.data_position(0) == 200);
  feed(host, {{EventKind::port_read, 1, 0, 0x1f7, 0, 0, {}}});
  CHECK(host.data_position(0) == 204);
  feed(host, {out(0x1f7, 0xec)});
  CHECK(host.data_position(0) == 0);
}

TEST_CASE("a command that means something of its own by its registers says what") {
  struct Case {
    std::uint8_t features, count, low, mid, high, opcode;
    const char* text;
  };
  const Case cases[] = {
      {0xd0, 0, 0, 0x4f, 0xc2, 0xb0, "SMART READ DATA"},
      {0xd2, 0xf1, 0, 0x4f, 0xc2, 0xb0, "SMART ENABLE/DISABLE AUTOSAVE enable"},
      {0xd2, 0x00, 0, 0x4f, 0xc2, 0xb0, "SMART ENABLE/DISABLE AUTOSAVE disable"},
      {0xd4, 0, 130, 0x4f, 0xc2, 0xb0, "SMART EXECUTE OFF-LINE IMMEDIATE extended self-test, captive"},
      {0xd4, 0, 3, 0x4f, 0xc2, 0xb0, "SMART EXECUTE OFF-LINE IMMEDIATE 03h"},
      {0xd5, 1, 0x06, 0x4f, 0xc2, 0xb0, "SMART READ LOG 06h self-test log count=1"},
      {0xd6, 2, 0x9f, 0x4f, 0xc2, 0xb0, "SMART WRITE LOG 9Fh host vendor log count=2"},
      {0x03, 0x44, 0, 0, 0, 0xef, "SET FEATURES set transfer mode: Ultra DMA mode 4"},
      {0x03, 0x7f, 0, 0, 0, 0xef, "SET FEATURES set transfer mode: 7Fh"},
      {0x82, 0, 0, 0, 0, 0xef, "SET FEATURES disable write cache"},
      {0x05, 0x80, 0, 0, 0, 0xef, "SET FEATURES enable APM, level 80h"},
      {0x02, 0, 0, 0, 0, 0xf9, "SET MAX LOCK"},
      {0x00, 1, 0x34, 0x12, 0x00, 0xf9, "SET MAX ADDRESS lba=0x1234, non-volatile"},
      {0xc2, 0, 0, 0, 0, 0xb1, "DEVICE CONFIGURATION IDENTIFY"},
      {0x00, 12, 0, 0, 0, 0xe3, "IDLE count=12"},
      {0x00, 0, 0, 0, 0, 0xf4, "SECURITY ERASE UNIT"},
  };
  for (const Case& c : cases) {
    CommandTracker host;
    feed(host, {out(0x1f6, 0xe0), out(0x1f1, c.features), out(0x1f2, c.count), out(0x1f3, c.low), out(0x1f4, c.mid),
                out(0x1f5, c.high), out(0x1f7, c.opcode)});
    REQUIRE(host.command(0));
    CHECK(host.command(0)->text() == c.text);
  }
  CommandTracker host;
  feed(host,
       {out(0x1f2, 0), out(0x1f2, 2), out(0x1f3, 0), out(0x1f3, 0x80), out(0x1f4, 1), out(0x1f4, 3), out(0x1f7, 0x2f)});
  CHECK(host.command(0)->text() == "READ LOG EXT 80h host vendor log sector=259 count=2");
}

TEST_CASE("PACKET is known by its packet, whatever the width it comes in, and READ by its address and count") {
  CommandTracker host;
  feed(host, {out(0x176, 0xa0), out(0x177, 0xa0), out(0x170, 0x28, 2), out(0x170, 0x11000000, 4), out(0x170, 0, 2)});
  CHECK(host.command(1)->packet_opcode() == 0x28);
  CHECK(host.command(1)->packet_bytes == 8);
  CHECK(host.command(1)->bytes() == 0);
  CHECK(host.command(1)->text() == "PACKET");
  feed(host, {out(0x170, 0x0003, 2), out(0x170, 0, 2), out(0x170, 0x1234, 2)});
  CHECK(host.command(1)->packet_bytes == 12);
  CHECK(host.command(1)->bytes() == 3 * 2048);
  CHECK(host.command(1)->text() == "PACKET: READ (10) lba=0x11 count=3");
  const std::uint8_t read12[] = {0xa8, 0, 0, 1, 2, 3, 0, 0, 1, 0, 0, 0};
  host.stimulus(out(0x177, 0xa0), 9);
  host.stimulus({EventKind::port_write_block, 2, 0, 0x170, 0, 6, read12}, 10);
  CHECK(host.command(1)->text() == "PACKET: READ (12) lba=0x10203 count=256");
  host.stimulus(out(0x177, 0xa1), 11);
  CHECK(host.command(1)->packet_opcode() == -1);
}

TEST_CASE("what a drive may have to report ages by the packet commands that would report it") {
  CommandTracker host;
  std::size_t number = 0;
  const auto packet = [&](std::uint8_t opcode) {
    const std::uint8_t cdb[12] = {opcode};
    host.stimulus(out(0x177, 0xa0), number++);
    host.stimulus({EventKind::port_write_block, 2, 0, 0x170, 0, 6, cdb}, number++);
    return host.news(2).packets;
  };
  CHECK(packet(0x00) == 1);
  CHECK(packet(0x12) == 1);  // INQUIRY reports no unit attention
  CHECK(packet(0xc1) == 2);  // a command that nobody knows does
  CHECK(host.news(2).kind == DriveNews::Kind::reset);
  CHECK(packet(0x1b) == 0);  // START STOP UNIT may move the tray
  CHECK(host.news(2).kind == DriveNews::Kind::tray);
  CHECK(packet(0x28) == 1);
  host.stimulus({EventKind::media_insert, 0, 2, 0, 0, 1, {}}, number++);
  CHECK(host.news(2).kind == DriveNews::Kind::medium);
  CHECK(host.media_moved(2));
  CHECK(packet(0x00) == 1);
  CHECK_FALSE(host.media_moved(2));
  host.stimulus(out(0x177, 0x90), number++);
  CHECK(host.news(2).packets == 0);
  CHECK(host.news(2).kind == DriveNews::Kind::reset);
  CHECK(packet(0x00) == 1);
  CHECK(host.news(0).packets == 0);
}
