// Conformance results and coverage as text and as JSON. No terminal, no file: strings only.
#pragma once

#include <string>

#include "conformance/catalogue.h"
#include "conformance/coverage.h"
#include "conformance/runner.h"

namespace coincide {

struct PrintStyle {
  bool color = false;
};

/// One line a rule that was cited, in catalogue order, then every finding in full, then a summary line.
std::string conform_text(const ConformResult& result, const Catalogue& catalogue, PrintStyle style);
/// One object without line feed: target, profile (null for a peer), cases, skipped, expectations, rules {catalogued,
/// testable, asserted, passed, failed, skipped}, results [{case, rules, status, reason}], by_rule, findings, conform.
std::string conform_json(const ConformResult& result, const Catalogue& catalogue);

/// One line a rule: asserted (by what), not testable (why), or missing; then the table of families and the problems.
std::string coverage_text(const Coverage& coverage, PrintStyle style);
/// One object without line feed: families (from ID prefix to catalogued, testable, asserted, missing, missing_rules),
/// problems.
std::string coverage_json(const Coverage& coverage);

}  // namespace coincide
