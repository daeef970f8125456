#include "trace/utf8.h"

#include <doctest/doctest.h>

using namespace coincide;

TEST_CASE("text as traces hold it stays as it is") {
  for (const std::string_view text :
       {std::string_view(""), std::string_view("\x7f"), std::string_view("\xC2\x80\xDF\xBF"),
        std::string_view("\xE0\xA0\x80"), std::string_view("\xED\x9F\xBF\xEE\x80\x80"),
        std::string_view("\xF0\x90\x80\x80"), std::string_view("\xF4\x8F\xBF\xBF")}) {
    CHECK(as_trace_text(text) == text);
  }
}

TEST_CASE("each byte that starts no UTF-8 sequence, and each NUL, becomes U+FFFD") {
  const std::string bad = "\xEF\xBF\xBD";
  CHECK(as_trace_text("a\xFFz") == "a" + bad + "z");
  CHECK(as_trace_text("\x80") == bad);                                // a continuation alone
  CHECK(as_trace_text("\xC3") == bad);                                // cut off
  CHECK(as_trace_text("\xC3(") == bad + "(");                         // continued by something else
  CHECK(as_trace_text("\xC1\xBF") == bad + bad);                      // overlong
  CHECK(as_trace_text("\xE0\x9F\xBF") == bad + bad + bad);            // overlong
  CHECK(as_trace_text("\xED\xA0\x80") == bad + bad + bad);            // a surrogate
  CHECK(as_trace_text("\xF0\x8F\xBF\xBF") == bad + bad + bad + bad);  // overlong
  CHECK(as_trace_text("\xF4\x90\x80\x80") == bad + bad + bad + bad);  // above U+10FFFF
  CHECK(as_trace_text("\xF5") == bad);
  CHECK(as_trace_text(std::string_view("a\0b", 3)) == "a" + bad + "b");
}
