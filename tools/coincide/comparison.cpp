#include "tools/coincide/comparison.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "conformance/catalogue.h"
#include "replay/any_run.h"
#include "replay/places.h"

namespace coincide {

void add_compare_options(CLI::App& app, CompareOptions& options) {
  app.add_option("--profile", options.profile,
                 "quirks of the emulator for scripts (default: what the script names, else spec)");
  app.add_option(
         "--addresses", options.addresses,
         "whether two runs of a driver must use the same guest addresses for tables and buffers: exact, free, or "
         "auto: free if one is a capture")
      ->check(CLI::IsMember({"auto", "exact", "free"}));
}

Report compare_runs(const RecordedRun& a, const RecordedRun& b, const CompareOptions& options) {
  DiffOptions how;
  how.free_addresses =
      options.addresses == "free" || (options.addresses == "auto" && (a.is_capture() || b.is_capture()));
  Report report = diff(diff_side(a), diff_side(b), how);
  if (!report.divergence) return report;
  report.divergence->again = fmt::format("coincide diff {} {}", shell_word(a.name), shell_word(b.name));
  if (!options.profile.empty()) report.divergence->again += " --profile " + shell_word(options.profile);
  if (options.addresses != "auto") report.divergence->again += " --addresses " + options.addresses;
  return report;
}

Result<Report> compare_inputs(const std::string& a, const std::string& b, const CompareOptions& options) {
  const auto run_a = load_any_run(a, options.profile);
  if (!run_a) return run_a.error();
  const auto run_b = load_any_run(b, options.profile);
  if (!run_b) return run_b.error();
  return compare_runs(*run_a, *run_b, options);
}

void add_rule_texts(Report& report) {
  if (!report.divergence || report.divergence->rules.empty()) return;
  for (const std::string& directory : directories_above("conformance/rules")) {
    const auto catalogue = Catalogue::load(directory);
    if (!catalogue) continue;
    for (RuleNote& note : report.divergence->rules) {
      const Rule* rule = catalogue->find(note.id);
      if (rule != nullptr) note.text = rule->text;
    }
    return;
  }
}

void print_report(Report& report, const ReportOptions& options) {
  if (options.quiet) return;
  add_rule_texts(report);
  const std::string text =
      options.json ? report_json(report) + '\n' : report_text(report, {stdout_has_color(), stdout_columns()});
  std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string shell_word(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                          "_-./,:=+@%") == std::string::npos;
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

}  // namespace coincide
