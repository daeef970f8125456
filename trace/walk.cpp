#include "trace/walk.h"

#include <algorithm>
#include <utility>

#include "trace/cut.h"

namespace coincide {
namespace {

/// A frame of the kind that must stand at `offset`, with good sums.
std::optional<Damage> read_kind(ByteSpan file, std::uint64_t offset, FrameKind kind, Frame& out) {
  if (auto damage = read_frame(file, offset, out)) return damage;
  if (out.head.kind != kind) {
    return Damage{offset, std::string(frame_kind_name(out.head.kind)) + " frame where the " +
                              std::string(frame_kind_name(kind)) + " frame should be"};
  }
  return check_sums(out);
}

Damage not_a(const Frame& frame) {
  return {frame.message_at(), "not a valid " + std::string(frame_kind_name(frame.head.kind)) + " message"};
}

/// What an index says that cannot be, given where its neighbours stand; empty if nothing.
std::string_view contradiction(const Contents& c) {
  const TraceIndex& index = c.index;
  std::uint64_t offset = c.first_offset;
  std::uint64_t event = 0;
  std::uint64_t time = 0;
  Digest chain = c.header_hash;
  for (std::size_t i = 0; i < index.chunks.size(); ++i) {
    const ChunkInfo& chunk = index.chunks[i];
    const bool room = chunk.offset >= offset && chunk.offset % 8 == 0 && chunk.offset < c.index_offset &&
                      c.index_offset - chunk.offset >= kFrameHeadBytes;
    if (!room) return "chunk offsets out of order";
    const bool counted =
        i == 0 ? chunk.first_event == 0 : chunk.first_event > event && chunk.first_event - event <= kMaxRows;
    if (!counted || chunk.first_event >= index.events) return "event numbers out of order";
    if (chunk.first_time_ns < time) return "times out of order";
    chain = chain_step(chain, chunk.hash);
    if (chain != chunk.chain) return "a chain that does not follow from its hashes";
    offset = chunk.offset + kFrameHeadBytes;
    event = chunk.first_event;
    time = chunk.first_time_ns;
  }
  if (index.events - event > kMaxRows || (index.chunks.empty() && index.events != 0)) return "events without a chunk";
  if (index.end_time_ns < time || (index.chunks.empty() && index.end_time_ns != 0)) return "an end before its events";
  return {};
}

std::optional<Damage> read_provenance(const Frame& frame, std::optional<Provenance>& out) {
  if (auto damage = check_sums(frame)) return damage;
  out = decode_provenance(frame.stream);
  if (!out) return not_a(frame);
  return std::nullopt;
}

const Digest& last_chain(const TraceIndex& index, const Digest& header_hash) {
  return index.chunks.empty() ? header_hash : index.chunks.back().chain;
}

}  // namespace

std::optional<Damage> read_header(ByteSpan file, Contents& out) {
  if (file.empty()) return Damage{0, "the file is empty"};
  Frame frame;
  if (auto damage = read_kind(file, 0, FrameKind::header, frame)) return damage;
  const auto version = peek_format_version(frame.stream);
  if (version && (*version == 0 || *version > kFormatVersion)) {
    return Damage{kFrameHeadBytes, "written in trace format version " + std::to_string(*version) +
                                       ", of which this program reads only up to " + std::to_string(kFormatVersion)};
  }
  auto header = decode_header(frame.stream);
  if (!header) return not_a(frame);
  out.header = std::move(*header);
  out.header_hash = frame.head.message_sum;
  out.first_offset = frame.end();
  return std::nullopt;
}

std::optional<Damage> read_contents(ByteSpan file, Contents& out) {
  Frame frame;
  auto behind_header = read_frame(file, out.first_offset, frame);
  if (!behind_header && frame.head.kind == FrameKind::provenance) {
    out.passed_over = read_provenance(frame, out.provenance);
    out.first_offset = frame.end();
  }
  if (file.size() % 8 != 0 || file.size() < out.first_offset + kTrailerFrameBytes) {
    return Damage{file.size(), "the file ends before its trailer"};
  }
  const std::uint64_t trailer_offset = file.size() - kTrailerFrameBytes;
  if (auto damage = read_kind(file, trailer_offset, FrameKind::trailer, frame)) return damage;
  const auto trailer = decode_trailer(frame.stream);
  if (!trailer || frame.end() != file.size()) return not_a(frame);
  out.index_offset = trailer->index_offset;
  const bool room = out.index_offset % 8 == 0 && out.index_offset >= out.first_offset;
  if (!room || out.index_offset >= trailer_offset) {
    return Damage{trailer_offset, "a trailer that leads to no index"};
  }
  if (auto damage = read_kind(file, out.index_offset, FrameKind::index, frame)) return damage;
  if (frame.end() != trailer_offset) return Damage{frame.end(), "bytes between index and trailer"};
  auto index = decode_index(frame.stream);
  if (!index) return not_a(frame);
  out.index = std::move(*index);
  if (const auto what = contradiction(out); !what.empty()) {
    return Damage{out.index_offset, "not a valid index: " + std::string(what)};
  }
  const bool agree = trailer->events == out.index.events && trailer->chunks == out.index.chunks.size() &&
                     trailer->name == last_chain(out.index, out.header_hash);
  if (!agree) return Damage{trailer_offset, "a trailer that does not agree with the index"};
  const auto& chunks = out.index.chunks;
  const bool at_chunks = out.first_offset == (chunks.empty() ? out.index_offset : chunks.front().offset);
  if (behind_header && !at_chunks) out.passed_over = std::move(behind_header);
  return std::nullopt;
}

std::optional<Damage> load_indexed(ByteSpan file, const Contents& contents, std::size_t number, Chunk& out) {
  const TraceIndex& index = contents.index;
  const ChunkInfo& info = index.chunks[number];
  const bool last = number + 1 == index.chunks.size();
  Frame frame;
  if (auto damage = read_frame(file, info.offset, frame)) return damage;
  const auto foreign = [&](const char* what) {
    return Damage{info.offset, "not the chunk of the index: " + std::string(what)};
  };
  if (frame.head.kind != FrameKind::chunk) return foreign("another kind of frame");
  if (frame.end() > (last ? contents.index_offset : index.chunks[number + 1].offset)) return foreign("it is longer");
  if (auto damage = Chunk::load(frame, out)) return damage;
  if (out.hash != info.hash) return foreign("another hash");
  if (out.rows != (last ? index.events : index.chunks[number + 1].first_event) - info.first_event) {
    return foreign("another number of events");
  }
  const std::uint64_t later = out.duration_ns - out.time_delta[0];  // from its first event to its last
  const std::uint64_t room = (last ? index.end_time_ns : index.chunks[number + 1].first_time_ns) - info.first_time_ns;
  if (later > room || (last && later != room)) return foreign("another time");
  return std::nullopt;
}

namespace {

/// A walk on its way.
class Walker {
 public:
  Walker(ByteSpan file, const Contents& contents, bool known) : file_(file), contents_(contents), known_(known) {
    chain_ = contents.header_hash;
  }

