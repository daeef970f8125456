// Cuts and flips: every one of them on a small file, a sample on a large one.
#include <doctest/doctest.h>

#include <algorithm>

#include "trace/frame_writer.h"
#include "trace/test_run.h"

using namespace coincide;
using namespace coincide::test;

namespace {

/// A file of three small chunks (a writer would not close them so early, but a reader does not mind), with provenance,
/// payloads, times, and paddings of message and blob.
std::vector<std::uint8_t> small_file(bool compressed) {
  MemorySink sink;
  FrameWriter writer(sink, header(), Provenance{"tool", "", "", "", "", "", ""});
  std::uint64_t time = 0;
  for (unsigned i = 0; i < 3; ++i) {
    EventList run;
    run.add({EventKind::clock_advance, 0, 0, 0, 0, 100, {}});
    run.add(port_read(0x1F7, 0x50 + i, 2));
    const auto payload = compressed ? std::vector<std::uint8_t>(301, static_cast<std::uint8_t>(i)) : bytes(13, i);
    run.add({EventKind::dma_write, 0, 0, 0, 0x1000, payload.size(), payload});
    const auto file = recorded(run);
    const TraceReader reader = opened(file);
    const Chunk chunk = *reader.chunk(0);
    const ByteSpan message = chunk.message();
    StoredChunk out;
    out.message = {&message, 1};
    out.blob = chunk.blob;
    out.hash = chunk.hash;
    out.head.message_words = static_cast<std::uint32_t>(message.size() / 8);
    out.head.blob_bytes = chunk.blob.size();
    out.head.message_sum = chunk.hash;
    out.head.blob_sum = *chunk.payload_hash;
    out.rows = chunk.rows;
    out.first_time_ns = time;
    out.last_time_ns = time += 100;
    if (compressed) {
      writer.chunk(CompressedChunk(out, 1).chunk());
    } else {
      writer.chunk(out);
    }
  }
  check(writer.finish().ok(), "the small file is written");
  return {sink.bytes().begin(), sink.bytes().end()};
}

struct Original {
  explicit Original(std::vector<std::uint8_t> file) : bytes(std::move(file)), reader(opened(bytes)) {
    check(reader.verify().ok(), "the original is whole");
    Frame frame;
    for (std::uint64_t at = 0; at < bytes.size(); at = frame.end()) {
      check(!read_frame(bytes, at, frame), "the original is whole");
      frames.push_back(at);
    }
    frames.push_back(bytes.size());
  }
  std::uint64_t chunk_end(std::size_t i) const {
    return *std::upper_bound(frames.begin(), frames.end(), reader.index().chunks[i].offset);
  }
  /// First byte of the frame that `at` stands in, and of the next.
  std::uint64_t frame_start(std::uint64_t at) const {
    return *(std::upper_bound(frames.begin(), frames.end(), at) - 1);
  }
  std::uint64_t frame_end(std::uint64_t at) const { return *std::upper_bound(frames.begin(), frames.end(), at); }

