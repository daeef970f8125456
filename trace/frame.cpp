#include "trace/frame.h"

#include <zstd.h>

#include <memory>

namespace coincide {
namespace {

constexpr std::array<std::string_view, 7> kKindNames{"frame",    "header", "provenance", "chunk",
                                                     "snapshot", "index",  "trailer"};

// Places in the head.
constexpr std::size_t kHeadSum = 8;
constexpr std::size_t kSummed = 16;  // from here to its end the head is under its own sum
constexpr std::size_t kKind = 16;
constexpr std::size_t kFlags = 20;
constexpr std::size_t kMessageStored = 24;
constexpr std::size_t kBlobStored = 32;
constexpr std::size_t kBlobBytes = 40;
constexpr std::size_t kMessageSum = 48;
constexpr std::size_t kBlobSum = 64;
constexpr std::size_t kSegmentTable = 80;
constexpr std::size_t kMessageWords = 84;

FrameHead decode_head(ByteSpan at) {
  FrameHead head;
  head.kind = static_cast<FrameKind>(load_little<std::uint32_t>(&at[kKind]));
  head.flags = load_little<std::uint32_t>(&at[kFlags]);
  head.message_stored = load_little<std::uint64_t>(&at[kMessageStored]);
  head.blob_stored = load_little<std::uint64_t>(&at[kBlobStored]);
  head.blob_bytes = load_little<std::uint64_t>(&at[kBlobBytes]);
  head.message_words = load_little<std::uint32_t>(&at[kMessageWords]);
  head.message_sum = Digest::from(at.subspan(kMessageSum, 16));
  head.blob_sum = Digest::from(at.subspan(kBlobSum, 16));
  return head;
}

/// What a head says that no writer of version 1 says; empty if nothing.
std::string_view contradiction(const FrameHead& h) {
  const auto kind = static_cast<std::uint32_t>(h.kind);
  if (kind < 1 || kind > 6) return "a kind of frame that format version 1 does not have";
  const bool message_zstd = (h.flags & kMessageZstd) != 0;
  const bool blob_zstd = (h.flags & kBlobZstd) != 0;
  const bool stripped = (h.flags & kBlobStripped) != 0;
  if ((h.flags & ~(kMessageZstd | kBlobZstd | kBlobStripped)) != 0) return "flags that format version 1 does not have";
  const bool has_blob = h.blob_stored != 0 || h.blob_bytes != 0;
  if (h.kind != FrameKind::chunk && (h.flags != 0 || has_blob)) return "flags or a blob outside a chunk";
  if (h.message_words == 0) return "an empty message";
  if (!message_zstd && h.message_stored != h.message_bytes()) return "two sizes for one message";
  if (stripped && (has_blob || blob_zstd)) return "a stripped blob that is there";
  if (blob_zstd ? h.blob_stored == 0 || h.blob_bytes == 0 : h.blob_stored != h.blob_bytes) {
    return "two sizes for one blob";
  }
  if (h.blob_stored == 0 && h.blob_sum != Digest{}) return "a sum of no blob";
  const std::uint64_t limit = h.kind == FrameKind::index ? kMaxIndexContent : kMaxFrameContent;
  // Each part is held against the limit before they are added, so that the sum cannot wrap around.
  if (h.message_bytes() > limit || h.blob_bytes > limit || h.message_bytes() + h.blob_bytes > limit) {
    return "content over the limit";
  }
  return {};
}

}  // namespace

std::string_view frame_kind_name(FrameKind kind) {
  const auto number = static_cast<std::uint32_t>(kind);
  return number < kKindNames.size() ? kKindNames[number] : kKindNames[0];
}

std::array<std::uint8_t, kFrameHeadBytes> encode_head(const FrameHead& head) {
  std::array<std::uint8_t, kFrameHeadBytes> out{};
  std::copy(kFrameMagic.begin(), kFrameMagic.end(), out.begin());
  store_little(&out[kKind], static_cast<std::uint32_t>(head.kind));
  store_little(&out[kFlags], head.flags);
  store_little(&out[kMessageStored], head.message_stored);
  store_little(&out[kBlobStored], head.blob_stored);
  store_little(&out[kBlobBytes], head.blob_bytes);
  std::copy(head.message_sum.bytes.begin(), head.message_sum.bytes.end(), &out[kMessageSum]);
  std::copy(head.blob_sum.bytes.begin(), head.blob_sum.bytes.end(), &out[kBlobSum]);
  store_little(&out[kMessageWords], head.message_words);
  store_little(&out[kHeadSum], hash64(ByteSpan(out).subspan(kSummed)));
  return out;
}

std::optional<Damage> read_frame(ByteSpan file, std::uint64_t offset, Frame& out) {
  check(offset % 8 == 0 && offset <= file.size(), "frames start at multiples of 8");
  const ByteSpan rest = file.subspan(offset);
  const std::size_t magic_there = std::min(rest.size(), kFrameMagic.size());
  if (!std::equal(rest.begin(), rest.begin() + magic_there, kFrameMagic.begin())) {
    return Damage{offset, "no frame starts here (bad magic)"};
  }
  if (rest.size() < kFrameHeadBytes) return Damage{offset, "the file is cut off inside a frame head"};
  const ByteSpan at = rest.first(kFrameHeadBytes);
  if (load_little<std::uint64_t>(&at[kHeadSum]) != hash64(at.subspan(kSummed))) {
    return Damage{offset, "damaged frame head (its checksum differs)"};
  }
  out.head = decode_head(at);
  out.offset = offset;
  const FrameHead& head = out.head;
  if (load_little<std::uint32_t>(&at[kSegmentTable]) != 0) return Damage{offset, "a message of several segments"};
  if (const auto what = contradiction(head); !what.empty()) {
    return Damage{offset, "not a valid frame head: " + std::string(what)};
  }
  const std::uint64_t body = rest.size() - kFrameHeadBytes;
  // Rounding up cannot wrap: stored sizes beyond the file end here first.
  if (head.message_stored > body || head.blob_stored > body || head.frame_bytes() > rest.size()) {
    return Damage{offset, "the file is cut off inside this " + std::string(frame_kind_name(head.kind)) + " frame"};
  }
  out.message = rest.subspan(kFrameHeadBytes, head.message_stored);
  out.blob = rest.subspan(out.blob_at() - offset, head.blob_stored);
  out.stream = {};
  if ((head.flags & kMessageZstd) == 0) out.stream = rest.subspan(kSegmentTable, 8 + head.message_stored);
  return std::nullopt;
}

namespace {

/// `section` of a frame that read_frame found good, so the padding behind it is inside the file.
std::optional<Damage> check_padding(ByteSpan section, std::uint64_t section_at) {
  for (std::size_t i = section.size(); i < padded8(section.size()); ++i) {
    if (section.data()[i] != 0) return Damage{section_at + i, "padding that is not zero"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Damage> check_sums(const Frame& frame) {
  const std::string kind(frame_kind_name(frame.head.kind));
  if (hash128(frame.message) != frame.head.message_sum) {
    return Damage{frame.message_at(), "damaged " + kind + " message (its checksum differs)"};
  }
  if (auto damage = check_padding(frame.message, frame.message_at())) return damage;
  if (!frame.blob.empty() && hash128(frame.blob) != frame.head.blob_sum) {
    return Damage{frame.blob_at(), "damaged " + kind + " payloads (their checksum differs)"};
  }
  return check_padding(frame.blob, frame.blob_at());
}

namespace {

/// Whether a zstd frame starts here, of a window that the format allows. The library would take frames of older zstd
/// and of any window too.
bool starts_zstd_frame(ByteSpan stored) {
  if (stored.size() < 6 || load_little<std::uint32_t>(stored.data()) != ZSTD_MAGICNUMBER) return false;
  constexpr unsigned kSingleSegment = 0x20;  // the content itself is the window
  if ((stored[4] & kSingleSegment) != 0) return true;
  const std::uint64_t base = std::uint64_t{1} << (10 + (stored[5] >> 3));
  return base + base / 8 * (stored[5] & 7) <= kMaxZstdWindow;
}

}  // namespace

bool decompress(ByteSpan stored, std::span<std::uint8_t> out) {
  if (!starts_zstd_frame(stored)) return false;
  // One frame, no more and no less: what lies behind it would be read by nobody.
  if (ZSTD_findFrameCompressedSize(stored.data(), stored.size()) != stored.size()) return false;
  return ZSTD_decompress(out.data(), out.size(), stored.data(), stored.size()) == out.size();
}

std::vector<std::uint8_t> compress(ByteSpan bytes, int level) {
  std::vector<std::uint8_t> out(ZSTD_compressBound(bytes.size()));
  const std::size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), level);
  check(ZSTD_isError(size) == 0, "zstd compresses into its own bound");
  if (size >= bytes.size()) return {};
  out.resize(size);
  return out;
}

}  // namespace coincide
