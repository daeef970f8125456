// Events in words, the way reports show them: "in  C002h  BMIS primary", "05h  .....I.A".
#pragma once

#include <span>
#include <string>
#include <utility>

#include "emu/event.h"
#include "replay/ports.h"
#include "replay/report.h"

namespace coincide {

/// What an event does or reaches, without its value: "in  C002h  BMIS primary", "register primary master Status", "bus
/// master writes 00020000h  512 bytes, PRD 0". `access` is what it reaches (PortMap::decode).
std::string event_text(const Event& event, const HostAccess& access);
/// Its value alone: "05h" and ".....I.A"; of a Command write the command's name as well.
ValueText plain_value(const Event& event, const HostAccess& access);

/// The access or action of a stimulus, with what it writes. `ports` stands before the event.
std::string stimulus_text(const Event& event, const PortMap& ports);
/// The value of a read, or what an observation says.
ValueText value_text(const Event& event, const PortMap& ports);
/// Where two runs of bytes part: "byte 80 of 512: F0h 00h 16h ..." from the first difference on.
ValueText bytes_text(std::span<const std::uint8_t> bytes, std::size_t first_difference);
/// Both of two runs of bytes that differ, from the first difference on.
std::pair<ValueText, ValueText> differing_bytes(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);

}  // namespace coincide
