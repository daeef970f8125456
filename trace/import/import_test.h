// What the tests of the importers share: captures as short text.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "trace/import/capture.h"

namespace coincide {

/// One event in a few characters: "r1f7.1=50", "w1f7.1=ec", "R1f0.2*3=...", "W...", "cr40.2=8000", "cw...", "irq14=1",
/// "mr1000=aabb", "mw1000=...", "clock=5", "reset", "note=text". Payloads in hex, open bits behind '/'.
inline std::string brief(const Event& e) {
  char text[64];
  std::string data;
  for (const std::uint8_t byte : e.payload) {
    std::snprintf(text, sizeof text, "%02x", byte);
    data += text;
  }
  const auto number = [&](const char* form, auto... values) {
    std::snprintf(text, sizeof text, form, values...);
    return std::string(text);
  };
  const auto value = static_cast<unsigned>(e.value);
  const auto detail = static_cast<unsigned>(e.detail);
  const std::string open = e.detail != 0 ? number("/%x", detail) : "";
  switch (e.kind) {
    case EventKind::port_read:
      return number("r%x.%u=%x", e.where, e.width, value) + open;
    case EventKind::port_write:
      return number("w%x.%u=%x", e.where, e.width, value);
    case EventKind::port_read_block:
      return number("R%x.%u*%u=", e.where, e.width, value) + data + open;
    case EventKind::port_write_block:
      return number("W%x.%u*%u=", e.where, e.width, value) + data;
    case EventKind::config_read:
      return number("cr%x.%u=%x", e.where, e.width, value);
    case EventKind::config_write:
      return number("cw%x.%u=%x", e.where, e.width, value);
    case EventKind::irq:
      return number("irq%u=%u", e.where, value);
    case EventKind::mem_read:
      return number("mr%x=", detail) + data;
    case EventKind::mem_write:
      return number("mw%x=", detail) + data;
    case EventKind::clock_advance:
      return number("clock=%u", value);
    case EventKind::reset:
      return "reset";
    case EventKind::note:
      return "note=" + std::string(e.payload.begin(), e.payload.end());
    default:
      return std::string(event_kind_name(e.kind));
  }
}

inline std::string brief(const Capture& capture) {
  std::string all;
  for (std::size_t i = 0; i < capture.events.size(); ++i) all += (i == 0 ? "" : " ") + brief(capture.events[i]);
  return all;
}

/// The capture that a log's text is; fails the test if it is none.
inline Capture imported(std::string_view text) {
  Result<Capture> capture = import_capture(text, {"log"});
  REQUIRE_MESSAGE(capture.ok(), capture.error().line());
  return std::move(*capture);
}

inline std::string import_error(std::string_view text) {
  const Result<Capture> capture = import_capture(text, {"log"});
  REQUIRE_FALSE(capture.ok());
  return capture.error().line();
}

/// How many of `what` were left out; 0 if nothing.
inline std::uint64_t left_out(const Capture& capture, std::string_view what) {
  for (const LeftOut& left : capture.left_out) {
    if (left.what == what) return left.count;
  }
  return 0;
}

}  // namespace coincide
