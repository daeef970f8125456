// Recording: an input of any kind is run on the emulator, and the run is written as a trace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emu/profile.h"
#include "replay/script.h"
#include "replay/script_run.h"
#include "trace/error.h"
#include "trace/frame_writer.h"
#include "trace/import/capture.h"
#include "trace/sink.h"

namespace coincide {

struct RecordOptions {
  std::string profile;     ///< empty: the one that the input names, else `spec`
  int zstd_level = 0;      ///< 0 = not compressed
  std::string board_file;  ///< board lines that take the place of what a script or log says; not for traces
};

struct Recording {
  std::string input_kind;  ///< "script", "trace", or the importer's name for a log
  std::string profile;
  TraceSummary summary;
  /// For scripts: the expectations, and how they fared.
  std::optional<Script> script;
  RunOutcome outcome;
  /// For logs: what they have and the events have not.
  std::vector<LeftOut> left_out;
};

/// Runs the file at `path` and writes the trace into `sink` (which is finished only if all went well). What the file
/// is, its content tells: a trace, a log that `import` reads, or a script. Errors: unreadable or malformed input,
/// unknown profile, a run that cannot go on, a sink that fails. A failed expectation is no error.
Result<Recording> record_input(const std::string& path, Sink& sink, const RecordOptions& options);

/// The profile of that name, or an error that lists those there are.
Result<Profile> find_profile(std::string_view name, std::string_view place);

/// True for the first bytes of a trace file.
bool looks_like_trace(std::string_view bytes);

}  // namespace coincide
