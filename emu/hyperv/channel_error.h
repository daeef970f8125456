// Why a channel has stopped: the host gives up on a guest that breaks the ring or the protocol. The guest sees nothing
// of it but silence, until it closes the channel and opens it again; the number stands in the register channel_error.
#pragma once

#include <cstdint>
#include <string_view>

namespace coincide::hyperv {

/// Numbers are part of the trace format.
enum class ChannelError : std::uint8_t {
  none = 0,
  ring_memory = 1,            ///< a page of the ring is no RAM any more
  ring_index = 2,             ///< in or out is no offset of the ring (VMBUS-03)
  packet_length = 3,          ///< VMBUS-14
  packet_type = 4,            ///< VMBUS-12
  packet_flags = 5,           ///< VMBUS-15
  packet_ranges = 6,          ///< no room for the range count, or none of GPA direct (VMBUS-16)
  packet_trailer = 7,         ///< the trailer is not there yet
  interrupt_mask = 8,         ///< the guest masked its own signals (VMBUS-26)
  gpa_ranges = 9,             ///< STORVSP-22
  completion_packet = 10,     ///< STORVSP-17
  completion_not_asked = 11,  ///< STORVSP-18
  short_packet = 12,          ///< STORVSP-19
  unknown_operation = 13,     ///< STORVSP-20
  transfer_pages = 14,        ///< STORVSP-21
  several_ranges = 15,        ///< STORVSP-23
  short_range = 16,           ///< STORVSP-23
  no_room = 17,               ///< STORVSP-25
  count
};

/// "ring_index". Empty for a number that is no error.
std::string_view channel_error_name(ChannelError error);

}  // namespace coincide::hyperv
