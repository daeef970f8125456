// CUE sheets: how the tracks of a disc lie in one BIN image.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emu/media/optical.h"

namespace coincide {

struct CueSheet {
  std::string file;  ///< the image that FILE names
  std::vector<DiscTrack> tracks;
  std::uint32_t error_line = 0;  ///< 1, 2, ...; 0 if the sheet is good
  std::string error;

  bool ok() const { return error_line == 0; }
};

/// Reads a sheet with one FILE of type BINARY and tracks of MODE1/2048, MODE1/2352, MODE2/2352 or AUDIO. The last track
/// ends where `image_bytes` ends. Lines that do not say where data lie (TITLE, PERFORMER, FLAGS, ...) are passed over;
/// `REM SESSION n` begins a session. PREGAP, which has no data in the image, leaves a gap between tracks.
CueSheet parse_cue_sheet(std::string_view text, std::uint64_t image_bytes);

}  // namespace coincide
