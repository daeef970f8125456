// The monitor: rules of the host side, and those of the device side that can be seen from outside, held against any
// trace or capture. Passive: it runs nothing, and judges only by what the source shows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/monitor/findings.h"
#include "replay/recorded_run.h"

namespace coincide::monitor {

/// A rule that the monitor holds.
struct MonitorRule {
  std::string_view id;
  std::uint64_t needs;      ///< bits of trace/message.h that a source must see; 0: ports alone
  std::string_view should;  ///< what should have been done, in a few words
};
std::span<const MonitorRule> monitor_rules();

/// A rule over one run.
struct Judgement {
  const MonitorRule* rule = nullptr;
  std::uint64_t looked = 0;  ///< places at which it was held
  std::uint64_t broken = 0;
  std::string_view cannot;  ///< why it could not be judged: what the source does not see; empty if it could
};

struct MonitorReport {
  std::vector<Judgement> rules;   ///< in the order of monitor_rules()
  std::vector<Finding> findings;  ///< in the order of the events
};

MonitorReport monitor(const RecordedRun& run);

}  // namespace coincide::monitor
