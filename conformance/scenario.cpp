#include "conformance/scenario.h"

#include <algorithm>
#include <filesystem>

#include "conformance/catalogue.h"

namespace coincide {

namespace fs = std::filesystem;

Result<Scenario> load_scenario(const std::string& path) {
  auto script = load_script(path);
  if (!script) return script.error();
  if (script->expectations.empty()) return Error{path, "expects nothing: a scenario that cannot fail"};
  const fs::path file(path);
  const fs::path folder = file.parent_path().filename();
  return Scenario{(folder / file.stem()).generic_string(), path, *std::move(script)};
}

Result<std::vector<Scenario>> load_scenarios(const std::string& directory) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::recursive_directory_iterator it(directory, failed), end; !failed && it != end; it.increment(failed)) {
    if (it->path().extension() == ".script") files.push_back(it->path());
  }
  if (failed) return Error{directory, failed.message()};
  if (files.empty()) return Error{directory, "no scenario (*.script)"};
  std::sort(files.begin(), files.end());
  std::vector<Scenario> scenarios;
  for (const fs::path& file : files) {
    auto scenario = load_scenario(file.string());
    if (!scenario) return scenario.error();
    scenario->name = file.lexically_relative(directory).replace_extension().generic_string();
    scenarios.push_back(*std::move(scenario));
  }
  return scenarios;
}

bool scenario_matches(std::string_view pattern, std::string_view name) {
  if (pattern.find('*') != std::string_view::npos) return rule_matches(pattern, name);
  return name.starts_with(pattern) && (name.size() == pattern.size() || name[pattern.size()] == '/');
}

}  // namespace coincide
