// Coverage: which rules of the catalogue are asserted, and by what. Nothing is run for it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "conformance/catalogue.h"
#include "conformance/marks.h"
#include "conformance/scenario.h"

namespace coincide {

struct RuleCoverage {
  const Rule* rule = nullptr;
  std::vector<std::string> asserted_by;  ///< "bmide/larger" (a scenario), "emu/x_test.cpp:12" (a unit test)
  std::vector<std::string> code;         ///< code marks, "emu/piix4/function.cpp:80"

  bool asserted() const { return !asserted_by.empty(); }
  bool missing() const { return rule->testable && !asserted(); }
};

struct FamilyCoverage {
  std::uint64_t catalogued = 0;
  std::uint64_t testable = 0;
  std::uint64_t asserted = 0;  ///< testable ones that are
  std::vector<std::string> missing;
};

struct Coverage {
  std::vector<RuleCoverage> rules;  ///< in the order of the catalogue
  std::map<std::string, FamilyCoverage, std::less<>> families;
  /// What does not hold together: an ID that the catalogue does not have, an assertion of a rule that is not testable.
  std::vector<Error> problems;
};

/// `catalogue` must outlive the result.
Coverage cover(const Catalogue& catalogue, const std::vector<Scenario>& scenarios, const std::vector<Mark>& marks);

}  // namespace coincide
