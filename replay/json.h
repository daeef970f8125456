// Text as JSON: the one thing that every JSON printer of replay and tools needs.
#pragma once

#include <string>
#include <string_view>

namespace coincide {

/// Text as a JSON string, quotes included. Bytes that are no valid UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

}  // namespace coincide
