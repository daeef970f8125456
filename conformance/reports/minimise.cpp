#include "conformance/reports/minimise.h"

#include <algorithm>
#include <vector>

namespace coincide {
namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string join(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

class Minimiser {
 public:
  Minimiser(const Finding& failure, ConformTarget& target, unsigned most_runs)
      : failure_(failure), target_(target), runs_left_(most_runs) {}

  std::string run(std::string_view text) {
    std::vector<std::string> lines = split(text);
    if (!fails(lines)) return std::string(text);
    // Pieces of half the script, then of half of that, and so on down to a line; the last size again while it helps.
    for (std::size_t piece = std::max<std::size_t>(lines.size() / 2, 1); runs_left_ != 0;) {
      const bool shorter = drop_pieces(lines, piece);
      if (piece == 1 && !shorter) break;
      if (!shorter || piece > lines.size()) piece = std::max<std::size_t>(piece / 2, 1);
    }
    return join(lines);
  }

 private:
  /// Tries to leave out each piece in turn, from the end, where the least depends on it.
  bool drop_pieces(std::vector<std::string>& lines, std::size_t piece) {
    bool any = false;
    for (std::size_t end = lines.size(); end > 0 && runs_left_ != 0;) {
      const std::size_t begin = end > piece ? end - piece : 0;
      std::vector<std::string> rest(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(begin));
      std::copy_if(lines.begin() + static_cast<std::ptrdiff_t>(begin), lines.begin() + static_cast<std::ptrdiff_t>(end),
                   std::back_inserter(rest), [](const std::string& line) { return line.starts_with("board "); });
      rest.insert(rest.end(), lines.begin() + static_cast<std::ptrdiff_t>(end), lines.end());
      if (rest.size() != lines.size() && fails(rest)) {
        lines = std::move(rest);
        any = true;
      }
      end = std::min(begin, lines.size());
    }
    return any;
  }

  bool fails(const std::vector<std::string>& lines) {
    if (runs_left_ == 0) return false;
    --runs_left_;
    auto script = parse_script(join(lines), "minimised", {});
    if (!script) return false;
    const auto outcome = target_.run(*script);
    if (!outcome || outcome->error || !outcome->out_of_reach.empty()) return false;
    for (std::size_t i = 0; i < outcome->expectations.size(); ++i) {
      const ExpectationResult& result = outcome->expectations[i];
      if (result.failed != 0 && script->expectations[i].text == failure_.text && result.expected == failure_.expected &&
          result.actual == failure_.actual) {
        return true;
      }
    }
    return false;
  }

  const Finding& failure_;
  ConformTarget& target_;
  unsigned runs_left_;
};

}  // namespace

std::string minimised(std::string_view text, const Finding& failure, ConformTarget& target, unsigned most_runs) {
  return Minimiser(failure, target, most_runs).run(text);
}

}  // namespace coincide
