#include "replay/media_recipe.h"

#include <fmt/format.h>

#include "replay/script_data.h"
#include "replay/script_expression.h"
#include "replay/script_lexer.h"

namespace coincide {
namespace {

class RecipeParser {
 public:
  explicit RecipeParser(std::string_view name) : name_(name) {}

  Result<void> add(const ScriptLine& line) {
    const std::span<const Word> words(line.words);
    const Word& head = words[0];
    if (head.text == "sectors" && !head.quoted) return add_sectors(words);
    if (recipe_.sectors == 0) return at(head, "a recipe begins with `sectors N`");
    if (head.text == "serial" && !head.quoted) {
      if (words.size() != 2 || !words[1].quoted) return at(head, "serial \"...\"");
      recipe_.serial = words[1].text;
      return {};
    }
    return add_extent(words);
  }

  Result<MediaRecipe> finish() {
    if (recipe_.sectors == 0) return Error{name_, "no `sectors N` line: this is no media recipe"};
    return std::move(recipe_);
  }

 private:
  Error at(const Word& word, std::string what) const {
    return {script_place(name_, word.line, word.column), std::move(what)};
  }

  Result<void> add_sectors(std::span<const Word> words) {
    if (recipe_.sectors != 0) return at(words[0], "sectors is given twice");
    const auto sectors = words.size() == 2 ? parse_number(words[1].text) : std::nullopt;
    if (!sectors || *sectors == 0 || *sectors > MediaRecipe::kMaxSectors) {
      return at(words[0], fmt::format("sectors N, 1 to {}", MediaRecipe::kMaxSectors));
    }
    recipe_.sectors = *sectors;
    return {};
  }

  Result<void> add_extent(std::span<const Word> words) {
    const std::string_view range = words[0].text;
    const std::size_t dots = range.find("..");
    const auto first = parse_number(range.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : parse_number(range.substr(dots + 2));
    if (!first || !last || *last < *first) {
      return at(words[0], quote_for_message(range) + " is no extent: FIRST or FIRST..LAST");
    }
    if (*last >= recipe_.sectors) return at(words[0], "the extent passes the end of the medium");
    if (*first < next_) return at(words[0], "extents must rise and not overlap");
    next_ = *last + 1;
    if (words.size() < 2) return at(words[0], "zero, pattern or bytes is missing");

    Extent extent;
    extent.first_lba = *first;
    extent.sectors = *last - *first + 1;
    const std::string& kind = words[1].text;
    if (kind == "zero" && words.size() == 2) return {};  // what no extent names is zero anyway
    if (kind == "pattern" && words.size() == 4) {
      const auto tag = parse_tag(words[2].text);
      const auto index = parse_number(words[3].text);
      if (!tag) return at(words[2], "a pattern's tag is three printable characters");
      if (!index) return at(words[3], quote_for_message(words[3].text) + " is no number");
      extent.kind = Extent::Kind::pattern;
      extent.tag = *tag;
      extent.first_index = *index;
    } else if (kind == "bytes") {
      extent.kind = Extent::Kind::bytes;
      auto filled = fill(extent, words.subspan(2));
      if (!filled) return filled;
    } else {
      return at(words[1], "zero, pattern TAG FIRST, or bytes ITEM... is wanted");
    }
    recipe_.extents.push_back(std::move(extent));
    return {};
  }

  Result<void> fill(Extent& extent, std::span<const Word> words) {
    const std::uint64_t room = extent.sectors * kSectorBytes;
    std::vector<std::uint8_t>& data = extent.data;
    for (std::size_t i = 0; i < words.size();) {
      const Word& word = words[i];
      const auto number = [&](std::size_t ahead) {
        return i + ahead < words.size() ? parse_number(words[i + ahead].text) : std::nullopt;
      };
      bool fits = true;
      if (word.text == "at" && !word.quoted) {
        const auto offset = number(1);
        if (!offset || *offset < data.size() || *offset > room) {
          return at(word, "at OFFSET: inside the extent, not backwards");
        }
        data.resize(*offset);
        i += 2;
      } else if (word.text == "fill" && !word.quoted) {
        const auto byte = number(1);
        const auto count = number(2);
        if (!byte || *byte > 0xff || !count) return at(word, "fill BYTE COUNT");
        fits = *count <= room - data.size();
        if (fits) data.insert(data.end(), *count, static_cast<std::uint8_t>(*byte));
        i += 3;
      } else if (word.text == "text" && i + 1 < words.size() && words[i + 1].quoted) {
        fits = append(data, words[i + 1].text, room);
        i += 2;
      } else if (word.text == "lines" && i + 2 < words.size() && !words[i + 1].text.empty() && number(2)) {
        const std::uint64_t count = *number(2);
        for (std::uint64_t n = 0; fits && n < count; ++n) fits = append(data, numbered(words[i + 1].text, n), room);
        i += 3;
      } else {
        const auto bytes = word.quoted ? std::nullopt : parse_hex_data(word.text);
        if (!bytes) return at(word, quote_for_message(word.text) + " is no item: 0x..., text, fill, lines or at");
        fits = append(data, {reinterpret_cast<const char*>(bytes->data()), bytes->size()}, room);
        ++i;
      }
      if (!fits) return at(word, "the bytes pass the end of the extent");
    }
    return {};
  }

  static bool append(std::vector<std::uint8_t>& data, std::string_view text, std::uint64_t room) {
    if (text.size() > room - data.size()) return false;
    data.insert(data.end(), text.begin(), text.end());
    return true;
  }

  static std::string numbered(std::string_view text, std::uint64_t n) {
    std::string out(text);
    const std::size_t mark = out.find("%03d");
    if (mark != std::string::npos) out.replace(mark, 4, fmt::format("{:03}", n));
    return out;
  }

  std::string name_;
  MediaRecipe recipe_;
  std::uint64_t next_ = 0;  ///< first LBA that the next extent may have
};

}  // namespace

Result<MediaRecipe> parse_recipe(std::string_view text, std::string_view name) {
  ScriptLexer lexer(text, name);
  RecipeParser parser(name);
  ScriptLine line;
  for (;;) {
    const auto more = lexer.next(line);
    if (!more) return more.error();
    if (!*more) return parser.finish();
    if (line.words.empty()) continue;
    const auto added = parser.add(line);
    if (!added) return added.error();
  }
}

}  // namespace coincide
