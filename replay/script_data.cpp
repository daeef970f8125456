#include "replay/script_data.h"

#include <algorithm>

#include "emu/media/pattern.h"
#include "trace/bytes.h"

namespace coincide {
namespace {

/// Words of one DATA as they are used up.
class DataParser {
 public:
  DataParser(std::span<const Word> words, std::size_t& at, const ScriptNames& names, std::string_view script)
      : words_(words), at_(at), names_(names), script_(script) {}

  Result<ScriptData> parse() {
    if (at_ >= words_.size()) return missing("data are missing: 0x..., pattern, fill, text, words or dwords");
    ScriptData data;
    const bool group = is_group(words_[at_]);
    do {
      const auto read = group ? parse_group(data) : parse_item(data);
      if (!read) return read.error();
    } while (group && at_ < words_.size() && is_group(words_[at_]));
    return data;
  }

 private:
  static bool is_group(const Word& word) {
    const std::string& source = word.source();
    return source.size() >= 2 && source.front() == '(' && source.back() == ')';
  }
  Error at_word(const Word& word, std::string what) const {
    return {script_place(script_, word.line, word.column), std::move(what)};
  }
  Error missing(std::string what) const {
    check(!words_.empty(), "a statement has a first word");
    const Word& last = words_[words_.size() - 1];
    const auto end = static_cast<std::uint32_t>(last.column + last.source().size());
    return {script_place(script_, last.line, end), std::move(what)};
  }

  Result<void> parse_group(ScriptData& data) {
    const Word& group = words_[at_++];
    const std::string inner = group.source().substr(1, group.source().size() - 2);
    auto line = ScriptLexer::single(inner, script_);
    if (!line) return at_word(group, line.error().what);
    if (line->words.empty()) return at_word(group, "there are no data between these parentheses");
    for (Word& word : line->words) {
      word.line = group.line;
      word.column += group.column;
    }
    std::size_t at = 0;
    const auto item = DataParser(line->words, at, names_, script_).parse();
    if (!item) return item.error();
    if (at != line->words.size())
      return at_word(line->words[at], "unexpected " + quote_for_message(line->words[at].text));
    data.insert(data.end(), item->begin(), item->end());
    return {};
  }

  Result<Expression> number(const char* what) {
    if (at_ >= words_.size()) return missing(what);
    return parse_expression(words_[at_++], names_, script_);
  }

  Result<void> parse_item(ScriptData& data) {
    const Word& word = words_[at_++];
    if (word.quoted) return at_word(word, "data are wanted; text is written: text \"...\"");
    if (word.text == "pattern") return parse_pattern(data);
    if (word.text == "fill") return parse_fill(data);
    if (word.text == "words" || word.text == "dwords") return parse_integers(data, word.text == "words" ? 2 : 4);
    DataItem item;
    if (word.text == "text") {
      if (at_ >= words_.size() || !words_[at_].quoted) return at_word(word, "text \"...\" is wanted");
      const std::string& text = words_[at_++].text;
      item.bytes.assign(text.begin(), text.end());
    } else {
      auto bytes = parse_hex_data(word.text);
      if (!bytes)
        return at_word(word, quote_for_message(word.text) + " is no data: 0x..., pattern, fill, text, words or dwords");
      item.bytes = std::move(*bytes);
    }
    data.push_back(std::move(item));
    return {};
  }

  Result<void> parse_pattern(ScriptData& data) {
    DataItem item;
    item.kind = DataItem::Kind::pattern_to_end;
    if (at_ >= words_.size()) return missing("pattern TAG FIRST [COUNT]");
    const auto tag = parse_tag(words_[at_].text);
    if (!tag) return at_word(words_[at_], "a pattern's tag is three printable characters");
    ++at_;
    item.tag = *tag;
    auto first = number("pattern TAG FIRST [COUNT]");
    if (!first) return first.error();
    item.first = std::move(*first);
    if (at_ < words_.size() && !is_group(words_[at_])) {
      auto count = number("COUNT");
      if (!count) return count.error();
      item.second = std::move(*count);
      item.kind = DataItem::Kind::pattern;
    }
    data.push_back(std::move(item));
    return {};
  }

  Result<void> parse_fill(ScriptData& data) {
    DataItem item;
    item.kind = DataItem::Kind::fill;
    auto byte = number("fill BYTE COUNT");
    if (!byte) return byte.error();
    auto count = number("fill BYTE COUNT");
    if (!count) return count.error();
    item.first = std::move(*byte);
    item.second = std::move(*count);
    data.push_back(std::move(item));
    return {};
  }

