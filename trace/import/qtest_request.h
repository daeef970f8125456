// One request of the qtest protocol: its words, and what they ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trace/import/text_source.h"

namespace coincide {

enum class QtestVerb : std::uint8_t {
  in,
  out,
  read_word,
  write_word,
  read,
  write,
  b64read,
  b64write,
  memset,
  clock,
  silent
};

/// One row of the command table.
struct QtestCommand {
  std::string_view name;
  QtestVerb verb;
  unsigned width;  ///< bytes of the access; 0 where the request tells a size
};

/// nullptr if there is no such command.
const QtestCommand* find_qtest_command(std::string_view name);

struct QtestRequest {
  const QtestCommand* command = nullptr;
  std::uint32_t line = 0;
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::uint64_t value = 0;
  bool has_value = false;
  std::string bytes;  ///< what a memory write writes, `size` bytes
};

/// nullopt: read into `request`; else what is wrong with it.
std::optional<std::string> scan_qtest_request(LineScanner scan, QtestRequest& request);

/// A number that ends its word.
bool scan_qtest_number(LineScanner& scan, std::uint64_t& value);
/// Bytes of a base64 text; nullopt if it is none.
std::optional<std::string> base64_bytes(std::string_view text);

}  // namespace coincide
