#include "trace/import/text_source.h"

#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

using namespace coincide;

namespace {

class TempFile {
 public:
  explicit TempFile(const std::string& bytes)
      : path_(std::filesystem::temp_directory_path() / ("coincide-text-" + std::to_string(getpid()))) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TempFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::string gzipped(const std::string& text) {
  std::string out(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

TEST_CASE("a log reads the same plain and as gzip") {
  const std::string text = "one\ntwo\r\n\nthree";
  for (const std::string& bytes : {text, gzipped(text)}) {
    const TempFile file(bytes);
    const Result<std::string> read = read_text(file.path());
    REQUIRE(read);
    CHECK(*read == text);
  }
}

TEST_CASE("a gzip file that ends early or is damaged is an error that names it") {
  const std::string whole = gzipped(std::string(5000, 'x') + "end\n");
  std::string damaged = whole;
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 0x10);  // its checksum
  for (const std::string& bytes : {whole.substr(0, whole.size() - 9), damaged}) {
    const TempFile file(bytes);
    const Result<std::string> read = read_text(file.path());
    REQUIRE_FALSE(read);
    CHECK(read.error().place == file.path());
    CHECK(read.error().what.starts_with("damaged gzip file"));
  }
}

TEST_CASE("what is no file is an error") {
  CHECK_FALSE(read_text("/nonexistent/file"));
  CHECK(read_text(std::filesystem::temp_directory_path().string()).error().what == "is a directory, not a file");
}

TEST_CASE("lines are counted, and lose their line ends only") {
  LineWalker lines("one\ntwo\r\n\nthree");
  std::string_view line;
  std::string all;
  while (lines.next(line)) all += std::to_string(lines.number()) + "[" + std::string(line) + "]";
  CHECK(all == "1[one]2[two]3[]4[three]");
}

TEST_CASE("numbers are read as strtoul with base 0 reads them, and nothing is taken where none is") {
  const auto number = [](std::string_view text) {
    LineScanner scan(text);
    std::uint64_t value = 99;
    const bool fine = scan.number(value);
    return std::pair(fine ? value : 99, std::string(scan.rest()));
  };
  CHECK(number("0x1f0 rest") == std::pair<std::uint64_t, std::string>(0x1f0, " rest"));
  CHECK(number("0760") == std::pair<std::uint64_t, std::string>(0760, ""));
  CHECK(number("496.") == std::pair<std::uint64_t, std::string>(496, "."));
  CHECK(number("0") == std::pair<std::uint64_t, std::string>(0, ""));
  CHECK(number("x1") == std::pair<std::uint64_t, std::string>(99, "x1"));
  CHECK(number("99999999999999999999999") == std::pair<std::uint64_t, std::string>(99, "99999999999999999999999"));
}

TEST_CASE("hexadecimal data are whole bytes or nothing") {
  std::string bytes = "a";
  CHECK(append_hex_bytes("00fFA5", bytes));
  CHECK(bytes == std::string("a\x00\xff\xa5", 4));
  CHECK_FALSE(append_hex_bytes("123", bytes));
  CHECK_FALSE(append_hex_bytes("12xz", bytes));
  CHECK(bytes.size() == 4);
}
