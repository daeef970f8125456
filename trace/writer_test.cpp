#include "trace/writer.h"

#include <doctest/doctest.h>

#include "trace/test_run.h"

using namespace coincide;
using namespace coincide::test;

namespace {

/// Every kind, with every field in use.
EventList one_of_each() {
  EventList run;
  const auto data = bytes(24, 7);
  for (const unsigned kind : {1u,  2u,  3u,  4u,  5u,  6u,  7u,  8u,  9u,  10u, 11u, 12u, 13u, 14u, 15u,
                              16u, 17u, 18u, 32u, 33u, 34u, 35u, 36u, 37u, 38u, 39u, 40u, 41u, 64u}) {
    Event e{static_cast<EventKind>(kind),
            static_cast<std::uint8_t>(kind + 1),
            static_cast<std::uint8_t>(kind + 2),
            0x80000000u + kind,
            0x1122334455667700u + kind,
            0xFFEEDDCCBBAA9900u + kind,
            {}};
    if (kind == 17) e.value = 5000;
    if (kind % 3 == 0) e.payload = ByteSpan(data).first(kind % 20 + 1);
    run.add(e);
  }
  return run;
}

struct FullSink final : Sink {
  explicit FullSink(std::size_t room) : room(room) {}
  Result<void> write(std::span<const ByteSpan> pieces) override {
    for (const ByteSpan piece : pieces) {
      if (piece.size() > room) return Error{"disk", "no space left"};
      room -= piece.size();
    }
    return {};
  }
  Result<void> finish() override {
    finished = true;
    return {};
  }
  std::size_t room;
  bool finished = false;
};

}  // namespace

TEST_CASE("a recorded run reads back as it was, with its times, payloads, header and provenance") {
  const EventList run = one_of_each();
  WriterOptions options;
  options.provenance = Provenance{"coincide 1", "somebody", "", "boot.log", "00", "rule", "note"};
  const auto file = recorded(run, options);
  const TraceReader reader = opened(file);
  CHECK(reader.header() == header());
  CHECK(reader.provenance() == options.provenance);
  CHECK(reader.events() == run.size());
  CHECK(reader.verify().ok());
  CHECK(listed(file) == run);
}

TEST_CASE("a run of many chunks reads back as it was") {
  const EventList run = driver_run(1, 3000);
  const auto file = recorded(run);
  const TraceReader reader = opened(file);
  REQUIRE(reader.chunks() > 3);
  CHECK(reader.verify().ok());
  CHECK(listed(file) == run);
  std::vector<std::uint64_t> places{0, 8191, 20000, reader.events() - 1};
  for (std::uint64_t i = 0; i < run.size(); i += 1) {
    if (!run[i].payload.empty() && i % 7 == 0) places.push_back(i);
  }
  REQUIRE(places.size() > 100);
  for (const std::uint64_t event : places) {
    EventCursor at(reader, event);
    REQUIRE(at.next());
    CHECK(at.number() == event);
    CHECK(at.time_ns() == run.time_ns(event));
    CHECK(at.event().value == run[event].value);
    const auto right = run[event].payload;
    CHECK(std::equal(right.begin(), right.end(), at.event().payload.begin(), at.event().payload.end()));
  }
}

TEST_CASE("a run without events is a whole trace, named by its header") {
  const auto file = recorded({});
  const TraceReader reader = opened(file);
  CHECK(reader.events() == 0);
  CHECK(reader.chunks() == 0);
  CHECK(reader.name() == reader.header_hash());
  CHECK(reader.verify().ok());
}

TEST_CASE("recording twice gives the same bytes; a changed value, time, payload or header gives another name") {
  const EventList run = driver_run(2, 500);
  const auto file = recorded(run);
  CHECK(file == recorded(run));
  const Digest name = opened(file).name();

  TraceHeader other = header();
  other.profile = "qemu";
  CHECK(opened(recorded(run, {}, other)).name() != name);

  const auto changed = [&](std::size_t at, auto change) {
    EventList copy;
    for (std::size_t i = 0; i < run.size(); ++i) {
      Event e = run[i];
      std::vector<std::uint8_t> payload(e.payload.begin(), e.payload.end());
      std::uint64_t time = run.time_ns(i);
      if (i >= at) change(e, payload, time, i == at);
      e.payload = payload;
      copy.add(e, time);
    }
    return opened(recorded(copy)).name();
  };
  CHECK(changed(run.size(), [](auto&&...) {}) == name);
  CHECK(changed(300, [](Event& e, auto&, auto&, bool here) { e.value ^= here; }) != name);
  CHECK(changed(run.size() - 1, [](Event&, auto&, std::uint64_t& time, bool) { time += 1; }) != name);
  CHECK(changed(0, [](Event&, std::vector<std::uint8_t>& payload, auto&, bool) {
          if (!payload.empty()) payload.back() ^= 1;
        }) != name);
}

