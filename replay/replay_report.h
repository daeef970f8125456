// Tells the outcome of a replay in the words of replay/report.h.
#pragma once

#include <string>

#include "replay/recorded_run.h"
#include "replay/replayer.h"
#include "replay/report.h"

namespace coincide {

/// `again` is the command line without `--to`: "coincide replay X --profile spec". Rule texts are left empty.
Report report_of_replay(const RecordedRun& run, const ReplayOptions& options, const ReplayResult& result,
                        const std::string& again);

}  // namespace coincide
