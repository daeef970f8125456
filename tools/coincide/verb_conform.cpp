// coincide conform: runs the conformance scenarios against a target, or tells which rules they cover.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "conformance/coverage.h"
#include "conformance/print.h"
#include "conformance/reports/expected.h"
#include "conformance/reports/minimise.h"
#include "conformance/reports/reports.h"
#include "conformance/runner.h"
#include "conformance/targets/model_target.h"
#include "conformance/targets/qtest_target.h"
#include "replay/record.h"
#include "tools/coincide/comparison.h"
#include "tools/coincide/conform_selection.h"
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
  bool print = false;
  std::string shard = "1/1";
  unsigned jobs = 1;
  std::string junit, tap, save;
  std::string expected, update_expected;
  ReportOptions report;
};

Result<std::unique_ptr<ConformTarget>> make_target(const Options& options) {
  const std::string& text = options.target;
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (kind == "qtest") return QtestTarget::launch(rest);
  if (kind == "model") return ModelTarget::load(rest);
  if (kind != "emu") {
    return Error{"--target", fmt::format("'{}': emu:PROFILE, qtest:COMMAND and model:LIBRARY are known", text)};
  }
  const auto profile = Profile::find(rest.empty() ? "spec" : rest);
  if (!profile) return Error{"--target", fmt::format("unknown profile '{}'", rest)};
  return std::unique_ptr<ConformTarget>(std::make_unique<EmulatorTarget>(*profile, options.target_given));
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

int print_scenarios(const Selection& selection) {
  for (const Scenario* scenario : selection.scenarios) {
    const auto text = scenario_text(*scenario);
    if (!text) return not_judged(text.error());
    if (selection.scenarios.size() > 1) fmt::print("# {}\n", scenario->name);
    fmt::print("{}{}", *text, selection.scenarios.size() > 1 ? "\n" : "");
  }
  return kExitCoincide;
}

/// Writes what `make` gives; nothing if `path` is empty.
template <class Make>
Result<void> write_file(const std::string& path, const Make& make) {
  if (path.empty()) return {};
  std::ofstream out(path, std::ios::binary);
  out << make();
  out.close();
  if (!out) return Error{path, "cannot be written"};
  return {};
}

/// For each case that fails, in a folder: its script, cut down to what fails, and on the emulator its trace. The
/// script's first line says how to run it again.
Result<void> save_failures(const Options& options, const Selection& selection, const ConformResult& result,
                           ConformTarget& target) {
  if (options.save.empty()) return {};
  std::error_code error;
  fs::create_directories(options.save, error);
  if (error) return Error{options.save, error.message()};
  std::set<std::string> saved;
  for (const Finding& finding : result.findings) {
    if (finding.kind != Finding::Kind::failed || !saved.insert(finding.scenario).second) continue;
    const auto scenario = std::find_if(selection.scenarios.begin(), selection.scenarios.end(),
                                       [&](const Scenario* one) { return one->name == finding.scenario; });
    const auto text = scenario_text(**scenario);
    if (!text) return text.error();
    std::string stem = finding.scenario;
    std::replace(stem.begin(), stem.end(), '/', '-');
    const std::string path = (fs::path(options.save) / (stem + ".script")).string();
    const auto written = write_file(path, [&] {
      return fmt::format("# {}: coincide conform {} --target {}\n{}", finding.scenario, shell_word(path),
                         shell_word(options.target), minimised(*text, finding, target));
    });
    if (!written) return written.error();
    if (!target.ours()) continue;
    const std::string trace = (fs::path(options.save) / (stem + ".trace")).string();
    auto sink = FileSink::create(trace);
    if (!sink) return sink.error();
    RecordOptions record;
    record.profile = result.profile;
    const auto recorded = record_input(path, **sink, record);
    if (!recorded) return recorded.error();
  }
  return {};
}

/// The exit status where some failures are expected: only what is new, or known and gone, counts.
int judge_by_expectations(const Options& options, const ConformResult& result) {
  const bool update = !options.update_expected.empty();
  const std::string& path = update ? options.update_expected : options.expected;
  const auto expected = update && !fs::exists(path) ? ExpectedFailures::parse("", path) : ExpectedFailures::load(path);
  if (!expected) return not_judged(expected.error());
  if (update) {
    const auto written = write_file(path, [&] { return expected->updated(result); });
    return written ? kExitCoincide : not_judged(written.error());
  }
  const Verdict verdict = hold_against(result, *expected);
  if (!options.report.quiet && !options.report.json) {
    for (const std::string& name : verdict.news) fmt::print("new: {} fails, which {} does not know\n", name, path);
    for (const std::string& row : verdict.fixed) fmt::print("gone: nothing that {} calls '{}' fails\n", path, row);
    fmt::print("{} cases fail as {} says, {} do not, {} rows are gone\n", verdict.known, path, verdict.news.size(),
               verdict.fixed.size());
  }
  return verdict.as_expected() ? kExitCoincide : kExitDiffer;
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
  const std::string directory = (fs::path(*rules) / ".." / "scenarios").lexically_normal().string();
  const auto shard = parse_shard(options.shard);
  if (!shard) return not_judged(shard.error());
  const auto selection = select_scenarios(options.filters, *shard, *catalogue, directory);
  if (!selection) return not_judged(selection.error());
  if (options.print) return print_scenarios(*selection);
  std::vector<std::unique_ptr<ConformTarget>> targets;
  for (unsigned job = 0; job < options.jobs; ++job) {
    auto target = make_target(options);
    if (!target) return not_judged(target.error());
    targets.push_back(*std::move(target));
  }
  const auto result = run_scenarios(selection->scenarios, targets, selection->rules);
  if (!result) return not_judged(result.error());
  if (!options.report.quiet) {
    const std::string text = options.report.json ? conform_json(*result, *catalogue) + "\n"
                                                 : conform_text(*result, *catalogue, {stdout_has_color()});
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  for (const auto& written : {write_file(options.junit, [&] { return junit_xml(*result); }),
                              write_file(options.tap, [&] { return tap(*result); }),
                              save_failures(options, *selection, *result, *targets.front())}) {
    if (!written) return not_judged(written.error());
  }
  if (options.expected.empty() && options.update_expected.empty()) {
    return result->passed() ? kExitCoincide : kExitDiffer;
  }
  return judge_by_expectations(options, *result);
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
      "what to judge: emu:PROFILE (default emu:spec), qtest:COMMAND that launches a machine with a qtest link, or "
      "model:LIBRARY, a shared library as conformance/targets/model.h describes it");
  app.add_flag("--coverage", options->coverage, "run nothing; list each rule as asserted, not testable, or missing");
  app.add_flag("--print", options->print, "run nothing; print the scripts of the scenarios");
  app.add_option("--shard", options->shard, "run one part of the scenarios: 1/4 is the first of four");
  app.add_option("--jobs", options->jobs, "so many machines of the target at a time (1)")->check(CLI::Range(1, 64));
  app.add_option("--junit", options->junit, "write the results as JUnit XML");
  app.add_option("--tap", options->tap, "write the results in the Test Anything Protocol");
  app.add_option("--save", options->save,
                 "folder for what fails: each case's script, cut down to what fails, and its trace");
  auto* expected = app.add_option("--expected", options->expected,
                                  "known failures of the target, CASE <tab> FINDING: only what is new or gone counts");
  app.add_option("--update-expected", options->update_expected, "make that file say what failed now")
      ->excludes(expected);
  app.add_option("--rules", options->rules, "folder of the rule files; scenarios lie beside it");
  add_report_options(app, options->report);
  return [options, target] {
    options->target_given = target->count() != 0;
    return run_conform(*options);
  };
}

}  // namespace coincide