TEST_CASE("provenance and compression change the file but not the name") {
  const EventList run = driver_run(3, 800, 256);
  const auto plain = recorded(run);
  WriterOptions options;
  options.provenance = Provenance{"coincide 9", "me", "2024-01-01", "", "", "", ""};
  options.zstd_level = 3;
  const auto other = recorded(run, options);
  CHECK(other.size() < plain.size());
  CHECK(opened(other).name() == opened(plain).name());
  CHECK(opened(other).verify().ok());
  CHECK(listed(other) == run);
}

TEST_CASE("a read's answer stands in its row, and its payload in row order, whatever was observed before the answer") {
  const auto first = bytes(10, 1);
  const auto answer = bytes(20, 2);
  const auto last = bytes(30, 3);
  MemorySink sink;
  TraceWriter writer(sink, header());
  writer.stimulus({EventKind::port_read_block, 2, 0, 0x1F0, 0, 10, {}});
  writer.observe({EventKind::dma_write, 0, 0, 0, 0x1000, 10, first});
  writer.observe({EventKind::irq, 0, 0, 14, 0, 1, {}});
  writer.answer(10, 4, answer);
  writer.stimulus({EventKind::mem_read, 0, 0, 0, 0x2000, 30, {}});
  writer.answer(30, 0, last);
  REQUIRE(writer.finish().ok());
  const EventList list = listed(sink.bytes());
  REQUIRE(list.size() == 4);
  CHECK(list[0].value == 10);
  CHECK(list[0].detail == 4);
  CHECK(std::equal(answer.begin(), answer.end(), list[0].payload.begin(), list[0].payload.end()));
  CHECK(std::equal(first.begin(), first.end(), list[1].payload.begin(), list[1].payload.end()));
  CHECK(list[3].detail == 0x2000);
  CHECK(std::equal(last.begin(), last.end(), list[3].payload.begin(), list[3].payload.end()));
}

TEST_CASE("time moves with clock_advance by itself, and where it is told to") {
  MemorySink sink;
  TraceWriter writer(sink, header());
  writer.stimulus({EventKind::clock_advance, 0, 0, 0, 0, 1000, {}});
  writer.time(300);
  writer.observe({EventKind::irq, 0, 0, 14, 0, 1, {}});
  writer.time(1000);
  writer.stimulus(port_write(0x1F6, 0));
  writer.stimulus({EventKind::clock_advance, 0, 0, 0, 0, ~std::uint64_t{0}, {}});
  writer.observe({EventKind::irq, 0, 0, 14, 0, 0, {}});
  writer.time(5);
  writer.observe({EventKind::irq, 0, 0, 14, 0, 1, {}});
  const auto summary = writer.finish();
  REQUIRE(summary.ok());
  CHECK(summary->end_time_ns == ~std::uint64_t{0});
  const EventList list = listed(sink.bytes());
  const std::vector<std::uint64_t> right{0, 300, 1000, 1000, ~std::uint64_t{0}, ~std::uint64_t{0}};
  REQUIRE(list.size() == right.size());
  for (std::size_t i = 0; i < right.size(); ++i) CHECK(list.time_ns(i) == right[i]);
}

TEST_CASE("time that moves with every event is right on both sides of each chunk's end") {
  EventList run;
  for (std::uint64_t i = 0; i < 40000; ++i) run.add({EventKind::clock_advance, 0, 0, 0, 0, 1 + i % 5, {}});
  const auto file = recorded(run);
  const TraceReader reader = opened(file);
  REQUIRE(reader.chunks() > 2);
  CHECK(listed(file) == run);
  for (const ChunkInfo& chunk : reader.index().chunks) {
    CHECK(chunk.first_time_ns == run.time_ns(chunk.first_event));
    EventCursor at(reader, chunk.first_event);
    REQUIRE(at.next());
    CHECK(at.time_ns() == chunk.first_time_ns);
  }
}

TEST_CASE("what the sink or the limits refuse is told by finish, and the writer goes on until then") {
  const EventList run = driver_run(4, 2000);
  for (const std::size_t room : {std::size_t{0}, std::size_t{200}, std::size_t{300000}}) {
    FullSink sink(room);
    TraceWriter writer(sink, header());
    run.feed(writer);
    const auto result = writer.finish();
    REQUIRE(!result.ok());
    CHECK(result.error().line() == "disk: no space left");
    CHECK(!sink.finished);
  }
  MemorySink sink;
  TraceWriter writer(sink, header());
  writer.observe({EventKind::note, 0, 0, 0, 0, 0, bytes(kMaxPayload + 1, 1)});
  run.feed(writer);
  const auto result = writer.finish();
  REQUIRE(!result.ok());
  CHECK(result.error().line() == "event 1: a payload over 1 MiB");
}

TEST_CASE("text that is no UTF-8 is written as what FORMAT.md allows") {
  WriterOptions options;
  options.provenance = Provenance{"t", "", "", "a\xFF.script", "", "", ""};
  const auto file = recorded({}, options);
  CHECK(opened(file).provenance()->source == "a\xEF\xBF\xBD.script");
}
