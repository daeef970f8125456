// coincide conform: runs the conformance scenarios against a target, or tells which rules they cover.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "conformance/coverage.h"
#include "conformance/generated/generated.h"
#include "conformance/print.h"
#include "conformance/runner.h"
#include "conformance/targets/qtest_target.h"
#include "tools/coincide/console.h"
#include "tools/coincide/rules_directory.h"
#include "tools/coincide/verb.h"

namespace coincide {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> filters;
  std::string target = "emu:spec";
  bool target_given = false;
  std::string rules;
  bool coverage = false;
  ReportOptions report;
};

Result<std::unique_ptr<ConformTarget>> make_target(const Options& options) {
  const std::string& text = options.target;
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (kind == "qtest") return QtestTarget::launch(rest);
  if (kind != "emu") return Error{"--target", fmt::format("'{}': emu:PROFILE and qtest:COMMAND are known", text)};
  const auto profile = Profile::find(rest.empty() ? "spec" : rest);
  if (!profile) return Error{"--target", fmt::format("unknown profile '{}'", rest)};
  return std::unique_ptr<ConformTarget>(std::make_unique<EmulatorTarget>(*profile, options.target_given));
}

/// What the filters leave of the scenarios and rules.
struct Selection {
  std::vector<Scenario> loaded;
  std::vector<const Scenario*> scenarios;
  RuleFilter rules;  ///< null: every rule
};

bool cites(const Scenario& scenario, const RuleFilter& filter) {
  for (const Expectation& expectation : scenario.script.expectations) {
    if (std::any_of(expectation.rules.begin(), expectation.rules.end(), filter)) return true;
  }
  return false;
}

Result<Selection> select(const Options& options, const Catalogue& catalogue, const std::string& directory) {
  Selection out;
  std::vector<std::string> rule_filters;
  std::vector<std::string> name_filters;
  std::vector<std::string> files;
  for (const std::string& filter : options.filters) {
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
    if (by_name && (!out.rules || cites(scenario, out.rules))) out.scenarios.push_back(&scenario);
  }
  if (out.scenarios.empty()) return Error{options.filters.front(), "no scenario asserts this"};
  return out;
}

int run_coverage(const Options& options, const Catalogue& catalogue, const std::string& rules) {
  const fs::path root = fs::path(rules) / ".." / "..";
  const std::string directory = (fs::path(rules) / ".." / "scenarios").lexically_normal().string();
  const auto scenarios = load_scenarios(directory);
  if (!scenarios) return not_judged(scenarios.error());
  const auto marks = scan_marks(root.lexically_normal().string(), catalogue);
  if (!marks) return not_judged(marks.error());
  const Coverage coverage = cover(catalogue, *scenarios, *marks);
  if (!options.report.quiet) {
    const std::string text =
        options.report.json ? coverage_json(coverage) + "\n" : coverage_text(coverage, {stdout_has_color()});
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  return coverage.problems.empty() ? kExitCoincide : kExitDiffer;
}

int run_conform(const Options& options) {
  const auto rules = rules_directory(options.rules);
  if (!rules) return not_judged(rules.error());
  const auto catalogue = Catalogue::load(*rules);
  if (!catalogue) return not_judged(catalogue.error());
  if (options.coverage) {
    if (!options.filters.empty()) return not_judged({"--coverage", "takes no filter"});
    return run_coverage(options, *catalogue, *rules);
  }
  const auto target = make_target(options);
  if (!target) return not_judged(target.error());
  const std::string directory = (fs::path(*rules) / ".." / "scenarios").lexically_normal().string();
  const auto selection = select(options, *catalogue, directory);
  if (!selection) return not_judged(selection.error());
  const auto result = run_scenarios(selection->scenarios, **target, selection->rules);
  if (!result) return not_judged(result.error());
  if (!options.report.quiet) {
    const std::string text = options.report.json ? conform_json(*result, *catalogue) + "\n"
                                                 : conform_text(*result, *catalogue, {stdout_has_color()});
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  return result->passed() ? kExitCoincide : kExitDiffer;
}

}  // namespace

VerbRun set_up_conform(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option(
      "filter", options->filters,
      "rules (PIIX4-CFG-04, BMIDE, 'ATA6-*-1'), scenarios (bmide/larger, ata6) or script files; without any, "
      "all scenarios");
  auto* target = app.add_option(
      "--target", options->target,
      "what to judge: emu:PROFILE (default emu:spec), or qtest:COMMAND that launches a machine with a qtest link");
  app.add_flag("--coverage", options->coverage, "run nothing; list each rule as asserted, not testable, or missing");
  app.add_option("--rules", options->rules, "folder of the rule files; scenarios lie beside it");
  add_report_options(app, options->report);
  return [options, target] {
    options->target_given = target->count() != 0;
    return run_conform(*options);
  };
}

}  // namespace coincide
