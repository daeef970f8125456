// The "registers" line of a divergence: what the drive and its channel showed before the event, from any source of
// register values (a live controller, a snapshot, the changes that a trace recorded).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emu/registers.h"
#include "trace/event_list.h"

namespace coincide {

using RegisterLookup = std::function<std::optional<std::uint64_t>(RegisterId)>;

/// {"Status", "50h"}, {"Error", "00h"}, {"Count", "00h"}, {"LBA", "002008h"}, ..., {"IRQ14", "1"} of a unit. What the
/// lookup does not know is left out.
std::vector<std::pair<std::string, std::string>> register_text(unsigned unit, const RegisterLookup& lookup);

/// The values of all registers through a trace, from its register_change events.
class RegisterHistory {
 public:
  explicit RegisterHistory(const EventList& events);
  /// Value before an event. nullopt if the trace never changes the register.
  std::optional<std::uint64_t> before(RegisterId id, std::size_t event) const;

 private:
  struct Change {
    RegisterId id;
    std::uint32_t event;
    std::uint64_t old_value;
    std::uint64_t new_value;
  };
  std::vector<Change> changes_;  ///< by register, then event
};

}  // namespace coincide
