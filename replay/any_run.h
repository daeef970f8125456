// Any input as a recorded run: traces and captures as they lie, scripts by running them. What diff, bisect and the
// corpus read.
#pragma once

#include <string>

#include "replay/diff.h"
#include "replay/recorded_run.h"
#include "trace/error.h"

namespace coincide {

/// A trace or a capture is loaded (recorded_run.h), anything else is a script, which is run on the emulator in memory.
/// A script whose expectations fail is still a run. `profile` is for scripts and captures; empty: what the input names,
/// else spec.
Result<RecordedRun> load_any_run(const std::string& path, const std::string& profile);

/// The run as a side of a comparison; the run must outlive it. Registers that the run never changes are taken from a
/// fresh controller of its board.
DiffSide diff_side(const RecordedRun& run);

}  // namespace coincide
