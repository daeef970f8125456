#include "tools/coincide/replay_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "replay/fuzz_dir.h"
#include "replay/record.h"
#include "replay/report.h"
#include "tools/coincide/verb.h"
#include "trace/file_bytes.h"

namespace coincide {
namespace {

constexpr std::size_t kWidestName = 48;

/// One object a line, with the members that every line of `replay` has.
std::string line_json(const FuzzResult& result) {
  std::string flags;
  for (const std::string_view flag : result.flags.names()) flags += (flags.empty() ? "" : ",") + json_string(flag);
  const bool coincide = result.judged() && !result.flags.has(RunFlag::diverged) && !result.flags.has(RunFlag::failed);
  return fmt::format(
      "{{\"input\":{},\"kind\":{},\"events\":{},\"stimuli\":{},\"outcome\":{},\"flags\":[{}],\"compared\":{},"
      "\"not_compared\":{},\"coincide\":{},\"divergence\":{},\"judged\":{},\"why\":{}}}\n",
      json_string(result.name), json_string(fuzz_kind_name(result.kind)), result.events, result.stimuli,
      json_string(result.outcome()), flags, result.compared, result.not_compared, coincide,
      divergence_json(result.divergence), result.judged(),
      result.judged() ? "null" : json_string(result.error->line()));
}

std::string line_text(const FuzzResult& result, std::size_t name_width) {
  std::string text = fmt::format("{:<{}}  {:<7}  {:>9}  {}", result.name, name_width, fuzz_kind_name(result.kind),
                                 grouped(result.events), result.outcome());
  if (!result.judged()) text += ": " + result.error->line();
  return text + '\n';
}

std::string summary_json(const std::vector<FuzzResult>& results) {
  std::string groups;
  for (const OutcomeCount& group : group_by_outcome(results)) {
    groups += fmt::format("{}{{\"outcome\":{},\"count\":{},\"example\":{}}}", groups.empty() ? "" : ",",
                          json_string(group.outcome), group.count, json_string(group.example));
  }
  return fmt::format("{{\"inputs\":{},\"outcomes\":[{}]}}\n", results.size(), groups);
}

std::string summary_text(const std::vector<FuzzResult>& results) {
  const auto groups = group_by_outcome(results);
  std::size_t width = 0;
  for (const OutcomeCount& group : groups) width = std::max(width, group.outcome.size());
  std::string text = fmt::format("\n{:>9}  inputs, {} outcome{}\n", grouped(results.size()), groups.size(),
                                 groups.size() == 1 ? "" : "s");
  for (const OutcomeCount& group : groups) {
    text += fmt::format("{:>9}  {:<{}}  {}\n", grouped(group.count), group.outcome, width, group.example);
  }
  return text;
}

}  // namespace

int replay_directory(const std::string& directory, const std::string& profile, const ReportOptions& options) {
  Profile used;
  if (!profile.empty()) {
    const auto named = find_profile(profile, "--profile");
    if (!named) return not_judged(named.error());
    used = *named;
  }
  const auto names = list_inputs(directory);
  if (!names) return not_judged(names.error());
  std::size_t width = 0;
  for (const std::string& name : *names) width = std::max(width, std::min(name.size(), kWidestName));

  std::vector<FuzzResult> results;
  results.reserve(names->size());
  std::uint64_t unjudged = 0;
  bool differ = false;
  Progress progress("replay " + directory, names->size(), options.quiet);
  for (const std::string& name : *names) {
    progress.update(results.size());
    results.push_back(run_fuzz_input(directory, name, used, !profile.empty()));
    const FuzzResult& result = results.back();
    unjudged += result.judged() ? 0 : 1;
    differ = differ || result.flags.has(RunFlag::diverged) || result.flags.has(RunFlag::failed);
    if (options.quiet) continue;
    const std::string line = options.json ? line_json(result) : line_text(result, width);
    std::fwrite(line.data(), 1, line.size(), stdout);
  }
  if (!options.quiet) {
    const std::string summary = options.json ? summary_json(results) : summary_text(results);
    std::fwrite(summary.data(), 1, summary.size(), stdout);
  }
  if (unjudged != 0) {
    return not_judged({directory, fmt::format("{} of {} inputs could not be judged", unjudged, results.size())});
  }
  return differ ? kExitDiffer : kExitCoincide;
}

int print_as_script(const std::string& path) {
  const auto content = read_file(path);
  if (!content) return not_judged(content.error());
  if (tell_fuzz_kind(content->bytes, path) != FuzzKind::bytes) {
    return not_judged({path, "is no raw fuzz input: only those are decoded into a script"});
  }
  const std::string text = fuzz_script_text(content->bytes, path.substr(path.rfind('/') + 1));
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kExitCoincide;
}

}  // namespace coincide
