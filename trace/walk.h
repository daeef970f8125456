// One look at every byte of a trace file, front to back: what is there, and what is damaged. Verifying and recovering
// are this.
#pragma once

#include <optional>
#include <vector>

#include "trace/chunk.h"
#include "trace/frame.h"
#include "trace/message.h"

namespace coincide {

/// Reads header and trailer, and the index that the trailer leads to: all that opening a whole file needs.
struct Contents {
  TraceHeader header;
  Digest header_hash;
  std::optional<Provenance> provenance;
  /// What is wrong between header and first chunk. It hides no event (FORMAT.md, section 8).
  std::optional<Damage> passed_over;
  std::uint64_t first_offset = 0;  ///< of the frame behind header and provenance
  TraceIndex index;
  std::uint64_t index_offset = 0;
};

/// Reads the header frame. nullopt = good.
std::optional<Damage> read_header(ByteSpan file, Contents& out);
/// Reads what is behind the header, by way of the trailer. nullopt = the index is good; else nothing behind the header
/// is known.
std::optional<Damage> read_contents(ByteSpan file, Contents& out);

/// Loads chunk `number` of `index` and holds it against its row there.
std::optional<Damage> load_indexed(ByteSpan file, const Contents& contents, std::size_t number, Chunk& out);

/// What a walk found.
struct Walk {
  std::optional<Provenance> provenance;
  TraceIndex whole;             ///< the good chunks; numbered right as far as no chunk is lost
  std::vector<Damage> damages;  ///< in file order; empty = every byte of the file is good
};

/// Walks a file whose header is good. With `known` (the contents are good) it goes on behind damage, else it ends at
/// the first damage that may hide a chunk, since no later event has a number.
Walk walk_file(ByteSpan file, const Contents& contents, bool known);

}  // namespace coincide
