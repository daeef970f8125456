// An input of replay, whatever it came from: a trace of the emulator, an imported capture, or a log in somebody else's
// format as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emu/board.h"
#include "emu/profile.h"
#include "replay/capture_board.h"
#include "trace/error.h"
#include "trace/event_list.h"
#include "trace/import/capture.h"

namespace coincide {

struct RecordedRun {
  std::string name;    ///< as the user gave it
  std::string format;  ///< "trace", or the importer's name for it
  Board board;
  Profile profile;         ///< what it was made under, or settled under
  std::uint64_t sees = 0;  ///< bits of trace/message.h
  EventList events;
  std::vector<std::uint32_t> lines;  ///< of a log, by event, 0 for what was put in; empty for a trace
  std::vector<LeftOut> left_out;     ///< what the importer counted
  std::uint64_t drained = 0;         ///< reads that settling put in (settle.h, S9)

  /// Somebody else's answers, and completions placed by us (replay/settle.h).
  bool is_capture() const { return (sees & sees::open_bits) == 0; }
};

struct LoadOptions {
  /// Name of a profile; empty: the one a trace was made with, else spec.
  std::string profile;
  /// File of board lines that take the place of what a log tells; empty: none. Not for traces, which have their own.
  std::string board_file;
  std::uint64_t ram_bytes = CaptureBoardOptions{}.ram_bytes;
};

/// Reads any input. A capture comes settled under the wanted profile, also if it lay settled under another. Errors: a
/// file that cannot be read, is damaged or of no known format; a medium that is not there; an unknown profile.
Result<RecordedRun> load_run(const std::string& path, const LoadOptions& options);

}  // namespace coincide
