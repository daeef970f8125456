// What the monitor found, as text and as JSON. No terminal, no file: strings only.
#pragma once

#include <cstddef>
#include <string>

#include "conformance/catalogue.h"
#include "conformance/monitor/monitor.h"
#include "conformance/print.h"

namespace coincide::monitor {

/// One paragraph a rule that was broken: side, ID, how often, what the rule says, the first places and what should have
/// been done; then which rules could not be judged and why; then a summary line. `most`: places shown a rule.
std::string report_text(const RecordedRun& run, const MonitorReport& report, const Catalogue& catalogue,
                        std::size_t most, PrintStyle style);
/// One object without line feed: input, format, events, rules [{rule, side, strength, looked, broken, cannot}],
/// findings
/// [{rule, event, line, unit, command, what, should}].
std::string report_json(const RecordedRun& run, const MonitorReport& report, const Catalogue& catalogue);

/// True if a rule that must be kept is broken; `should` rules are advice.
bool breaks_a_must(const MonitorReport& report, const Catalogue& catalogue);

}  // namespace coincide::monitor
