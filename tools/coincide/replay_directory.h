// coincide replay DIR: every input of a directory on a machine of its own, one line each, and a summary by outcome.
#pragma once

#include <string>

#include "tools/coincide/console.h"

namespace coincide {

/// `profile` empty: each input's own, else spec. Returns the exit status: 125 if an input could not be judged, 1 if a
/// trace diverges or an expectation fails, else 0.
int replay_directory(const std::string& directory, const std::string& profile, const ReportOptions& options);

/// Prints the stimuli of one fuzz input as a script.
int print_as_script(const std::string& path);

}  // namespace coincide
