// Frames: the outer layer of a trace file (FORMAT.md, section 2). A frame guards one message and one blob with sums,
// and is all that has to be understood to say whether a file is whole and where it is not.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trace/bytes.h"
#include "trace/digest.h"
#include "trace/error.h"

namespace coincide {

enum class FrameKind : std::uint32_t { header = 1, provenance = 2, chunk = 3, snapshot = 4, index = 5, trailer = 6 };
/// "chunk"; "frame" for a number that is no kind.
std::string_view frame_kind_name(FrameKind kind);

/// Every frame, and so every trace, begins with these.
inline constexpr std::array<std::uint8_t, 8> kFrameMagic{0x89, 0x43, 0x54, 0x52, 0x43, 0x0D, 0x0A, 0x1A};

inline constexpr std::uint32_t kMessageZstd = 1;
inline constexpr std::uint32_t kBlobZstd = 2;
inline constexpr std::uint32_t kBlobStripped = 4;

inline constexpr std::size_t kFrameHeadBytes = 88;
/// A trailer frame is always this long, so it is found from the end of the file.
inline constexpr std::size_t kTrailerFrameBytes = kFrameHeadBytes + 56;
/// Message and blob of a frame together, decompressed.
inline constexpr std::uint64_t kMaxFrameContent = std::uint64_t{16} << 20;
inline constexpr std::uint64_t kMaxZstdWindow = std::uint64_t{16} << 20;
inline constexpr std::uint64_t kMaxIndexContent = std::uint64_t{1} << 30;

struct FrameHead {
  FrameKind kind = FrameKind::header;
  std::uint32_t flags = 0;
  std::uint64_t message_stored = 0;  ///< bytes in the file
  std::uint64_t blob_stored = 0;
  std::uint64_t blob_bytes = 0;     ///< decompressed
  std::uint32_t message_words = 0;  ///< decompressed
  Digest message_sum;               ///< of the stored bytes
  Digest blob_sum;

  std::uint64_t message_bytes() const { return std::uint64_t{message_words} * 8; }
  std::uint64_t frame_bytes() const { return kFrameHeadBytes + padded8(message_stored) + padded8(blob_stored); }
};

std::array<std::uint8_t, kFrameHeadBytes> encode_head(const FrameHead& head);

/// A frame in place. `stream` is the uncompressed message with Cap'n Proto's segment table in front of it.
struct Frame {
  FrameHead head;
  std::uint64_t offset = 0;  ///< in the file
  ByteSpan message;          ///< as stored
  ByteSpan blob;             ///< as stored
  ByteSpan stream;           ///< empty if the message is compressed

  // Places in the file.
  std::uint64_t message_at() const { return offset + kFrameHeadBytes; }
  std::uint64_t blob_at() const { return message_at() + padded8(head.message_stored); }
  std::uint64_t end() const { return offset + head.frame_bytes(); }
};

/// What is wrong, and at which byte of the file.
struct Damage {
  std::uint64_t offset = 0;
  std::string what;
};

/// Reads the frame at `offset` and checks its head: its sum, lengths, limits, and that the frame ends inside the file.
/// Nothing is allocated. nullopt = good.
std::optional<Damage> read_frame(ByteSpan file, std::uint64_t offset, Frame& out);

/// Checks sum and padding of message and blob, in file order: the one pass over the bytes that verifying needs.
std::optional<Damage> check_sums(const Frame& frame);

/// Decompresses a section to exactly out.size() bytes. False if it is no such thing.
bool decompress(ByteSpan stored, std::span<std::uint8_t> out);
/// One zstd frame; empty if it did not become smaller.
std::vector<std::uint8_t> compress(ByteSpan bytes, int level);

}  // namespace coincide
