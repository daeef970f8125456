// Control messages between guest and host: a header of 8 bytes (type, padding), then fields at fixed offsets
// (VMBUS-31).
#pragma once

#include <cstdint>
#include <span>

namespace coincide::hyperv {

inline constexpr std::size_t kMaxMessageBytes = 240;
inline constexpr std::uint32_t kMessageHeadBytes = 8;

enum class MessageType : std::uint32_t {
  offer_channel = 1,
  rescind_channel_offer = 2,
  request_offers = 3,
  all_offers_delivered = 4,
  open_channel = 5,
  open_result = 6,
  close_channel = 7,
  gpadl_header = 8,
  gpadl_body = 9,
  gpadl_created = 10,
  gpadl_teardown = 11,
  gpadl_torndown = 12,
  rel_id_released = 13,
  initiate_contact = 14,
  version_response = 15,
  unload = 16,
  unload_complete = 17,
  modify_channel = 22,
  modify_channel_response = 24,
};

/// Status of OpenResult and GpadlCreated that says no (VMBUS-36, VMBUS-37).
inline constexpr std::uint32_t kRefused = 0x8000ffff;
/// Target VP of OpenChannel: the guest wants no interrupts.
inline constexpr std::uint32_t kNoInterrupts = 0xffffffff;

/// Versions, major << 16 + minor (VMBUS-32).
inline constexpr std::uint32_t kVersions[] = {0x0000'000d, 0x0001'0001, 0x0002'0004, 0x0003'0000,
                                              0x0004'0000, 0x0004'0001, 0x0005'0000, 0x0005'0001,
                                              0x0005'0002, 0x0005'0003, 0x0006'0000};
inline constexpr std::uint32_t kFeatureVersion = 0x0006'0000;  ///< from here on a VersionResponse tells of features

/// Offer flags (VMBUS-34).
inline constexpr std::uint16_t kOfferInterface = 0x1;  ///< enumerate as interface

/// Connection IDs: those of channels are theirs, plus SINT and VTL (VMBUS-35).
inline constexpr std::uint32_t kSint = 2;
constexpr std::uint32_t connection_of(std::uint32_t channel) { return channel + (kSint << 12); }

}  // namespace coincide::hyperv
