// A chunk's columns: how they stand in its message, and their use in place (FORMAT.md, section 4).
//
// Encoding and decoding work on Cap'n Proto's words directly and not through its library: columns are filled before
// their length is known, a writer must not copy them again, and canonical form leaves no choice in any word.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emu/event.h"
#include "trace/bytes.h"
#include "trace/digest.h"
#include "trace/frame.h"

namespace coincide {

/// Pointers of the schema's Chunk, by field number.
enum class ChunkField : std::uint8_t {
  kind,
  width,
  where,
  value,
  detail,
  unit,
  payload_length,
  payload_hash,
  time_delta,
  count
};
inline constexpr std::size_t kChunkFields = static_cast<std::size_t>(ChunkField::count);

/// The words in front of the columns: root pointer and one pointer a field.
class ChunkPrefix {
 public:
  /// Which fields are there (bit n: field n), for chunks of `rows` rows.
  ChunkPrefix(unsigned present, std::uint32_t rows);

  ByteSpan bytes() const { return {bytes_.data(), used_}; }
  /// Bytes of a field, without padding; 0 if it is not there.
  std::size_t field_bytes(ChunkField field) const;
  /// Where a field starts, counted from the message's first byte. Meaningful only if it is there.
  std::size_t field_offset(ChunkField field) const { return offset_[static_cast<std::size_t>(field)]; }
  std::size_t message_bytes() const { return message_bytes_; }

 private:
  unsigned present_;
  std::uint32_t rows_;
  std::size_t used_ = 0;
  std::size_t message_bytes_ = 0;
  std::array<std::size_t, kChunkFields> offset_{};
  std::array<std::uint8_t, 8 * (kChunkFields + 1)> bytes_{};
};

/// One column in place: little-endian numbers, or zeros all along.
template <class T>
class Column {
 public:
  Column() = default;
  explicit Column(ByteSpan bytes) : bytes_(bytes) {}

  bool zeros() const { return bytes_.empty(); }
  T operator[](std::size_t row) const {
    return bytes_.empty() ? T{0} : load_little<T>(bytes_.data() + row * sizeof(T));
  }
  /// The column as it lies in the file, little-endian; empty if all zeros.
  ByteSpan bytes() const { return bytes_; }

 private:
  ByteSpan bytes_;
};

/// A chunk that was found good, ready for use. Cheap to copy; keeps what it decompressed, but not the file.
class Chunk {
 public:
  Column<std::uint8_t> kind, width, unit;
  Column<std::uint32_t> where, payload_length;
  Column<std::uint64_t> value, detail, time_delta;
  ByteSpan blob;          ///< payloads one behind the other; empty if stripped
  bool stripped = false;  ///< payloads were taken out: events have none, payload_length still tells their size
  std::uint32_t rows = 0;
  std::uint64_t payload_bytes = 0;  ///< sum of payload_length
  std::uint64_t duration_ns = 0;    ///< sum of time_delta
  Digest hash;
  std::optional<Digest> payload_hash;

  /// Event `row` whose payload starts at `payload_offset`, the sum of payload_length of the rows before it.
  Event event(std::size_t row, std::uint64_t payload_offset) const {
    Event e{static_cast<EventKind>(kind[row]), width[row], unit[row], where[row], detail[row], value[row], {}};
    if (!payload_length.zeros() && !stripped) e.payload = blob.subspan(payload_offset, payload_length[row]);
    return e;
  }

  /// The columns' message, uncompressed: what the chunk's hash is of.
  ByteSpan message() const { return message_; }

  /// Checks a chunk frame whole: sums, and every rule of FORMAT.md section 4. nullopt = good.
  static std::optional<Damage> load(const Frame& frame, Chunk& out);

 private:
  ByteSpan message_;
  // What was decompressed.
  std::shared_ptr<const std::vector<std::uint64_t>> message_words_;
  std::shared_ptr<const std::vector<std::uint64_t>> blob_words_;
};

}  // namespace coincide
