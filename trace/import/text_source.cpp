#include "trace/import/text_source.h"

#include <zlib.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "trace/bytes.h"

namespace coincide {

Result<std::string> read_text(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return Error{path, "is a directory, not a file"};
  // gzopen reads plain files as they are, so one loop serves both.
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) return Error{path, std::strerror(errno != 0 ? errno : ENOMEM)};
  gzbuffer(file.get(), 1u << 17);
  std::string text;
  for (;;) {
    const std::size_t have = text.size();
    const std::size_t step = 1u << 20;
    if (have + step > kMaxTextBytes + step) return Error{path, "more than 1 GiB of text"};
    text.resize(have + step);
    const int got = gzread(file.get(), text.data() + have, step);
    if (got < 0) {
      int code = 0;
      const char* what = gzerror(file.get(), &code);
      return Error{path, code == Z_ERRNO ? std::strerror(errno) : std::string("damaged gzip file: ") + what};
    }
    text.resize(have + static_cast<std::size_t>(got));
    if (got == 0) break;
  }
  if (const int code = gzclose_r(file.release()); code != Z_OK) {
    return Error{path, "damaged gzip file: it ends in the middle of its data"};
  }
  return text;
}

bool LineWalker::next(std::string_view& line) {
  if (rest_.empty()) return false;
  const std::size_t end = rest_.find('\n');
  line = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  ++number_;
  return true;
}

bool LineScanner::literal(std::string_view text) {
  if (!rest_.starts_with(text)) return false;
  rest_.remove_prefix(text.size());
  return true;
}

bool LineScanner::hex(std::uint64_t& value) {
  const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value, 16);
  if (error != std::errc{}) return false;
  rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
  return true;
}

bool LineScanner::decimal(std::uint64_t& value) {
  const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value, 10);
  if (error != std::errc{}) return false;
  rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
  return true;
}

bool LineScanner::number(std::uint64_t& value) {
  LineScanner ahead = *this;
  const bool prefixed = ahead.literal("0x") || ahead.literal("0X");
  const int base = prefixed ? 16 : ahead.rest_.starts_with('0') ? 8 : 10;
  const char* begin = ahead.rest_.data();
  const auto [end, error] = std::from_chars(begin, begin + ahead.rest_.size(), value, base);
  if (error != std::errc{}) return false;
  rest_ = ahead.rest_.substr(static_cast<std::size_t>(end - begin));
  return true;
}

bool LineScanner::minus() { return literal("-"); }

bool LineScanner::until(std::string_view stop, std::string_view& piece) {
  const std::size_t at = rest_.find(stop);
  if (at == std::string_view::npos) return false;
  piece = rest_.substr(0, at);
  rest_.remove_prefix(at + stop.size());
  return true;
}

bool LineScanner::word(std::string_view& piece) {
  skip_blanks();
  const std::size_t end = std::min(rest_.find(' '), rest_.size());
  if (end == 0) return false;
  piece = rest_.substr(0, end);
  rest_.remove_prefix(end);
  return true;
}

void LineScanner::skip_blanks() {
  while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) rest_.remove_prefix(1);
}

bool append_hex_bytes(std::string_view digits, std::string& bytes) {
  if (digits.size() % 2 != 0) return false;
  const std::size_t before = bytes.size();
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]);
    const int low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) {
      bytes.resize(before);
      return false;
    }
    bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return true;
}

std::string little_endian_bytes(std::uint64_t value, unsigned width) {
  std::string bytes;
  for (unsigned i = 0; i < width; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}

}  // namespace coincide
