// UTF-8: all text in traces and in JSON is of it, while file names and arguments may be any bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace coincide {

/// Length in bytes of the UTF-8 sequence that starts at `at`, or 0 if none does: no overlong form, no surrogate,
/// nothing above U+10FFFF.
std::size_t utf8_length(std::string_view text, std::size_t at);

/// A text as traces hold it: UTF-8 without U+0000. What is such a text stays as it is; each other byte becomes U+FFFD.
std::string as_trace_text(std::string_view text);

}  // namespace coincide
