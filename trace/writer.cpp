#include "trace/writer.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "trace/chunk.h"

namespace coincide {
namespace {

constexpr std::size_t kFirstCapacity = 1024;  ///< rows; a short run shall be cheap
constexpr std::size_t kFirstBlob = 16384;

/// Memory that is not touched before it is used.
template <class T>
class Array {
 public:
  T* data() { return memory_.get(); }
  void grow(std::size_t from, std::size_t to) {
    auto memory = std::make_unique_for_overwrite<T[]>(to);
    if (from != 0) std::memcpy(memory.get(), memory_.get(), from * sizeof(T));
    memory_ = std::move(memory);
  }

 private:
  std::unique_ptr<T[]> memory_;
};

template <class T>
ByteSpan column_bytes(T* data, std::size_t rows) {
  if constexpr (std::endian::native != std::endian::little) {
    for (std::size_t i = 0; i < rows; ++i) data[i] = little_endian(data[i]);
  }
  return {reinterpret_cast<const std::uint8_t*>(data), rows * sizeof(T)};
}

}  // namespace

struct TraceWriter::Columns {
  std::size_t capacity = 0;
  Array<std::uint8_t> kind, width, unit;
  Array<std::uint32_t> where;
  Array<std::uint64_t> value, detail;
  // Mostly zero. Made when first needed and kept zero from the last used row on.
  std::vector<std::uint32_t> payload_length;
  std::vector<std::uint64_t> time_delta;
  bool any_payload = false;
  bool any_time = false;
  Array<std::uint8_t> blob;
  std::size_t blob_capacity = 0;
};

TraceWriter::TraceWriter(Sink& sink, const TraceHeader& header, const WriterOptions& options)
    : columns_(std::make_unique<Columns>()),
      zstd_level_(options.zstd_level),
      frames_(sink, header, options.provenance) {}

TraceWriter::~TraceWriter() = default;

inline void TraceWriter::append(const Event& event) {
  const std::size_t row = rows_++;
  kind_[row] = static_cast<std::uint8_t>(event.kind);
  width_[row] = event.width;
  unit_[row] = event.unit;
  where_[row] = event.where;
  value_[row] = event.value;
  detail_[row] = event.detail;
  if (!event.payload.empty()) append_payload(row, blob_size_, event.payload);
}

void TraceWriter::stimulus(const Event& event) {
  check(is_stimulus(event.kind), "stimulus() is given stimuli");
  if (event.kind == EventKind::port_write && cut_.before_port_write(event.where, event.value, weight())) close_chunk();
  if (rows_ >= stimulus_limit_) [[unlikely]]
    before_stimulus();
  in_read_ = is_read(event.kind);
  read_row_ = rows_;
  read_at_ = blob_size_;
  append(event);
  if (event.kind == EventKind::clock_advance) [[unlikely]]
    time(event.value > ~now_ns_ ? ~std::uint64_t{0} : now_ns_ + event.value);
}

void TraceWriter::observe(const Event& event) {
  check(static_cast<std::uint8_t>(event.kind) >= kFirstObservation, "observe() is given no stimuli");
  if (rows_ >= observation_limit_) [[unlikely]]
    before_observation();
  append(event);
}

void TraceWriter::answer(std::uint64_t value, std::uint64_t open, ByteSpan payload) {
  check(in_read_, "answer() follows a read");
  value_[read_row_] = value;
  // The detail of a look at memory is its address.
  if (kind_[read_row_] != static_cast<std::uint8_t>(EventKind::mem_read)) detail_[read_row_] = open;
  if (!payload.empty()) append_payload(read_row_, read_at_, payload);
}

void TraceWriter::time(std::uint64_t now_ns) {
  now_ns_ = std::max(now_ns, last_row_ns_);
  set_limits();
}

void TraceWriter::before_stimulus() {
  if (weight() >= kMaxWeight) close_chunk();
  before_row();
}

void TraceWriter::before_observation() {
  if (weight() >= kHardWeight) {
    if (!in_read_) close_chunk();
    if (rows_ >= kMaxRows) fail("more events than a chunk may hold before a read is answered");
  }
  before_row();
}

/// The slow path's common end: memory for the row, and its time.
void TraceWriter::before_row() {
  Columns& c = *columns_;
  if (frames_.failed()) rows_ = blob_size_ = 0;  // goes on into the void
  if (rows_ == c.capacity) {
    const std::size_t to = std::max(kFirstCapacity, 4 * c.capacity);
    c.kind.grow(rows_, to);
    c.width.grow(rows_, to);
    c.unit.grow(rows_, to);
    c.where.grow(rows_, to);
    c.value.grow(rows_, to);
    c.detail.grow(rows_, to);
    if (!c.payload_length.empty()) c.payload_length.resize(to);
    if (!c.time_delta.empty()) c.time_delta.resize(to);
    c.capacity = to;
    kind_ = c.kind.data();
    width_ = c.width.data();
    unit_ = c.unit.data();
    where_ = c.where.data();
    value_ = c.value.data();
    detail_ = c.detail.data();
  }
  if (now_ns_ != last_row_ns_) {
    if (c.time_delta.empty()) c.time_delta.resize(c.capacity);
    c.time_delta[rows_] = now_ns_ - last_row_ns_;
    c.any_time = true;
    last_row_ns_ = now_ns_;
    if (rows_ == 0) first_row_ns_ = now_ns_;
  }
  set_limits();
}

void TraceWriter::set_limits() {
  const std::uint64_t payload_weight = blob_size_ / kPayloadBytesPerRow;
  const auto limit = [&](std::uint64_t most) {
    if (frames_.failed() || now_ns_ != last_row_ns_ || payload_weight >= most) return std::size_t{0};
    return std::min<std::size_t>(columns_->capacity, most - payload_weight);
  };
  stimulus_limit_ = limit(kMaxWeight);
  observation_limit_ = limit(kHardWeight);
}

/// `at` is the end of the blob, but for a read that is answered after observations with payloads: the blob is in the
/// order of the rows.
void TraceWriter::append_payload(std::size_t row, std::uint64_t at, ByteSpan payload) {
  Columns& c = *columns_;
  if (frames_.failed()) return;
  if (payload.size() > kMaxPayload) return fail("a payload over 1 MiB");
  if (blob_size_ + payload.size() > kMaxBlob)
    return fail("more payload than a chunk may hold before a read is answered");
  if (c.payload_length.empty()) c.payload_length.resize(c.capacity);
  check(c.payload_length[row] == 0, "a read is answered once");
  if (blob_size_ + payload.size() > c.blob_capacity) {
    const std::size_t to = std::max({kFirstBlob, 2 * c.blob_capacity, std::bit_ceil(blob_size_ + payload.size())});
    c.blob.grow(blob_size_, to);
    c.blob_capacity = to;
  }
  std::uint8_t* const place = c.blob.data() + at;
  if (at != blob_size_) std::memmove(place + payload.size(), place, blob_size_ - at);
  std::memcpy(place, payload.data(), payload.size());
  c.payload_length[row] = static_cast<std::uint32_t>(payload.size());
  c.any_payload = true;
  blob_size_ += payload.size();
  set_limits();
}

void TraceWriter::fail(const char* what) {
  frames_.fail({"event " + std::to_string(events()), what});
  rows_ = blob_size_ = 0;
  set_limits();
}

void TraceWriter::close_chunk() {
  Columns& c = *columns_;
  const std::size_t rows = rows_;
  cut_.closed();
  rows_ = 0;
  if (frames_.failed() || rows == 0) return;
  const ByteSpan blob(c.blob.data(), blob_size_);

  // In the order of ChunkField.
  const Digest blob_hash = blob.empty() ? Digest{} : hash128(blob);
  std::array<ByteSpan, kChunkFields> fields{column_bytes(kind_, rows),   column_bytes(width_, rows),
                                            column_bytes(where_, rows),  column_bytes(value_, rows),
                                            column_bytes(detail_, rows), column_bytes(unit_, rows)};
  const auto at = [&](ChunkField field) -> ByteSpan& { return fields[static_cast<std::size_t>(field)]; };
  if (c.any_payload) at(ChunkField::payload_length) = column_bytes(c.payload_length.data(), rows);
  if (c.any_time) at(ChunkField::time_delta) = column_bytes(c.time_delta.data(), rows);
  unsigned present = 0;
  for (std::size_t i = 0; i < kChunkFields; ++i) present |= unsigned{!all_zero(fields[i])} << i;
  if (c.any_payload) {
    at(ChunkField::payload_hash) = blob_hash.bytes;
    present |= 1u << static_cast<unsigned>(ChunkField::payload_hash);
  }

  constexpr std::array<std::uint8_t, 8> kZeros{};
  const ChunkPrefix prefix(present, static_cast<std::uint32_t>(rows));
  std::array<ByteSpan, 1 + 2 * kChunkFields> pieces;
  std::size_t count = 0;
  pieces[count++] = prefix.bytes();
  for (std::size_t i = 0; i < kChunkFields; ++i) {
    if ((present >> i & 1) == 0) continue;
    pieces[count++] = fields[i];
    if (padding8(fields[i].size()) != 0) pieces[count++] = ByteSpan(kZeros).first(padding8(fields[i].size()));
  }

  StoredChunk out;
  out.message = std::span(pieces).first(count);
  out.blob = blob;
  out.hash = hash128(out.message);
  out.head.message_words = static_cast<std::uint32_t>(prefix.message_bytes() / 8);
  out.head.blob_bytes = blob.size();
  out.head.message_sum = out.hash;
  out.head.blob_sum = blob_hash;
  out.rows = rows;
  out.first_time_ns = first_row_ns_;
  out.last_time_ns = last_row_ns_;
  if (zstd_level_ == 0) {
    frames_.chunk(out);
  } else {
    const CompressedChunk compressed(out, zstd_level_);
    frames_.chunk(compressed.chunk());
  }

  if (c.any_payload) std::fill_n(c.payload_length.begin(), rows, 0);
  if (c.any_time) std::fill_n(c.time_delta.begin(), rows, 0);
  c.any_payload = c.any_time = false;
  blob_size_ = 0;
  first_row_ns_ = last_row_ns_;
  set_limits();
}

Result<TraceSummary> TraceWriter::finish() {
  close_chunk();
  return frames_.finish();
}

}  // namespace coincide
