#include "replay/fuzz_dir.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "replay/board_text.h"
#include "replay/fuzz_bytes.h"
#include "replay/record.h"
#include "replay/recorded_run.h"
#include "replay/replay_report.h"
#include "replay/replayer.h"
#include "replay/script.h"
#include "replay/script_text.h"
#include "replay/session.h"
#include "trace/file_bytes.h"

namespace coincide {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxInputBytes = 1u << 20;

bool is_text(ByteSpan content) {
  return std::ranges::all_of(
      content, [](std::uint8_t c) { return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0x7f); });
}

/// First word of the first line that is neither empty nor a comment.
std::string_view first_word(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos || line[begin] == '#') continue;
    const std::size_t end = std::min(line.find_first_of(" \t\r", begin), line.size());
    return line.substr(begin, end - begin);
  }
  return {};
}

std::string_view as_text(ByteSpan bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

void run_bytes(ByteSpan content, const Profile& profile, FuzzResult& result) {
  OutcomeObserver observer;
  Controller controller(fuzz_board(content), profile, &observer);
  decode_fuzz_bytes(content, [&](const Event& event) { controller.apply(event); });
  result.events = observer.events();
  result.stimuli = observer.stimuli();
  result.flags = observer.outcome(controller);
}

void run_script_text(std::string_view text, const std::string& path, const Profile& profile, bool force,
                     FuzzResult& result) {
  const auto script = parse_script(text, path, MediaSearch::standard(path));
  if (!script) {
    result.flags.set(RunFlag::malformed);
    result.error = script.error();
    return;
  }
  Profile used = profile;
  if (script->profile && !force) {
    const auto named = find_profile(*script->profile, path);
    if (!named) {
      result.error = named.error();
      return;
    }
    used = *named;
  }
  OutcomeObserver observer;
  Session session(script->board, used, &observer);
  const RunOutcome outcome = run_script(*script, session, kFuzzLimits);
  result.events = observer.events();
  result.stimuli = observer.stimuli();
  result.error = outcome.error;
  result.flags = observer.outcome(session.controller());
  for (const ExpectationResult& expectation : outcome.expectations) {
    result.compared += expectation.passed + expectation.failed;
    result.not_compared += expectation.not_judged;
  }
  if (outcome.failures() != 0) result.flags.set(RunFlag::failed);
}

void run_recorded(const std::string& path, const Profile& profile, bool force, FuzzResult& result) {
  LoadOptions load;
  if (force) load.profile = profile.name();
  const auto run = load_run(path, load);
  if (!run) {
    result.error = run.error();
    return;
  }
  ReplayOptions options;
  options.profile = run->profile;
  const ReplayResult replayed = replay(*run, options);
  result.events = replayed.events;
  result.stimuli = replayed.stimuli;
  Report report = report_of_replay(*run, options, replayed, "coincide replay " + path);
  result.compared = report.compared;
  result.not_compared = report.not_compared;
  result.divergence = std::move(report.divergence);
  if (!replayed.coincide()) result.flags.set(RunFlag::diverged);
}

}  // namespace

std::string_view fuzz_kind_name(FuzzKind kind) {
  constexpr std::string_view kNames[] = {"bytes", "script", "trace", "capture"};
  return kNames[static_cast<std::size_t>(kind)];
}

FuzzKind tell_fuzz_kind(ByteSpan content, std::string_view name) {
  const std::string_view text = as_text(content);
  if (looks_like_trace(text) || name.ends_with(".trace")) return FuzzKind::trace;
  if (looks_like_log(text)) return FuzzKind::capture;
  if (!is_text(content)) return FuzzKind::bytes;
  const bool named = name.ends_with(".script") || name.ends_with(".qtest") || name.ends_with(".txt");
  return named || is_script_keyword(first_word(text)) ? FuzzKind::script : FuzzKind::bytes;
}

std::string FuzzResult::outcome() const {
  if (flags.has(RunFlag::malformed)) return std::string(run_flag_name(RunFlag::malformed));
  return judged() ? flags.text() : "unjudged";
}

Result<std::vector<std::string>> list_inputs(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator at(directory, error);
  const auto failed = [&](const std::error_code& why) { return Error{directory, why.message()}; };
  if (error) return failed(error);
  for (; at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (error) return failed(error);
    if (at->path().filename().string().starts_with('.')) {
      at.disable_recursion_pending();
      continue;
    }
    std::error_code ignored;
    // A link that leads nowhere is listed, and found unreadable when it is run.
    if (!fs::is_directory(at->status(ignored))) names.push_back(at->path().lexically_relative(directory).string());
  }
  if (error) return failed(error);
  if (names.empty()) return Error{directory, "holds no input"};
  std::ranges::sort(names);
  return names;
}

FuzzResult run_fuzz_input(const std::string& directory, const std::string& name, const Profile& profile,
                          bool force_profile) {
  FuzzResult result;
  result.name = name;
  const std::string path = (fs::path(directory) / name).string();
  std::error_code ignored;
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {  // a pipe would wait for ever
    result.error = Error{path, "is no regular file"};
    return result;
  }
  const auto content = read_file(path);
  if (!content) {
    result.error = content.error();
    return result;
  }
  result.kind = tell_fuzz_kind(content->bytes, name);
  const bool recorded = result.kind == FuzzKind::trace || result.kind == FuzzKind::capture;
  if (!recorded && content->bytes.size() > kMaxInputBytes) {
    result.error = Error{path, fmt::format("is longer than {} MiB", kMaxInputBytes >> 20)};
  } else if (recorded) {
    run_recorded(path, profile, force_profile, result);
  } else if (result.kind == FuzzKind::script) {
    run_script_text(as_text(content->bytes), path, profile, force_profile, result);
  } else {
    run_bytes(content->bytes, profile, result);
  }
  return result;
}

std::string fuzz_script_text(ByteSpan input, std::string_view name) {
  std::string text = fmt::format("# {}, {} bytes, decoded\n{}", name, input.size(), print_board(fuzz_board(input)));
  decode_fuzz_bytes(input, [&](const Event& event) {
    const auto statement = statement_text(event);
    check(statement.has_value(), "every stimulus of a fuzz input has a statement");
    text += *statement + '\n';
  });
  return text;
}

std::vector<OutcomeCount> group_by_outcome(const std::vector<FuzzResult>& results) {
  std::map<std::string, OutcomeCount> groups;
  for (const FuzzResult& result : results) {
    OutcomeCount& group = groups[result.outcome()];
    if (group.count++ == 0) {
      group.outcome = result.outcome();
      group.example = result.name;
    }
  }
  std::vector<OutcomeCount> out;
  for (auto& [outcome, group] : groups) out.push_back(std::move(group));
  std::ranges::stable_sort(out, [](const OutcomeCount& x, const OutcomeCount& y) { return x.count > y.count; });
  return out;
}

}  // namespace coincide
