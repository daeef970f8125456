// Which rules speak about a register, bit by bit: what a divergence report cites. A short list of the rules a reader
// would look up first, not all that mention the register.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "emu/event.h"
#include "replay/ports.h"

namespace coincide {

/// Rules about the bits of `bits` that differ (all bits if 0), in the order of the table.
std::vector<std::string_view> rules_of_register(const HostAccess& access, std::uint32_t bits);
/// Rules about an observation of this kind that is wrong, missing or unexpected.
std::vector<std::string_view> rules_of_observation(EventKind kind);

}  // namespace coincide
