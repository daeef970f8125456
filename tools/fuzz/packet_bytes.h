// Bytes as a driver of one packet device, by the rule of PACKET.md: commands of the optical unit with their fields, the
// phases that the device asks for, and what happens to the disc meanwhile. Unlike replay/fuzz_bytes.h it looks at the
// answers, so that data move as the device says, and holds the device to rules that hold for every run.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "emu/board.h"
#include "emu/event.h"
#include "trace/bytes.h"

namespace coincide::fuzz {

/// Most operations of one input, and most bytes that it moves through the Data register.
inline constexpr std::size_t kMaxPacketOperations = 1024;
inline constexpr std::size_t kMaxPacketBytes = 4u << 20;

/// The board that the first byte of the input makes.
Board packet_board(ByteSpan input);

/// Gives every stimulus to `apply`, in order, which answers it. `broken` is called with the ID of a rule that an answer
/// breaks. Returns the number of operations.
std::size_t run_packet_bytes(ByteSpan input, const std::function<Event(const Event&)>& apply,
                             const std::function<void(std::string_view rule)>& broken);

}  // namespace coincide::fuzz
