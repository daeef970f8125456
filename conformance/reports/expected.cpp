#include "conformance/reports/expected.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace coincide {
namespace {

bool fails(const CaseResult& one) { return one.status == CaseResult::Status::failed; }

/// `*` stands for any run of characters.
bool names(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t at = star; at <= name.size(); ++at) {
    if (names(rest, name.substr(at))) return true;
  }
  return false;
}

}  // namespace

Result<ExpectedFailures> ExpectedFailures::parse(std::string_view text, std::string_view name) {
  ExpectedFailures out;
  std::set<std::string> seen;
  std::istringstream lines{std::string(text)};
  std::string line;
  for (unsigned number = 1; std::getline(lines, line); ++number) {
    const auto wrong = [&](std::string what) { return Error{fmt::format("{}:{}", name, number), std::move(what)}; };
    if (line.empty()) continue;
    if (line.front() == '#') {
      out.comments_.push_back(line);
      continue;
    }
    const std::size_t tab = line.find('\t');
    if (tab == 0 || tab == std::string::npos || tab + 1 == line.size()) return wrong("a row is CASE, a tab, FINDING");
    KnownFailure row{line.substr(0, tab), line.substr(tab + 1)};
    if (!seen.insert(row.pattern).second) return wrong(fmt::format("'{}' stands here twice", row.pattern));
    out.rows_.push_back(std::move(row));
  }
  return out;
}

Result<ExpectedFailures> ExpectedFailures::load(const std::string& path) {
  std::ifstream in(path);
  if (!in) return Error{path, "cannot be read"};
  std::ostringstream text;
  text << in.rdbuf();
  return parse(text.str(), path);
}

const KnownFailure* ExpectedFailures::find(std::string_view name) const {
  const auto at =
      std::find_if(rows_.begin(), rows_.end(), [&](const KnownFailure& row) { return names(row.pattern, name); });
  return at == rows_.end() ? nullptr : &*at;
}

std::string ExpectedFailures::updated(const ConformResult& result) const {
  std::set<const KnownFailure*> needed;
  std::vector<KnownFailure> added;
  for (const CaseResult& one : result.cases) {
    if (!fails(one)) continue;
    if (const KnownFailure* row = find(one.name)) {
      needed.insert(row);
    } else {
      added.push_back({one.name, "?"});
    }
  }
  std::string out;
  for (const std::string& comment : comments_) out += comment + "\n";
  for (const KnownFailure& row : rows_) {
    if (needed.contains(&row)) out += fmt::format("{}\t{}\n", row.pattern, row.finding);
  }
  for (const KnownFailure& row : added) out += fmt::format("{}\t{}\n", row.pattern, row.finding);
  return out;
}

Verdict hold_against(const ConformResult& result, const ExpectedFailures& expected) {
  Verdict out;
  std::set<const KnownFailure*> failing, run;
  for (const CaseResult& one : result.cases) {
    if (one.status == CaseResult::Status::skipped) continue;
    const KnownFailure* row = expected.find(one.name);
    if (row != nullptr) run.insert(row);
    if (!fails(one)) continue;
    if (row == nullptr) {
      out.news.push_back(one.name);
    } else {
      ++out.known;
      failing.insert(row);
    }
  }
  for (const KnownFailure& row : expected.rows()) {
    if (run.contains(&row) && !failing.contains(&row)) out.fixed.push_back(row.pattern);
  }
  return out;
}

}  // namespace coincide
