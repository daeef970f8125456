#include "replay/record.h"

#include <fmt/format.h>

#include <filesystem>

#include "replay/board_text.h"
#include "replay/recorded_run.h"
#include "replay/session.h"
#include "trace/digest.h"
#include "trace/file_bytes.h"
#include "trace/frame.h"
#include "trace/reader.h"
#include "trace/writer.h"

namespace coincide {
namespace {

/// What is read, and how it is written.
struct Job {
  const std::string& path;
  SharedBytes bytes;
  Sink& sink;
  const RecordOptions& options;

  std::string_view text() const { return {reinterpret_cast<const char*>(bytes.bytes.data()), bytes.bytes.size()}; }
};

Result<Profile> profile_of(const Job& job, std::string_view of_input) {
  if (!job.options.profile.empty()) return find_profile(job.options.profile, "--profile");
  if (of_input.empty()) return Profile();
  return find_profile(of_input, job.path);
}

/// Nothing of the machine or the day: recording twice gives the same bytes.
WriterOptions writer_options(const Job& job) {
  Provenance provenance;
  provenance.tool = "coincide record";
  provenance.source = std::filesystem::path(job.path).filename().string();
  provenance.source_hash = hash128(job.bytes.bytes).hex();
  return {std::move(provenance), job.options.zstd_level};
}

TraceHeader header_of(const Board& board, const Profile& profile) {
  TraceHeader header;
  header.board = print_board(board);
  header.profile = profile.name();
  return header;
}

Result<Recording> record_script(const Job& job) {
  if (job.bytes.bytes.size() > kMaxScriptBytes) {
    return Error{job.path, fmt::format("a script is at most {} MiB", kMaxScriptBytes >> 20)};
  }
  auto script = parse_script(job.text(), job.path, MediaSearch::standard(job.path));
  if (!script) return script.error();
  const auto profile = profile_of(job, script->profile.value_or(""));
  if (!profile) return profile.error();
  if (!job.options.board_file.empty()) {
    const auto text = read_text_file(job.options.board_file, kMaxScriptBytes);
    if (!text) return text.error();
    auto board = parse_board(*text, job.options.board_file, MediaSearch::standard(job.options.board_file));
    if (!board) return board.error();
    script->board = std::move(*board);
  }

  TraceWriter writer(job.sink, header_of(script->board, *profile), writer_options(job));
  Session session(script->board, *profile, &writer);
  Recording recording;
  recording.outcome = run_script(*script, session);
  if (recording.outcome.error) return *recording.outcome.error;
  const auto summary = writer.finish();
  if (!summary) return summary.error();
  recording.input_kind = "script";
  recording.profile = profile->name();
  recording.summary = *summary;
  recording.script = std::move(*script);
  return recording;
}

/// A stimulus as it goes in: what a read found is not part of it.
Event as_stimulus(const Event& recorded) {
  Event event = recorded;
  if (!is_read(event.kind)) return event;
  event.payload = {};
  if (event.kind != EventKind::mem_read) event.detail = 0;
  if (event.kind == EventKind::port_read || event.kind == EventKind::config_read) event.value = 0;
  return event;
}

void feed(Session& session, const Event& event) {
  if (is_stimulus(event.kind)) session.apply(as_stimulus(event));
  if (event.kind == EventKind::note) {
    session.note({reinterpret_cast<const char*>(event.payload.data()), event.payload.size()});
  }
}

/// Somebody else's log, or a trace that was imported from one: the completions that only we placed are placed for the
/// profile of this run.
Result<Recording> record_capture(const Job& job) {
  LoadOptions load;
  load.profile = job.options.profile;
  load.board_file = job.options.board_file;
  const auto run = load_run(job.path, load);
  if (!run) return run.error();
  TraceWriter writer(job.sink, header_of(run->board, run->profile), writer_options(job));
  Session session(run->board, run->profile, &writer);
  for (std::size_t i = 0; i < run->events.size(); ++i) feed(session, run->events[i]);
  const auto summary = writer.finish();
  if (!summary) return summary.error();
  Recording recording;
  recording.input_kind = run->format;
  recording.profile = run->profile.name();
  recording.summary = *summary;
  recording.left_out = run->left_out;
  return recording;
}

Result<Recording> record_trace(const Job& job) {
  if (!job.options.board_file.empty()) return Error{"--board", "a trace has its own board"};
  const auto reader = TraceReader::open(job.bytes, job.path);
  if (!reader) return reader.error();
  if ((reader->header().sees & sees::open_bits) == 0) return record_capture(job);
  const auto board = parse_board(reader->header().board, job.path + " (board)", MediaSearch::standard(job.path));
  if (!board) return board.error();
  const auto profile = profile_of(job, reader->header().profile);
  if (!profile) return profile.error();

  TraceWriter writer(job.sink, header_of(*board, *profile), writer_options(job));
  Session session(*board, *profile, &writer);
  EventCursor cursor(*reader);
  while (cursor.next()) {
    const Event& event = cursor.event();
    if (cursor.payload_length() != event.payload.size()) {
      return Error{job.path, fmt::format("event {}: its payload was stripped, it cannot run again", cursor.number())};
    }
    feed(session, event);
  }
  if (cursor.error()) return *cursor.error();
  const auto summary = writer.finish();
  if (!summary) return summary.error();
  Recording recording;
  recording.input_kind = "trace";
  recording.profile = profile->name();
  recording.summary = *summary;
  return recording;
}

/// Kinds of input, told apart by content; the first that recognises it takes it.
struct InputRow {
  bool (*recognises)(std::string_view bytes);
  Result<Recording> (*record)(const Job& job);
};
constexpr InputRow kInputs[] = {
    {looks_like_trace, record_trace},
    {looks_like_log, record_capture},
    {[](std::string_view) { return true; }, record_script},
};

}  // namespace

bool looks_like_trace(std::string_view bytes) {
  return bytes.starts_with(std::string_view(reinterpret_cast<const char*>(kFrameMagic.data()), kFrameMagic.size()));
}

Result<Profile> find_profile(std::string_view name, std::string_view place) {
  if (const auto profile = Profile::find(name)) return *profile;
  std::string known;
  for (const std::string_view other : Profile::names()) known += (known.empty() ? "" : ", ") + std::string(other);
  return Error{std::string(place), fmt::format("unknown profile {}; known are {}", quote_for_message(name), known)};
}

Result<Recording> record_input(const std::string& path, Sink& sink, const RecordOptions& options) {
  auto bytes = read_file(path);
  if (!bytes) return bytes.error();
  if (bytes->bytes.empty()) return Error{path, "is empty"};
  const Job job{path, std::move(*bytes), sink, options};
  for (const InputRow& row : kInputs) {
    if (row.recognises(job.text())) return row.record(job);
  }
  return Error{path, "is neither a trace nor a script"};
}

}  // namespace coincide
