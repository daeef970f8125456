#include "trace/frame_writer.h"

#include <utility>

#include "trace/chunk.h"

namespace coincide {
namespace {

constexpr std::array<std::uint8_t, 8> kPadding{};
/// More than a chunk message has: prefix, fields, paddings.
constexpr std::size_t kMostPieces = 2 * kChunkFields + 8;

ByteSpan padding(std::size_t bytes) { return ByteSpan(kPadding).first(padding8(bytes)); }

}  // namespace

CompressedChunk::CompressedChunk(const StoredChunk& plain, int zstd_level) : chunk_(plain) {
  std::vector<std::uint8_t> joined;
  for (const ByteSpan piece : plain.message) joined.insert(joined.end(), piece.begin(), piece.end());
  message_ = compress(joined, zstd_level);
  if (!message_.empty()) {
    message_piece_ = message_;
    chunk_.message = {&message_piece_, 1};
    chunk_.head.flags |= kMessageZstd;
    chunk_.head.message_sum = hash128(message_);
  }
  if (!plain.blob.empty()) blob_ = compress(plain.blob, zstd_level);
  if (!blob_.empty()) {
    chunk_.blob = blob_;
    chunk_.head.flags |= kBlobZstd;
    chunk_.head.blob_sum = hash128(blob_);
  }
}

FrameWriter::FrameWriter(Sink& sink, const TraceHeader& header, const std::optional<Provenance>& provenance)
    : sink_(&sink) {
  const MessageBytes bytes = encode(header);
  chain_ = hash128(bytes);
  message(FrameKind::header, bytes);
  if (provenance) message(FrameKind::provenance, encode(*provenance));
}

void FrameWriter::chunk(const StoredChunk& chunk) {
  chain_ = chain_step(chain_, chunk.hash);
  index_.chunks.push_back({offset_, index_.events, chunk.first_time_ns, chunk.hash, chain_});
  index_.events += chunk.rows;
  index_.end_time_ns = chunk.last_time_ns;
  FrameHead head = chunk.head;
  head.kind = FrameKind::chunk;
  frame(head, chunk.message, chunk.blob);
}

Result<TraceSummary> FrameWriter::finish() {
  const std::uint64_t index_offset = offset_;
  const MessageBytes index = encode(index_);
  if (index.size() > kMaxIndexContent) fail({"", "the run has more chunks than an index may hold"});
  message(FrameKind::index, index);
  message(FrameKind::trailer, encode(TraceTrailer{index_.events, index_.chunks.size(), index_offset, chain_}));
  if (!failed()) {
    const Result<void> finished = sink_->finish();
    if (!finished) fail(finished.error());
  }
  if (failed()) return *error_;
  return TraceSummary{chain_, index_.events, index_.chunks.size(), index_.end_time_ns};
}

void FrameWriter::fail(Error error) {
  if (!failed()) error_ = std::move(error);
}

void FrameWriter::message(FrameKind kind, const MessageBytes& bytes) {
  const ByteSpan piece(bytes);
  if (kind != FrameKind::index && bytes.size() > kMaxFrameContent) {
    fail({"", std::string(frame_kind_name(kind)) + " texts are over 16 MiB"});
  }
  FrameHead head;
  head.kind = kind;
  head.message_words = static_cast<std::uint32_t>(bytes.size() / 8);
  head.message_sum = hash128(bytes);
  frame(head, {&piece, 1}, {});
}

void FrameWriter::frame(FrameHead head, std::span<const ByteSpan> message, ByteSpan blob) {
  head.message_stored = 0;
  for (const ByteSpan piece : message) head.message_stored += piece.size();
  head.blob_stored = blob.size();
  offset_ += head.frame_bytes();
  if (failed()) return;
  const auto head_bytes = encode_head(head);
  check(message.size() + 4 <= kMostPieces, "frames have few pieces");
  std::array<ByteSpan, kMostPieces> pieces;
  std::size_t count = 0;
  pieces[count++] = head_bytes;
  for (const ByteSpan piece : message) pieces[count++] = piece;
  pieces[count++] = padding(head.message_stored);
  pieces[count++] = blob;
  pieces[count++] = padding(head.blob_stored);
  const Result<void> written = sink_->write(std::span(pieces).first(count));
  if (!written) fail(written.error());
}

}  // namespace coincide
