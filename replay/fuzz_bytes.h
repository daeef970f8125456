// Any string of bytes as a board and a bounded row of stimuli, by the rule of FUZZ.md section 2. Total: every input has
// a run, every byte up to the bound means something, and a flipped or missing byte gives a run near the one before.
#pragma once

#include <cstddef>
#include <functional>

#include "emu/board.h"
#include "emu/event.h"
#include "trace/bytes.h"

namespace coincide {

/// Most operations that are run; each is at most ten stimuli.
inline constexpr std::size_t kMaxFuzzOperations = 4096;

/// The board that the first byte of the input makes.
Board fuzz_board(ByteSpan input);

/// Gives every stimulus to `put`, in order. Payloads live only during the call. Returns the number of operations.
std::size_t decode_fuzz_bytes(ByteSpan input, const std::function<void(const Event&)>& put);

}  // namespace coincide
