#include "trace/utf8.h"

#include <doctest/doctest.h>

using namespace coincide;

TEST_CASE("text that is UTF-8 stays as it is") {
  for (const std::string_view text : {std::string_view(""), std::string_view("a\0b", 3), std::string_view("\x7f"),
                                      std::string_view("\xC2\x80\xDF\xBF"), std::string_view("\xE0\xA0\x80"),
                                      std::string_view("\xED\x9F\xBF\xEE\x80\x80"),
                                      std::string_view("\xF0\x90\x80\x80"), std::string_view("\xF4\x8F\xBF\xBF")}) {
    CHECK(as_utf8(text) == text);
  }
}

TEST_CASE("each byte that starts no UTF-8 sequence becomes U+FFFD") {
  const std::string bad = "\xEF\xBF\xBD";
  CHECK(as_utf8("a\xFFz") == "a" + bad + "z");
  CHECK(as_utf8("\x80") == bad);                                // a continuation alone
  CHECK(as_utf8("\xC3") == bad);                                // cut off
  CHECK(as_utf8("\xC3(") == bad + "(");                         // continued by something else
  CHECK(as_utf8("\xC1\xBF") == bad + bad);                      // overlong
  CHECK(as_utf8("\xE0\x9F\xBF") == bad + bad + bad);            // overlong
  CHECK(as_utf8("\xED\xA0\x80") == bad + bad + bad);            // a surrogate
  CHECK(as_utf8("\xF0\x8F\xBF\xBF") == bad + bad + bad + bad);  // overlong
  CHECK(as_utf8("\xF4\x90\x80\x80") == bad + bad + bad + bad);  // above U+10FFFF
  CHECK(as_utf8("\xF5") == bad);
}
