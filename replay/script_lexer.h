// Cuts scripts, board texts and media recipes into lines of words. Knows blanks, quotes, parentheses, comments and
// continued lines; knows no statement but `note`, whose text is taken as it stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trace/error.h"

namespace coincide {

/// One word and where it begins. Lines and columns count from 1, columns in bytes.
struct Word {
  std::string text;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  bool quoted = false;  ///< some of it stood in double quotes (which `text` no longer has)
  std::string raw;      ///< as it stood, quotes included; only if `quoted`

  const std::string& source() const { return quoted ? raw : text; }
};

/// One line with its continuations. Lines without words or comment are not handed out.
struct ScriptLine {
  std::vector<Word> words;
  std::string comment;  ///< what followed `#`, blanks at both ends gone
  std::uint32_t line = 0;
};

class ScriptLexer {
 public:
  /// `text` must outlive the lexer; `name` names the input in errors.
  ScriptLexer(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  /// The next line that has something on it; false at the end of the text. Errors: an open quote or parenthesis, an
  /// unknown escape, a control character.
  Result<bool> next(ScriptLine& line);

  /// The words of one line of text, for expansions of shorthands.
  static Result<ScriptLine> single(std::string_view text, std::string_view name);

 private:
  Result<bool> read_words(ScriptLine& line);
  Result<void> read_word(Word& word);
  Result<void> read_quoted(Word& word);
  Error error(std::uint32_t column, std::string what) const;
  void end_line();
  std::string rest_of_line();

  std::uint32_t column() const { return static_cast<std::uint32_t>(at_ - line_start_ + 1); }
  bool at_line_end() const;

  std::string_view text_;
  std::string name_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::uint32_t line_ = 1;
};

/// "NAME:LINE:COLUMN".
std::string script_place(std::string_view name, std::uint32_t line, std::uint32_t column);

/// Input text fit for a message: quoted, cut after 40 characters, control characters and non-ASCII as \xHH.
std::string quote_for_message(std::string_view text);

}  // namespace coincide
