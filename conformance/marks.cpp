#include "conformance/marks.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "replay/media_source.h"

namespace coincide {
namespace {

constexpr std::uint64_t kMaxFileBytes = 8u << 20;
constexpr std::string_view kRooms[] = {"emu", "trace", "replay", "conformance", "corpus", "tools"};
constexpr std::string_view kSuffixes[] = {".h", ".cpp", ".inc", ".capnp", ".py", ".sh", ".md", ".script", ".media"};
constexpr std::string_view kLeftOut[] = {"conformance/rules/", "corpus/captures/"};

bool is_id_char(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; }
bool is_word_char(char c) { return is_id_char(c) || c == '_' || (c >= 'a' && c <= 'z'); }

/// Prefixes whose IDs have no middle part: TRAP-1, BMIDE-01.
std::set<std::string, std::less<>> two_part_families(const Catalogue& catalogue) {
  std::set<std::string, std::less<>> out;
  for (const Rule& rule : catalogue.rules()) {
    if (std::count(rule.id.begin(), rule.id.end(), '-') == 1) out.emplace(rule.family());
  }
  return out;
}

class Scanner {
 public:
  explicit Scanner(const Catalogue& catalogue) : two_part_(two_part_families(catalogue)) {
    for (std::string& family : catalogue.families()) families_.insert(std::move(family));
  }

  void scan(std::string_view text, std::string_view file, std::vector<Mark>& out) const {
    const bool test = file.ends_with("_test.cpp");
    const bool code = !test && file.starts_with("emu/") && !file.ends_with(".md");
    std::uint32_t number = 0;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      ++number;
      const std::size_t comment = test ? line.find("//") : std::string_view::npos;
      const std::size_t asserts = comment == std::string_view::npos ? comment : line.find("asserts ", comment);
      for (std::size_t at = 0; at < line.size();) {
        const std::size_t length = word_length(line, at);
        if (length == 0) {
          ++at;
          continue;
        }
        const std::string_view word = line.substr(at, length);
        if (is_ours(word)) {
          const MarkKind kind = code ? MarkKind::code : at > asserts ? MarkKind::unit_test : MarkKind::mention;
          out.push_back({std::string(word), std::string(file), number, kind});
        }
        at += length;
      }
    }
  }

 private:
  /// Length of the run of ID characters that begins a word at `at`, hyphens at its end left out; 0 if none does.
  static std::size_t word_length(std::string_view line, std::size_t at) {
    if (!is_id_char(line[at]) || line[at] == '-' || (at > 0 && is_word_char(line[at - 1]))) return 0;
    std::size_t length = 0;
    while (at + length < line.size() && is_id_char(line[at + length])) ++length;
    if (at + length < line.size() && is_word_char(line[at + length])) return 0;
    while (line[at + length - 1] == '-') --length;
    return length;
  }

  bool is_ours(std::string_view word) const {
    if (!is_rule_id(word)) return false;
    const std::string_view family = Rule::rule_family(word);
    if (families_.find(family) == families_.end()) return false;
    return std::count(word.begin(), word.end(), '-') > 1 || two_part_.find(family) != two_part_.end();
  }

  std::set<std::string, std::less<>> families_;
  std::set<std::string, std::less<>> two_part_;
};

bool is_scanned(std::string_view file) {
  const auto matches = [&](std::string_view suffix) { return file.ends_with(suffix); };
  if (std::none_of(std::begin(kSuffixes), std::end(kSuffixes), matches)) return false;
  const auto inside = [&](std::string_view folder) { return file.starts_with(folder); };
  return std::none_of(std::begin(kLeftOut), std::end(kLeftOut), inside);
}

}  // namespace

std::string Mark::place() const { return fmt::format("{}:{}", file, line); }

std::vector<Mark> marks_of(std::string_view text, std::string_view file, const Catalogue& catalogue) {
  std::vector<Mark> out;
  Scanner(catalogue).scan(text, file, out);
  return out;
}

Result<std::vector<Mark>> scan_marks(const std::string& root, const Catalogue& catalogue) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const std::string_view room : kRooms) {
    std::error_code failed;
    const fs::path folder = fs::path(root) / room;
    if (!fs::is_directory(folder, failed)) continue;
    for (fs::recursive_directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
      const std::string file = it->path().lexically_relative(root).generic_string();
      if (is_scanned(file) && it->is_regular_file(failed)) files.push_back(file);
    }
    if (failed) return Error{folder.string(), failed.message()};
  }
  std::sort(files.begin(), files.end());

  const Scanner scanner(catalogue);
  std::vector<Mark> out;
  for (const std::string& file : files) {
    const auto text = read_text_file((fs::path(root) / file).string(), kMaxFileBytes);
    if (!text) return text.error();
    scanner.scan(*text, file, out);
  }
  return out;
}

}  // namespace coincide
