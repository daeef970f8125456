// Inside of the script parser: one line of words to statements. Only the script_*.cpp files include this.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "replay/script.h"
#include "replay/script_lexer.h"

namespace coincide {

/// The script line that expectations and shorthand statements are reported under.
struct LineOrigin {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string text;
  std::vector<std::string> rules;
};

/// Parses the words of one statement that is neither board, profile nor repeat.
class StatementParser {
 public:
  StatementParser(Script& script, ScriptNames& names) : script_(script), names_(names) {}

  /// Appends the statement, or all that a shorthand stands for, to `out`.
  Result<void> parse(std::span<const Word> words, const LineOrigin& origin, std::vector<Statement>& out);

  Result<Expression> number(const Word& word) const { return parse_expression(word, names_, script_.name); }
  Error at(const Word& word, std::string what) const;
  ScriptNames& names() { return names_; }
  /// True for the first word of a plain statement.
  static bool knows(std::string_view word);

 private:
  using Handler = Result<void> (StatementParser::*)(unsigned variant);
  struct Row {
    std::string_view keyword;
    Handler handler;
    unsigned variant;
    std::string_view usage;  ///< operands, for errors
  };
  static std::span<const Row> rows();

  // One statement: words_ with the cursor at_. Handlers consume operands and `put` a statement; parse() checks that
  // nothing is left.
  Result<void> parse_plain(std::span<const Word> words, const LineOrigin& origin, std::vector<Statement>& out);
  Result<void> read(unsigned variant);
  Result<void> write(unsigned variant);
  Result<void> memory_read(unsigned);
  Result<void> memory_write(unsigned variant);
  Result<void> block_read(unsigned);
  Result<void> block_write(unsigned);
  Result<void> clock(unsigned variant);
  Result<void> memory_map(unsigned variant);
  Result<void> disk_complete(unsigned);
  Result<void> media(unsigned variant);
  Result<void> reset(unsigned);
  Result<void> note(unsigned);
  Result<void> let(unsigned);
  Result<void> keep(unsigned);
  Result<void> clear_counts(unsigned);
  Result<void> ignored(unsigned);
  Result<void> pio(unsigned variant);
  // script_guest_parse.cpp
  Result<void> vmbus(unsigned);
  Result<void> guest(unsigned variant);
  Result<void> expect_message();
  Result<void> put_guest(GuestStatement statement);
  Result<void> take_guest_options(GuestStatement& statement);
  Result<std::uint8_t> take_unit();
  Result<ReplyField> reply_field();
  // script_expect.cpp
  Result<void> wait(unsigned);
  Result<void> wait_irq();
  Result<void> expect(unsigned);
  Result<void> expect_data(ExpectDataStatement::Kind kind);
  Result<void> expect_string();
  Result<void> expect_request();
  Result<Subject> subject();
  Result<RegisterId> register_name();
  Result<Match> match();

  bool done() const { return at_ >= words_.size(); }
  bool next_is(std::string_view text) const { return !done() && !words_[at_].quoted && words_[at_].text == text; }
  Error missing() const;
  Result<const Word*> take();
  Result<Expression> take_number();
  Result<Expression> take_port();
  Result<Expression> take_size();
  Result<std::uint8_t> take_width();
  Result<std::uint8_t> take_channel();
  Result<ScriptData> take_data();
  /// A request number, or nothing for `oldest`.
  Result<std::optional<Expression>> take_request();
  /// Takes the `key=value` words at the end of the line into `options`; only the given keys are known.
  struct Option {
    std::string_view key;
    Expression* value;
    bool given = false;
  };
  Result<void> take_options(std::span<Option> options);
  void put(AnyStatement statement);
  std::uint32_t add_expectation();

  Script& script_;
  ScriptNames& names_;
  std::span<const Word> words_;
  std::size_t at_ = 0;
  const Row* row_ = nullptr;
  const LineOrigin* origin_ = nullptr;
  std::vector<Statement>* out_ = nullptr;
};

/// True for the first word of a shorthand.
bool is_shorthand(std::string_view word);
/// The plain statements, as text, that a shorthand stands for; empty optional if the first word is no shorthand.
/// Operands are checked, so that errors name the right word.
Result<std::optional<std::vector<std::string>>> expand_shorthand(std::span<const Word> words, const ScriptNames& names,
                                                                 std::string_view script);

}  // namespace coincide
