// Files that somebody made to hurt: every sum is right, what they say is not. Each must be one error, taking no memory
// and no time to speak of.
#include <doctest/doctest.h>

#include "trace/test_frames.h"
#include "trace/test_run.h"

using namespace coincide;
using namespace coincide::test;

namespace {

std::optional<Damage> load_chunk(const std::vector<std::uint8_t>& bytes) {
  Frame out;
  if (auto damage = read_frame(bytes, 0, out)) return damage;
  Chunk chunk;
  return Chunk::load(out, chunk);
}

std::string chunk_error(std::initializer_list<std::uint64_t> words, ByteSpan blob = {}, std::uint32_t flags = 0) {
  FrameHead head;
  head.kind = FrameKind::chunk;
  head.flags = flags;
  head.blob_bytes = blob.size();
  const auto damage = load_chunk(frame(head, message_of(words), blob));
  return damage ? damage->what : "";
}

/// A file without chunks, whose index and trailer say what the test wants.
std::string open_error(const TraceIndex& index, TraceTrailer trailer) {
  const auto head = frame_of(FrameKind::header, encode(header()));
  if (trailer.index_offset == 0) trailer.index_offset = head.size();
  const auto file =
      joined({head, frame_of(FrameKind::index, encode(index)), frame_of(FrameKind::trailer, encode(trailer))});
  const auto reader = TraceReader::open(SharedBytes::borrow(file), "t");
  return reader ? "" : reader.error().what;
}

}  // namespace

TEST_CASE("a chunk of one event made by hand is good") { CHECK(chunk_error({1ull << 48, list(0, 2, 1), 0x40}) == ""); }

TEST_CASE("chunk messages that are not what they say") {
  const std::uint64_t one = 1ull << 48;
  CHECK(chunk_error({one, list(0, 2, 0), 0x40}) != "");                  // no rows
  CHECK(chunk_error({one, list(0, 2, (1u << 29) - 1), 0x40}) != "");     // rows beyond the message
  CHECK(chunk_error({one, list(0, 0, 1u << 20), 0x40}) != "");           // elements of no size
  CHECK(chunk_error({one, list(0, 1, 1), 0x40}) != "");                  // bits
  CHECK(chunk_error({one, list(0, 7, 1), 0x40, 0}) != "");               // structs
  CHECK(chunk_error({one, list(5, 2, 1), 0x40}) != "");                  // outside
  CHECK(chunk_error({one, list(0x3FFFFFFF, 2, 1), 0x40}) != "");         // backwards, onto its own pointer
  CHECK(chunk_error({one, 2, 0x40}) != "");                              // far pointer
  CHECK(chunk_error({0xFFFFull << 48, list(0, 2, 1), 0x40}) != "");      // pointers beyond the message
  CHECK(chunk_error({one | 1ull << 32, 0, list(0, 2, 1), 0x40}) != "");  // a data section
  CHECK(chunk_error({one, list(0, 2, 1), 0}) != "");                     // kind 0
  CHECK(chunk_error({one, list(0, 2, 2), 0x0040}) != "");                // the same in the second row
  CHECK(chunk_error({one, list(0, 2, 1), 0x140}) != "");                 // padding
  CHECK(chunk_error({one, list(0, 2, 1), 0x40, 0}) != "");               // a word too many
  CHECK(chunk_error({one}) != "");
  CHECK(chunk_error({2ull << 48, list(1, 2, 1), list(1, 2, 1), 0x40, 0}) != "");       // a column of zeros
  CHECK(chunk_error({2ull << 48, list(1, 2, 1), list(1, 2, 2), 0x40, 0x0101}) != "");  // of another length
  CHECK(chunk_error({2ull << 48, list(1, 2, 1), list(0, 2, 1), 0x40}) != "");          // two columns in one place
  CHECK(chunk_error({2ull << 48, list(1, 2, 1), 0, 0x40}) != "");                      // a trailing null pointer
  CHECK(chunk_error({2ull << 48, list(1, 2, 1), list(1, 2, 1), 0x40, 0x01}) == "");
}