  Walk run() {
    Frame frame;
    check(!read_frame(file_, 0, frame), "a walk starts with a good header");
    std::uint64_t offset = frame.end();
    while (offset < file_.size()) {
      if (auto damage = read_frame(file_, offset, frame)) {
        add(std::move(*damage));
        const auto next = next_known(offset);
        if (!next) return std::move(walk_);
        offset = *next;
        continue;
      }
      if (!place(frame.head.kind)) {
        add({offset, std::string(frame_kind_name(frame.head.kind)) + " frame out of order"});
        if (!known_) return std::move(walk_);
      } else if (auto damage = visit(frame)) {
        add(std::move(*damage));
        if (frame.head.kind == FrameKind::chunk && !known_) return std::move(walk_);
      }
      offset = frame.end();
      if (stage_ == Stage::trailer) break;
    }
    if (stage_ != Stage::trailer) {
      add({file_.size(), "the file ends before its trailer"});
    } else if (offset < file_.size()) {
      add({offset, "bytes behind the trailer"});
    }
    return std::move(walk_);
  }

 private:
  enum class Stage { header, provenance, chunks, index, trailer };

  void add(Damage damage) {
    if (const auto number = chunk_at(damage.offset)) {
      damage.what = "chunk " + std::to_string(*number) + ": " + damage.what;
    }
    walk_.damages.push_back(std::move(damage));
    gap_ = true;
  }

  /// Which chunk a place belongs to, if the index can tell.
  std::optional<std::size_t> chunk_at(std::uint64_t offset) const {
    const auto& chunks = contents_.index.chunks;
    if (!known_ || chunks.empty() || offset < chunks.front().offset || offset >= contents_.index_offset) {
      return std::nullopt;
    }
    return static_cast<std::size_t>(behind(offset) - chunks.begin()) - 1;
  }

