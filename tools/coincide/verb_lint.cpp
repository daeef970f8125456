// coincide lint INPUT...: the monitor, over traces, captures and scripts.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "conformance/monitor/print.h"
#include "replay/any_run.h"
#include "tools/coincide/console.h"
#include "tools/coincide/rules_directory.h"
#include "tools/coincide/verb.h"

namespace coincide {
namespace {

struct Options {
  std::vector<std::string> inputs;
  std::string rules;
  std::string profile;
  std::size_t most = 3;
  ReportOptions report;
};

int lint(const std::string& input, const Options& options, const Catalogue& catalogue) {
  const auto run = load_any_run(input, options.profile);
  if (!run) return not_judged(run.error());
  const monitor::MonitorReport report = monitor::monitor(*run);
  if (!options.report.quiet) {
    const std::string text = options.report.json
                                 ? monitor::report_json(*run, report, catalogue) + "\n"
                                 : monitor::report_text(*run, report, catalogue, options.most, {stdout_has_color()});
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  return monitor::breaks_a_must(report, catalogue) ? kExitDiffer : kExitCoincide;
}

int run_lint(const Options& options) {
  const auto rules = rules_directory(options.rules);
  if (!rules) return not_judged(rules.error());
  const auto catalogue = Catalogue::load(*rules);
  if (!catalogue) return not_judged(catalogue.error());
  int status = kExitCoincide;
  for (const std::string& input : options.inputs) {
    const int one = lint(input, options, *catalogue);
    if (one == kExitNotJudged || (one == kExitDiffer && status == kExitCoincide)) status = one;
  }
  return status;
}

}  // namespace

VerbRun set_up_lint(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.footer(
      "Rules of the driver's side, and those of the drive's and the controller's that show from outside, held against "
      "what\nthe source shows. Nothing is run, but scripts, which are recorded on the emulator first. Rules that only "
      "should be\nkept are advice and do not decide.\n"
      "Exit status: 0 no rule is broken, 1 some are, 125 could not be judged.");
  app.add_option("inputs", options->inputs, "traces, captures or scripts")->required();
  app.add_option("--most", options->most, "places shown a rule (default 3)");
  app.add_option("--rules", options->rules, "folder of the rule files");
  app.add_option("--profile", options->profile, "quirks under which a script is run or a capture settled");
  add_report_options(app, options->report);
  return [options] { return run_lint(*options); };
}

}  // namespace coincide
