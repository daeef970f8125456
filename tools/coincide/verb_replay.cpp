// coincide replay INPUT...: runs the stimuli of traces, captures and logs again on the emulator and compares.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "replay/recorded_run.h"
#include "replay/replay_report.h"
#include "replay/replayer.h"
#include "tools/coincide/comparison.h"
#include "tools/coincide/console.h"
#include "tools/coincide/replay_directory.h"
#include "tools/coincide/verb.h"

namespace coincide {

namespace {

struct Options {
  std::vector<std::string> inputs;
  LoadOptions load;
  std::uint64_t ram_mib = 256;
  std::int64_t to = -1;
  std::size_t limit = 1;
  bool strict = false;
  bool as_script = false;
  ReportOptions report;
};

/// The command line that shows one input again, but for --to.
std::string again_text(const std::string& input, const Profile& profile, const Options& options) {
  std::string text = fmt::format("coincide replay {} --profile {}", shell_word(input), profile.name());
  if (!options.load.board_file.empty()) text += " --board " + shell_word(options.load.board_file);
  if (options.ram_mib != Options{}.ram_mib) text += fmt::format(" --ram {}", options.ram_mib);
  if (options.strict) text += " --strict";
  return text;
}

int replay_input(const std::string& input, const Options& options) {
  Result<RecordedRun> recorded = load_run(input, options.load);
  if (!recorded) return not_judged(recorded.error());
  if (options.to >= 0 && static_cast<std::size_t>(options.to) >= recorded->events.size()) {
    return not_judged({"--to", fmt::format("{} has only {} events", input, recorded->events.size())});
  }
  ReplayOptions replay_options;
  replay_options.profile = recorded->profile;
  replay_options.strict = options.strict;
  replay_options.limit = options.limit;
  if (options.to >= 0) replay_options.to = static_cast<std::size_t>(options.to);
  Progress progress("replay " + input, recorded->events.size(), options.report.quiet);
  replay_options.progress = [&](std::size_t done) { progress.update(done); };
  const ReplayResult result = replay(*recorded, replay_options);
  Report report = report_of_replay(*recorded, replay_options, result, again_text(input, recorded->profile, options));
  print_report(report, options.report);
  return result.coincide() ? kExitCoincide : kExitDiffer;
}

int run(Options options) {
  options.load.ram_bytes = options.ram_mib << 20;
  if (options.as_script && options.inputs.size() != 1) return not_judged({"--as-script", "takes one input"});
  if (options.as_script) return print_as_script(options.inputs.front());
  int status = kExitCoincide;
  for (const std::string& input : options.inputs) {
    std::error_code ignored;
    const int one = std::filesystem::is_directory(input, ignored)
                        ? replay_directory(input, options.load.profile, options.report)
                        : replay_input(input, options);
    // What could not be judged outweighs a difference: a bisection must skip it.
    if (one == kExitNotJudged || status == kExitNotJudged) {
      status = kExitNotJudged;
    } else if (one != kExitCoincide) {
      status = one;
    }
  }
  return status;
}

}  // namespace

VerbRun set_up_replay(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("inputs", options->inputs,
                 "traces; captures: QEMU trace logs, kvm_pio text, qtest logs, gzip or not; directories of fuzz inputs")
      ->required();
  app.add_option("--profile", options->load.profile,
                 "quirks of the emulator (default: what the trace was made with, else spec)");
  app.add_option("--board", options->load.board_file, "board lines that take the place of what a log tells");
  app.add_option("--ram", options->ram_mib, "MiB of RAM of a log's machine (default 256)")->check(CLI::Range(1, 4096));
  app.add_option("--to", options->to, "number of the last event to replay")->check(CLI::NonNegativeNumber);
  app.add_option("--limit", options->limit, "go on until so many differences were found (default 1)")
      ->check(CLI::PositiveNumber);
  app.add_flag("--strict", options->strict, "known quirks of a capture's source count as differences too");
  app.add_flag("--as-script", options->as_script, "print what a raw fuzz input stands for, as a script");
  app.footer(
      "A directory is a corpus of fuzz inputs (replay/FUZZ.md): qtest reproducers, scripts, traces, and raw bytes. "
      "Each runs\n"
      "on a fresh machine and has one line, then the outcomes are counted.\n"
      "Exit status: 0 all coincide, 1 one does not (or an expectation of a script fails), 125 one could not be "
      "judged.");
  add_report_options(app, options->report);
  return [options] { return run(*options); };
}

}  // namespace coincide
