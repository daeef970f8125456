// Frames and messages put together by hand, for tests of what no writer writes. Every sum is right.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "trace/frame.h"
#include "trace/message.h"

namespace coincide::test {

/// A frame with right sums around any message and blob.
inline std::vector<std::uint8_t> frame(FrameHead head, ByteSpan message, ByteSpan blob = {}) {
  head.message_stored = message.size();
  head.blob_stored = blob.size();
  if (head.message_words == 0) head.message_words = static_cast<std::uint32_t>(message.size() / 8);
  head.message_sum = hash128(message);
  if (!blob.empty()) head.blob_sum = hash128(blob);
  const auto bytes = encode_head(head);
  std::vector<std::uint8_t> out(head.frame_bytes());
  std::copy(bytes.begin(), bytes.end(), out.begin());
  std::copy(message.begin(), message.end(), out.begin() + kFrameHeadBytes);
  std::copy(blob.begin(), blob.end(), out.begin() + static_cast<long>(kFrameHeadBytes + padded8(message.size())));
  return out;
}

inline std::vector<std::uint8_t> message_of(std::initializer_list<std::uint64_t> words) {
  std::vector<std::uint8_t> out(words.size() * 8);
  std::size_t at = 0;
  for (const std::uint64_t word : words) store_little(&out[8 * at++], word);
  return out;
}

constexpr std::uint64_t list(std::uint64_t distance, std::uint64_t code, std::uint64_t count) {
  return 1 | distance << 2 | code << 32 | count << 35;
}

inline std::vector<std::uint8_t> joined(std::initializer_list<std::vector<std::uint8_t>> parts) {
  std::vector<std::uint8_t> out;
  for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

inline std::vector<std::uint8_t> frame_of(FrameKind kind, const MessageBytes& message) {
  FrameHead head;
  head.kind = kind;
  return frame(head, message);
}

}  // namespace coincide::test
