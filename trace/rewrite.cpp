#include "trace/rewrite.h"

namespace coincide {

Result<TraceSummary> rewrite(const TraceReader& from, Sink& to, const RewriteOptions& options) {
  FrameWriter out(to, from.header(), options.provenance ? options.provenance : from.provenance());
  for (std::size_t i = 0; i < from.chunks(); ++i) {
    const auto loaded = from.chunk(i);
    if (!loaded) return loaded.error();
    const Chunk& chunk = *loaded;
    const ChunkInfo& info = from.index().chunks[i];
    const ByteSpan message = chunk.message();

    StoredChunk copy;
    copy.message = {&message, 1};
    copy.hash = chunk.hash;
    copy.head.message_words = static_cast<std::uint32_t>(message.size() / 8);
    copy.head.message_sum = chunk.hash;
    if (chunk.payload_hash && (options.strip_payloads || chunk.stripped)) {
      copy.head.flags = kBlobStripped;
    } else if (chunk.payload_hash) {
      copy.blob = chunk.blob;
      copy.head.blob_bytes = chunk.blob.size();
      copy.head.blob_sum = *chunk.payload_hash;
    }
    copy.rows = chunk.rows;
    copy.first_time_ns = info.first_time_ns;
    copy.last_time_ns = info.first_time_ns + (chunk.duration_ns - chunk.time_delta[0]);
    if (options.zstd_level == 0) {
      out.chunk(copy);
    } else {
      out.chunk(CompressedChunk(copy, options.zstd_level).chunk());
    }
  }
  return out.finish();
}

}  // namespace coincide
