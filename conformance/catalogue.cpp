#include "conformance/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "replay/media_source.h"

namespace coincide {
namespace {

constexpr std::string_view kHeader = "id\tclause\tside\tstrength\tapplies\ttestable\ttext";
constexpr std::size_t kFields = 7;
constexpr std::size_t kMaxFileBytes = 4u << 20;
constexpr std::string_view kSides[] = {"device", "controller", "host", "medium", "both"};
constexpr std::string_view kStrengths[] = {"must", "should", "may", "indeterminate"};
constexpr std::string_view kApplies[] = {"controller", "channel", "disk",  "packet",  "disk+packet",
                                         "optical",    "int13",   "vmbus", "storvsp", "host"};

template <std::size_t N>
bool is_one_of(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// The fields of a row; more or fewer than seven give an empty result.
bool split(std::string_view line, std::array<std::string_view, kFields>& fields) {
  for (std::size_t i = 0; i < kFields; ++i) {
    const std::size_t tab = line.find('\t');
    if ((tab == std::string_view::npos) != (i + 1 == kFields)) return false;
    fields[i] = line.substr(0, tab);
    if (tab != std::string_view::npos) line.remove_prefix(tab + 1);
  }
  return true;
}

std::string what_is_wrong(const std::array<std::string_view, kFields>& fields) {
  for (const std::string_view field : fields) {
    if (field.empty()) return "empty field";
  }
  if (!is_rule_id(fields[0])) return fmt::format("'{}' is no rule ID", fields[0]);
  if (!is_one_of(fields[2], kSides)) return fmt::format("unknown side '{}'", fields[2]);
  if (!is_one_of(fields[3], kStrengths)) return fmt::format("unknown strength '{}'", fields[3]);
  if (!is_one_of(fields[4], kApplies)) return fmt::format("'applies' has unknown word '{}'", fields[4]);
  if (fields[5] != "yes" && (!fields[5].starts_with("no: ") || fields[5].size() < 5)) {
    return fmt::format("testable is 'yes' or 'no: reason', not '{}'", fields[5]);
  }
  return {};
}

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool is_rule_id(std::string_view word) {
  if (word.empty() || !is_capital(word.front())) return false;
  const std::size_t last = word.rfind('-');
  if (last == std::string_view::npos || last + 1 == word.size()) return false;
  if (!std::all_of(word.begin() + static_cast<std::ptrdiff_t>(last) + 1, word.end(), is_digit)) return false;
  char before = 0;
  for (const char c : word) {
    if (!is_capital(c) && !is_digit(c) && (c != '-' || before == '-')) return false;
    before = c;
  }
  return true;
}

bool rule_matches(std::string_view pattern, std::string_view id) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) {
    return id.starts_with(pattern) && (id.size() == pattern.size() || id[pattern.size()] == '-');
  }
  if (!id.starts_with(pattern.substr(0, star))) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t at = star; at <= id.size(); ++at) {
    const std::string_view tail = id.substr(at);
    if (rest.find('*') == std::string_view::npos ? tail == rest : rule_matches(rest, tail)) return true;
  }
  return false;
}

Result<void> Catalogue::add_file(std::string_view text, std::string_view name) {
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const std::string place = fmt::format("{}:{}", name, ++number);
    if (end == std::string_view::npos) return Error{place, "the last line has no line feed"};
    text.remove_prefix(end + 1);
    if (number == 1) {
      if (line != kHeader) return Error{place, "the first line does not name the columns"};
      continue;
    }
    std::array<std::string_view, kFields> fields;
    if (!split(line, fields)) return Error{place, fmt::format("a rule has {} fields", kFields)};
    if (std::string wrong = what_is_wrong(fields); !wrong.empty()) return Error{place, std::move(wrong)};
    Rule rule;
    rule.id = fields[0];
    rule.clause = fields[1];
    rule.side = fields[2];
    rule.strength = fields[3];
    rule.applies = fields[4];
    rule.testable = fields[5] == "yes";
    if (!rule.testable) rule.reason = fields[5].substr(4);
    rule.text = fields[6];
    rules_.push_back(std::move(rule));
    places_.push_back(place);
  }
  if (number == 0) return Error{std::string(name), "empty file"};
  return {};
}

Result<void> Catalogue::index() {
  by_id_.resize(rules_.size());
  for (std::uint32_t i = 0; i < rules_.size(); ++i) by_id_[i] = i;
  std::stable_sort(by_id_.begin(), by_id_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return rules_[a].id < rules_[b].id; });
  for (std::size_t i = 1; i < by_id_.size(); ++i) {
    if (rules_[by_id_[i]].id == rules_[by_id_[i - 1]].id) {
      return Error{places_[by_id_[i]],
                   fmt::format("{} stands already in {}", rules_[by_id_[i]].id, places_[by_id_[i - 1]])};
    }
  }
  return {};
}

Result<Catalogue> Catalogue::load(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code failed;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(directory, failed), end; !failed && it != end; it.increment(failed)) {
    if (it->path().extension() == ".tsv") files.push_back(it->path());
  }
  if (failed) return Error{directory, failed.message()};
  if (files.empty()) return Error{directory, "no rule file (*.tsv)"};
  std::sort(files.begin(), files.end());

  Catalogue catalogue;
  for (const fs::path& file : files) {
    const auto text = read_text_file(file.string(), kMaxFileBytes);
    if (!text) return text.error();
    if (Result<void> added = catalogue.add_file(*text, file.string()); !added) return added.error();
  }
  if (Result<void> indexed = catalogue.index(); !indexed) return indexed.error();
  return catalogue;
}

Result<Catalogue> Catalogue::parse(std::string_view text, std::string_view name) {
  Catalogue catalogue;
  if (Result<void> added = catalogue.add_file(text, name); !added) return added.error();
  if (Result<void> indexed = catalogue.index(); !indexed) return indexed.error();
  return catalogue;
}

const Rule* Catalogue::find(std::string_view id) const {
  const auto at = std::lower_bound(by_id_.begin(), by_id_.end(), id,
                                   [&](std::uint32_t i, std::string_view wanted) { return rules_[i].id < wanted; });
  return at != by_id_.end() && rules_[*at].id == id ? &rules_[*at] : nullptr;
}

std::vector<std::string> Catalogue::families() const {
  std::vector<std::string> out;
  for (const std::uint32_t i : by_id_) {
    const std::string_view family = rules_[i].family();
    if (out.empty() || out.back() != family) out.emplace_back(family);
  }
  // IDs sort by character, so that those of BM may stand behind those of BMIDE: families are sorted by themselves.
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace coincide
