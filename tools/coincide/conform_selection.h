// Which scenarios `coincide conform` runs: those that the filters name, of the folder and of the tables.
#pragma once

#include <string>
#include <vector>

#include "conformance/catalogue.h"
#include "conformance/runner.h"
#include "conformance/scenario.h"

namespace coincide {

/// One of n parts of the scenarios. A case belongs to a part by its name alone: cases that come or go move no other.
struct Shard {
  unsigned part = 1;  ///< from 1
  unsigned parts = 1;
};
/// "2/4". Error: no such part.
Result<Shard> parse_shard(const std::string& text);

/// What the filters leave of the scenarios and rules.
struct Selection {
  std::vector<Scenario> loaded;
  std::vector<const Scenario*> scenarios;
  RuleFilter rules;  ///< null: every rule
};
/// A filter is a rule, a scenario or a script file. `directory` holds the scenarios. Error: a filter that names
/// nothing, a scenario that cannot be read.
Result<Selection> select_scenarios(const std::vector<std::string>& filters, const Shard& shard,
                                   const Catalogue& catalogue, const std::string& directory);

/// The text of a scenario, be it a file or made from tables.
Result<std::string> scenario_text(const Scenario& scenario);

}  // namespace coincide