  std::vector<std::uint8_t> bytes;
  TraceReader reader;
  std::vector<std::uint64_t> frames;
};

/// Whether `reader` has chunk `i` of the original, as it was.
bool has_chunk(const TraceReader& reader, const Original& original, std::size_t i) {
  if (i >= reader.chunks() || !(reader.index().chunks[i] == original.reader.index().chunks[i])) return false;
  const auto chunk = reader.chunk(i);
  const auto right = original.reader.chunk(i);
  return chunk.ok() && chunk->hash == right->hash && chunk->rows == right->rows &&
         std::equal(chunk->blob.begin(), chunk->blob.end(), right->blob.begin(), right->blob.end());
}

/// Opens a file that is damaged at `at` (or cut there) in every way; empty if all went as it must.
std::string judge(const std::vector<std::uint8_t>& damaged, const Original& original, std::uint64_t at, bool cut) {
  const SharedBytes bytes = SharedBytes::borrow(damaged);
  std::optional<Error> error;
  const auto strict = TraceReader::open(bytes, "t");
  if (!strict) {
    error = strict.error();
  } else if (const auto verified = strict->verify(); !verified) {
    error = verified.error();
  }
  if (!error) return "not found";
  const std::uint64_t named = byte_of(*error);
  if (named < original.frame_start(at) || named > at || (!cut && named >= original.frame_end(at))) {
    return "wrong place: " + error->line();
  }
  const auto recovered = TraceReader::recover(bytes, "t");
  const bool header_whole = at >= original.frames[1];
  if (!recovered) return header_whole ? "not recovered: " + recovered.error().line() : "";
  if (!header_whole) return "a damaged header was believed";
  if (recovered->damages().empty()) return "recovered without a word";
  for (std::size_t i = 0; i < original.reader.chunks(); ++i) {
    const bool whole = original.chunk_end(i) <= at;
    if (whole && !has_chunk(*recovered, original, i)) return "lost chunk " + std::to_string(i);
    // A flip in one chunk leaves index and trailer good, so the chunks behind it are found as well.
    const bool behind = !cut && original.reader.index().chunks[i].offset > at;
    if (behind && original.frame_start(at) >= original.reader.index().chunks[0].offset &&
        !has_chunk(*recovered, original, i)) {
      return "lost chunk behind " + std::to_string(i);
    }
  }
  // And no event is handed out that was not there.
  EventCursor got(*recovered);
  EventCursor right(original.reader);
  while (got.next()) {
    if (!right.next() || got.event().value != right.event().value || got.time_ns() != right.time_ns())
      return "invented";
  }
  return {};
}

/// `step` 1 flips every bit; 7 one bit of nearly every byte, each bit in turn.
void cut_and_flip(const Original& original, std::size_t step) {
  for (std::size_t size = 0; size < original.bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(original.bytes.begin(), original.bytes.begin() + static_cast<long>(size));
    const std::string verdict = judge(cut, original, size, true);
    if (!verdict.empty()) FAIL("cut at " << size << ": " << verdict);
  }
  std::vector<std::uint8_t> flipped = original.bytes;
  for (std::size_t bit = 0; bit < 8 * original.bytes.size(); bit += step) {
    const auto mask = static_cast<std::uint8_t>(1u << bit % 8);
    flipped[bit / 8] ^= mask;
    const std::string verdict = judge(flipped, original, bit / 8, false);
    flipped[bit / 8] ^= mask;
    if (!verdict.empty()) FAIL("bit " << bit % 8 << " of byte " << bit / 8 << ": " << verdict);
  }
}

}  // namespace

TEST_CASE("a small trace cut anywhere or with any bit flipped is reported with its place, and its whole chunks read") {
  const Original original(small_file(false));
  CHECK(original.reader.chunks() == 3);
  cut_and_flip(original, 1);
}

TEST_CASE("the same for a compressed trace, one bit a byte") {
  const Original original(small_file(true));
  Frame frame;
  REQUIRE(!read_frame(original.bytes, original.reader.index().chunks[0].offset, frame));
  CHECK(frame.head.flags == (kMessageZstd | kBlobZstd));
  cut_and_flip(original, 7);
}

TEST_CASE("a large trace, cut and flipped at a sample of places") {
  const Original original(recorded(driver_run(51, 3500)));
  REQUIRE(original.reader.chunks() > 3);
  Numbers numbers(52);
  for (int i = 0; i < 60; ++i) {
    const std::uint64_t size = numbers.below(original.bytes.size());
    const std::vector<std::uint8_t> cut(original.bytes.begin(), original.bytes.begin() + static_cast<long>(size));
    CHECK(judge(cut, original, size, true) == "");
  }
  std::vector<std::uint8_t> flipped = original.bytes;
  for (int i = 0; i < 60; ++i) {
    const std::uint64_t bit = numbers.below(8 * original.bytes.size());
    const auto mask = static_cast<std::uint8_t>(1u << bit % 8);
    flipped[bit / 8] ^= mask;
    CHECK(judge(flipped, original, bit / 8, false) == "");
    flipped[bit / 8] ^= mask;
  }
}

TEST_CASE("bytes behind the trailer, a lost frame and a doubled frame are damage") {
  const Original original(small_file(false));
  auto longer = original.bytes;
  longer.resize(longer.size() + 8);
  const auto opened_longer = TraceReader::open(SharedBytes::borrow(longer), "t");
  REQUIRE(!opened_longer.ok());
  CHECK(byte_of(opened_longer.error()) == original.bytes.size());

  const auto from = static_cast<long>(original.reader.index().chunks[1].offset);
  const auto to = static_cast<long>(original.reader.index().chunks[2].offset);
  auto lost = original.bytes;
  lost.erase(lost.begin() + from, lost.begin() + to);
  CHECK(!TraceReader::open(SharedBytes::borrow(lost), "t").ok());
  auto doubled = original.bytes;
  doubled.insert(doubled.begin() + from, original.bytes.begin() + from, original.bytes.begin() + to);
  CHECK(!TraceReader::open(SharedBytes::borrow(doubled), "t").ok());

  // Two chunks of one size in each other's place: trailer and index are found, the chunks are not theirs.
  auto swapped = original.bytes;
  std::rotate(swapped.begin() + static_cast<long>(original.reader.index().chunks[0].offset), swapped.begin() + from,
              swapped.begin() + to);
  const auto reader = TraceReader::open(SharedBytes::borrow(swapped), "t");
  REQUIRE(reader.ok());
  CHECK(!reader->verify().ok());
  CHECK(!reader->chunk(0).ok());
}

