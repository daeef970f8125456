// Events in words, the way reports show them: "in  C002h  BMIS primary", "05h  .....I.A".
#pragma once

#include <string>

#include "emu/event.h"
#include "replay/ports.h"
#include "replay/report.h"

namespace coincide {

/// The access or action of a stimulus. `ports` stands before the event.
std::string stimulus_text(const Event& event, const PortMap& ports);
/// The value of a read, or what an observation says.
ValueText value_text(const Event& event, const PortMap& ports);
/// Where two runs of bytes part: "byte 80 of 512: F0h 00h 16h ..." from the first difference on.
ValueText bytes_text(std::span<const std::uint8_t> bytes, std::size_t first_difference);

}  // namespace coincide
