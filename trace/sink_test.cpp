#include "trace/sink.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "trace/test_run.h"

using namespace coincide;
using namespace coincide::test;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "coincide-sink-XXXXXX").string();
    check(::mkdtemp(name.data()) != nullptr, "a temporary folder");
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  std::string file(const std::string& name) const { return (path / name).string(); }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
  fs::path path;
};

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

}  // namespace

TEST_CASE("a trace written to a file is the one written to memory, and nothing else is left") {
  const Folder folder;
  const EventList run = driver_run(81, 2500);
  const std::string path = folder.file("a.trace");
  {
    auto sink = FileSink::create(path);
    REQUIRE(sink.ok());
    TraceWriter writer(**sink, header());
    run.feed(writer);
    CHECK(!fs::exists(path));
    REQUIRE(writer.finish().ok());
  }
  CHECK(folder.entries() == 1);
  const auto bytes = read_file(path);
  REQUIRE(bytes.ok());
  const auto memory = recorded(run);
  CHECK(std::equal(memory.begin(), memory.end(), bytes->bytes.begin(), bytes->bytes.end()));
  const auto reader = TraceReader::open(path);
  REQUIRE(reader.ok());
  CHECK(reader->verify().ok());
}

TEST_CASE("a sink that is not finished leaves the old file as it was") {
  const Folder folder;
  const std::string path = folder.file("a.trace");
  put(path, "old");
  const std::vector<std::uint8_t> data{1, 2, 3};
  {
    auto sink = FileSink::create(path);
    REQUIRE(sink.ok());
    const ByteSpan piece(data);
    REQUIRE((*sink)->write({&piece, 1}).ok());
  }
  CHECK(content(path) == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("a symbolic link keeps pointing at the file that is replaced") {
  const Folder folder;
  put(folder.file("real"), "old");
  fs::create_symlink("real", folder.file("link"));
  auto sink = FileSink::create(folder.file("link"));
  REQUIRE(sink.ok());
  REQUIRE((*sink)->finish().ok());
  CHECK(fs::is_symlink(folder.file("link")));
  CHECK(content(folder.file("real")).empty());
}

TEST_CASE("many pieces, also empty ones, arrive in order") {
  const Folder folder;
  const std::string path = folder.file("pieces");
  std::string right;
  std::vector<std::vector<std::uint8_t>> data;
  for (std::size_t i = 0; i < 200; ++i) {
    data.push_back(bytes(i % 5, i));
    right.append(data.back().begin(), data.back().end());
  }
  const std::vector<ByteSpan> pieces(data.begin(), data.end());
  auto sink = FileSink::create(path);
  REQUIRE(sink.ok());
  REQUIRE((*sink)->write(pieces).ok());
  REQUIRE((*sink)->finish().ok());
  CHECK(content(path) == right);
  MemorySink memory;
  REQUIRE(memory.write(pieces).ok());
  CHECK(std::equal(right.begin(), right.end(), memory.bytes().begin(), memory.bytes().end(),
                   [](char c, std::uint8_t b) { return static_cast<std::uint8_t>(c) == b; }));
}

TEST_CASE("what cannot be written or read is one clear error") {
  const Folder folder;
  const auto made = [](const std::string& path) {
    const auto sink = FileSink::create(path);
    return sink ? "" : sink.error().what;
  };
  CHECK(made(folder.path.string()) == "is a directory");
  CHECK(made(folder.file("no/such/folder/a")) == "cannot be written: No such file or directory");
  CHECK(made("") == "cannot be written: No such file or directory");

  const auto opening = [](const std::string& path) {
    const auto reader = TraceReader::open(path);
    return reader ? "" : reader.error().line();
  };
  const std::string none = folder.file("none");
  CHECK(opening(none) == none + ": No such file or directory");
  CHECK(opening(folder.path.string()) == folder.path.string() + ": Is a directory");
  put(folder.file("empty"), "");
  CHECK(opening(folder.file("empty")) == folder.file("empty") + ": byte 0: the file is empty");
  put(folder.file("text"), "inb 0x1f7\n");
  CHECK(opening(folder.file("text")) == folder.file("text") + ": byte 0: no frame starts here (bad magic)");
  if (::geteuid() != 0) {
    put(folder.file("secret"), "x");
    fs::permissions(folder.file("secret"), fs::perms::none);
    CHECK(opening(folder.file("secret")) == folder.file("secret") + ": Permission denied");
  }
}

TEST_CASE("a pipe can be read and written") {
  const Folder folder;
  const std::string path = folder.file("pipe");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const auto file = recorded(driver_run(82, 5));
  // Both ends in one thread: the pipe's own buffer holds the small file.
  const int keep = ::open(path.c_str(), O_RDWR);
  REQUIRE(keep >= 0);
  auto sink = FileSink::create(path);
  REQUIRE(sink.ok());
  const ByteSpan piece(file);
  REQUIRE((*sink)->write({&piece, 1}).ok());
  REQUIRE((*sink)->finish().ok());
  CHECK(fs::is_fifo(path));
  std::vector<std::uint8_t> got(file.size());
  REQUIRE(::read(keep, got.data(), got.size()) == static_cast<ssize_t>(file.size()));
  CHECK(got == file);
  ::close(keep);
}
