#include "replay/corpus.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <filesystem>
#include <set>

#include "replay/json.h"
#include "replay/places.h"
#include "replay/record.h"
#include "replay/recorded_run.h"
#include "replay/replayer.h"
#include "trace/digest.h"
#include "trace/file_bytes.h"
#include "trace/reader.h"
#include "trace/rewrite.h"

namespace coincide {
namespace {

namespace fs = std::filesystem;

constexpr char kManifest[] = "MANIFEST";
constexpr int kCompression = 19;

struct Field {
  const char* key;
  std::string Golden::*value;
  bool may_be_empty;
};
constexpr Field kFields[] = {
    {"path", &Golden::path, false},           {"file", &Golden::file, false},       {"name", &Golden::name, false},
    {"authority", &Golden::authority, false}, {"vouched", &Golden::vouched, false}, {"source", &Golden::source, true},
    {"profile", &Golden::profile, false},     {"reason", &Golden::reason, false},
};

Result<Golden> read_entry(const toml::table& table, const std::string& manifest) {
  const std::string place = fmt::format("{}:{}", manifest, table.source().begin.line);
  Golden golden;
  for (const Field& field : kFields) {
    const auto value = table[field.key].value<std::string>();
    if (!value) return Error{place, fmt::format("the entry has no text \"{}\"", field.key)};
    if (value->empty() && !field.may_be_empty) return Error{place, fmt::format("\"{}\" is empty", field.key)};
    golden.*field.value = *value;
  }
  const fs::path path(golden.path);
  const bool leaves = path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end();
  if (leaves) return Error{place, "path leaves the corpus: " + golden.path};
  return golden;
}

/// A script's run, with what its expectations cite.
struct ScriptRun {
  Recording recording;
  std::set<std::string> rules;
};

Result<ScriptRun> run_script_file(const std::string& path, const std::string& profile, Sink& sink) {
  RecordOptions options;
  options.profile = profile;
  Result<Recording> recording = record_input(path, sink, options);
  if (!recording) return recording.error();
  if (!recording->script) return Error{path, "is no script"};
  ScriptRun run{std::move(*recording), {}};
  for (const Expectation& e : run.recording.script->expectations) run.rules.insert(e.rules.begin(), e.rules.end());
  return run;
}

/// Why a script cannot vouch for its run; empty if it can.
std::string lacks_authority(const ScriptRun& run) {
  if (run.rules.empty()) return "no expectation cites a rule, so nothing vouches for the run";
  const std::uint64_t failures = run.recording.outcome.failures();
  if (failures != 0) return fmt::format("{} expectations do not hold", failures);
  return {};
}

std::string verify_script(const Golden& golden, const std::string& script) {
  MemorySink sink;
  const Result<ScriptRun> run = run_script_file(script, golden.profile, sink);
  if (!run) return run.error().place + ": " + run.error().what;
  if (const std::string lack = lacks_authority(*run); !lack.empty()) return golden.source + ": " + lack;
  const std::string name = run->recording.summary.name.hex();
  if (name == golden.name) return {};
  return fmt::format(
      "{} now makes another run: {} (`coincide diff` tells where; `coincide corpus bless` takes it over)",
      golden.source, name);
}

std::string verify_capture(const Golden& golden, const std::string& file) {
  LoadOptions load;
  load.profile = golden.profile;
  const Result<RecordedRun> run = load_run(file, load);
  if (!run) return run.error().place + ": " + run.error().what;
  ReplayOptions options;
  options.profile = run->profile;
  const ReplayResult result = replay(*run, options);
  if (result.coincide()) return {};
  return fmt::format("does not coincide under profile {}: {} differences", golden.profile, result.counted);
}

std::string joined(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

Result<std::string> Corpus::find() {
  for (const std::string& directory : directories_above("corpus")) {
    std::error_code ignored;
    if (fs::exists(fs::path(directory) / kManifest, ignored)) return directory;
  }
  return Error{"corpus", "no corpus/MANIFEST in this directory or above it; name one with --corpus"};
}

Result<Corpus> Corpus::open(const std::string& directory) {
  const std::string manifest = (fs::path(directory) / kManifest).string();
  const Result<SharedBytes> bytes = read_file(manifest);
  if (!bytes) return bytes.error();
  Corpus corpus(directory);
  try {
    const toml::table table = toml::parse(
        std::string_view(reinterpret_cast<const char*>(bytes->bytes.data()), bytes->bytes.size()), manifest);
    const toml::array* entries = table["trace"].as_array();
    for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
      const toml::table* entry = entries->get(i)->as_table();
      if (entry == nullptr) return Error{manifest, "an element of \"trace\" is no table"};
      Result<Golden> golden = read_entry(*entry, manifest);
      if (!golden) return golden.error();
      corpus.goldens_.push_back(std::move(*golden));
    }
  } catch (const toml::parse_error& e) {
    return Error{fmt::format("{}:{}:{}", manifest, e.source().begin.line, e.source().begin.column),
                 std::string(e.description())};
  }
  return corpus;
}

std::string Corpus::root() const { return fs::absolute(directory_).lexically_normal().parent_path().string(); }

GoldenFinding Corpus::verify(const Golden& golden) const {
  const std::string file = (fs::path(directory_) / golden.path).string();
  const auto problem = [&](std::string what) { return GoldenFinding{golden.path, std::move(what)}; };
  const Result<SharedBytes> bytes = read_file(file);
  if (!bytes) return problem(bytes.error().what);
  const Result<TraceReader> reader = TraceReader::open(*bytes, golden.path);
  if (!reader) return problem(reader.error().place + ": " + reader.error().what);
  if (const Result<void> whole = reader->verify(); !whole)
    return problem(whole.error().place + ": " + whole.error().what);
  if (hash128(bytes->bytes).hex() != golden.file) return problem("is not the file that was blessed");
  if (reader->name().hex() != golden.name) return problem("is another run than the MANIFEST names");
  if (golden.authority == "rule") {
    return problem(verify_script(golden, (fs::path(root()) / golden.source).string()));
  }
  if (golden.authority == "capture") return problem(verify_capture(golden, file));
  if (golden.authority == "peer") return problem({});
  return problem("nobody vouches for it: authority \"" + golden.authority + "\"");
}

std::vector<GoldenFinding> Corpus::unlisted() const {
  std::set<std::string> listed;
  for (const Golden& golden : goldens_) listed.insert(golden.path);
  std::vector<std::string> found;
  std::error_code error;
  for (fs::recursive_directory_iterator at(directory_, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != ".trace") continue;
    const std::string path = at->path().lexically_relative(directory_).generic_string();
    if (listed.count(path) == 0) found.push_back(path);
  }
  std::sort(found.begin(), found.end());
  std::vector<GoldenFinding> findings;
  for (std::string& path : found) findings.push_back({std::move(path), "stands in no line of the MANIFEST"});
  return findings;
}

Result<Golden> Corpus::list(Golden golden) {
  const std::string file = (fs::path(directory_) / golden.path).string();
  const Result<SharedBytes> bytes = read_file(file);
  if (!bytes) return bytes.error();
  golden.file = hash128(bytes->bytes).hex();
  std::erase_if(goldens_, [&](const Golden& other) { return other.path == golden.path; });
  goldens_.push_back(golden);
  std::sort(goldens_.begin(), goldens_.end(), [](const Golden& a, const Golden& b) { return a.path < b.path; });
  return golden;
}

Result<Golden> Corpus::add_script(const std::string& input, const std::string& profile, const std::string& reason) {
  MemorySink sink;
  const Result<ScriptRun> run = run_script_file(input, profile, sink);
  if (!run) return run.error();
  if (const std::string lack = lacks_authority(*run); !lack.empty()) return Error{input, lack};
  const fs::path source = fs::absolute(input).lexically_normal().lexically_relative(root());
  if (source.empty() || *source.begin() == "..") return Error{input, "lies outside of " + root()};
  Golden golden;
  golden.source = source.generic_string();
  golden.path = "golden/" + source.parent_path().filename().string() + "/" + source.stem().string() + ".trace";
  golden.name = run->recording.summary.name.hex();
  golden.authority = "rule";
  golden.vouched = joined(run->rules);
  golden.profile = run->recording.profile;
  golden.reason = reason;

  const Result<TraceReader> reader = TraceReader::open(SharedBytes::borrow(sink.bytes()), input);
  if (!reader) return reader.error();
  const fs::path file = fs::path(directory_) / golden.path;
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  Result<std::unique_ptr<FileSink>> out = FileSink::create(file.string());
  if (!out) return out.error();
  Provenance provenance;
  provenance.tool = "coincide corpus";
  provenance.source = golden.source;
  provenance.authority = "rule";
  RewriteOptions options;
  options.zstd_level = kCompression;
  options.provenance = provenance;
  const Result<TraceSummary> written = rewrite(*reader, **out, options);
  if (!written) return written.error();
  return list(std::move(golden));
}

Result<Golden> Corpus::add_capture(const std::string& input, const std::string& profile, const std::string& reason) {
  const Result<TraceReader> reader = TraceReader::open(input);
  if (!reader) return reader.error();
  Golden golden;
  golden.path = "captures/" + fs::path(input).filename().string();
  golden.name = reader->name().hex();
  golden.authority = "capture";
  golden.vouched = reader->provenance() ? reader->provenance()->source : "";
  if (golden.vouched.empty()) return Error{input, "its provenance names no capture, so nothing vouches for it"};
  golden.profile = profile.empty() ? reader->header().profile : profile;
  golden.reason = reason;
  if (const std::string differs = verify_capture(golden, input); !differs.empty()) return Error{input, differs};
  const fs::path file = fs::path(directory_) / golden.path;
  std::error_code error;
  if (!fs::equivalent(input, file, error)) {
    fs::create_directories(file.parent_path(), error);
    if (!fs::copy_file(input, file, fs::copy_options::overwrite_existing, error)) {
      return Error{file.string(), error.message()};
    }
  }
  return list(std::move(golden));
}

Result<Golden> Corpus::add(const std::string& input, const std::string& profile, const std::string& reason) {
  const Result<SharedBytes> bytes = read_file(input);
  if (!bytes) return bytes.error();
  const std::string_view text(reinterpret_cast<const char*>(bytes->bytes.data()), bytes->bytes.size());
  return looks_like_trace(text) ? add_capture(input, profile, reason) : add_script(input, profile, reason);
}

Result<Golden> Corpus::bless(const std::string& path, const std::string& reason) {
  for (const Golden& golden : goldens_) {
    if (golden.path != path) continue;
    if (golden.authority == "peer") return Error{path, "a peer's golden is blessed by adding the peer's new trace"};
    const bool script = golden.authority == "rule";
    const std::string input =
        (fs::path(script ? root() : directory_) / (script ? golden.source : golden.path)).string();
    const std::string profile = golden.profile;
    return add(input, profile, reason);
  }
  return Error{path, "stands in no line of the MANIFEST"};
}

Result<void> Corpus::save() const {
  std::string text =
      "# The golden corpus, one table a trace. Written by `coincide corpus add` and `bless`; held by `coincide corpus\n"
      "# verify`. file = XXH3-128 of the file, name = the run's name, authority = who vouches for it "
      "(replay/corpus.h).\n";
  for (const Golden& golden : goldens_) {
    text += "\n[[trace]]\n";
    for (const Field& field : kFields) text += fmt::format("{} = {}\n", field.key, json_string(golden.*field.value));
  }
  Result<std::unique_ptr<FileSink>> out = FileSink::create((fs::path(directory_) / kManifest).string());
  if (!out) return out.error();
  const ByteSpan piece(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  if (const Result<void> written = (*out)->write({&piece, 1}); !written) return written.error();
  return (*out)->finish();
}

}  // namespace coincide
