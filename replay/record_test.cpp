#include "replay/record.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "trace/reader.h"

namespace coincide {
namespace {

struct Directory {
  Directory() : path(std::filesystem::temp_directory_path() / "coincide-record-test") {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Directory() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name, std::string_view content) const {
    std::ofstream(path / name, std::ios::binary) << content;
    return (path / name).string();
  }
  std::filesystem::path path;
};

struct Recorded {
  Recording recording;
  std::vector<std::uint8_t> bytes;
};

Recorded record(const std::string& path, const RecordOptions& options = {}) {
  MemorySink sink;
  auto recording = record_input(path, sink, options);
  REQUIRE_MESSAGE(recording.ok(), recording.error().line());
  return {std::move(*recording), {sink.bytes().begin(), sink.bytes().end()}};
}

std::string error_of(const std::string& path, const RecordOptions& options = {}) {
  MemorySink sink;
  const auto recording = record_input(path, sink, options);
  return recording ? "" : recording.error().line();
}

constexpr std::string_view kScript =
    "board disk 0:0 pattern:HD0 sectors=16384\nenable\nnote begin\nprd 0x1000 (0x20000 0x1000 EOT)\n"
    "dma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=0x100 count=8\ndma_start primary read\n"
    "wait irq 14 1\nexpect inb primary.bmis & 7 == 4\nidentify primary 0\nclock_step 10\n"
    "command primary 0 WRITE_SECTORS lba=1 count=1\npio_out primary pattern XYZ 0\nread 0x20000 64\n";

TEST_CASE("record: a script twice gives the same bytes, and the trace is good") {
  const Directory directory;
  const std::string path = directory.file("a.script", kScript);
  const Recorded first = record(path);
  const Recorded second = record(path);
  CHECK(first.bytes == second.bytes);
  CHECK(first.recording.input_kind == "script");
  CHECK(first.recording.outcome.passed());

  const auto reader = TraceReader::open(SharedBytes::own(first.bytes), "a.trace");
  REQUIRE_MESSAGE(reader.ok(), reader.error().line());
  CHECK(reader->verify().ok());
  CHECK(reader->header().profile == "spec");
  CHECK(reader->header().board ==
        "board chip piix4\nboard ram 0x0 67108864\nboard disk 0:0 pattern:HD0 sectors=16384\nboard completion "
        "immediate\n");
  CHECK(reader->provenance()->source == "a.script");
  CHECK(reader->events() == first.recording.summary.events);
}

TEST_CASE("record: a trace's stimuli run again give the same run") {
  const Directory directory;
  const Recorded original = record(directory.file("a.script", kScript));
  const std::string path =
      directory.file("a.trace", {reinterpret_cast<const char*>(original.bytes.data()), original.bytes.size()});
  const Recorded again = record(path);
  CHECK(again.recording.input_kind == "trace");
  CHECK(again.recording.summary.name == original.recording.summary.name);
  // Compression changes the file and not the run.
  const Recorded small = record(path, {"", 3, ""});
  CHECK(small.recording.summary.name == original.recording.summary.name);
  CHECK(small.bytes.size() < again.bytes.size());
  // Another profile is another run.
  const Recorded other = record(path, {"qemu", 0, ""});
  CHECK(other.recording.profile == "qemu");
  CHECK(other.recording.summary.name != original.recording.summary.name);
}

TEST_CASE("record: the profile on the command line goes before the script's") {
  const Directory directory;
  const std::string path = directory.file("p.script", "profile qemu\ncfg_readl 0x2c\n");
  CHECK(record(path).recording.profile == "qemu");
  CHECK(record(path, {"spec", 0, ""}).recording.profile == "spec");
}

TEST_CASE("record: a log's stimuli run on the emulator, and the import of it likewise") {
  const Directory directory;
  const std::string log =
      "[I 0.000000] OPENED\n[R +0.1] outl 0xcf8 0x80000940\n[S +0.1] OK\n[R +0.2] outw 0xcfc 0x8000\n[S +0.2] OK\n"
      "[R +0.3] outl 0xcf8 0x80000904\n[S +0.3] OK\n[R +0.4] outw 0xcfc 5\n[S +0.4] OK\n"
      "[R +0.5] inb 0x1f7\n[S +0.5] OK 0x0050\n";
  const Recorded recorded = record(directory.file("a.log", log));
  CHECK(recorded.recording.input_kind == "qtest log");
  const auto reader = TraceReader::open(SharedBytes::own(recorded.bytes), "a.trace");
  REQUIRE(reader.ok());
  CHECK(reader->header().sees == sees::everything);
  bool read_status = false;
  for (EventCursor at(*reader); at.next();) {
    read_status = read_status || (at.event().kind == EventKind::port_read && at.event().where == 0x1f7);
  }
  CHECK(read_status);
}

TEST_CASE("record: a board file takes the place of a script's board") {
  const Directory directory;
  const std::string board = directory.file("b.board", "board chip piix3\n");
  const Recorded recorded = record(directory.file("a.script", "inb 1"), {"", 0, board});
  const auto reader = TraceReader::open(SharedBytes::own(recorded.bytes), "a.trace");
  REQUIRE(reader.ok());
  CHECK(reader->header().board == "board chip piix3\nboard ram 0x0 67108864\nboard completion immediate\n");
  CHECK(error_of(directory.file("a.script", "inb 1"), {"", 0, directory.file("c.board", "inb 1")})
            .ends_with("c.board:1:1: only board lines stand here"));
}

TEST_CASE("record: what cannot be recorded is an error with its place, and leaves no trace") {
  const Directory directory;
  const auto at = [&](const char* name) { return (directory.path / name).string(); };
  directory.file("empty", "");
  directory.file("bad.script", "inb 1\nfrob");
  directory.file("stuck.script", "let p = 0x10000\ninb p");
  directory.file("cut.trace",
                 "\x89"
                 "CTRC\r\n\x1a");
  CHECK(error_of(at("empty")) == at("empty") + ": is empty");
  CHECK(error_of(at("bad.script")) == at("bad.script") + ":2:1: unknown statement 'frob'");
  CHECK(error_of(at("stuck.script")) == at("stuck.script") + ":2:1: a port is at most 0xffff, not 0x10000");
  CHECK(error_of(at("cut.trace")).starts_with(at("cut.trace")));
  CHECK(error_of(at("missing")).starts_with(at("missing")));
  CHECK(error_of(directory.path.string()).starts_with(directory.path.string()));
  CHECK(error_of(at("bad.script"), {"frob", 0, ""}).find("unknown statement") != std::string::npos);
  const std::string good = directory.file("good.script", "inb 1");
  CHECK(error_of(good, {"frob", 0, ""}).starts_with("--profile: unknown profile 'frob'; known are "));
}

}  // namespace
}  // namespace coincide
