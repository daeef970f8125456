#include "trace/chunk.h"

#include "trace/cut.h"

namespace coincide {
namespace {

/// Cap'n Proto's code for the size of a list's elements, and that size.
struct ElementSize {
  std::uint8_t code;
  std::uint8_t bytes;
};
constexpr ElementSize kByte{2, 1};
constexpr ElementSize kFour{4, 4};
constexpr ElementSize kEight{5, 8};

constexpr std::size_t kDigestBytes = 16;

constexpr std::array<ElementSize, kChunkFields> kElements{
    kByte,   // kind
    kByte,   // width
    kFour,   // where
    kEight,  // value
    kEight,  // detail
    kByte,   // unit
    kFour,   // payload_length
    kByte,   // payload_hash, a Data
    kEight,  // time_delta
};
constexpr bool has(unsigned present, std::size_t field) { return (present >> field & 1) != 0; }
constexpr unsigned bit(ChunkField field) { return 1u << static_cast<unsigned>(field); }
constexpr unsigned kPayloadFields = bit(ChunkField::payload_length) | bit(ChunkField::payload_hash);

/// Elements of a field that is there.
std::size_t elements(std::size_t field, std::uint32_t rows) {
  return field == static_cast<std::size_t>(ChunkField::payload_hash) ? kDigestBytes : rows;
}

/// Number of stored pointers: trailing null pointers are cut off (canonical form).
std::size_t pointers(unsigned present) { return static_cast<std::size_t>(std::bit_width(present)); }

}  // namespace

ChunkPrefix::ChunkPrefix(unsigned present, std::uint32_t rows) : present_(present), rows_(rows) {
  check(has(present, 0) && rows > 0 && rows <= kMaxRows && present < 1u << kChunkFields, "a chunk has kinds and rows");
  const std::size_t count = pointers(present);
  used_ = 8 * (1 + count);
  // Root: a struct right behind it (offset 0), no data words, `count` pointers.
  store_little(&bytes_[0], std::uint64_t{count} << 48);
  std::size_t at = used_;
  for (std::size_t field = 0; field < count; ++field) {
    if (!has(present, field)) continue;
    const std::size_t pointer = 8 * (1 + field);
    const std::uint64_t distance = (at - pointer) / 8 - 1;
    const std::uint64_t word =
        1 | distance << 2 | std::uint64_t{kElements[field].code} << 32 | std::uint64_t{elements(field, rows)} << 35;
    store_little(&bytes_[pointer], word);
    offset_[field] = at;
    at += padded8(field_bytes(static_cast<ChunkField>(field)));
  }
  message_bytes_ = at;
}

std::size_t ChunkPrefix::field_bytes(ChunkField field) const {
  const auto number = static_cast<std::size_t>(field);
  return has(present_, number) ? elements(number, rows_) * kElements[number].bytes : 0;
}

namespace {

/// Decompresses if need be; nullopt if it cannot be.
std::optional<ByteSpan> content(ByteSpan stored, bool compressed, std::uint64_t bytes,
                                std::shared_ptr<const std::vector<std::uint64_t>>& keep) {
  if (!compressed) return stored;
  auto words = std::make_shared<std::vector<std::uint64_t>>(padded8(bytes) / 8);
  const std::span<std::uint8_t> out(reinterpret_cast<std::uint8_t*>(words->data()), bytes);
  if (!decompress(stored, out)) return std::nullopt;
  keep = std::move(words);
  return ByteSpan(out);
}

/// Adds up a column; nullopt if the sum or an element is too great.
template <class T>
std::optional<std::uint64_t> sum(const Column<T>& column, std::size_t rows, std::uint64_t limit) {
  std::uint64_t total = 0;
  for (std::size_t row = 0; !column.zeros() && row < rows; ++row) {
    const std::uint64_t element = column[row];
    if (element > limit || total + element < total) return std::nullopt;
    total += element;
  }
  return total;
}

/// The fields that a message says it has, and its rows; rows 0 if it cannot be a chunk.
struct Shape {
  unsigned present = 0;
  std::uint32_t rows = 0;
};
Shape shape_of(ByteSpan message) {
  if (message.size() < 16) return {};
  const std::uint64_t count = load_little<std::uint64_t>(&message[0]) >> 48;
  if (count < 1 || count > kChunkFields || message.size() < 8 * (1 + count)) return {};
  Shape shape;
  for (std::size_t field = 0; field < count; ++field) {
    if (load_little<std::uint64_t>(&message[8 * (1 + field)]) != 0) shape.present |= 1u << field;
  }
  const std::uint64_t rows = load_little<std::uint64_t>(&message[8]) >> 35;
  if (!has(shape.present, 0) || pointers(shape.present) != count || rows == 0 || rows > kMaxRows) return {};
  shape.rows = static_cast<std::uint32_t>(rows);
  return shape;
}

}  // namespace

std::optional<Damage> Chunk::load(const Frame& frame, Chunk& out) {
  if (auto damage = check_sums(frame)) return damage;
  const auto bad = [&](const char* what) {
    return Damage{frame.message_at(), std::string("not a valid chunk: ") + what};
  };
  const FrameHead& head = frame.head;
  const bool message_zstd = (head.flags & kMessageZstd) != 0;
  const bool blob_zstd = (head.flags & kBlobZstd) != 0;
  out = {};
  out.stripped = (head.flags & kBlobStripped) != 0;
  const auto message = content(frame.message, message_zstd, head.message_bytes(), out.message_words_);
  if (!message) return bad("its message does not decompress to its size");

  // Canonical form: what is there and the number of rows decide every word of the prefix and every place.
  const Shape shape = shape_of(*message);
  if (shape.rows == 0) return bad("no columns of a possible size");
  const ChunkPrefix prefix(shape.present, shape.rows);
  if (prefix.message_bytes() != message->size()) return bad("its columns do not fill its message");
  if (!std::equal(prefix.bytes().begin(), prefix.bytes().end(), message->begin())) return bad("not in canonical form");
  const auto field = [&](ChunkField f) {
    return message->subspan(prefix.field_bytes(f) == 0 ? 0 : prefix.field_offset(f), prefix.field_bytes(f));
  };
  for (std::size_t i = 0; i < kChunkFields; ++i) {
    const ByteSpan bytes = field(static_cast<ChunkField>(i));
    if (bytes.empty()) continue;
    if (!all_zero({bytes.data() + bytes.size(), padding8(bytes.size())})) return bad("padding that is not zero");
    if (i != static_cast<std::size_t>(ChunkField::payload_hash) && all_zero(bytes)) return bad("a column of zeros");
  }
  out.message_ = *message;
  out.rows = shape.rows;
  out.kind = Column<std::uint8_t>(field(ChunkField::kind));
  out.width = Column<std::uint8_t>(field(ChunkField::width));
  out.unit = Column<std::uint8_t>(field(ChunkField::unit));
  out.where = Column<std::uint32_t>(field(ChunkField::where));
  out.payload_length = Column<std::uint32_t>(field(ChunkField::payload_length));
  out.value = Column<std::uint64_t>(field(ChunkField::value));
  out.detail = Column<std::uint64_t>(field(ChunkField::detail));
  out.time_delta = Column<std::uint64_t>(field(ChunkField::time_delta));
  if (std::memchr(out.kind.bytes().data(), 0, out.rows) != nullptr) return bad("an event of kind 0");

  const auto payload_bytes = sum(out.payload_length, out.rows, kMaxPayload);
  if (!payload_bytes || *payload_bytes > kMaxBlob) return bad("payloads over the limit");
  out.payload_bytes = *payload_bytes;
  const auto duration = sum(out.time_delta, out.rows, ~std::uint64_t{0});
  if (!duration) return bad("time that does not fit 64 bits");
  out.duration_ns = *duration;
  const unsigned payload_fields = shape.present & kPayloadFields;
  if (payload_fields != 0 && payload_fields != kPayloadFields)
    return bad("payload lengths and hash do not go together");
  if (out.stripped ? payload_fields == 0 : head.blob_bytes != out.payload_bytes) return bad("payloads of another size");
  out.hash = message_zstd ? hash128(*message) : head.message_sum;

  // Only now the blob: of two things wrong the first in the file is told.
  const auto bad_blob = [&](const char* what) {
    return Damage{frame.blob_at(), std::string("not a valid chunk: ") + what};
  };
  const auto blob = content(frame.blob, blob_zstd, head.blob_bytes, out.blob_words_);
  if (!blob) return bad_blob("its payloads do not decompress to their size");
  out.blob = *blob;
  if (payload_fields != 0) {
    out.payload_hash = Digest::from(field(ChunkField::payload_hash));
    const bool same = out.stripped || (blob_zstd ? hash128(*blob) : head.blob_sum) == *out.payload_hash;
    if (!same) return bad_blob("payloads of another hash");
  }
  return std::nullopt;
}

}  // namespace coincide
