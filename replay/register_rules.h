// Which rules speak about a register, bit by bit: what a divergence report cites. A short list of the rules a reader
// would look up first, not all that mention the register.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "emu/event.h"
#include "replay/ports.h"

namespace coincide {

/// Rules about the bits of `bits` that differ (all bits if 0), in the order of the table: of what the host reads there,
/// or of what it writes there if `access` is a write.
std::vector<std::string_view> rules_of_register(const HostAccess& access, std::uint32_t bits);
/// Rules about an observation of this kind that is wrong, missing or unexpected.
std::vector<std::string_view> rules_of_observation(EventKind kind);
/// Rules about an event of any kind; of a register change those about the register. At most three.
std::vector<std::string_view> rules_of_event(const Event& event, const HostAccess& access, std::uint32_t bits);

}  // namespace coincide
