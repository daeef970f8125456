// Known failures of a target, as data: which cases fail there, and why that is known. A row is
//
//   CASE <tab> FINDING
//
// CASE is a case's name, or a pattern with `*`; FINDING says why (a heading of FINDINGS.md, a quirk, a link), or "?"
// for what nobody has looked at. Lines that begin with `#` are comments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/runner.h"
#include "trace/error.h"

namespace coincide {

struct KnownFailure {
  std::string pattern;
  std::string finding;
};

class ExpectedFailures {
 public:
  /// Error: a line that is no row; the same pattern twice.
  static Result<ExpectedFailures> parse(std::string_view text, std::string_view name);
  static Result<ExpectedFailures> load(const std::string& path);

  /// The first row whose pattern names the case; nullptr if it should not fail.
  const KnownFailure* find(std::string_view name) const;
  const std::vector<KnownFailure>& rows() const { return rows_; }

  /// The text with one row for each case that fails: rows that still name one stay as they are, those that do not go,
  /// and a failing case that no row names gets one of its own, with "?".
  std::string updated(const ConformResult& result) const;

 private:
  std::vector<std::string> comments_;  ///< at the head
  std::vector<KnownFailure> rows_;
};

/// How a result stands to what was expected.
struct Verdict {
  std::vector<std::string> news;   ///< cases that fail and should not
  std::vector<std::string> fixed;  ///< rows of which no case fails any more, though some was run
  std::uint64_t known = 0;         ///< cases that fail as expected

  bool as_expected() const { return news.empty() && fixed.empty(); }
};
Verdict hold_against(const ConformResult& result, const ExpectedFailures& expected);

}  // namespace coincide
