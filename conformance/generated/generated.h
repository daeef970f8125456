// Volume: scenarios made from tables, a case for every point of a grid that nobody would write by hand. Each is a
// script as those in conformance/scenarios are, with a headline and rules; `coincide conform NAME --print` shows it.
//
// The tables here are this suite's own, from the fact sheets: none is the emulator's, so that an error there is seen.
//
// config.cpp         each configuration register x width x access mechanism
// ports.cpp          each I/O port of the function x width x decode state
// commands.cpp       each command that runs the medium x address form x device x count x way to end
// opcodes.cpp        each code that ATA-6 reserves x kind of device
// prd_tables.cpp     each shape of PRD table x size of the transfer x direction
// packets.cpp        each packet command with data x byte count limit
// resets.cpp         each reset x what it comes in the middle of
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/scenario.h"
#include "trace/error.h"

namespace coincide {

/// A case as text; its name is a stable identity: "generated/config/direct-2-04".
struct GeneratedCase {
  std::string name;
  std::string text;
};

namespace generated {

using Cases = std::vector<GeneratedCase>;
void add_config(Cases& out);
void add_ports(Cases& out);
void add_commands(Cases& out);
void add_opcodes(Cases& out);
void add_prd_tables(Cases& out);
void add_packets(Cases& out);
void add_resets(Cases& out);

/// Text of a script, line by line.
class Lines {
 public:
  template <class... Args>
  Lines& line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
    return *this;
  }
  /// An expectation and the rules that it cites.
  template <class... Args>
  Lines& expect(std::string_view rules, fmt::format_string<Args...> format, Args&&... args) {
    text_ += "expect ";
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    fmt::format_to(std::back_inserter(text_), "  # {}\n", rules);
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace generated

/// All cases, in the order of the files above. Names are unique.
std::vector<GeneratedCase> generated_cases();
/// The same as scenarios. An error is a mistake of this room: its place is the case.
Result<std::vector<Scenario>> generated_scenarios();

}  // namespace coincide
