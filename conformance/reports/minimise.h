// A failing scenario cut down to what it needs to fail.
#pragma once

#include <string>
#include <string_view>

#include "conformance/runner.h"

namespace coincide {

/// The text of a script without the lines that the failure does not need: the expectation fails as before, with the
/// same value. Board lines stay. A failure that does not repeat gives the text as it is. At most `most_runs` runs are
/// made.
std::string minimised(std::string_view text, const Finding& failure, ConformTarget& target, unsigned most_runs = 300);

}  // namespace coincide
