#include "replay/recorded_run.h"

#include <array>
#include <fstream>

#include "replay/board_text.h"
#include "replay/record.h"
#include "replay/settle.h"
#include "trace/frame.h"
#include "trace/import/text_source.h"
#include "trace/reader.h"

namespace coincide {

namespace {

/// By its first bytes, or by its name: a trace whose first bytes are damaged is to be told so.
bool is_trace(const std::string& path) {
  if (path.ends_with(".trace")) return true;
  std::array<char, kFrameMagic.size()> head{};
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), head.size());
  return looks_like_trace({head.data(), head.size()});
}

Result<RecordedRun> load_trace(const std::string& path, const LoadOptions& options) {
  Result<TraceReader> reader = TraceReader::open(path);
  if (!reader) return reader.error();
  const TraceHeader& header = reader->header();
  RecordedRun run;
  run.name = path;
  run.format = "trace";
  run.sees = header.sees;
  Result<Board> board = parse_board(header.board, path + ": board", MediaSearch::standard(path));
  if (!board) return board.error();
  run.board = std::move(*board);
  const std::string made_with = header.profile.empty() ? "spec" : header.profile;
  Result<Profile> profile = find_profile(options.profile.empty() ? made_with : options.profile, "--profile");
  if (!profile) return profile.error();
  run.profile = *profile;
  Result<EventList> events = EventList::from(*reader);
  if (!events) return events.error();
  run.events = std::move(*events);
  if (run.is_capture() && made_with != run.profile.name()) {
    Settled settled = settle_again(run.events, {}, run.board, run.profile);
    run.events = std::move(settled.events);
    run.drained = settled.drained;
  }
  return run;
}

Result<CaptureBoard> board_of_log(const std::string& path, const Capture& capture, const LoadOptions& options) {
  CaptureBoard result;
  if (!options.board_file.empty()) {
    Result<std::string> text = read_text(options.board_file);
    if (!text) return text.error();
    Result<Board> board = parse_board(*text, options.board_file, MediaSearch::standard(options.board_file));
    if (!board) return board.error();
    result.board = std::move(*board);
    if (capture.sees != 0) result.board.completion.kind = CompletionPolicy::Kind::scripted;
    const auto placed = place_media_changes(capture, MediaSearch::standard(options.board_file), result);
    if (!placed) return placed.error();
    return result;
  }
  if (capture.sees == 0) {  // commands without answers tell nothing of a machine
    result.board = default_board();
    return result;
  }
  return board_of_capture(capture, {options.ram_bytes, MediaSearch::standard(path)});
}

Result<RecordedRun> load_log(const std::string& path, const LoadOptions& options) {
  Result<Profile> profile = find_profile(options.profile.empty() ? "spec" : options.profile, "--profile");
  if (!profile) return profile.error();
  Result<std::string> text = read_text(path);
  if (!text) return text.error();
  Result<Capture> capture = import_capture(*text, {path});
  if (!capture) return capture.error();
  Result<CaptureBoard> board = board_of_log(path, *capture, options);
  if (!board) return Error{path, board.error().line()};
  Settled settled = settle_capture(*capture, *board, *profile);
  RecordedRun run;
  run.name = path;
  run.format = capture->format;
  run.board = std::move(board->board);
  run.profile = *profile;
  run.sees = capture->sees;
  run.events = std::move(settled.events);
  run.lines = std::move(settled.lines);
  run.drained = settled.drained;
  run.left_out = std::move(capture->left_out);
  if (board->media_changes_left_out != 0) {
    run.left_out.push_back({"changes of a medium whose drive is not known", board->media_changes_left_out});
  }
  return run;
}

}  // namespace

Result<RecordedRun> load_run(const std::string& path, const LoadOptions& options) {
  if (!is_trace(path)) return load_log(path, options);
  if (!options.board_file.empty()) return Error{"--board", path + " is a trace, which has its own board"};
  return load_trace(path, options);
}

}  // namespace coincide
