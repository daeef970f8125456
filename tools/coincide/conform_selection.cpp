#include "tools/coincide/conform_selection.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "conformance/generated/generated.h"

namespace coincide {
namespace {

namespace fs = std::filesystem;

bool cites(const Scenario& scenario, const RuleFilter& filter) {
  for (const Expectation& expectation : scenario.script.expectations) {
    if (std::any_of(expectation.rules.begin(), expectation.rules.end(), filter)) return true;
  }
  return false;
}

}  // namespace

Result<Selection> select_scenarios(const std::vector<std::string>& filters, const Shard& shard,
                                   const Catalogue& catalogue, const std::string& directory) {
  Selection out;
  std::vector<std::string> rule_filters;
  std::vector<std::string> name_filters;
  std::vector<std::string> files;
  for (const std::string& filter : filters) {
    std::error_code error;
    const auto named = [&](const Rule& rule) { return rule_matches(filter, rule.id); };
    if (fs::is_regular_file(filter, error)) {
      files.push_back(filter);
    } else if (std::any_of(catalogue.rules().begin(), catalogue.rules().end(), named)) {
      rule_filters.push_back(filter);
    } else {
      name_filters.push_back(filter);
    }
  }
  if (!rule_filters.empty()) {
    out.rules = [rule_filters](const std::string& id) {
      return std::any_of(rule_filters.begin(), rule_filters.end(),
                         [&](const std::string& filter) { return rule_matches(filter, id); });
    };
  }
  // Files given by path stand by themselves; the folder is read only if something else is asked for.
  if (files.empty() || !rule_filters.empty() || !name_filters.empty()) {
    auto loaded = load_scenarios(directory);
    if (!loaded) return loaded.error();
    out.loaded = *std::move(loaded);
    auto generated = generated_scenarios();
    if (!generated) return generated.error();
    std::move(generated->begin(), generated->end(), std::back_inserter(out.loaded));
  }
  const std::size_t of_folder = out.loaded.size();
  for (const std::string& file : files) {
    auto scenario = load_scenario(file);
    if (!scenario) return scenario.error();
    if (scenario->script.expectations.empty()) return Error{file, "expects nothing: no scenario"};
    out.loaded.push_back(*std::move(scenario));
  }
  for (const std::string& filter : name_filters) {
    const auto named = [&](const Scenario& scenario) { return scenario_matches(filter, scenario.name); };
    if (std::none_of(out.loaded.begin(), out.loaded.end(), named)) {
      return Error{filter, "names no rule and no scenario"};
    }
  }
  for (std::size_t i = 0; i < out.loaded.size(); ++i) {
    const Scenario& scenario = out.loaded[i];
    const bool by_name = i >= of_folder || name_filters.empty() ||
                         std::any_of(name_filters.begin(), name_filters.end(), [&](const std::string& filter) {
                           return scenario_matches(filter, scenario.name);
                         });
    const bool in_shard = XXH3_64bits(scenario.name.data(), scenario.name.size()) % shard.parts == shard.part - 1;
    if (by_name && in_shard && (!out.rules || cites(scenario, out.rules))) out.scenarios.push_back(&scenario);
  }
  if (out.scenarios.empty() && shard.parts == 1) return Error{filters.front(), "no scenario asserts this"};
  return out;
}

Result<Shard> parse_shard(const std::string& text) {
  Shard out;
  const char* end = text.data() + text.size();
  const auto part = std::from_chars(text.data(), end, out.part);
  const bool slash = part.ec == std::errc() && part.ptr != end && *part.ptr == '/';
  const auto parts = slash ? std::from_chars(part.ptr + 1, end, out.parts) : part;
  if (!slash || parts.ec != std::errc() || parts.ptr != end || out.part == 0 || out.part > out.parts) {
    return Error{"--shard", fmt::format("'{}' is no part: 1/4 is the first of four", text)};
  }
  return out;
}

Result<std::string> scenario_text(const Scenario& scenario) {
  for (const GeneratedCase& one : generated_cases()) {
    if (one.name == scenario.name) return one.text;
  }
  std::ifstream in(scenario.path);
  if (!in) return Error{scenario.path, "cannot be read"};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace coincide
