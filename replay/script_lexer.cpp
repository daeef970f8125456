#include "replay/script_lexer.h"

#include <fmt/format.h>

#include "trace/bytes.h"

namespace coincide {
namespace {

constexpr std::size_t kMaxParentheses = 64;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

std::string script_place(std::string_view name, std::uint32_t line, std::uint32_t column) {
  return fmt::format("{}:{}:{}", name, line, column);
}

std::string quote_for_message(std::string_view text) {
  std::string out = "'";
  for (const char c : text.substr(0, 40)) {
    if (c >= 0x20 && c < 0x7f) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out + (text.size() > 40 ? "...'" : "'");
}

Error ScriptLexer::error(std::uint32_t column, std::string what) const {
  return {script_place(name_, line_, column), std::move(what)};
}

bool ScriptLexer::at_line_end() const {
  if (at_ >= text_.size() || text_[at_] == '\n') return true;
  return text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n');
}

void ScriptLexer::end_line() {
  while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  if (at_ < text_.size()) ++at_;
  line_start_ = at_;
  ++line_;
}

std::string ScriptLexer::rest_of_line() {
  while (!at_line_end() && is_blank(text_[at_])) ++at_;
  const std::size_t first = at_;
  while (!at_line_end()) ++at_;
  std::size_t last = at_;
  while (last > first && is_blank(text_[last - 1])) --last;
  return std::string(text_.substr(first, last - first));
}

Result<bool> ScriptLexer::next(ScriptLine& line) {
  while (at_ < text_.size()) {
    line.words.clear();
    line.comment.clear();
    line.line = line_;
    auto more = read_words(line);
    if (!more) return more.error();
    end_line();
    if (!line.words.empty() || !line.comment.empty()) return true;
  }
  return false;
}

Result<ScriptLine> ScriptLexer::single(std::string_view text, std::string_view name) {
  ScriptLexer lexer(text, name);
  ScriptLine line;
  const auto more = lexer.next(line);
  if (!more) return more.error();
  return line;
}

Result<bool> ScriptLexer::read_words(ScriptLine& line) {
  for (;;) {
    while (!at_line_end() && is_blank(text_[at_])) ++at_;
    if (at_line_end()) return true;
    if (text_[at_] == '#') {
      ++at_;
      line.comment = rest_of_line();
      return true;
    }
    if (text_[at_] == '\\') {  // a backslash at the end of a line: the line goes on
      const std::size_t here = at_++;
      while (!at_line_end() && is_blank(text_[at_])) ++at_;
      if (!at_line_end()) return error(static_cast<std::uint32_t>(here - line_start_ + 1), "unexpected '\\'");
      if (at_ >= text_.size()) return true;
      end_line();
      continue;
    }
    Word word;
    const auto read = read_word(word);
    if (!read) return read.error();
    const bool is_note = line.words.empty() && word.text == "note" && !word.quoted;
    line.words.push_back(std::move(word));
    if (is_note) {
      while (!at_line_end() && is_blank(text_[at_])) ++at_;
      Word text{{}, line_, column(), true, {}};
      text.text = rest_of_line();
      line.words.push_back(std::move(text));
      return true;
    }
  }
}

Result<void> ScriptLexer::read_word(Word& word) {
  word.line = line_;
  word.column = column();
  const std::size_t first = at_;
  std::vector<std::uint32_t> open;
  while (!at_line_end()) {
    const char c = text_[at_];
    if (is_blank(c) && open.empty()) break;
    if (c == '"') {
      auto read = read_quoted(word);
      if (!read) return read;
      continue;
    }
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') {
      return error(column(), fmt::format("control character \\x{:02x}", static_cast<unsigned char>(c)));
    }
    if (c == '(') {
      if (open.size() == kMaxParentheses) return error(column(), "parentheses nested too deep");
      open.push_back(column());
    }
    if (c == ')') {
      if (open.empty()) return error(column(), "')' without '('");
      open.pop_back();
    }
    word.text += c;
    ++at_;
  }
  if (!open.empty()) return error(open.back(), "'(' is not closed on this line");
  if (word.quoted) word.raw = text_.substr(first, at_ - first);
  return {};
}

Result<void> ScriptLexer::read_quoted(Word& word) {
  const std::uint32_t opened = column();
  word.quoted = true;
  ++at_;
  for (;;) {
    if (at_line_end()) return error(opened, "'\"' is not closed on this line");
    const char c = text_[at_++];
    if (c == '"') return {};
    if (c != '\\') {
      word.text += c;
      continue;
    }
    const std::uint32_t escape = column() - 1;
    const char kind = at_line_end() ? 0 : text_[at_++];
    if (kind == '"' || kind == '\\') {
      word.text += kind;
    } else if (kind == 'n') {
      word.text += '\n';
    } else if (kind == 'r') {
      word.text += '\r';
    } else if (kind == 'x' && at_ + 2 <= text_.size() && hex_digit(text_[at_]) >= 0 && hex_digit(text_[at_ + 1]) >= 0) {
      word.text += static_cast<char>(hex_digit(text_[at_]) * 16 + hex_digit(text_[at_ + 1]));
      at_ += 2;
    } else {
      return error(escape, "unknown escape in text: \\\" \\\\ \\n \\r \\xHH are known");
    }
  }
}

}  // namespace coincide