  /// The first chunk of the index that starts behind `offset`.
  std::vector<ChunkInfo>::const_iterator behind(std::uint64_t offset) const {
    const auto& chunks = contents_.index.chunks;
    return std::upper_bound(chunks.begin(), chunks.end(), offset,
                            [](std::uint64_t at, const ChunkInfo& chunk) { return at < chunk.offset; });
  }

  /// The next frame that the index knows behind `offset`.
  std::optional<std::uint64_t> next_known(std::uint64_t offset) const {
    if (!known_) return std::nullopt;
    const auto next = behind(offset);
    if (next != contents_.index.chunks.end()) return next->offset;
    if (offset < contents_.index_offset) return contents_.index_offset;
    return std::nullopt;
  }

  /// Whether a frame of this kind may stand behind what was walked; if so, it now does.
  bool place(FrameKind kind) {
    const Stage before = stage_;
    switch (kind) {
      case FrameKind::header:
        return false;
      case FrameKind::provenance:
        if (before != Stage::header) return false;
        stage_ = Stage::provenance;
        return true;
      case FrameKind::chunk:
      case FrameKind::snapshot:
        if (before > Stage::chunks) return false;
        stage_ = Stage::chunks;
        return true;
      case FrameKind::index:
        if (before > Stage::chunks) return false;
        stage_ = Stage::index;
        return true;
      case FrameKind::trailer:
        if (before != Stage::index) return false;
        stage_ = Stage::trailer;
        return true;
    }
    return false;
  }

  std::optional<Damage> visit(const Frame& frame) {
    switch (frame.head.kind) {
      case FrameKind::provenance:
        return read_provenance(frame, walk_.provenance);
      case FrameKind::chunk:
        return chunk(frame);
      case FrameKind::index:
        index_offset_ = frame.offset;
        return index(frame);
      case FrameKind::trailer:
        return trailer(frame);
      case FrameKind::header:
      case FrameKind::snapshot:
        break;
    }
    return check_sums(frame);
  }

  std::optional<Damage> chunk(const Frame& frame) {
    Chunk chunk;
    if (auto damage = Chunk::load(frame, chunk)) {
      if (!known_) damage->what = "chunk " + std::to_string(walk_.whole.chunks.size()) + ": " + damage->what;
      return damage;
    }
    TraceIndex& whole = walk_.whole;
    if (chunk.duration_ns > ~whole.end_time_ns) return Damage{frame.message_at(), "time that does not fit 64 bits"};
    chain_ = chain_step(chain_, chunk.hash);
    whole.chunks.push_back({frame.offset, whole.events, whole.end_time_ns + chunk.time_delta[0], chunk.hash, chain_});
    whole.events += chunk.rows;
    whole.end_time_ns += chunk.duration_ns;
    return std::nullopt;
  }

  std::optional<Damage> index(const Frame& frame) {
    if (auto damage = check_sums(frame)) return damage;
    const auto index = decode_index(frame.stream);
    if (!index) return not_a(frame);
    if (!gap_ && *index != walk_.whole)
      return Damage{frame.message_at(), "an index that does not agree with the chunks"};
    return std::nullopt;
  }

  std::optional<Damage> trailer(const Frame& frame) {
    if (auto damage = check_sums(frame)) return damage;
    const auto trailer = decode_trailer(frame.stream);
    if (!trailer) return not_a(frame);
    if (gap_) return std::nullopt;
    const TraceIndex& whole = walk_.whole;
    const TraceTrailer right{whole.events, whole.chunks.size(), index_offset_,
                             last_chain(whole, contents_.header_hash)};
    if (*trailer != right) return Damage{frame.message_at(), "a trailer that does not agree with the file"};
    return std::nullopt;
  }

  ByteSpan file_;
  const Contents& contents_;
  const bool known_;
  Walk walk_;
  Stage stage_ = Stage::header;
  Digest chain_;
  std::uint64_t index_offset_ = 0;
  bool gap_ = false;  ///< something before here is damaged, so index and trailer cannot be held against it
};

}  // namespace

Walk walk_file(ByteSpan file, const Contents& contents, bool known) { return Walker(file, contents, known).run(); }

}  // namespace coincide
