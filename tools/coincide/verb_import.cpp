// coincide import LOG -o TRACE: makes a trace of somebody else's log.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "replay/board_text.h"
#include "replay/json.h"
#include "replay/recorded_run.h"
#include "replay/report.h"
#include "tools/coincide/console.h"
#include "tools/coincide/verb.h"
#include "trace/digest.h"
#include "trace/file_bytes.h"
#include "trace/import/text_source.h"
#include "trace/writer.h"

namespace coincide {

namespace {

struct Options {
  std::string input;
  std::string output;
  std::string note;
  LoadOptions load;
  std::uint64_t ram_mib = 256;
  int level = 9;
  ReportOptions report;
};

/// Counts of what the log has and the trace has not, for people.
std::string left_out_text(const RecordedRun& recorded) {
  std::string text;
  for (const LeftOut& left : recorded.left_out) {
    text += fmt::format("{}{} {}", text.empty() ? "" : "; ", left.count, left.what);
  }
  return text;
}

Result<TraceSummary> write(const RecordedRun& recorded, const Options& options) {
  Result<SharedBytes> source = read_file(options.input);
  if (!source) return source.error();
  Result<std::unique_ptr<FileSink>> sink = FileSink::create(options.output);
  if (!sink) return sink.error();
  TraceHeader header;
  header.board = print_board(recorded.board);
  header.profile = std::string(recorded.profile.name());
  header.sees = recorded.sees;
  Provenance provenance;
  provenance.tool = "coincide import";
  provenance.source = std::filesystem::path(options.input).filename().string();
  provenance.source_hash = hash128(source->bytes).hex();
  provenance.authority = "capture " + provenance.source;
  provenance.note = recorded.format;
  if (!options.note.empty()) provenance.note += "; " + options.note;
  if (const std::string left = left_out_text(recorded); !left.empty()) provenance.note += "; not imported: " + left;
  WriterOptions writer_options;
  writer_options.provenance = provenance;
  writer_options.zstd_level = options.level;
  TraceWriter writer(**sink, header, writer_options);
  recorded.events.feed(writer);
  return writer.finish();
}

int run(Options options) {
  options.load.ram_bytes = options.ram_mib << 20;
  Result<RecordedRun> recorded = load_run(options.input, options.load);
  if (!recorded) return not_judged(recorded.error());
  if (recorded->format == "trace") return not_judged({options.input, "is a trace already"});
  const Result<TraceSummary> summary = write(*recorded, options);
  if (!summary) return not_judged(summary.error());
  if (options.report.quiet) return kExitCoincide;
  if (options.report.json) {
    std::string left;
    for (const LeftOut& out : recorded->left_out) {
      left += fmt::format("{}{}:{}", left.empty() ? "" : ",", json_string(out.what), out.count);
    }
    fmt::print("{{\"input\":{},\"format\":{},\"events\":{},\"name\":{},\"left_out\":{{{}}}}}\n",
               json_string(options.input), json_string(recorded->format), summary->events,
               json_string(summary->name.hex()), left);
    return kExitCoincide;
  }
  fmt::print("{}  {}  {} events  {}\n", options.output, recorded->format, grouped(summary->events),
             summary->name.hex());
  for (const LeftOut& out : recorded->left_out) fmt::print("not imported  {} {}\n", grouped(out.count), out.what);
  return kExitCoincide;
}

}  // namespace

VerbRun set_up_import(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("input", options->input, "QEMU trace log, kvm_pio text, qtest log or qtest commands; gzip or not")
      ->required();
  app.add_option("-o,--output", options->output, "trace to write")->required();
  app.add_option("--profile", options->load.profile,
                 "quirks under which the log's disk requests are placed (default spec)");
  app.add_option("--board", options->load.board_file, "board lines that take the place of what the log tells");
  app.add_option("--ram", options->ram_mib, "MiB of RAM of the log's machine (default 256)")
      ->check(CLI::Range(1, 4096));
  app.add_option("--note", options->note, "text for the trace's provenance: driver, machine, versions");
  app.add_option("--level", options->level, "zstd level, 0 = none (default 9)")->check(CLI::Range(0, 19));
  add_report_options(app, options->report);
  return [options] { return run(*options); };
}

}  // namespace coincide