TEST_CASE("payloads that are not what the columns say") {
  const auto data = bytes(5, 1);
  const Digest right = hash128(data);
  const auto chunk = [&](std::uint64_t length, const Digest& hash, ByteSpan blob, std::uint32_t flags = 0) {
    return chunk_error({8ull << 48, list(7, 2, 1), 0, 0, 0, 0, 0, list(2, 4, 1), list(2, 2, 16), 0x40, length,
                        load_little<std::uint64_t>(&hash.bytes[0]), load_little<std::uint64_t>(&hash.bytes[8])},
                       blob, flags);
  };
  CHECK(chunk(5, right, data) == "");
  CHECK(chunk(5, right, {}, kBlobStripped) == "");
  CHECK(chunk(5, right, {}) != "");
  CHECK(chunk(4, right, data) != "");
  CHECK(chunk(6, right, data) != "");
  CHECK(chunk(kMaxPayload + 1, right, {}, kBlobStripped) != "");
  CHECK(chunk(5, hash128(ByteSpan()), data) != "");
  CHECK(chunk(5, right, data, kBlobStripped) != "");
  CHECK(chunk(5, right, data, kBlobZstd) != "");
  CHECK(chunk_error({1ull << 48, list(0, 2, 1), 0x40}, data) != "");
  CHECK(chunk_error({1ull << 48, list(0, 2, 1), 0x40}, {}, kBlobStripped) != "");
}

TEST_CASE("time that runs out of 64 bits") {
  CHECK(chunk_error({9ull << 48, list(8, 2, 2), 0, 0, 0, 0, 0, 0, 0, list(1, 5, 2), 0x4040, ~0ull, 1}) != "");
  CHECK(chunk_error({9ull << 48, list(8, 2, 2), 0, 0, 0, 0, 0, 0, 0, list(1, 5, 2), 0x4040, ~0ull - 1, 1}) == "");
}

TEST_CASE("compressed sections are held to the size that they announce") {
  const auto message = message_of({1ull << 48, list(0, 2, 40), 0x4040404040404040, 0x4040404040404040,
                                   0x4040404040404040, 0x4040404040404040, 0x4040404040404040});
  const auto packed = compress(message, 3);
  REQUIRE(!packed.empty());
  FrameHead head;
  head.kind = FrameKind::chunk;
  head.flags = kMessageZstd;
  head.message_words = static_cast<std::uint32_t>(message.size() / 8);
  CHECK(!load_chunk(frame(head, packed)));
  for (const std::uint32_t words : {1u, head.message_words - 1, head.message_words + 1, 1u << 21}) {
    FrameHead other = head;
    other.message_words = words;
    CHECK(load_chunk(frame(other, packed)));
  }
  auto trailing = packed;
  trailing.push_back(0);
  CHECK(load_chunk(frame(head, trailing)));
  CHECK(load_chunk(frame(head, bytes(40, 1))));
  // A skippable frame behind the one that is meant: zstd would pass over it, and nobody would have looked at it.
  auto skippable = packed;
  for (const std::uint8_t b : {0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0}) skippable.push_back(b);
  CHECK(load_chunk(frame(head, skippable)));
  // A frame of one raw block, said to be `window` (RFC 8878, 3.1.1.1.2), of an older zstd or with a dictionary.
  const auto handmade = [&](std::uint8_t window, std::uint8_t magic = 0x28, std::uint8_t dictionary = 0) {
    const std::size_t block = message.size() << 3 | 1;  // last, raw
    std::vector<std::uint8_t> bytes{magic, 0xB5, 0x2F, 0xFD, 1, window, dictionary};
    for (const int shift : {0, 8, 16}) bytes.push_back(static_cast<std::uint8_t>(block >> shift));
    bytes.insert(bytes.end(), message.begin(), message.end());
    return load_chunk(frame(head, bytes));
  };
  CHECK(!handmade(0));
  CHECK(!handmade(14 << 3));     // 16 MiB
  CHECK(handmade(14 << 3 | 1));  // 18 MiB
  CHECK(handmade(21 << 3 | 7));  // nearly 4 GiB
  CHECK(handmade(0, 0x27));      // zstd 0.7
  CHECK(handmade(0, 0x28, 1));
  // Sixteen zebibytes of zeros would fit few bytes; the announced size is refused before anything is taken.
  FrameHead bomb = head;
  bomb.message_words = 0xFFFFFFFF;
  CHECK(load_chunk(frame(bomb, packed))->what.find("limit") != std::string::npos);
}

