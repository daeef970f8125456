// Holds what the writer makes against FORMAT.md and against Cap'n Proto's own library.
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <doctest/doctest.h>
#include <xxhash.h>

#include "trace/test_run.h"
#include "trace/trace.capnp.h"

using namespace coincide;
using namespace coincide::test;

namespace {

struct Raw {
  std::uint32_t kind;
  std::uint64_t offset;
  std::uint64_t end;
  ByteSpan head;
  ByteSpan message;
  ByteSpan blob;
};

/// Frames as FORMAT.md section 2 lays them out, read with nothing of the reader's.
std::vector<Raw> frames_of(ByteSpan file) {
  std::vector<Raw> out;
  for (std::uint64_t at = 0; at < file.size();) {
    const ByteSpan head = file.subspan(at, 88);
    const auto message = load_little<std::uint64_t>(&head[24]);
    const auto blob = load_little<std::uint64_t>(&head[32]);
    const std::uint64_t end = at + 88 + (message + 7) / 8 * 8 + (blob + 7) / 8 * 8;
    out.push_back({load_little<std::uint32_t>(&head[16]), at, end, head, file.subspan(at + 88, message),
                   file.subspan(at + 88 + (message + 7) / 8 * 8, blob)});
    at = end;
  }
  return out;
}

Digest xxh128(ByteSpan bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  return Digest::from(canonical.digest);
}

template <class Column>
bool same_column(const Column& list, const EventList& run, std::size_t first, std::size_t rows, auto field) {
  for (std::size_t i = 0; i < rows; ++i) {
    const std::uint64_t right = field(first + i);
    const std::uint64_t stored = list.size() == 0 ? 0 : list[static_cast<unsigned>(i)];
    if (stored != right) return false;
  }
  return list.size() == 0 || (list.size() == rows && run.size() >= rows);
}

}  // namespace

TEST_CASE("frames stand as FORMAT.md says, with their sums, in order, each message canonical") {
  WriterOptions options;
  options.provenance = Provenance{"tool", "", "", "", "", "", ""};
  const auto file = recorded(driver_run(41, 1500), options);
  const auto frames = frames_of(file);
  REQUIRE(frames.size() > 5);
  CHECK(frames.front().kind == 1);
  CHECK(frames[1].kind == 2);
  CHECK(frames[frames.size() - 2].kind == 5);
  CHECK(frames.back().kind == 6);
  CHECK(frames.back().end - frames.back().offset == 144);
  CHECK(frames.back().end == file.size());
  for (const Raw& frame : frames) {
    const std::vector<std::uint8_t> magic{0x89, 0x43, 0x54, 0x52, 0x43, 0x0D, 0x0A, 0x1A};
    CHECK(std::equal(magic.begin(), magic.end(), frame.head.begin()));
    CHECK(load_little<std::uint64_t>(&frame.head[8]) == XXH3_64bits(&frame.head[16], 72));
    CHECK(Digest::from(frame.head.subspan(48, 16)) == xxh128(frame.message));
    CHECK(Digest::from(frame.head.subspan(64, 16)) == (frame.blob.empty() ? Digest{} : xxh128(frame.blob)));
    CHECK(load_little<std::uint32_t>(&frame.head[80]) == 0);
    CHECK(load_little<std::uint32_t>(&frame.head[84]) * std::uint64_t{8} == frame.message.size());
    const auto* words = reinterpret_cast<const capnp::word*>(file.data() + frame.offset + 80);
    capnp::FlatArrayMessageReader reader(kj::arrayPtr(words, 1 + frame.message.size() / 8));
    CHECK(reader.isCanonical());
  }
}

TEST_CASE("Cap'n Proto's own reader finds in a chunk the columns that were recorded") {
  const EventList run = driver_run(42, 900);
  const auto file = recorded(run);
  std::size_t first = 0;
  for (const Raw& frame : frames_of(file)) {
    if (frame.kind != 3) continue;
    const auto* words = reinterpret_cast<const capnp::word*>(file.data() + frame.offset + 80);
    capnp::FlatArrayMessageReader reader(kj::arrayPtr(words, 1 + frame.message.size() / 8));
    const auto chunk = reader.getRoot<schema::Chunk>();
    const std::size_t rows = chunk.getKind().size();
    const auto column = [&](const auto& list, auto field) { return same_column(list, run, first, rows, field); };
    CHECK(column(chunk.getKind(), [&](std::size_t i) { return static_cast<std::uint64_t>(run[i].kind); }));
    CHECK(column(chunk.getWidth(), [&](std::size_t i) { return run[i].width; }));
    CHECK(column(chunk.getUnit(), [&](std::size_t i) { return run[i].unit; }));
    CHECK(column(chunk.getWhere(), [&](std::size_t i) { return run[i].where; }));
    CHECK(column(chunk.getDetail(), [&](std::size_t i) { return run[i].detail; }));
    CHECK(column(chunk.getValue(), [&](std::size_t i) { return run[i].value; }));
    CHECK(column(chunk.getPayloadLength(), [&](std::size_t i) { return run[i].payload.size(); }));
    CHECK(column(chunk.getTimeDelta(),
                 [&](std::size_t i) { return run.time_ns(i) - (i == 0 ? 0 : run.time_ns(i - 1)); }));
    CHECK(!chunk.hasUnit());
    const auto hash = chunk.getPayloadHash();
    CHECK(Digest::from({hash.begin(), hash.size()}) == xxh128(frame.blob));
    first += rows;
  }
  CHECK(first == run.size());
}

TEST_CASE("the name is the chain over header and chunks, computed by hand") {
  const auto file = recorded(driver_run(43, 2500));
  Digest chain;
  for (const Raw& frame : frames_of(file)) {
    if (frame.kind == 1) chain = xxh128(frame.message);
    if (frame.kind != 3) continue;
    const Digest hash = xxh128(frame.message);
    std::vector<std::uint8_t> both(chain.bytes.begin(), chain.bytes.end());
    both.insert(both.end(), hash.bytes.begin(), hash.bytes.end());
    chain = xxh128(both);
  }
  const TraceReader reader = opened(file);
  CHECK(reader.chunks() > 2);
  CHECK(reader.name() == chain);
  CHECK(reader.name().hex().size() == 32);
  CHECK(Digest::parse(reader.name().hex()) == chain);
}

// Values that a second implementation, in another language, computed from the same file.
TEST_CASE("a known run keeps its known name and bytes") {
  EventList run;
  run.add(port_write(0x1F6, 0xE0));
  run.add(register_change(0x4000C, 0, 0xE0));
  run.add(port_read(0x1F7, 0x50, 0x02));
  run.add({EventKind::clock_advance, 0, 0, 0, 0, 100, {}});
  const std::vector<std::uint8_t> data{1, 2, 3, 4};
  run.add({EventKind::mem_write, 0, 0, 0, 0x1000, 4, data});
  const auto file = recorded(run);
  CHECK(opened(file).name().hex() == "239b6d714a04e6424c8569c1d3a84391");
  CHECK(xxh128(file).hex() == "cdeb5b4093ba6ef439e6b64315e674c5");
}
