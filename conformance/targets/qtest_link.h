// The qtest protocol, as its client: one request a line, one answer a line, and interrupt lines in between.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/targets/child_process.h"

namespace coincide {

class QtestLink {
 public:
  explicit QtestLink(ChildProcess process) : process_(std::move(process)) {}

  /// Sends a request and gives what stands behind OK; empty if the peer said FAIL or ERR, or is gone (see dead()).
  std::string ask(std::string_view request);
  /// Many requests at once, so that the pipe is crossed once and not N times.
  std::vector<std::string> ask_all(const std::vector<std::string>& requests);
  /// The same for requests of which no answer but OK is wanted.
  void tell(std::string_view request) { ask(request); }

  std::uint32_t read_port(std::uint32_t port, unsigned width);
  void write_port(std::uint32_t port, unsigned width, std::uint32_t value);
  std::vector<std::uint8_t> read_memory(std::uint64_t address, std::size_t bytes);
  void write_memory(std::uint64_t address, std::span<const std::uint8_t> bytes);

  /// Level of an interrupt line as told last, and how often it rose.
  bool level(unsigned line) const { return levels_[line]; }
  std::uint64_t rises(unsigned line) const { return rises_[line]; }

  bool dead() const { return dead_; }
  /// Whether the peer knows a request: it is sent, and FAIL is no.
  bool knows(std::string_view request);

 private:
  std::string answer();

  ChildProcess process_;
  bool dead_ = false;
  bool refused_ = false;
  std::array<bool, 32> levels_{};
  std::array<std::uint64_t, 32> rises_{};
};

/// "inb" for reading one byte, and so on.
std::string_view qtest_in(unsigned width);
std::string_view qtest_out(unsigned width);

}  // namespace coincide
