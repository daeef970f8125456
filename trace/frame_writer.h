// Puts frames into a sink in the order of the format, keeps index and chain, and ends the file.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "trace/error.h"
#include "trace/frame.h"
#include "trace/message.h"
#include "trace/sink.h"

namespace coincide {

/// What was written.
struct TraceSummary {
  Digest name;  ///< of the run
  std::uint64_t events = 0;
  std::uint64_t chunks = 0;
  std::uint64_t end_time_ns = 0;
};

/// A chunk whose sections are ready as they shall stand in the file.
struct StoredChunk {
  FrameHead head;                     ///< all but kind
  std::span<const ByteSpan> message;  ///< in pieces
  ByteSpan blob;
  Digest hash;  ///< of the message, uncompressed
  std::uint64_t rows = 0;
  std::uint64_t first_time_ns = 0;
  std::uint64_t last_time_ns = 0;
};

/// The same chunk with those of its sections compressed that become smaller. Owns them.
class CompressedChunk {
 public:
  CompressedChunk(const StoredChunk& plain, int zstd_level);
  CompressedChunk(const CompressedChunk&) = delete;
  CompressedChunk& operator=(const CompressedChunk&) = delete;
  const StoredChunk& chunk() const { return chunk_; }

 private:
  StoredChunk chunk_;
  std::vector<std::uint8_t> message_, blob_;
  ByteSpan message_piece_;
};

/// Used by TraceWriter, and by whoever copies chunks from one file into another. After the first error nothing more is
/// written; finish() tells it.
class FrameWriter {
 public:
  /// `sink` must outlive this. Header and provenance are written at once.
  FrameWriter(Sink& sink, const TraceHeader& header, const std::optional<Provenance>& provenance);

  void chunk(const StoredChunk& chunk);
  /// Writes index and trailer, and finishes the sink. Once, and last.
  Result<TraceSummary> finish();

  void fail(Error error);
  bool failed() const { return error_.has_value(); }
  std::uint64_t events() const { return index_.events; }

 private:
  void message(FrameKind kind, const MessageBytes& bytes);
  void frame(FrameHead head, std::span<const ByteSpan> message, ByteSpan blob);

  Sink* sink_;
  TraceIndex index_;
  Digest chain_;
  std::uint64_t offset_ = 0;
  std::optional<Error> error_;
};

}  // namespace coincide
