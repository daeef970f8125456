#include "replay/script_lexer.h"

#include <doctest/doctest.h>

namespace coincide {
namespace {

std::vector<ScriptLine> all_lines(std::string_view text) {
  ScriptLexer lexer(text, "t");
  std::vector<ScriptLine> lines;
  ScriptLine line;
  for (;;) {
    const auto more = lexer.next(line);
    REQUIRE(more.ok());
    if (!*more) return lines;
    lines.push_back(line);
  }
}

std::string error_of(std::string_view text) {
  ScriptLexer lexer(text, "t");
  ScriptLine line;
  for (;;) {
    const auto more = lexer.next(line);
    if (!more) return more.error().line();
    if (!*more) return {};
  }
}

TEST_CASE("lexer: words, columns, comments and line ends") {
  const auto lines = all_lines("\n  outb 0x1f6\t0xe0 # hello  \r\n# alone\r\ninb 1");
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].line == 2);
  REQUIRE(lines[0].words.size() == 3);
  CHECK(lines[0].words[0].text == "outb");
  CHECK(lines[0].words[0].column == 3);
  CHECK(lines[0].words[2].text == "0xe0");
  CHECK(lines[0].words[2].column == 14);
  CHECK(lines[0].comment == "hello");
  CHECK(lines[1].words.empty());
  CHECK(lines[1].comment == "alone");
  CHECK(lines[2].line == 4);
}

TEST_CASE("lexer: a # inside a word or in text begins no comment") {
  const auto lines = all_lines("board a#b model=\"x # y\" #c");
  REQUIRE(lines[0].words.size() == 3);
  CHECK(lines[0].words[1].text == "a#b");
  CHECK(lines[0].words[2].text == "model=x # y");
  CHECK(lines[0].words[2].source() == "model=\"x # y\"");
  CHECK(lines[0].comment == "c");
}

TEST_CASE("lexer: parentheses keep blanks in one word, quotes keep everything") {
  const auto lines = all_lines("prd (1 (2 3) EOT) \"a\\x41\\n\\\"\\\\\"");
  REQUIRE(lines[0].words.size() == 3);
  CHECK(lines[0].words[1].text == "(1 (2 3) EOT)");
  CHECK(lines[0].words[2].text == "aA\n\"\\");
}

TEST_CASE("lexer: a backslash at the end goes on") {
  const auto lines = all_lines("a \\\n  b \\  \n c\nd \\");
  REQUIRE(lines.size() == 2);
  REQUIRE(lines[0].words.size() == 3);
  CHECK(lines[0].words[2].line == 3);
  CHECK(lines[0].words[2].column == 2);
  CHECK(lines[1].words.size() == 1);
}

TEST_CASE("lexer: note takes its text as it stands") {
  const auto lines = all_lines("note  don't \"care # (at all  \nnote");
  REQUIRE(lines[0].words.size() == 2);
  CHECK(lines[0].words[1].text == "don't \"care # (at all");
  CHECK(lines[1].words[1].text.empty());
}

TEST_CASE("lexer: errors name line and column") {
  CHECK(error_of("a\nb \"c") == "t:2:3: '\"' is not closed on this line");
  CHECK(error_of("a (b (c)") == "t:1:3: '(' is not closed on this line");
  CHECK(error_of("a b)") == "t:1:4: ')' without '('");
  CHECK(error_of("a \"\\q\"") == "t:1:4: unknown escape in text: \\\" \\\\ \\n \\r \\xHH are known");
  CHECK(error_of("a \\ b") == "t:1:3: unexpected '\\'");
  CHECK(error_of(std::string_view("a\0b", 3)) == "t:1:2: control character \\x00");
  CHECK(error_of(std::string(100, '(')) == "t:1:65: parentheses nested too deep");
}

TEST_CASE("lexer: input is made fit for messages") {
  CHECK(quote_for_message("a\x1b[31m\xff") == "'a\\x1b[31m\\xff'");
  CHECK(quote_for_message(std::string(60, 'x')).size() == 45);
}

}  // namespace
}  // namespace coincide
