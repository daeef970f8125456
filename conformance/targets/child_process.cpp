#include "conformance/targets/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

extern char** environ;

namespace coincide {

Result<std::vector<std::string>> split_command(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      word += text[++i];
      in_word = true;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t') {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0) return Error{std::string(text), "a quote is not closed"};
  if (in_word) words.push_back(std::move(word));
  if (words.empty()) return Error{"--target", "no command to launch"};
  return words;
}

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& words, bool quiet) {
  std::array<int, 2> in{}, out{};
  if (pipe2(in.data(), O_CLOEXEC) != 0) return Error{words.front(), std::strerror(errno)};
  if (pipe2(out.data(), O_CLOEXEC) != 0) {
    close(in[0]), close(in[1]);
    return Error{words.front(), std::strerror(errno)};
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  if (quiet) posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ChildProcess child;
  const int failed = posix_spawnp(&child.pid_, arguments.front(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]), close(out[1]);
  child.to_ = in[1];
  child.from_ = out[0];
  if (failed != 0) {
    child.pid_ = -1;
    return Error{words.front(), std::strerror(failed)};
  }
  std::signal(SIGPIPE, SIG_IGN);  // a peer that dies is told by write()
  return child;
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this == &other) return *this;
  stop();
  pid_ = std::exchange(other.pid_, -1);
  to_ = std::exchange(other.to_, -1);
  from_ = std::exchange(other.from_, -1);
  buffer_ = std::move(other.buffer_);
  taken_ = other.taken_;
  return *this;
}

bool ChildProcess::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = ::write(to_, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

std::optional<std::string> ChildProcess::read_line(std::chrono::milliseconds longest) {
  while (true) {
    const std::size_t end = buffer_.find('\n', taken_);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(taken_, end - taken_);
      taken_ = end + 1;
      if (taken_ == buffer_.size()) {
        buffer_.clear();
        taken_ = 0;
      }
      return line;
    }
    pollfd waiting{from_, POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(longest.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    std::array<char, 65536> piece{};
    const ssize_t got = read(from_, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    buffer_.erase(0, taken_);
    taken_ = 0;
    buffer_.append(piece.data(), static_cast<std::size_t>(got));
  }
}

void ChildProcess::stop() {
  if (to_ >= 0) close(to_);
  if (from_ >= 0) close(from_);
  to_ = from_ = -1;
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

}  // namespace coincide
