#include "trace/cut.h"

#include <doctest/doctest.h>

#include <set>

#include "trace/test_run.h"

using namespace coincide;
using namespace coincide::test;

namespace {

/// FORMAT.md section 6 once more, in the plainest way: the first event of each chunk.
std::vector<std::uint64_t> cuts_of(const EventList& run) {
  std::vector<std::uint64_t> out;
  std::uint64_t h = 0;
  std::uint64_t rows = 0;
  std::uint64_t payload = 0;
  std::uint64_t mark = 0;
  bool last_is_read = false;
  for (std::size_t i = 0; i < run.size(); ++i) {
    const Event e = run[i];
    const auto kind = static_cast<unsigned>(e.kind);
    const std::uint64_t weight = rows + payload / 64;
    const bool stimulus = kind < 32;
    const bool command = kind == 2 && (e.where == 0x1F7 || e.where == 0x177);
    const std::uint64_t draw = ((h ^ (h >> 32)) * 0x9E3779B97F4A7C15u) >> 52;
    const bool close = rows != 0 && ((command && weight >= 8192 && draw < weight - mark) ||
                                     (stimulus && weight >= 16384) || (!stimulus && weight >= 32768 && !last_is_read));
    if (close) rows = payload = mark = 0;
    if (rows == 0) out.push_back(i);
    if (command) mark = rows + payload / 64;
    const bool task_file = (e.where >= 0x1F1 && e.where <= 0x1F6) || (e.where >= 0x171 && e.where <= 0x176);
    if (kind == 2 && task_file) h = h << 8 | (e.value & 0xFF);
    if (stimulus) last_is_read = kind == 1 || kind == 3 || kind == 5 || kind == 7;
    rows += 1;
    payload += e.payload.size();
  }
  return out;
}

}  // namespace

TEST_CASE("chunks close where FORMAT.md says, event for event") {
  for (const std::size_t block : {std::size_t{0}, std::size_t{64}, std::size_t{512}, std::size_t{8192},
                                  std::size_t{131072}, std::size_t{600000}}) {
    const EventList run = driver_run(12 + block, block > 131072 ? 20 : block > 8192 ? 300 : 3000, block);
    const auto file = recorded(run);
    std::vector<std::uint64_t> cuts;
    const TraceReader reader = opened(file);
    for (const ChunkInfo& chunk : reader.index().chunks) cuts.push_back(chunk.first_event);
    CHECK(cuts.size() > 2);
    CHECK(cuts == cuts_of(run));
  }
}

TEST_CASE("chunks close before commands, between the weights that FORMAT.md says") {
  const EventList run = driver_run(11, 5000);
  const auto file = recorded(run);
  const TraceReader reader = opened(file);
  std::size_t at_commands = 0;
  for (std::size_t i = 0; i + 1 < reader.chunks(); ++i) {
    const auto chunk = reader.chunk(i);
    REQUIRE(chunk.ok());
    const std::uint64_t weight = chunk->rows + chunk->payload_bytes / kPayloadBytesPerRow;
    CHECK(weight >= kMinWeight);
    CHECK(weight <= kMaxWeight + 64);
    const Event next = run[reader.index().chunks[i + 1].first_event];
    CHECK(is_stimulus(next.kind));
    at_commands += next.kind == EventKind::port_write && next.where == 0x1F7;
  }
  CHECK(reader.chunks() > 5);
  CHECK(2 * at_commands > reader.chunks());
}

TEST_CASE("two runs that depart and come together again share the chunks behind that") {
  EventList a;
  EventList b;
  Numbers left(21);
  Numbers right(21);
  for (std::size_t i = 0; i < 8000; ++i) {
    if (i == 700) {
      for (int polls = 0; polls < 37; ++polls) b.add(port_read(0x1F7, 0x80));
    }
    add_command(a, left, 64);
    add_command(b, right, 64);
  }
  const auto file_a = recorded(a);
  const auto file_b = recorded(b);
  const TraceReader reader_a = opened(file_a);
  const TraceReader reader_b = opened(file_b);
  std::set<Digest> hashes;
  for (const ChunkInfo& chunk : reader_a.index().chunks) hashes.insert(chunk.hash);
  std::size_t shared = 0;
  for (const ChunkInfo& chunk : reader_b.index().chunks) shared += hashes.count(chunk.hash);
  CHECK(reader_a.name() != reader_b.name());
  CHECK(reader_a.chunks() > 12);
  CHECK(reader_a.chunks() - shared <= 5);
  CHECK(reader_a.index().chunks.back().hash == reader_b.index().chunks.back().hash);
}

TEST_CASE("big payloads close chunks too: by content at commands, by force in the middle of one") {
  const auto file = recorded(driver_run(31, 300, 65536));
  const TraceReader reader = opened(file);
  CHECK(reader.chunks() > 15);
  CHECK(reader.verify().ok());

  EventList one_command;
  one_command.add(port_write(0xC000, 9));
  const auto data = bytes(kMaxPayload, 5);
  for (std::uint64_t i = 0; i < 40; ++i) {
    one_command.add({EventKind::dma_write, 0, 0, 0, i << 20, data.size(), data});
  }
  const auto forced = recorded(one_command);
  const TraceReader forced_reader = opened(forced);
  CHECK(forced_reader.chunks() >= 20);
  for (std::size_t i = 0; i < forced_reader.chunks(); ++i) CHECK(forced_reader.chunk(i)->payload_bytes <= 3u << 20);
  CHECK(listed(forced) == one_command);
}

TEST_CASE("no chunk ends between a read and its answer") {
  EventList run;
  for (std::uint32_t i = 0; i < 16000; ++i) run.add(register_change(1, i, i + 1));
  run.add({EventKind::port_read_block, 2, 0, 0x1F0, 0, 8, bytes(16, 3)});
  for (std::uint32_t i = 0; i < 60000; ++i) run.add(register_change(2, i, i + 1));
  run.add(port_write(0x1F6, 0));
  const auto file = recorded(run);
  const TraceReader reader = opened(file);
  REQUIRE(reader.chunks() == 2);
  CHECK(reader.index().chunks[1].first_event == 76001);
  CHECK(listed(file) == run);

  EventList endless;
  endless.add(port_read(0x1F7, 0));
  for (std::uint32_t i = 0; i < kMaxRows + 10; ++i) endless.add(register_change(2, i, i + 1));
  MemorySink sink;
  TraceWriter writer(sink, header());
  endless.feed(writer);
  CHECK(!writer.finish().ok());

  EventList unread;
  unread.add(port_write(0x1F6, 0));
  for (std::uint32_t i = 0; i < kMaxRows + 10; ++i) unread.add(register_change(2, i, i + 1));
  const auto unread_file = recorded(unread);
  CHECK(opened(unread_file).chunks() == 5);
  CHECK(opened(unread_file).index().chunks[1].first_event == kHardWeight);
}
