// coincide VERB: finds the verb in the table, parses its options, runs it, and keeps the contract of exit statuses.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "tools/coincide/console.h"
#include "tools/coincide/verb.h"

namespace coincide {
namespace {

const std::vector<Verb>& verb_table() {
  static const std::vector<Verb> table = {
      {"record", "run a script, a trace or a log on the emulator, write a trace", set_up_record},
      {"show", "list a trace, decoded", set_up_show},
      {"import", "make a trace of a QEMU trace log, kvm_pio text or qtest log", set_up_import},
      {"replay", "run the stimuli of traces and captures again and compare", set_up_replay},
      {"diff", "say where two recordings or driver runs first part", set_up_diff},
      {"bisect", "find the first bad run of a series, or judge one for git bisect run", set_up_bisect},
      {"corpus", "hold the golden corpus, list it, add to it", set_up_corpus},
      {"conform", "run the conformance scenarios, or tell which rules they cover", set_up_conform},
      {"lint", "say which rules of the host, and seen from outside, a run breaks", set_up_lint},
  };
  return table;
}

bool is_verb(std::string_view name) {
  for (const Verb& verb : verb_table()) {
    if (verb.name == name) return true;
  }
  return false;
}

int run(int argc, char** argv) {
  CLI::App app(
      "Deterministic record/replay conformance emulator for the Intel PIIX4 IDE function.\n"
      "Exit status: 0 they coincide or pass, 1 they do not, 125 could not be judged.",
      "coincide");
  app.set_version_flag("--version", "coincide 0.1.0");
  app.require_subcommand(1);
  app.get_formatter()->column_width(16);
  int status = kExitNotJudged;
  for (const Verb& verb : verb_table()) {
    CLI::App* sub = app.add_subcommand(std::string(verb.name), std::string(verb.help));
    sub->get_formatter()->column_width(32);
    sub->callback([run = verb.set_up(*sub), &status] { status = run(); });
  }

  if (argc < 2) return not_judged({"", "no verb given; `coincide --help` lists them"});
  if (argv[1][0] != '-' && !is_verb(argv[1])) {
    return not_judged({"", std::string("unknown verb '") + argv[1] + "'; `coincide --help` lists them"});
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {  // --help, --version
      app.exit(error);
      return kExitCoincide;
    }
    if (is_verb(argv[1])) return not_judged({argv[1], error.what()});
    return not_judged({"", std::string("unknown option '") + argv[1] + "'; `coincide --help` lists them"});
  }
  return status;
}

}  // namespace
}  // namespace coincide

int main(int argc, char** argv) {
  int status = coincide::kExitNotJudged;
  try {
    status = coincide::run(argc, argv);
  } catch (const std::exception& error) {  // out of memory and the like: still one line, still 125
    status = coincide::not_judged({"", error.what()});
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return coincide::not_judged({"standard output", "could not be written"});
  }
  return status;
}
