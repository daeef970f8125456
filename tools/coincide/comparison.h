// What diff, bisect and replay share: two inputs compared into a report, the report on the terminal.
#pragma once

#include <string>

#include "replay/recorded_run.h"
#include "replay/report.h"
#include "tools/coincide/console.h"
#include "trace/error.h"

namespace coincide {

/// Options of every verb that compares two inputs of any kind.
struct CompareOptions {
  std::string profile;             ///< of scripts and captures; empty: what the input names, else spec
  std::string addresses = "auto";  ///< exact, free, or auto: free if one of the two is a capture
};
void add_compare_options(CLI::App& app, CompareOptions& options);

/// Compares two runs; names how to see it again.
Report compare_runs(const RecordedRun& a, const RecordedRun& b, const CompareOptions& options);
/// Loads two inputs and compares them.
Result<Report> compare_inputs(const std::string& a, const std::string& b, const CompareOptions& options);

/// Fills in the words of the rules that a report names, if the catalogue can be found.
void add_rule_texts(Report& report);

/// Prints a report the way the options say.
void print_report(Report& report, const ReportOptions& options);

/// A word as a shell takes it: quoted if it needs to be.
std::string shell_word(const std::string& word);

}  // namespace coincide
