#include "replay/any_run.h"

#include <memory>

#include "emu/controller.h"
#include "replay/record.h"
#include "trace/file_bytes.h"
#include "trace/reader.h"
#include "trace/sink.h"

namespace coincide {
namespace {

Result<RecordedRun> run_script_file(const std::string& path, const std::string& profile) {
  MemorySink sink;
  RecordOptions options;
  options.profile = profile;
  const auto recording = record_input(path, sink, options);
  if (!recording) return recording.error();
  const auto reader = TraceReader::open(SharedBytes::own({sink.bytes().begin(), sink.bytes().end()}), path);
  if (!reader) return reader.error();
  auto events = EventList::from(*reader);
  if (!events) return events.error();
  RecordedRun run;
  run.name = path;
  run.format = recording->input_kind;
  run.sees = reader->header().sees;
  run.events = std::move(*events);
  if (recording->script) run.board = recording->script->board;
  if (const auto known = Profile::find(recording->profile)) run.profile = *known;
  return run;
}

}  // namespace

Result<RecordedRun> load_any_run(const std::string& path, const std::string& profile) {
  const auto bytes = read_file(path);
  if (!bytes) return bytes.error();
  const std::string_view text(reinterpret_cast<const char*>(bytes->bytes.data()), bytes->bytes.size());
  if (!path.ends_with(".trace") && !looks_like_trace(text) && !looks_like_log(text))
    return run_script_file(path, profile);
  LoadOptions options;
  options.profile = profile;
  return load_run(path, options);
}

DiffSide diff_side(const RecordedRun& run) {
  // Shared, since a function object must be copyable.
  const auto fresh = std::make_shared<Controller>(run.board, run.profile, nullptr);
  return {run.name, &run.events, run.sees,
          [fresh](RegisterId id) { return std::optional<std::uint64_t>(fresh->register_value(id)); }};
}

}  // namespace coincide