TEST_CASE("frame heads with lengths beyond the file, over the limits, or that contradict themselves") {
  const auto message = message_of({1ull << 48, list(0, 2, 1), 0x40});
  const auto good = [] {
    FrameHead head;
    head.kind = FrameKind::chunk;
    head.message_stored = 24;
    head.message_words = 3;
    return head;
  };
  const auto refused = [&](auto change) {
    FrameHead head = good();
    head.message_sum = hash128(message);
    change(head);
    const auto bytes = encode_head(head);
    std::vector<std::uint8_t> file(bytes.size() + message.size() + 16);  // room for a small blob
    std::copy(bytes.begin(), bytes.end(), file.begin());
    std::copy(message.begin(), message.end(), file.begin() + static_cast<long>(bytes.size()));
    Frame out;
    return read_frame(file, 0, out).has_value();
  };
  CHECK(!refused([](FrameHead&) {}));
  CHECK(refused([](FrameHead& h) { h.kind = static_cast<FrameKind>(0); }));
  CHECK(refused([](FrameHead& h) { h.kind = static_cast<FrameKind>(7); }));
  CHECK(refused([](FrameHead& h) { h.flags = 8; }));
  CHECK(refused([](FrameHead& h) { h.message_words = 0; }));
  CHECK(refused([](FrameHead& h) { h.message_words = 4; }));
  CHECK(refused([](FrameHead& h) { h.message_stored = ~0ull; }));
  CHECK(refused([](FrameHead& h) { h.message_stored = ~0ull - 7, h.message_words = 0x1FFFFFFF; }));
  CHECK(refused([](FrameHead& h) { h.message_stored = 1 << 20, h.message_words = 1 << 17; }));
  CHECK(refused([](FrameHead& h) { h.blob_stored = h.blob_bytes = ~0ull; }));
  CHECK(refused([](FrameHead& h) { h.blob_stored = h.blob_bytes = 32; }));
  CHECK(refused([](FrameHead& h) { h.blob_bytes = 8; }));
  CHECK(refused([](FrameHead& h) { h.flags = kBlobZstd | kBlobStripped; }));
  CHECK(refused([](FrameHead& h) { h.flags = kBlobZstd, h.blob_stored = 9, h.blob_sum.bytes[0] = 1; }));  // of nothing
  CHECK(!refused([](FrameHead& h) { h.flags = kBlobZstd, h.blob_stored = 9, h.blob_bytes = 1; }));
  CHECK(refused([](FrameHead& h) { h.flags = kMessageZstd, h.message_stored = ~0ull - 7; }));
  CHECK(refused([](FrameHead& h) { h.flags = kMessageZstd, h.message_stored = ~0ull - 111; }));
  CHECK(refused([](FrameHead& h) { h.flags = kBlobZstd, h.blob_stored = ~0ull - 7, h.blob_bytes = 8; }));
  // Sizes whose sum wraps around to a small one.
  CHECK(refused([](FrameHead& h) { h.flags = kBlobZstd, h.blob_stored = 8, h.blob_bytes = ~0ull - 15; }));
  CHECK(refused([](FrameHead& h) { h.blob_sum.bytes[0] = 1; }));
  CHECK(refused([](FrameHead& h) { h.kind = FrameKind::header, h.flags = kMessageZstd; }));
}

