#include "tools/coincide/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "tools/coincide/verb.h"

namespace coincide {

void add_report_options(CLI::App& app, ReportOptions& options) {
  app.add_flag("--json", options.json, "machine-readable output, one JSON object a line");
  app.add_flag("--quiet,-q", options.quiet, "print nothing; the exit status tells");
}

int not_judged(const Error& error) {
  std::string line = error.line();
  for (char& c : line) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  std::fflush(stdout);
  fmt::print(stderr, "coincide: {}\n", line);
  return kExitNotJudged;
}

bool stdout_has_color() {
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || no_color[0] == 0) && isatty(STDOUT_FILENO) == 1;
}

unsigned stdout_columns() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
    return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const unsigned long wanted = columns != nullptr ? std::strtoul(columns, nullptr, 10) : 0;
  return wanted >= 40 && wanted <= 10000 ? static_cast<unsigned>(wanted) : 0;
}

Progress::Progress(std::string what, std::uint64_t total, bool quiet)
    : what_(std::move(what)),
      total_(total),
      enabled_(!quiet && isatty(STDERR_FILENO) == 1),
      next_(std::chrono::steady_clock::now() + std::chrono::seconds(1)) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
}

void Progress::update(std::uint64_t done) {
  if (!enabled_ || (++calls_ & 0xff) != 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(200);
  shown_ = true;
  if (total_ != 0) {
    fmt::print(stderr, "\r{}: {} of {}\x1b[K", what_, done, total_);
  } else {
    fmt::print(stderr, "\r{}: {}\x1b[K", what_, done);
  }
  std::fflush(stderr);
}

}  // namespace coincide
