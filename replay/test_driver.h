// For tests: a small disk driver as a script, and what becomes of it on the emulator.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "replay/session.h"
#include "trace/event_list.h"
#include "trace/message.h"

namespace coincide {

/// Runs a script that must be good and returns all of its events. Failed expectations are allowed.
inline EventList run_driver(std::string_view text) {
  const auto script = parse_script(text, "driver", {});
  REQUIRE_MESSAGE(script.ok(), script.error().line());
  EventCollector collector;
  Session session(script->board, Profile(), &collector);
  const RunOutcome outcome = run_script(*script, session);
  CHECK_MESSAGE(!outcome.error, outcome.error->line());
  return std::move(collector.list);
}

/// The driver: IDENTIFY, a DMA read of 8 sectors at 100h, a PIO write of 2 sectors at 200h, a flush, a read on the
/// slave channel. Tests replace lines of it.
inline constexpr std::string_view kDriver = R"(
board disk 0:0 pattern:HD0 sectors=16384
board disk 1:0 pattern:HD1 sectors=16384
board completion latency 20000
enable
outb primary.device_control 0x00
identify primary 0
prd 0x1000 (0x20000 0x1000 EOT)
dma_prepare primary 0x1000 read
outb primary.device 0xe0
outb primary.sector_count 8
outb primary.lba_low 0x00
outb primary.lba_mid 0x01
outb primary.lba_high 0x00
outb primary.command op.READ_DMA
dma_start primary read
wait irq 14 1
inb primary.bmis
dma_stop primary
inb primary.status
outb primary.bmis 0x06
command primary 0 WRITE_SECTORS lba=0x200 count=2
wait inb primary.status & 0x88 == 0x08 step=1000
outs primary.data 2 pattern NEW 0
wait inb primary.status & 0x88 == 0x08 step=1000
outs primary.data 2 pattern NEW 1
wait inb primary.status & 0x80 == 0 step=1000
command primary 0 FLUSH_CACHE
wait inb primary.status & 0x80 == 0 step=1000
command secondary 0 READ_SECTORS lba=0x10 count=1
wait irq 15 1
inb secondary.status
ins secondary.data 2 256
command primary 0 READ_SECTORS lba=0x200 count=1
wait irq 14 1
inb primary.status
ins primary.data 2 256
)";

/// kDriver with a piece of its text replaced; the piece must be there.
inline std::string driver_with(std::string_view piece, std::string_view instead) {
  std::string text(kDriver);
  const std::size_t at = text.find(piece);
  REQUIRE_MESSAGE(at != std::string::npos, std::string(piece));
  return text.replace(at, piece.size(), instead);
}

}  // namespace coincide