TEST_CASE("an index and a trailer that lie") {
  const Digest name = hash128(encode(header()));
  CHECK(open_error({}, {0, 0, 0, name}) == "");
  CHECK(open_error({}, {0, 0, 0, Digest{}}) != "");
  CHECK(open_error({}, {1, 0, 0, name}) != "");
  CHECK(open_error({}, {0, 1, 0, name}) != "");
  CHECK(open_error({}, {0, 0, 8, name}) != "");
  CHECK(open_error({}, {0, 0, ~0ull, name}) != "");
  CHECK(open_error({}, {0, 0, ~0ull - 7, name}) != "");
  CHECK(open_error({{}, 5, 0}, {5, 0, 0, name}) != "");
  CHECK(open_error({{}, 0, 5}, {0, 0, 0, name}) != "");
  const std::uint64_t first = frame_of(FrameKind::header, encode(header())).size();
  for (const std::uint64_t offset : {std::uint64_t{0}, first, first + 1, ~std::uint64_t{0}}) {
    const ChunkInfo chunk{offset, 0, 0, Digest{}, chain_step(name, Digest{})};
    CHECK(open_error({{chunk}, 1, 0}, {1, 1, 0, chunk.chain}) != "");
    CHECK(open_error({{chunk, chunk}, ~0ull, ~0ull}, {~0ull, 2, 0, chunk.chain}) != "");
  }
}

TEST_CASE("an index with right sums and a trailer to match, but one wrong number") {
  const auto file = recorded(driver_run(91, 2000));
  const TraceReader right = opened(file);
  REQUIRE(right.chunks() >= 2);
  const std::uint64_t index_offset =
      file.size() - kTrailerFrameBytes - frame_of(FrameKind::index, encode(right.index())).size();
  const auto refused = [&](auto change) {
    TraceIndex index = right.index();
    change(index);
    const Digest name = index.chunks.empty() ? right.header_hash() : index.chunks.back().chain;
    const TraceTrailer trailer{index.events, index.chunks.size(), index_offset, name};
    const auto changed = joined({{file.begin(), file.begin() + static_cast<long>(index_offset)},
                                 frame_of(FrameKind::index, encode(index)),
                                 frame_of(FrameKind::trailer, encode(trailer))});
    const auto recovered = TraceReader::recover(SharedBytes::borrow(changed), "t");
    CHECK(EventList::from(*recovered).value() == listed(file));  // by the scan from the front
    const auto reader = TraceReader::open(SharedBytes::borrow(changed), "t");
    if (!reader) return true;
    const auto list = EventList::from(*reader);
    const bool noticed = !list || !(*list == listed(file));  // by who reads on without verifying, or sees another time
    return !reader->verify().ok() && noticed;
  };
  CHECK(!refused([](TraceIndex&) {}));
  CHECK(refused([](TraceIndex& i) { i.chunks.at(1).chain.bytes[15] ^= 1; }));
  CHECK(refused([](TraceIndex& i) { i.chunks.at(i.chunks.size() - 1).chain.bytes[0] ^= 1; }));
  CHECK(refused([](TraceIndex& i) {
    i.chunks.at(i.chunks.size() - 1).hash.bytes[0] ^= 1;
    i.chunks.at(i.chunks.size() - 1).chain =
        chain_step(i.chunks.at(i.chunks.size() - 2).chain, i.chunks.at(i.chunks.size() - 1).hash);
  }));
  CHECK(refused([](TraceIndex& i) { i.chunks.at(1).offset += 8; }));
  CHECK(refused([](TraceIndex& i) { i.chunks.at(1).first_event += 1; }));
  CHECK(refused([](TraceIndex& i) { i.chunks.at(0).first_time_ns += 1; }));
  CHECK(refused([](TraceIndex& i) { i.chunks.at(1).first_time_ns -= 1; }));
  CHECK(refused([](TraceIndex& i) { i.events += 1; }));
  CHECK(refused([](TraceIndex& i) { i.end_time_ns += 1; }));
  CHECK(refused([](TraceIndex& i) { i.chunks.pop_back(); }));
  CHECK(refused([](TraceIndex& i) { i.chunks.clear(), i.events = i.end_time_ns = 0; }));
}

