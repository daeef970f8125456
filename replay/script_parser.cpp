// Scripts as a whole: board and profile lines, blocks of `repeat`, comments with rules.
#include "replay/script_parser.h"

#include <fmt/format.h>

#include "replay/board_text.h"

namespace coincide {
namespace {

constexpr unsigned kMaxNesting = 32;

bool is_rule_id(std::string_view word) {
  // Capitals, digits and hyphens; at least one hyphen; digits alone after the last.
  bool good = !word.empty() && word[0] >= 'A' && word[0] <= 'Z';
  std::size_t last_hyphen = std::string_view::npos;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    good = good && ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-');
    if (c == '-') last_hyphen = i;
  }
  if (!good || last_hyphen == std::string_view::npos || last_hyphen + 1 == word.size()) return false;
  for (const char c : word.substr(last_hyphen + 1)) good = good && c >= '0' && c <= '9';
  return good;
}

std::string joined(std::span<const Word> words) {
  std::string out;
  for (const Word& word : words) out += (out.empty() ? "" : " ") + word.source();
  return out;
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view name, const MediaSearch& search, std::size_t most_statements)
      : lexer_(text, name), board_(name, search), statements_(script_, names_), most_(most_statements) {
    script_.name = name;
  }

  Result<Script> parse() {
    const auto parsed = block(script_.statements, 0, nullptr);
    if (!parsed) return parsed.error();
    script_.board = board_.finish();
    script_.board_given = !board_.empty();
    script_.variables = names_.count();
    return std::move(script_);
  }

 private:
  Error at(const Word& word, std::string what) const {
    return {script_place(script_.name, word.line, word.column), std::move(what)};
  }

  /// Lines to the end of the text, or to the `}` of `opened`.
  Result<void> block(std::vector<Statement>& out, unsigned depth, const Word* opened) {
    ScriptLine line;
    for (;;) {
      const auto more = lexer_.next(line);
      if (!more) return more.error();
      if (!*more) return opened == nullptr ? Result<void>() : at(*opened, "'{' has no '}'");
      if (line.words.empty()) {
        if (script_.headline.empty()) script_.headline = line.comment;
        continue;
      }
      const Word& first = line.words[0];
      if (first.text == "}" && !first.quoted) {
        if (opened == nullptr) return at(first, "'}' without '{'");
        if (line.words.size() > 1) return at(line.words[1], "nothing may follow '}'");
        return {};
      }
      if (!first.quoted && (first.text == "board" || first.text == "profile")) {
        auto set = set_up(line);
        if (!set) return set;
        continue;
      }
      const LineOrigin origin{first.line, first.column, joined(line.words), cited_rules(line.comment)};
      auto parsed = statement(line.words, origin, out, depth);
      if (!parsed) return parsed;
    }
  }

  Result<void> set_up(const ScriptLine& line) {
    const Word& first = line.words[0];
    if (begun_) return at(first, first.text + " lines stand before the first statement");
    if (first.text == "board") return board_.add(line);
    if (line.words.size() != 2) return at(first, "profile NAME");
    if (script_.profile) return at(first, "the profile is given twice");
    script_.profile = line.words[1].text;
    return {};
  }

  Result<void> statement(std::span<const Word> words, const LineOrigin& origin, std::vector<Statement>& out,
                         unsigned depth) {
    if (words[0].text != "let" || words[0].quoted) begun_ = true;
    if (words[0].text == "repeat" && !words[0].quoted) return repeat(words, origin, out, depth);
    const std::size_t before = out.size();
    auto parsed = statements_.parse(words, origin, out);
    if (!parsed) return parsed;
    count_ += out.size() - before;
    if (count_ > most_) return at(words[0], fmt::format("more than {} statements", most_));
    return {};
  }

  /// repeat N [as NAME] { ... }, the block on this line or on those that follow.
  Result<void> repeat(std::span<const Word> words, const LineOrigin& origin, std::vector<Statement>& out,
                      unsigned depth) {
    const char* usage = "repeat N [as NAME] {";
    if (depth == kMaxNesting) return at(words[0], fmt::format("repeat is nested more than {} deep", kMaxNesting));
    if (++count_ > most_) return at(words[0], fmt::format("more than {} statements", most_));
    RepeatStatement repeat;
    if (words.size() < 3) return at(words[0], usage);
    auto count = statements_.number(words[1]);
    if (!count) return count.error();
    repeat.count = std::move(*count);
    std::size_t i = 2;
    if (words[i].text == "as" && words.size() > 4) {
      const auto slot = names_.define(words[i + 1], script_.name);
      if (!slot) return slot.error();
      repeat.slot = *slot;
      i += 2;
    }
    if (words[i].text != "{" || words[i].quoted) return at(words[i], usage);
    const Word& opened = words[i];
    ++i;
    Result<void> parsed;
    if (i == words.size()) {
      parsed = block(repeat.body, depth + 1, &opened);
    } else if (words.back().text != "}") {
      return at(opened, "the '}' must end this line, or the block begin on the next");
    } else if (i + 1 < words.size()) {
      const auto inner = words.subspan(i, words.size() - i - 1);
      parsed = statement(inner, {inner[0].line, inner[0].column, joined(inner), origin.rules}, repeat.body, depth + 1);
    }
    if (!parsed) return parsed;
    out.push_back({origin.line, origin.column, std::move(repeat)});
    return {};
  }

  Script script_;
  ScriptNames names_;
  ScriptLexer lexer_;
  BoardBuilder board_;
  StatementParser statements_;
  std::size_t count_ = 0;
  std::size_t most_;
  bool begun_ = false;  ///< a statement stood already: no more board lines
};

}  // namespace

std::vector<std::string> cited_rules(std::string_view comment) {
  std::vector<std::string> rules;
  std::size_t at = 0;
  while (at < comment.size()) {
    const std::size_t end = std::min(comment.find_first_of(" \t,;:.()", at), comment.size());
    if (is_rule_id(comment.substr(at, end - at))) rules.emplace_back(comment.substr(at, end - at));
    at = end + 1;
  }
  return rules;
}

bool is_script_keyword(std::string_view word) {
  return word == "board" || word == "profile" || word == "repeat" || is_shorthand(word) || StatementParser::knows(word);
}

Result<Script> parse_script(std::string_view text, std::string_view name, const MediaSearch& search,
                            std::size_t most_statements) {
  return Parser(text, name, search, most_statements).parse();
}

Result<Script> load_script(const std::string& path) {
  const auto text = read_text_file(path, kMaxScriptBytes);
  if (!text) return text.error();
  return parse_script(*text, path, MediaSearch::standard(path));
}

}  // namespace coincide
