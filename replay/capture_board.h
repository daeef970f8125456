// The board that a capture ran on, as far as the capture tells: the chip from the DID, disks and packet devices from
// their own IDENTIFY (PACKET) DEVICE data, their media from the recipes. What it does not tell is said in the result,
// never guessed silently.
//
// The first medium of a drive is the recipe with its serial number, and with the size that the drive tells (a disk in
// IDENTIFY DEVICE, an optical drive in its first answer to READ CAPACITY). A medium that goes in later is named by the
// log: FILE.iso is the recipe FILE.media, or the image FILE.iso, beside the log or in corpus/media.
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
  /// Units of which a medium is not at hand: an empty one stands in, and what is read from the unit is not compared.
  std::array<bool, 4> medium_unknown{};
  /// What happens to drives where: the capture's own events, with unit and medium.
  struct MediaChange {
    std::size_t event = 0;
    std::uint8_t unit = 0;
    std::uint64_t medium = 0;
  };
  std::vector<MediaChange> media_changes;
  /// Those of which nothing tells the drive: the source names none that the board knows.
  std::uint64_t media_changes_left_out = 0;
};

/// Says of the capture's media events which unit and medium they mean, and gives the drive the media that it lacks.
/// With one packet device on the board they are about that; with several nothing in a log tells which.
Result<void> place_media_changes(const Capture& capture, const MediaSearch& search, CaptureBoard& board);

/// Completion policy: scripted, since a capture's device took its time.
Result<CaptureBoard> board_of_capture(const Capture& capture, const CaptureBoardOptions& options);

}  // namespace coincide
