// How a comparison is told: one report an input (replay) or a pair of inputs (diff), with at most one divergence in
// full. Both verbs fill these structs and print them here, so that every divergence reads alike. No terminal, no file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace coincide {

/// A rule that speaks about the place of a divergence. `text` may be empty: the catalogue stands above this room, so
/// verbs fill it in.
struct RuleNote {
  std::string id;
  std::string text;
};

/// One of the two values that differ: "05h" and, where bits have names, ".....I.A". `what` stands for values that are
/// no number ("nothing", "256 bytes 00 11 22 ...").
struct ValueText {
  std::string value;
  std::string bits;
};

struct Divergence {
  std::uint64_t event = 0;  ///< number of the first differing event in the input (in A, for a pair), from 0
  std::optional<std::uint64_t> other_event;  ///< its number in B, for a pair
  std::string unit;                          ///< "primary master"; empty outside commands
  std::string command;                       ///< "READ DMA EXT lba=0x2000 count=8"; "outside any command"
  std::vector<RuleNote> rules;
  std::string stimulus;       ///< "in  C002h  BMIS primary": the access or action at which they part
  std::string stimulus_note;  ///< "2 polls folded into 1"; may be empty
  ValueText expected;         ///< what the recording (A) has
  ValueText actual;           ///< what the run (B) has
  /// Registers before the event, in order: {"Status", "50h"}, ... Empty if nothing is known of them.
  std::vector<std::pair<std::string, std::string>> registers;
  /// Command line that shows it again.
  std::string again;
};

struct Report {
  std::string input;               ///< file name, or "A -> B"
  std::uint64_t events = 0;        ///< events of the input (of both, for a pair)
  std::uint64_t compared = 0;      ///< observations (and, between drivers, stimuli) that were held against each other
  std::uint64_t not_compared = 0;  ///< those that one side could not see, or that were left out
  /// Why: {"DMA bytes: the source does not see them", 12}, ... Counts add up to not_compared.
  std::vector<std::pair<std::string, std::uint64_t>> not_compared_why;
  std::optional<Divergence> divergence;
  /// Further lines of the text form, in order: {"since", "18 203 events coincide"}, {"followed", ...}. In JSON:
  /// "notes", a list of {label, text}.
  std::vector<std::pair<std::string, std::string>> notes;

  bool coincide() const { return !divergence.has_value(); }
};

struct ReportStyle {
  bool color = false;
  unsigned columns = 0;  ///< lines are wrapped to this width between words; 0 = never
};

/// The text form; ends in a line feed. A report that coincides is one line, and its notes.
std::string report_text(const Report& report, const ReportStyle& style);
/// One JSON object, without line feed: input, events, compared, not_compared, not_compared_why, coincide, divergence
/// (null, or event, other_event, unit, command, stimulus, expected, actual, rules, registers, again), notes.
std::string report_json(const Report& report);

/// The object of a divergence alone; "null" if there is none.
std::string divergence_json(const std::optional<Divergence>& divergence);

/// "18 204": digits in groups of three.
std::string grouped(std::uint64_t number);

}  // namespace coincide
