// coincide corpus verify|bless|add|ls: the golden corpus.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "replay/corpus.h"
#include "tools/coincide/console.h"
#include "tools/coincide/verb.h"

namespace coincide {
namespace {

struct Options {
  std::string directory;
  std::vector<std::string> inputs;
  std::string profile;
  std::string reason;
  bool stale = false;
  ReportOptions report;
};

Result<Corpus> open_corpus(const Options& options) {
  if (!options.directory.empty()) return Corpus::open(options.directory);
  const Result<std::string> found = Corpus::find();
  if (!found) return found.error();
  return Corpus::open(*found);
}

std::string finding_json(const GoldenFinding& finding) {
  return fmt::format("{{\"input\":{},\"coincide\":{},\"problem\":{}}}", json_string(finding.path),
                     finding.problem.empty(), finding.problem.empty() ? "null" : json_string(finding.problem));
}

int verify(const Options& options) {
  const Result<Corpus> corpus = open_corpus(options);
  if (!corpus) return not_judged(corpus.error());
  std::vector<GoldenFinding> findings;
  {
    Progress progress("corpus verify", corpus->goldens().size(), options.report.quiet);
    for (const Golden& golden : corpus->goldens()) {
      findings.push_back(corpus->verify(golden));
      progress.update(findings.size());
    }
  }
  for (GoldenFinding& finding : corpus->unlisted()) findings.push_back(std::move(finding));
  std::size_t bad = 0;
  for (const GoldenFinding& finding : findings) {
    bad += finding.problem.empty() ? 0 : 1;
    if (options.report.quiet) continue;
    if (options.report.json) {
      fmt::print("{}\n", finding_json(finding));
    } else if (!finding.problem.empty()) {
      fmt::print("{}: {}\n", finding.path, finding.problem);
    }
  }
  if (!options.report.quiet && !options.report.json) {
    fmt::print("{} of {} goldens hold\n", findings.size() - bad, findings.size());
  }
  if (findings.empty()) return not_judged({corpus->directory(), "the MANIFEST lists no golden"});
  return bad == 0 ? kExitCoincide : kExitDiffer;
}

int list(const Options& options) {
  const Result<Corpus> corpus = open_corpus(options);
  if (!corpus) return not_judged(corpus.error());
  if (options.report.quiet) return kExitCoincide;
  for (const Golden& g : corpus->goldens()) {
    if (options.report.json) {
      fmt::print(
          "{{\"path\":{},\"file\":{},\"name\":{},\"authority\":{},\"vouched\":{},\"source\":{},\"profile\":{},"
          "\"reason\":{}}}\n",
          json_string(g.path), json_string(g.file), json_string(g.name), json_string(g.authority),
          json_string(g.vouched), json_string(g.source), json_string(g.profile), json_string(g.reason));
    } else {
      fmt::print("{:<44} {}  {:<7} {:<5} {}\n", g.path, g.name, g.authority, g.profile, g.vouched);
    }
  }
  return kExitCoincide;
}

/// Puts goldens into the corpus by `one`; the MANIFEST is written only if all of them could be.
template <class One>
int change(const Options& options, const char* word, One one) {
  Result<Corpus> corpus = open_corpus(options);
  if (!corpus) return not_judged(corpus.error());
  std::vector<std::string> inputs = options.inputs;
  for (const Golden& golden : options.stale ? corpus->goldens() : std::vector<Golden>{}) {
    if (!corpus->verify(golden).problem.empty()) inputs.push_back(golden.path);
  }
  for (const std::string& input : inputs) {
    const Result<Golden> golden = one(*corpus, input);
    if (!golden) return not_judged(golden.error());
    if (!options.report.quiet) fmt::print("{} {}  {}  ({})\n", word, golden->path, golden->name, golden->authority);
  }
  const Result<void> saved = corpus->save();
  return saved ? kExitCoincide : not_judged(saved.error());
}

void add_common(CLI::App& app, Options& options) {
  app.add_option("--corpus", options.directory, "the corpus directory; default: found upwards from here");
  add_report_options(app, options.report);
}

}  // namespace

VerbRun set_up_corpus(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.require_subcommand(1);
  app.footer("Exit status: 0 every golden holds (or the change was made), 1 one does not, 125 could not be judged.");
  CLI::App* verify_app =
      app.add_subcommand("verify", "hold every golden against its hashes, its source, its authority");
  CLI::App* list_app = app.add_subcommand("ls", "list the goldens");
  CLI::App* add_app =
      app.add_subcommand("add", "make goldens of scripts whose expectations cite rules, or of captures");
  CLI::App* bless_app = app.add_subcommand("bless", "take over the runs that listed goldens' sources make now");
  for (CLI::App* sub : {verify_app, list_app, add_app, bless_app}) add_common(*sub, *options);
  add_app->add_option("inputs", options->inputs, "scripts, or traces that `coincide import` made")->required();
  add_app->add_option("--profile", options->profile, "profile; default: what the input names");
  bless_app->add_option("goldens", options->inputs, "paths as `corpus ls` prints them");
  bless_app->add_flag("--stale", options->stale, "every golden that `corpus verify` finds fault with");
  for (CLI::App* sub : {add_app, bless_app}) {
    sub->add_option("--reason", options->reason, "why: stands in the MANIFEST")->required();
  }
  return [=] {
    if (verify_app->parsed()) return verify(*options);
    if (list_app->parsed()) return list(*options);
    if (options->reason.empty()) return not_judged({"--reason", "is empty"});
    if (add_app->parsed()) {
      return change(*options, "added", [&](Corpus& corpus, const std::string& input) {
        return corpus.add(input, options->profile, options->reason);
      });
    }
    if (options->inputs.empty() && !options->stale) return not_judged({"bless", "name goldens, or --stale"});
    return change(*options, "blessed",
                  [&](Corpus& corpus, const std::string& path) { return corpus.bless(path, options->reason); });
  };
}

}  // namespace coincide
