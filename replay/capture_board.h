// The board that a capture ran on, as far as the capture tells: the chip from the DID, the disks from their own
// IDENTIFY DEVICE data, their media from the recipes. What it does not tell is said in the result, never guessed
// silently.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "emu/board.h"
#include "replay/media_source.h"
#include "trace/error.h"
#include "trace/import/capture.h"

namespace coincide {

struct CaptureBoardOptions {
  /// RAM from address 0; a log does not tell it.
  std::uint64_t ram_bytes = std::uint64_t{256} << 20;
  MediaSearch search;
};

struct CaptureBoard {
  Board board;
  /// Units whose medium is not at hand: an empty one stands in, and what is read from it is not compared.
  std::array<bool, 4> medium_unknown{};
};

/// Completion policy: scripted, since a capture's device took its time.
Result<CaptureBoard> board_of_capture(const Capture& capture, const CaptureBoardOptions& options);

}  // namespace coincide
