// UTF-8: all text in traces and in JSON is of it, while file names and arguments may be any bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace coincide {

/// Length in bytes of the UTF-8 sequence that starts at `at`, or 0 if none does: no overlong form, no surrogate,
/// nothing above U+10FFFF.
std::size_t utf8_length(std::string_view text, std::size_t at);

/// The text itself if it is UTF-8; each byte that starts no sequence becomes U+FFFD.
std::string as_utf8(std::string_view text);

}  // namespace coincide
