// VMBus ring packets: a descriptor of 16 bytes, an extra header by type, the payload, and a trailer of 8 bytes that
// readers ignore (VMBUS-07).
#pragma once

#include <cstdint>
#include <vector>

namespace coincide::hyperv {

/// Types that the host takes; every other one is corruption (VMBUS-12).
enum class PacketType : std::uint16_t {
  in_band = 6,
  transfer_pages = 7,
  gpa_direct = 9,
  completion = 0x0b,
};

inline constexpr std::uint32_t kDescriptorBytes = 16;
inline constexpr std::uint32_t kTrailerBytes = 8;
inline constexpr std::uint16_t kCompletionAsked = 1;  ///< flag bit 0

/// Bytes that a packet without ranges takes in a ring (VMBUS-21).
constexpr std::uint32_t packet_bytes(std::uint32_t payload_bytes) {
  return kDescriptorBytes + (payload_bytes + 7) / 8 * 8 + kTrailerBytes;
}

/// A packet as its reader sees it.
struct Packet {
  PacketType type = PacketType::in_band;
  bool completion_asked = false;
  /// It has a transaction ID for its receiver: it asks for completion, or is one (VMBUS-17).
  bool has_transaction = false;
  std::uint64_t transaction_id = 0;
  std::uint16_t transfer_set = 0;     ///< transfer pages only
  std::uint32_t count_ranges = 0;     ///< transfer pages and GPA direct
  std::vector<std::uint8_t> ranges;   ///< the words behind the count
  std::vector<std::uint8_t> payload;  ///< known to 8 bytes only (VMBUS-18)
};

}  // namespace coincide::hyperv
