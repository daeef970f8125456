// A text file as lines: plain or gzip, told apart by content. Captures of others' formats are read through this.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "trace/error.h"

namespace coincide {

/// Largest text that is taken into memory, after decompression. A capture of a whole boot is some 50 MB.
inline constexpr std::size_t kMaxTextBytes = std::size_t{1} << 30;

/// The whole file, decompressed if it begins with the gzip magic. A file that is missing, unreadable, a directory,
/// damaged or larger than kMaxTextBytes is an error that names it.
Result<std::string> read_text(const std::string& path);

/// Walks the lines of a text. The views live as long as the text.
class LineWalker {
 public:
  explicit LineWalker(std::string_view text) : rest_(text) {}

  /// The next line without its line end (LF or CR LF); false at the end of the text.
  bool next(std::string_view& line);
  /// Number of the line that `next` gave last, from 1.
  std::uint32_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::uint32_t number_ = 0;
};

/// Reads one line from left to right. Every call either takes its piece and returns true, or takes nothing.
class LineScanner {
 public:
  explicit LineScanner(std::string_view line) : rest_(line) {}

  bool literal(std::string_view text);
  /// Hexadecimal digits without prefix, at most 16.
  bool hex(std::uint64_t& value);
  bool decimal(std::uint64_t& value);
  /// As C's strtoul with base 0: 0x1f0, 0760, 496. Cut to 64 bits is an error (false).
  bool number(std::uint64_t& value);
  bool minus();
  /// Everything up to `stop`, which is taken too but not part of the piece.
  bool until(std::string_view stop, std::string_view& piece);
  /// The next word; words are separated by blanks.
  bool word(std::string_view& piece);
  void skip_blanks();
  std::string_view rest() const { return rest_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// Appends the bytes that `digits` spells (two digits a byte); false if it is no such text.
bool append_hex_bytes(std::string_view digits, std::string& bytes);
/// The low `width` bytes of a value in memory order.
std::string little_endian_bytes(std::uint64_t value, unsigned width);

}  // namespace coincide
