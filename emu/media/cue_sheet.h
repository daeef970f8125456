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
/// ends where `image_bytes` ends. Lines that do not say where data lie (TITLE, PERFORMER, CATALOG, ...) are passed
/// over; FLAGS DCP, 4CH and PRE set bits of CTL; `REM SESSION n` begins a session. PREGAP, which has no data in the
/// image, leaves a gap between tracks. Any other line is an error, POSTGAP too. A byte order mark at the start is no
/// part of the sheet.
CueSheet parse_cue_sheet(std::string_view text, std::uint64_t image_bytes);

/// The image that the first FILE line names, whatever else stands in the sheet.
struct CueFile {
  std::string name;        ///< empty if there is none
  std::uint32_t line = 0;  ///< 1, 2, ...
};
CueFile cue_sheet_file(std::string_view text);

}  // namespace coincide
