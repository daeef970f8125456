// A program that is talked to line by line over its standard input and output.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trace/error.h"

namespace coincide {

/// Words of a command line as a shell would split them: blanks, quotes of both kinds, backslashes. No expansion.
/// Error: a quote that is not closed, or no word at all.
Result<std::vector<std::string>> split_command(std::string_view text);

class ChildProcess {
 public:
  /// Starts it; its standard error goes to ours, unless `quiet`. Error: it cannot be started.
  static Result<ChildProcess> start(const std::vector<std::string>& words, bool quiet);
  ChildProcess(ChildProcess&& other) noexcept { *this = std::move(other); }
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess() { stop(); }

  /// False if it does not take the text any more.
  bool write(std::string_view text);
  /// The next line without its line feed; nullopt if it has ended, or says nothing for so long.
  std::optional<std::string> read_line(std::chrono::milliseconds longest);
  void stop();

 private:
  ChildProcess() = default;
  int pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::string buffer_;
  std::size_t taken_ = 0;
};

}  // namespace coincide