TEST_CASE("index lists whose counts are made up") {
  // Root: two data words, five pointers; offsets claims half a thousand million elements.
  for (const std::uint64_t code : {0ull, 1ull, 2ull, 5ull, 6ull, 7ull}) {
    const auto message = message_of({5ull << 48 | 2ull << 32, 1, 1, list(4, code, (1u << 29) - 1), 0, 0, 0, 0});
    const auto index = frame_of(FrameKind::index, message);
    const auto head = frame_of(FrameKind::header, encode(header()));
    const auto trailer = frame_of(FrameKind::trailer, encode(TraceTrailer{1, 1, head.size(), Digest{}}));
    const auto file = joined({head, index, trailer});
    CHECK(!TraceReader::open(SharedBytes::borrow(file), "t").ok());
    CHECK(TraceReader::recover(SharedBytes::borrow(file), "t").ok());
  }
}

TEST_CASE("headers of other versions and of no sense are refused with a reason") {
  TraceHeader later = header();
  later.format_version = 2;
  const auto of_version_2 = frame_of(FrameKind::header, encode(later));
  const auto reader = TraceReader::open(SharedBytes::borrow(of_version_2), "t");
  REQUIRE(!reader.ok());
  CHECK(reader.error().line() ==
        "t: byte 88: written in trace format version 2, of which this program reads only up to 1");
  // Text without its closing zero; text outside; a pointer loop.
  for (const std::uint64_t pointer : {list(0, 2, 8), list(9, 2, 3), std::uint64_t{0xFFFFFFFC}}) {
    const auto message = message_of({1ull << 48 | 2ull << 32, 1, 1, pointer, 0x4141414141414141});
    const auto file = frame_of(FrameKind::header, message);
    CHECK(!TraceReader::recover(SharedBytes::borrow(file), "t").ok());
  }
  // Not canonical: an empty text that is there, a data word and a pointer that are zero, a word that nobody reads.
  const auto reads = [](std::initializer_list<std::uint64_t> words) {
    return TraceReader::recover(SharedBytes::own(frame_of(FrameKind::header, message_of(words))), "t").ok();
  };
  CHECK(reads({1ull << 32, 1}));
  CHECK(!reads({1ull << 32, 0x10001}));  // bits that no field has
  // The board "AAA", then with a byte that is no UTF-8.
  CHECK(reads({1ull << 48 | 1ull << 32, 1, list(0, 2, 4), 0x414141}));
  CHECK(!reads({1ull << 48 | 1ull << 32, 1, list(0, 2, 4), 0x41FF41}));
  CHECK(!reads({1ull << 48 | 1ull << 32, 1, list(0, 2, 4), 0x410041}));
  CHECK(!reads({1ull << 48 | 2ull << 32, 1, 1, list(0, 2, 1), 0}));
  CHECK(!reads({2ull << 32, 1, 0}));
  CHECK(!reads({1ull << 48 | 1ull << 32, 1, 0}));
  CHECK(!reads({1ull << 32, 1, 0}));
  for (const std::string text :
       {"", "x", "not a trace at all, but long enough to hold a frame head, which it does not hold....."}) {
    const std::vector<std::uint8_t> file(text.begin(), text.end());
    CHECK(!TraceReader::open(SharedBytes::own(file), "t").ok());
    CHECK(!TraceReader::recover(SharedBytes::own(file), "t").ok());
  }
}

TEST_CASE("messages of nothing are a root pointer with the offset that the canonical form gives it") {
  const auto nothing = message_of({0xFFFFFFFC});
  CHECK(encode(Provenance{}) == nothing);
  CHECK(encode(TraceIndex{}) == nothing);
  const auto stream = joined({message_of({1ull << 32}), nothing});
  CHECK(decode_provenance(stream) == Provenance{});
  CHECK(decode_index(stream) == TraceIndex{});
  CHECK(!decode_provenance(joined({message_of({1ull << 32}), message_of({0})})));
}