  Result<void> parse_integers(ScriptData& data, std::uint8_t width) {
    if (at_ >= words_.size()) return missing("a number is missing");
    while (at_ < words_.size()) {
      auto value = number("a number is missing");
      if (!value) return value.error();
      if (const auto constant = value->constant()) {
        if (data.empty() || data.back().kind != DataItem::Kind::bytes) data.emplace_back();
        for (unsigned i = 0; i < width; ++i)
          data.back().bytes.push_back(static_cast<std::uint8_t>(*constant >> (8 * i)));
        continue;
      }
      DataItem item;
      item.kind = DataItem::Kind::integer;
      item.first = std::move(*value);
      item.width = width;
      data.push_back(std::move(item));
    }
    return {};
  }

  std::span<const Word> words_;
  std::size_t& at_;
  const ScriptNames& names_;
  std::string_view script_;
};

void append_pattern(std::vector<std::uint8_t>& out, const std::array<char, 3>& tag, std::uint64_t first,
                    std::uint64_t bytes) {
  std::array<std::uint8_t, kSectorBytes> sector;
  for (std::uint64_t done = 0; done < bytes; done += kSectorBytes) {
    pattern_sector(tag, first + done / kSectorBytes, sector);
    const auto part = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(kSectorBytes, bytes - done));
    out.insert(out.end(), sector.begin(), sector.begin() + part);
  }
}

}  // namespace

Result<ScriptData> parse_data(std::span<const Word> words, std::size_t& at, const ScriptNames& names,
                              std::string_view script) {
  return DataParser(words, at, names, script).parse();
}

std::optional<std::vector<std::uint8_t>> make_data(const ScriptData& data, std::span<const std::uint64_t> variables,
                                                   std::uint64_t wanted) {
  std::vector<std::uint8_t> out;
  for (const DataItem& item : data) {
    const std::uint64_t room = kMaxStatementBytes - out.size();
    const std::uint64_t first = item.first.value(variables);
    const std::uint64_t second = item.second.value(variables);
    switch (item.kind) {
      case DataItem::Kind::bytes:
        if (item.bytes.size() > room) return std::nullopt;
        out.insert(out.end(), item.bytes.begin(), item.bytes.end());
        break;
      case DataItem::Kind::pattern:
        if (second > room / kSectorBytes) return std::nullopt;
        append_pattern(out, item.tag, first, second * kSectorBytes);
        break;
      case DataItem::Kind::pattern_to_end: {
        const std::uint64_t bytes = wanted > out.size() ? wanted - out.size() : 0;
        if (bytes > room) return std::nullopt;
        append_pattern(out, item.tag, first, bytes);
        break;
      }
      case DataItem::Kind::fill:
        if (second > room) return std::nullopt;
        out.insert(out.end(), second, static_cast<std::uint8_t>(first));
        break;
      case DataItem::Kind::integer:
        if (item.width > room) return std::nullopt;
        for (unsigned i = 0; i < item.width; ++i) out.push_back(static_cast<std::uint8_t>(first >> (8 * i)));
        break;
    }
  }
  return out;
}

std::optional<std::vector<std::uint8_t>> parse_hex_data(std::string_view text) {
  if (text.size() < 3 || text[0] != '0' || (text[1] != 'x' && text[1] != 'X')) return std::nullopt;
  text.remove_prefix(2);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = i + 1 < text.size() ? hex_digit(text[i + 1]) : 0;
    if (high < 0 || low < 0) return std::nullopt;
    if (i + 1 < text.size()) bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return bytes;
}

std::optional<std::vector<std::uint8_t>> parse_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  text.remove_suffix(padding);
  std::vector<std::uint8_t> bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    std::uint32_t digit = 0;
    if (c >= 'A' && c <= 'Z') {
      digit = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      digit = static_cast<std::uint32_t>(c - 'a' + 26);
    } else if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0' + 52);
    } else if (c == '+' || c == '/') {
      digit = c == '+' ? 62 : 63;
    } else {
      return std::nullopt;
    }
    bits = bits << 6 | digit;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<std::uint8_t>(bits >> count));
    }
  }
  return bytes;
}

std::optional<std::array<char, 3>> parse_tag(std::string_view text) {
  if (text.size() != 3) return std::nullopt;
  for (const char c : text) {
    if (c <= 0x20 || c >= 0x7f) return std::nullopt;
  }
  return std::array<char, 3>{text[0], text[1], text[2]};
}

}  // namespace coincide
