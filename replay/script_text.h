// Stimuli as statements of the script language: what turns a row of events into something that can be read, edited and
// recorded.
#pragma once

#include <optional>
#include <string>

#include "emu/event.h"

namespace coincide {

/// One statement, without line end: "outb 0x1f7 0xec", "mem_write 0x1000 0x00000200...". Reads lose what they found.
/// nullopt for events that are no stimulus, and for stimuli that the language has no word for.
std::optional<std::string> statement_text(const Event& event);

}  // namespace coincide
