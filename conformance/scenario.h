// Scenarios: conformance scripts, one topic each, whose expectations cite rules. They lie in
// conformance/scenarios/FAMILY/TOPIC.script; a scenario is called "FAMILY/TOPIC".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "replay/script.h"
#include "trace/error.h"

namespace coincide {

struct Scenario {
  std::string name;  ///< "bmide/larger"
  std::string path;  ///< as opened; Script::name is the same
  Script script;
};

/// Every *.script beneath `directory`, sorted by name. Errors: no such directory, none in it, a file that cannot be
/// read or parsed.
Result<std::vector<Scenario>> load_scenarios(const std::string& directory);

/// One file; its name is the last folder and the file name without suffix.
Result<Scenario> load_scenario(const std::string& path);

/// True if `pattern` names the scenario: its name, a folder of it ("bmide"), or a pattern with `*`.
bool scenario_matches(std::string_view pattern, std::string_view name);

}  // namespace coincide
