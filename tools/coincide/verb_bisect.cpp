// coincide bisect GOOD ... BAD: the first of an ordered series of runs that departs from the first one; and one step of
// `git bisect run`.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "replay/any_run.h"
#include "replay/bisect.h"
#include "tools/coincide/comparison.h"
#include "tools/coincide/console.h"
#include "tools/coincide/verb.h"

namespace coincide {
namespace {

struct Options {
  std::vector<std::string> inputs;
  CompareOptions compare;
  bool step = false;
  ReportOptions report;
};

int step(const Options& options) {
  if (options.inputs.size() != 2)
    return not_judged({"bisect --step", "takes two inputs: the good one, and the one to judge"});
  auto report = compare_inputs(options.inputs[0], options.inputs[1], options.compare);
  if (!report) return not_judged(report.error());
  print_report(*report, options.report);
  return report->coincide() ? kExitCoincide : kExitDiffer;
}

/// Everything that is told of a search. `report` is the first bad one against the good one.
void print_found(const Options& options, const BisectResult& result, const std::vector<std::string>& why_skipped,
                 std::optional<Report>& report) {
  if (options.report.quiet) return;
  const auto& inputs = options.inputs;
  if (options.report.json) {
    std::string skipped;
    for (std::size_t i = 0; i < result.skipped.size(); ++i) {
      skipped += fmt::format("{}{{\"input\":{},\"why\":{}}}", i == 0 ? "" : ",", json_string(inputs[result.skipped[i]]),
                             json_string(why_skipped[i]));
    }
    std::string candidates;
    for (const std::size_t c : result.candidates)
      candidates += (candidates.empty() ? "" : ",") + json_string(inputs[c]);
    if (report) add_rule_texts(*report);
    fmt::print(
        "{{\"inputs\":{},\"steps\":{},\"last_good\":{},\"first_bad\":{},\"candidates\":[{}],\"skipped\":[{}],"
        "\"report\":{}}}\n",
        inputs.size(), result.steps, json_string(inputs[result.last_good]),
        result.first_bad ? json_string(inputs[*result.first_bad]) : "null", candidates, skipped,
        report ? report_json(*report) : "null");
    return;
  }
  for (std::size_t i = 0; i < result.skipped.size(); ++i) {
    fmt::print("SKIPPED    {}   {}\n", inputs[result.skipped[i]], why_skipped[i]);
  }
  const std::string_view plural = result.steps == 1 ? "" : "s";
  if (result.first_bad) {
    fmt::print("FIRST BAD  {}   number {} of {}, found in {} step{}\n", inputs[*result.first_bad],
               *result.first_bad + 1, inputs.size(), result.steps, plural);
    fmt::print("last good  {}\n", inputs[result.last_good]);
    if (report) print_report(*report, options.report);
  } else if (result.last == Verdict::good) {
    fmt::print("COINCIDE   {}   the last of {} coincides with the first: nothing to find\n", inputs.back(),
               inputs.size());
  } else if (result.last == Verdict::bad) {
    fmt::print("FIRST BAD  one of {}, after {} step{}; the others between could not be judged:\n",
               result.candidates.size(), result.steps, plural);
    for (const std::size_t c : result.candidates) fmt::print("           {}\n", inputs[c]);
  }
}

int search(const Options& options) {
  const auto& inputs = options.inputs;
  if (inputs.size() < 2) return not_judged({"bisect", "takes two inputs at least: the first is the good one"});
  const auto good = load_any_run(inputs[0], options.compare.profile);
  if (!good) return not_judged(good.error());
  std::vector<std::string> why_skipped;
  std::vector<std::optional<Report>> reports(inputs.size());
  Progress progress("bisect", inputs.size(), options.report.quiet);
  const BisectResult result = bisect(inputs.size(), [&](std::size_t i) {
    const auto run = load_any_run(inputs[i], options.compare.profile);
    if (!run) {
      why_skipped.push_back(run.error().line());
      return Verdict::not_judged;
    }
    Report report = compare_runs(*good, *run, options.compare);
    const bool coincide = report.coincide();
    reports[i] = std::move(report);
    return coincide ? Verdict::good : Verdict::bad;
  });
  if (result.last == Verdict::not_judged) return not_judged({"", why_skipped.front()});
  std::optional<Report> none;
  print_found(options, result, why_skipped, result.first_bad ? reports[*result.first_bad] : none);
  if (result.last == Verdict::good) return kExitCoincide;
  if (result.first_bad) return kExitDiffer;
  return not_judged(
      {inputs[result.candidates.front()], "the inputs from here on that could not be judged hide the first bad one"});
}

}  // namespace

VerbRun set_up_bisect(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.footer(
      "Inputs are traces, captures or scripts, oldest first; the first one is good by definition. An input is bad if "
      "`diff`\n"
      "says that it departs from the good one. Those that cannot be judged are passed over.\n"
      "Exit status: 0 the last one is good too, 1 the first bad one was found, 125 could not be judged.\n"
      "With --step: judges INPUT against GOOD, as `git bisect run coincide bisect --step GOOD INPUT` needs it:\n"
      "0 good, 1 bad, 125 skip this commit.");
  app.add_option("inputs", options->inputs, "GOOD ... BAD, in order; with --step GOOD INPUT")->required();
  app.add_flag("--step", options->step, "judge one input against a good one");
  add_compare_options(app, options->compare);
  add_report_options(app, options->report);
  return [options] { return options->step ? step(*options) : search(*options); };
}

}  // namespace coincide
