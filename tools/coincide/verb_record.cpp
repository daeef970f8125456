// coincide record INPUT -o T: runs an input on the emulator and writes the run as a trace.
#include <fmt/format.h>

#include <memory>

#include "replay/record.h"
#include "tools/coincide/console.h"
#include "tools/coincide/verb.h"

namespace coincide {
namespace {

struct Options {
  std::string input;
  std::string output;
  RecordOptions record;
  ReportOptions report;
};

/// "boot.script:12" of an expectation, and what it wanted.
std::string failure_text(const Script& script, std::size_t number, const ExpectationResult& result) {
  const Expectation& expectation = script.expectations[number];
  std::string rules;
  for (const std::string& rule : expectation.rules) rules += ' ' + rule;
  return fmt::format("{}:{}: failed{}  {}\n  expected {}\n  actual   {}  (event {}{})\n", script.name, expectation.line,
                     rules, expectation.text, result.expected, result.actual, result.event,
                     result.failed > 1 ? fmt::format(", {} times in all", result.failed) : "");
}

std::string failure_json(const Script& script, std::size_t number, const ExpectationResult& result) {
  const Expectation& expectation = script.expectations[number];
  std::string rules;
  for (const std::string& rule : expectation.rules) rules += (rules.empty() ? "" : ",") + json_string(rule);
  return fmt::format(
      "{{\"line\":{},\"text\":{},\"rules\":[{}],\"expected\":{},\"actual\":{},\"event\":{},\"failed\":{}}}",
      expectation.line, json_string(expectation.text), rules, json_string(result.expected), json_string(result.actual),
      result.event, result.failed);
}

void report(const Options& options, const Recording& recording) {
  const std::vector<ExpectationResult>& results = recording.outcome.expectations;
  std::uint64_t judged = 0;
  std::uint64_t failed = 0;
  std::uint64_t not_judged = 0;
  std::string failures;
  for (std::size_t i = 0; i < results.size(); ++i) {
    judged += results[i].passed + results[i].failed;
    failed += results[i].failed;
    not_judged += results[i].not_judged;
    if (results[i].failed == 0) continue;
    if (options.report.json) failures += failures.empty() ? "" : ",";
    failures += options.report.json ? failure_json(*recording.script, i, results[i])
                                    : failure_text(*recording.script, i, results[i]);
  }
  std::string left_out;
  for (const LeftOut& left : recording.left_out) {
    left_out += fmt::format("{}{}:{}", left_out.empty() ? "" : ",", json_string(left.what), left.count);
  }
  const TraceSummary& summary = recording.summary;
  if (options.report.json) {
    fmt::print(
        "{{\"input\":{},\"kind\":{},\"trace\":{},\"profile\":{},\"name\":{},\"events\":{},\"chunks\":{},"
        "\"end_time_ns\":{},\"expectations\":{},\"failed\":{},\"not_judged\":{},\"failures\":[{}],"
        "\"left_out\":{{{}}}}}\n",
        json_string(options.input), json_string(recording.input_kind), json_string(options.output),
        json_string(recording.profile), json_string(summary.name.hex()), summary.events, summary.chunks,
        summary.end_time_ns, judged, failed, not_judged, failures, left_out);
    return;
  }
  fmt::print("{}", failures);
  fmt::print("{}: {} events from a {}, profile {}, name {}\n", options.output, summary.events, recording.input_kind,
             recording.profile, summary.name.hex());
  for (const LeftOut& left : recording.left_out) fmt::print("not run  {} {}\n", left.count, left.what);
  if (judged + not_judged == 0) return;
  fmt::print("{}: {} of {} expectations hold", options.input, judged - failed, judged);
  fmt::print("{}\n", not_judged == 0 ? "" : fmt::format(", {} could not be judged", not_judged));
}

int record(const Options& options) {
  auto sink = FileSink::create(options.output);
  if (!sink) return not_judged(sink.error());
  const auto recording = record_input(options.input, **sink, options.record);
  if (!recording) return not_judged(recording.error());
  if (!options.report.quiet) report(options, *recording);
  return recording->outcome.failures() == 0 ? kExitCoincide : kExitDiffer;
}

}  // namespace

VerbRun set_up_record(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.footer(
      "INPUT is a script (replay/SCRIPT.md; a QEMU qtest reproducer is one), a trace, whose stimuli are run\n"
      "again, or a log that `coincide import` reads.\n"
      "Exit status: 0 recorded and every expectation holds, 1 one does not (the trace is written), 125 not recorded.");
  app.add_option("INPUT", options->input, "script, trace or log")->required();
  app.add_option("-o,--output", options->output, "trace to write")->required();
  app.add_option("--profile", options->record.profile, "quirks of the emulator; default: what INPUT names, else spec");
  app.add_option("--board", options->record.board_file, "board lines that take the place of those of INPUT");
  app.add_flag("--zstd{3}", options->record.zstd_level, "compress (--zstd=LEVEL, 1 to 19)");
  add_report_options(app, options->report);
  return [options] {
    if (options->record.zstd_level < 0 || options->record.zstd_level > 19) {
      return not_judged({"--zstd", "the level is 1 to 19"});
    }
    return record(*options);
  };
}

}  // namespace coincide
