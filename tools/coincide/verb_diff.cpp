// coincide diff A B: where two recordings, or two driver scripts, first part.
#include <memory>
#include <string>

#include "tools/coincide/comparison.h"
#include "tools/coincide/console.h"
#include "tools/coincide/verb.h"

namespace coincide {

VerbRun set_up_diff(CLI::App& app) {
  struct Options {
    std::string a, b;
    CompareOptions compare;
    ReportOptions report;
  };
  const auto options = std::make_shared<Options>();
  app.footer(
      "A and B are traces, captures, or scripts, which are run on the emulator. Two recordings of the same stimuli "
      "are\n"
      "walked in step. Two runs of a driver are aligned by command: how often a status was polled, where an interrupt "
      "fell\n"
      "between two stimuli and how a transfer was split is timing, and only counted.\n"
      "Exit status: 0 they coincide, 1 they do not, 125 could not be judged.");
  app.add_option("A", options->a, "the known run: a trace, a capture or a script")->required();
  app.add_option("B", options->b, "the run that is held against it")->required();
  add_compare_options(app, options->compare);
  add_report_options(app, options->report);
  return [options] {
    auto report = compare_inputs(options->a, options->b, options->compare);
    if (!report) return not_judged(report.error());
    print_report(*report, options->report);
    return report->coincide() ? kExitCoincide : kExitDiffer;
  };
}

}  // namespace coincide