TEST_CASE("a bad provenance or snapshot hides no chunk, with an index or without") {
  const Original original(small_file(false));
  const auto& chunks = original.reader.index().chunks;
  const std::uint64_t provenance = original.frames[1];
  const std::uint64_t index = original.chunk_end(2);
  REQUIRE(original.frames[2] == chunks[0].offset);
  /// The chunks that are recovered of the file with these bytes flipped, as digits, and the first damage.
  const auto recovered = [&](std::initializer_list<std::uint64_t> flips) {
    auto file = original.bytes;
    for (const std::uint64_t at : flips) file[at] ^= 1;
    const auto reader = TraceReader::recover(SharedBytes::borrow(file), "t");
    REQUIRE(reader.ok());
    REQUIRE(!reader->damages().empty());
    CHECK(!reader->provenance().has_value());
    CHECK(byte_of(TraceReader::open(SharedBytes::borrow(file), "t").error()) == byte_of(reader->damages().front()));
    std::string out;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      if (has_chunk(*reader, original, i)) out += std::to_string(i);
    }
    return out + " " + std::to_string(byte_of(reader->damages().front()) - provenance);
  };
  // By the index, also behind a second damage.
  CHECK(recovered({provenance + 90}) == "012 88");
  CHECK(recovered({provenance + 90, chunks[0].offset + 90}) == "12 88");
  CHECK(recovered({provenance + 90, chunks[1].offset}) == "02 88");
  CHECK(recovered({provenance, chunks[0].offset + 90}) == "12 0");
  // From the front, where its good head tells the next frame, and a bad one does not.
  CHECK(recovered({provenance + 90, index}) == "012 88");
  CHECK(recovered({provenance + 90, chunks[1].offset + 90, index}) == "0 88");
  CHECK(recovered({provenance, index}) == " 0");

  // A snapshot between the first two chunks whose sum is wrong; the index, which does not know of it, is lost.
  FrameHead head;
  head.kind = FrameKind::snapshot;
  head.message_stored = 8;
  head.message_words = 1;
  const auto snapshot_head = encode_head(head);
  std::vector<std::uint8_t> snapshot(snapshot_head.begin(), snapshot_head.end());
  snapshot.resize(kFrameHeadBytes + 8);
  auto file = original.bytes;
  file[index] ^= 1;
  const auto place = static_cast<long>(chunks[1].offset);
  file.insert(file.begin() + place, snapshot.begin(), snapshot.end());
  const auto reader = TraceReader::recover(SharedBytes::borrow(file), "t");
  REQUIRE(reader.ok());
  CHECK(reader->chunks() == 3);
  CHECK(reader->events() == original.reader.events());
  CHECK(reader->name() == original.reader.name());
  CHECK(byte_of(reader->damages().front()) == chunks[1].offset + kFrameHeadBytes);
  // A frame that may not stand where it stands ends the scan: the events behind it have no sure number.
  file[chunks[1].offset + 16] = 2;
  store_little(&file[chunks[1].offset + 8], hash64(ByteSpan(file).subspan(chunks[1].offset + 16, 72)));
  CHECK(TraceReader::recover(SharedBytes::borrow(file), "t")->chunks() == 1);
}

TEST_CASE("of several things wrong in one frame the one that comes first in FORMAT.md's order is told") {
  const Original original(small_file(true));
  const std::uint64_t chunk = original.reader.index().chunks[1].offset;
  Frame frame;
  REQUIRE(!read_frame(original.bytes, chunk, frame));
  const std::uint64_t message = chunk + kFrameHeadBytes;
  const std::uint64_t message_end = message + frame.message.size();
  const std::uint64_t blob = message + padded8(frame.message.size());
  const std::uint64_t blob_end = blob + frame.blob.size();
  REQUIRE(message_end < blob);
  REQUIRE(blob_end < frame.end());
  // From the last to the first: each is told before all that is wrong already.
  auto file = original.bytes;
  const auto told = [&](std::uint64_t at) {
    file[at] = static_cast<std::uint8_t>(~original.bytes[at]);
    const auto reader = TraceReader::recover(SharedBytes::borrow(file), "t");
    REQUIRE(reader.ok());
    CHECK(byte_of(reader->chunk(1).error()) == byte_of(reader->damages().front()));
    return byte_of(reader->damages().front());
  };
  CHECK(told(frame.end() - 1) == frame.end() - 1);
  CHECK(told(blob_end) == blob_end);
  CHECK(told(blob_end - 1) == blob);
  CHECK(told(blob - 1) == blob - 1);
  CHECK(told(message_end) == message_end);
  CHECK(told(message_end - 1) == message);
  CHECK(told(chunk + 87) == chunk);
}
