// Boards as text: the board lines of scripts, and the canonical text in the header of a trace (SCRIPT.md section 7).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emu/board.h"
#include "replay/media_source.h"
#include "replay/script_lexer.h"
#include "trace/error.h"

namespace coincide {

/// Collects board lines one by one.
class BoardBuilder {
 public:
  BoardBuilder(std::string_view script, const MediaSearch& search) : script_(script), search_(search) {}

  /// A line whose first word is `board`. Errors name the word; a medium that cannot be opened is one.
  Result<void> add(const ScriptLine& line);
  bool empty() const { return !any_; }
  /// The board so far; the default board if there was no line.
  Board finish() const;

 private:
  Result<void> add_chip(std::span<const Word> words);
  Result<void> add_pci(std::span<const Word> words);
  Result<void> add_ram(std::span<const Word> words);
  Result<void> add_device(std::span<const Word> words, DeviceKind kind);
  Result<void> add_fault(std::span<const Word> words);
  Result<void> add_completion(std::span<const Word> words);
  Result<void> add_further_medium(std::span<const Word> words);
  /// The medium that `word` names, with `sectors=` and `hash=` out of `fields`.
  Result<MediumConfig> open_medium(const Word& word, std::span<const Word> fields, DeviceKind kind) const;
  Result<MediumConfig> open_file(const Word& word, std::string_view hash, DeviceKind kind) const;
  Result<void> set_field(DeviceConfig& device, const Word& word) const;
  Result<void> set_packet_field(DeviceConfig& device, const Word& word, std::string_view name) const;
  Result<void> set_features(DeviceConfig& device, const Word& word, std::string_view list) const;
  Error at_word(const Word& word, std::string what) const;

  std::string script_;
  MediaSearch search_;
  Board board_;
  bool any_ = false;
  bool ram_given_ = false;
  bool chip_given_ = false;
  bool pci_given_ = false;
  bool completion_given_ = false;
};

/// What a script without board lines runs on: 64 MiB, one pattern disk HD0 of 16384 sectors as primary master.
Board default_board();

/// The canonical text, one line each, every line ended. Parsing it gives the same board.
std::string print_board(const Board& board);

/// Parses a text of board lines and comments only. `name` stands in front of errors.
Result<Board> parse_board(std::string_view text, std::string_view name, const MediaSearch& search);

/// "0:1" for unit 1, and back.
std::string unit_text(unsigned unit);
std::optional<unsigned> parse_unit(std::string_view text);

}  // namespace coincide
