#include "trace/event_list.h"

#include <doctest/doctest.h>

#include "trace/test_run.h"

using namespace coincide;
using namespace coincide::test;

namespace {

/// Checks the order of calls that observer.h promises.
struct Strict final : Observer {
  void stimulus(const Event& event) override {
    CHECK(!owed);
    owed = is_read(event.kind);
    if (owed) CHECK(event.payload.empty());
    if (event.kind == EventKind::port_read) CHECK(event.value == 0);
    if (event.kind == EventKind::mem_read) CHECK(event.detail == 0x1234);
    ++calls;
  }
  void answer(std::uint64_t, std::uint64_t, ByteSpan) override {
    CHECK(owed);
    owed = false;
  }
  void observe(const Event& event) override {
    CHECK(!is_stimulus(event.kind));
    ++calls;
  }
  bool owed = false;
  std::size_t calls = 0;
};

}  // namespace

TEST_CASE("a list is fed as a controller would: reads are announced, then answered before the next stimulus") {
  EventList run = driver_run(71, 20);
  const auto data = bytes(8, 1);
  run.add({EventKind::mem_read, 0, 0, 0, 0x1234, 8, data});
  run.add({EventKind::note, 0, 0, 0, 0, 8, data});
  Strict observer;
  run.feed(observer);
  CHECK(!observer.owed);
  CHECK(observer.calls == run.size());
  EventCollector collector;
  run.feed(collector);
  CHECK(collector.list == run);
}

TEST_CASE("times follow clock_advance, or are given, and never go back") {
  EventList list;
  list.add({EventKind::clock_advance, 0, 0, 0, 0, 50, {}});
  list.add(port_write(0x1F6, 0));
  list.add(port_write(0x1F6, 0), 80);
  list.add(port_write(0x1F6, 0), 70);
  list.add({EventKind::clock_advance, 0, 0, 0, 0, ~std::uint64_t{0}, {}});
  list.add(port_write(0x1F6, 0));
  CHECK(list.time_ns(0) == 0);
  CHECK(list.time_ns(1) == 50);
  CHECK(list.time_ns(2) == 80);
  CHECK(list.time_ns(3) == 80);
  CHECK(list.time_ns(5) == ~std::uint64_t{0});
  CHECK(listed(recorded(list)) == list);
}

TEST_CASE("an answer may come later, longer or shorter") {
  EventList list;
  const auto data = bytes(8, 2);
  list.add({EventKind::port_read_block, 2, 0, 0x1F0, 0, 4, {}});
  list.add({EventKind::irq, 0, 0, 14, 0, 0, {}});
  list.set_answer(0, 4, 2, data);
  CHECK(list[0].detail == 2);
  CHECK(list[0].payload.size() == 8);
  CHECK(list[1].payload.empty());
  CHECK(!(list == EventList()));
  list.clear();
  CHECK(list.empty());
}

TEST_CASE("a damaged trace gives its damage instead of a list") {
  auto file = recorded(driver_run(72, 10));
  const std::uint64_t chunk = opened(file).index().chunks[0].offset;
  file[chunk + 200] ^= 1;
  const auto list = EventList::from(opened(file));
  REQUIRE(!list.ok());
  CHECK(list.error().line().find("t: byte " + std::to_string(chunk + 88) + ": chunk 0: damaged chunk message") == 0);
}
