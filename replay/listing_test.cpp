#include "replay/listing.h"

#include <doctest/doctest.h>

#include <vector>

namespace coincide {
namespace {

/// Lines of a stream of events, folded, without the blanks between columns.
std::string listed(const std::vector<Event>& events, bool json = false) {
  std::string out;
  ListingDecoder decoder;
  const auto squeeze = [](std::string_view text) {
    std::string squeezed;
    for (const char c : text) {
      if (c != ' ' || (!squeezed.empty() && squeezed.back() != ' ')) squeezed += c;
    }
    return squeezed + "\n";
  };
  PollFolder folder([&](const ListingLine& line) { out += squeeze(listing_text(line, false)); });
  std::uint64_t number = 0;
  for (const Event& event : events) {
    const ListedEvent one{number++, 7, event, event.payload.size()};
    const ListingLine line = decoder.decode(one);
    if (json) {
      out += listing_json(one, line) + "\n";
    } else {
      folder.add(line, event, decoder.polled());
    }
  }
  folder.finish();
  return out;
}

Event port(EventKind kind, std::uint32_t where, std::uint64_t value, std::uint64_t open = 0) {
  return {kind, 1, 0, where, open, value, {}};
}
Event clock(std::uint64_t nanoseconds) { return {EventKind::clock_advance, 0, 0, 0, 0, nanoseconds, {}}; }

TEST_CASE("listing: a command is decoded where it is written") {
  std::vector<Event> events;
  for (const auto& [where, value] :
       {std::pair{0x1f6u, 0xe0u}, {0x1f2u, 8u}, {0x1f3u, 0u}, {0x1f4u, 1u}, {0x1f5u, 0u}}) {
    events.push_back(port(EventKind::port_write, where, value));
  }
  events.push_back(port(EventKind::port_write, 0x1f7, 0xc8));
  const std::string text = listed(events);
  CHECK(text.find("0 out 01F6h primary Device E0h 1L1.....\n") != std::string::npos);
  CHECK(text.ends_with("5 out 01F7h primary Command C8h READ DMA lba=0x100 count=8 (primary master)\n"));
}

TEST_CASE("listing: bits by letter, open bits, bus-master ports where BMIBA puts them") {
  CHECK(listed({port(EventKind::port_read, 0x177, 0x50, 0x10)}) ==
        "0 in 0177h secondary Status 50h .R.S.... open 10h\n");
  CHECK(listed({{EventKind::config_write, 4, 0, 0x20, 0, 0xd001, {}}, port(EventKind::port_read, 0xd00a, 5)}) ==
        "0 cfgw 20h BMIBA 0000D001h\n1 in D00Ah secondary BMIS 05h .....I.A\n");
  CHECK(listed({port(EventKind::port_read, 0x80, 0xff)}) == "0 in 0080h FFh\n");
}

TEST_CASE("listing: every kind of event says what it is") {
  const std::vector<std::uint8_t> bytes(20, 0xab);
  CHECK(listed({{EventKind::port_read_block, 2, 0, 0x1f0, 0, 10, bytes}}) ==
        "0 ins 01F0h primary Data 20 bytes AB AB AB AB AB AB AB AB AB AB AB AB AB AB AB AB ...\n");
  CHECK(listed({{EventKind::mem_write, 0, 0, 0, 0x1000, 1, std::span(bytes).first(1)}}) ==
        "0 memw 00001000h 1 bytes AB\n");
  CHECK(listed({{EventKind::register_change, 1, 0, register_id(device_scope(1), 0), 0x50, 0x80, {}}}) ==
        "0 reg primary slave Status 50h -> 80h B.......\n");
  CHECK(listed({{EventKind::irq, 0, 0, 15, 0, 1, {}}}) == "0 irq IRQ15 raised\n");
  CHECK(listed({{EventKind::dma_write, 0, 1, 2, 0x20000, 2, std::span(bytes).first(2)}}) ==
        "0 dmaw 00020000h secondary PRD 2 2 bytes AB AB\n");
  CHECK(listed({{EventKind::disk_request, 1, 3, 9, 0x100, 8, {}}}) ==
        "0 disk #9 secondary slave read lba=0x100 count=8\n");
  CHECK(listed({{EventKind::disk_complete, 1, 0, 9, 0x101, 0, {}}}) == "0 done #9 uncorrectable lba=0x101\n");
  CHECK(listed({{EventKind::bus_fault, 0, kCpuUnit, 0, 0xf0000000, 4, {}}}) ==
        "0 fault F0000000h CPU 4 bytes: no memory there\n");
  CHECK(listed({{EventKind::media_insert, 0, 2, 0, 0, 1, {}}}) == "0 insert 1:0 medium 1\n");
  CHECK(listed({{EventKind::media_eject, 0, 2, 0, 0, 1, {}}}) == "0 eject 1:0 by force\n");
  CHECK(listed({clock(5000)}) == "0 clock +5000 ns\n");
  CHECK(listed({{EventKind::reset, 1, 0, 0, 0, 0, {}}}) == "0 reset power cycle\n");
  CHECK(listed({{EventKind::mem_map, 0, 0, 0, 0x100000, 4096, {}}}) == "0 map 00100000h 4096 bytes\n");
  const std::string_view text = "a\x1b[31mb";
  CHECK(listed({{EventKind::note,
                 0,
                 0,
                 0,
                 0,
                 text.size(),
                 {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}}}) == "0 note a?[31mb\n");
  // Whatever stands in a trace prints.
  for (unsigned kind = 0; kind < 256; ++kind) {
    for (const std::uint8_t width : {0, 1, 4, 255}) {
      const Event wild{static_cast<EventKind>(kind), width, 255, 0xffffffff, ~std::uint64_t{0}, ~std::uint64_t{0}, {}};
      CHECK_FALSE(listed({wild}).empty());
      CHECK_FALSE(listed({wild}, true).empty());
    }
  }
}

TEST_CASE("listing: looks that repeat are folded, with the clock between them") {
  const Event busy = port(EventKind::port_read, 0x3f6, 0x80);
  const Event ready = port(EventKind::port_read, 0x3f6, 0x50);
  CHECK(
      listed({busy, busy, busy, ready}) ==
      "0 in 03F6h primary Alternate Status 80h B....... (3 polls)\n3 in 03F6h primary Alternate Status 50h .R.S....\n");
  CHECK(listed({busy, clock(5), clock(5), busy, clock(1), clock(2), ready}) ==
        "0 in 03F6h primary Alternate Status 80h B....... (2 polls in 10 ns)\n4 clock +3 ns (2 steps)\n"
        "6 in 03F6h primary Alternate Status 50h .R.S....\n");
  // Not folded: something happened between, or it is no register that hosts poll.
  const Event error = port(EventKind::port_read, 0x1f1, 4);
  CHECK(listed({busy, error, busy}).find("polls") == std::string::npos);
  CHECK(listed({error, error}).find("polls") == std::string::npos);
}

TEST_CASE("listing: JSON has every field") {
  const std::vector<std::uint8_t> bytes{1, 0xfe};
  CHECK(listed({{EventKind::port_write_block, 2, 0, 0x1f0, 0, 1, bytes}}, true) ==
        "{\"event\":0,\"time_ns\":7,\"kind\":\"port_write_block\",\"width\":2,\"unit\":0,\"where\":496,\"detail\":0,"
        "\"value\":1,\"payload_bytes\":2,\"payload\":\"01fe\",\"name\":\"primary Data\"}\n");
  CHECK(listed({port(EventKind::port_write, 0x1f7, 0xe7)}, true)
            .ends_with("\"name\":\"primary Command\",\"command\":\"FLUSH CACHE\",\"device\":\"primary master\"}\n"));
}

}  // namespace
}  // namespace coincide
