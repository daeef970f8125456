// Which channel's transfer a piece of guest memory belongs to: a look at memory names no command, but the PRD tables
// that the guest wrote tell where each transfer put its data.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "replay/command_tracker.h"
#include "replay/interval_set.h"

namespace coincide {

class DmaAreas {
 public:
  /// Each stimulus, in order.
  void stimulus(const Event& event, std::size_t number);
  /// The channel that was last told to fill any of these bytes, and that nobody has written to since.
  std::optional<unsigned> filled_by(std::uint64_t address, std::uint64_t bytes) const;

 private:
  void remember_tables(const Event& mem_write);
  void transfer_started(unsigned channel);

  CommandTracker host_;
  std::map<std::uint64_t, std::uint64_t> dwords_;  ///< dword-aligned memory as last written by the guest
  std::array<IntervalSet, 2> filled_;
};

}  // namespace coincide
