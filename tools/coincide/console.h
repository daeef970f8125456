// How verbs talk: results on stdout, one line of trouble on stderr, progress on a terminal.
#pragma once

#include <CLI/App.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "replay/json.h"  // json_string: verbs print JSON
#include "trace/error.h"

namespace coincide {

/// Options that every verb that reports has.
struct ReportOptions {
  bool json = false;   ///< --json: machine readable, one object an input (or event) and line
  bool quiet = false;  ///< --quiet: nothing on stdout, the exit status tells
};
void add_report_options(CLI::App& app, ReportOptions& options);

/// Prints "coincide: place: what" on stderr and gives the status for "could not be judged".
int not_judged(const Error& error);

/// Whether stdout takes colours: it is a terminal and NO_COLOR is not set (or empty).
bool stdout_has_color();

/// Width of the terminal that stdout is; else what COLUMNS says, else 0: lines are as long as they are.
unsigned stdout_columns();

/// A line on stderr that rewrites itself, for work that takes over a second; silent if stderr is no terminal or
/// `quiet`. Gone when destroyed.
class Progress {
 public:
  Progress(std::string what, std::uint64_t total, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Cheap to call often. total 0 = unknown.
  void update(std::uint64_t done);

 private:
  std::string what_;
  std::uint64_t total_;
  bool enabled_;
  bool shown_ = false;
  unsigned calls_ = 0;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace coincide
