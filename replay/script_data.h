// Bytes that scripts and recipes name: hex digits, pattern sectors, fills, text, integers. Parsed once, made when the
// statement runs (numbers in them may be variables).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "replay/script_expression.h"
#include "replay/script_lexer.h"
#include "trace/error.h"

namespace coincide {

/// Most bytes that one statement may name or move.
inline constexpr std::uint64_t kMaxStatementBytes = 64u << 20;

struct DataItem {
  enum class Kind : std::uint8_t {
    bytes,           ///< `bytes`
    pattern,         ///< `second` sectors of pattern `tag` from number `first`
    pattern_to_end,  ///< as many bytes of it as the place asks for
    fill,            ///< `second` times the byte `first`
    integer,         ///< `first`, little endian, in `width` bytes
  };
  Kind kind = Kind::bytes;
  std::vector<std::uint8_t> bytes;
  std::array<char, 3> tag{};
  Expression first;
  Expression second;
  std::uint8_t width = 0;
};
using ScriptData = std::vector<DataItem>;

/// Parses DATA from words[at...] and moves `at` behind it. Errors name the word.
Result<ScriptData> parse_data(std::span<const Word> words, std::size_t& at, const ScriptNames& names,
                              std::string_view script);

/// The bytes. `wanted` is how many the place asks for, which only an open pattern cares about. nullopt if they are
/// more than kMaxStatementBytes.
std::optional<std::vector<std::uint8_t>> make_data(const ScriptData& data, std::span<const std::uint64_t> variables,
                                                   std::uint64_t wanted);

/// "0x" and pairs of hex digits. An odd digit at the end counts for nothing, as in qtest. nullopt if it is no such.
std::optional<std::vector<std::uint8_t>> parse_hex_data(std::string_view text);
std::optional<std::vector<std::uint8_t>> parse_base64(std::string_view text);
/// Three printable characters without blanks.
std::optional<std::array<char, 3>> parse_tag(std::string_view text);

}  // namespace coincide
