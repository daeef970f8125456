// Where damage that only the meaning of a frame shows is told (FORMAT.md, section 8): every sum in these files is
// right.
#include <doctest/doctest.h>

#include "trace/reader.h"
#include "trace/test_frames.h"
#include "trace/test_run.h"

using namespace coincide;
using namespace coincide::test;

namespace {

constexpr std::uint64_t kHalfOfTime = std::uint64_t{1} << 63;

struct OneRow {
  std::uint64_t kind = 17;
  std::uint64_t delta = kHalfOfTime;
  std::optional<Digest> payload_hash{};
  std::uint32_t flags = 0;
};

/// A chunk of one event with 5 bytes of payload.
std::vector<std::uint8_t> chunk_of(const OneRow& row) {
  const auto payload = bytes(5, 1);
  const Digest hash = row.payload_hash.value_or(hash128(payload));
  const auto message =
      message_of({9ull << 48, list(8, 2, 1), 0, 0, 0, 0, 0, list(3, 4, 1), list(3, 2, 16), list(4, 5, 1), row.kind, 5,
                  load_little<std::uint64_t>(&hash.bytes[0]), load_little<std::uint64_t>(&hash.bytes[8]), row.delta});
  FrameHead head;
  head.kind = FrameKind::chunk;
  head.flags = row.flags;
  head.blob_bytes = payload.size();
  return frame(head, message, payload);
}

}  // namespace

TEST_CASE("a chunk is told at its message, its payloads at its blob, and by itself before with what is before it") {
  const auto header_frame = frame_of(FrameKind::header, encode(header()));
  const auto first = chunk_of({});
  const std::uint64_t at = header_frame.size() + first.size();
  constexpr std::uint64_t kMessage = 88;
  constexpr std::uint64_t kBlob = 88 + 15 * 8;
  const auto told = [&](const OneRow& row) {
    const auto file = joined({header_frame, first, chunk_of(row)});
    return byte_of(TraceReader::open(SharedBytes::borrow(file), "t").error()) - at;
  };
  CHECK(told({.delta = 1}) == first.size());  // all good, but the file ends
  CHECK(told({.kind = 0, .payload_hash = Digest{}}) == kMessage);
  CHECK(told({.payload_hash = Digest{}}) == kBlob);
  CHECK(told({.flags = kBlobZstd}) == kBlob);  // it is no zstd frame
  CHECK(told({.kind = 0, .flags = kBlobZstd}) == kMessage);
  CHECK(told({}) == kMessage);  // the run's time leaves 64 bits
}

TEST_CASE("an index or trailer that does not agree is told at its message") {
  const auto file = recorded(driver_run(91, 2000));
  const TraceReader right = opened(file);
  const auto old_index = frame_of(FrameKind::index, encode(right.index()));
  const std::uint64_t index_at = file.size() - kTrailerFrameBytes - old_index.size();
  const std::vector<std::uint8_t> front(file.begin(), file.begin() + static_cast<long>(index_at));
  const auto told = [&](const TraceIndex& index, const TraceTrailer& trailer) {
    const auto changed =
        joined({front, frame_of(FrameKind::index, encode(index)), frame_of(FrameKind::trailer, encode(trailer))});
    const auto reader = TraceReader::open(SharedBytes::borrow(changed), "t");
    return byte_of(reader.ok() ? reader->verify().error() : reader.error());
  };
  const TraceTrailer trailer{right.events(), right.chunks(), index_at, right.name()};
  TraceIndex late = right.index();
  late.chunks.front().first_time_ns += 1;
  CHECK(told(late, trailer) == index_at + 88);
  TraceIndex longer = right.index();
  longer.events += 1;
  CHECK(told(longer, trailer) == index_at + 88);
  CHECK(told(right.index(), {right.events() + 1, right.chunks(), index_at, right.name()}) ==
        file.size() - kTrailerFrameBytes + 88);
  CHECK(told(right.index(), {right.events(), right.chunks(), 88, right.name()}) ==
        file.size() - kTrailerFrameBytes + 88);
}
