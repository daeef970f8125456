#include "trace/reader.h"

#include <algorithm>
#include <utility>

namespace coincide {

Error TraceReader::error(const Damage& damage) const {
  return {input_ + ": byte " + std::to_string(damage.offset), damage.what};
}

Result<TraceReader> TraceReader::open(SharedBytes bytes, std::string input) {
  TraceReader reader(std::move(bytes), std::move(input));
  const ByteSpan file = reader.bytes_.bytes;
  Contents& contents = reader.contents_;
  if (const auto damage = read_header(file, contents)) return reader.error(*damage);
  auto damage = read_contents(file, contents);
  if (!damage) damage = std::move(contents.passed_over);
  if (damage) {
    // The way by the trailer says that something is wrong; the way from the front says where it begins.
    const Walk walk = walk_file(file, contents, false);
    return reader.error(walk.damages.empty() ? *damage : walk.damages.front());
  }
  return reader;
}

Result<TraceReader> TraceReader::recover(SharedBytes bytes, std::string input) {
  TraceReader reader(std::move(bytes), std::move(input));
  const ByteSpan file = reader.bytes_.bytes;
  Contents& contents = reader.contents_;
  if (const auto damage = read_header(file, contents)) return reader.error(*damage);
  const auto no_index = read_contents(file, contents);
  Walk walk = walk_file(file, contents, !no_index);
  bool by_index = !no_index;
  if (by_index && !walk.damages.empty()) {
    // An index that is whole may still not be that of these chunks: the way that finds more is the right one.
    Walk front = walk_file(file, contents, false);
    std::size_t good = 0;
    for (std::size_t i = 0; i < contents.index.chunks.size(); ++i) {
      Chunk chunk;
      good += !load_indexed(file, contents, i, chunk);
    }
    if (good < front.whole.chunks.size()) {
      by_index = false;
      walk = std::move(front);
    }
  }
  if (!by_index) {
    if (walk.damages.empty()) walk.damages.push_back(*no_index);
    contents.index = std::move(walk.whole);
    contents.index_offset = file.size() / 8 * 8;
    contents.provenance = std::move(walk.provenance);
  }
  for (const Damage& d : walk.damages) reader.damages_.push_back(reader.error(d));
  return reader;
}

Result<TraceReader> TraceReader::open(const std::string& path) {
  auto bytes = read_file(path);
  if (!bytes) return bytes.error();
  return open(*std::move(bytes), path);
}

Result<TraceReader> TraceReader::recover(const std::string& path) {
  auto bytes = read_file(path);
  if (!bytes) return bytes.error();
  return recover(*std::move(bytes), path);
}

Digest TraceReader::name() const { return chunks() == 0 ? contents_.header_hash : contents_.index.chunks.back().chain; }

Result<Chunk> TraceReader::chunk(std::size_t number) const {
  check(number < chunks(), "a chunk of this trace");
  Chunk chunk;
  if (auto damage = load_indexed(bytes_.bytes, contents_, number, chunk)) {
    damage->what = "chunk " + std::to_string(number) + ": " + damage->what;
    return error(*damage);
  }
  return chunk;
}

std::size_t TraceReader::chunk_of(std::uint64_t event) const {
  check(event < events(), "an event of this trace");
  const auto& list = contents_.index.chunks;
  const auto behind = std::upper_bound(list.begin(), list.end(), event,
                                       [](std::uint64_t e, const ChunkInfo& chunk) { return e < chunk.first_event; });
  return static_cast<std::size_t>(behind - list.begin()) - 1;
}

Result<void> TraceReader::verify() const {
  if (!damages_.empty()) return damages_.front();
  const Walk walk = walk_file(bytes_.bytes, contents_, true);
  if (!walk.damages.empty()) return error(walk.damages.front());
  return {};
}

bool EventCursor::enter_chunk() {
  if (error_ || next_ >= reader_->events()) return false;
  chunk_number_ = reader_->chunk_of(next_);
  auto loaded = reader_->chunk(chunk_number_);
  if (!loaded) {
    error_ = loaded.error();
    return false;
  }
  chunk_ = *std::move(loaded);
  const ChunkInfo& info = reader_->index().chunks[chunk_number_];
  clock_ns_ = info.first_time_ns - chunk_.time_delta[0];
  at_ = 0;
  for (row_ = 0; row_ < next_ - info.first_event; ++row_) {
    clock_ns_ += chunk_.time_delta[row_];
    at_ += chunk_.payload_length[row_];
  }
  return true;
}

bool EventCursor::next() {
  if (row_ >= chunk_.rows && !enter_chunk()) return false;
  clock_ns_ += chunk_.time_delta[row_];
  time_ns_ = clock_ns_;
  payload_length_ = chunk_.payload_length[row_];
  event_ = chunk_.event(row_, at_);
  at_ += payload_length_;
  ++row_;
  ++next_;
  return true;
}

}  // namespace coincide
