// Captures for tests, written as qtest logs: the shortest form that has answers and interrupt lines.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "emu/media/pattern.h"
#include "replay/capture_board.h"
#include "replay/recorded_run.h"
#include "replay/settle.h"
#include "trace/import/capture.h"

namespace coincide {

/// "outb 0x1f7 0xec" as it stands, "inb 0x1f7 = 0x50" with its answer, "IRQ raise 14" before the answer of the line
/// above: one a line; a qtest log comes out.
inline std::string qtest_log(std::string_view text) {
  std::string log = "[I 0.000000] OPENED\n";
  std::string answer;
  const auto flush = [&] {
    if (!answer.empty()) log += "[S +0.1] " + answer + "\n";
    answer.clear();
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    if (line.starts_with("IRQ ")) {
      log += "[S +0.1] " + line + "\n";
      continue;
    }
    flush();
    const std::size_t equals = line.find(" = ");
    log += "[R +0.1] " + line.substr(0, equals) + "\n";
    answer = equals == std::string::npos ? "OK" : "OK " + line.substr(equals + 3);
  }
  flush();
  return log;
}

/// A disk of 16384 sectors, pattern HD0, as primary master; 1 MiB of RAM; completions by script.
inline CaptureBoard disk_board() {
  CaptureBoard board;
  board.board.chip = Chip::piix3;
  board.board.ram = {{0, 1u << 20}};
  board.board.completion.kind = CompletionPolicy::Kind::scripted;
  board.board.devices[0].kind = DeviceKind::disk;
  board.board.devices[0].medium = make_pattern_medium(16384, {'H', 'D', '0'});
  board.board.devices[0].medium_name = "pattern:HD0";
  return board;
}

/// Enables ports, bus master and both channels, at C000h.
inline const char* kEnable =
    "outl 0xcf8 0x80000920\noutl 0xcfc 0xc000\noutl 0xcf8 0x80000940\noutl 0xcfc 0x80008000\noutl 0xcf8 0x80000904\n"
    "outw 0xcfc 0x5\n";

inline Capture capture_of(const std::string& commands) {
  Result<Capture> capture = import_capture(qtest_log(commands), {"test"});
  REQUIRE_MESSAGE(capture.ok(), capture.error().line());
  return std::move(*capture);
}

/// Settled under `profile`, ready to replay.
inline RecordedRun run_of(const Capture& capture, const CaptureBoard& board, const Profile& profile) {
  RecordedRun run;
  run.name = "test";
  run.format = capture.format;
  run.board = board.board;
  run.profile = profile;
  run.sees = capture.sees;
  Settled settled = settle_capture(capture, board, profile);
  run.events = std::move(settled.events);
  run.lines = std::move(settled.lines);
  return run;
}

}  // namespace coincide
