// Leaves units out of a comparison that the capture has and our board has not: packet devices, until we have them.
//
// The channel that such a device sits on is fed all its stimuli, but its answers, its interrupt line and the memory
// that its transfers fill are not compared; the tally counts them under "unit 1:0 is ATAPI". Configuration space and
// the other channel are compared as always. Memory stays left out until the guest or our own bus master writes it anew.
#pragma once

#include <array>
#include <string>

#include "emu/board.h"
#include "replay/command_tracker.h"
#include "replay/compare.h"
#include "replay/interval_set.h"
#include "trace/event_list.h"

namespace coincide {

class BoardFilter final : public CompareFilter {
 public:
  /// Finds the packet devices that `events` shows and `board` lacks.
  BoardFilter(const EventList& events, const Board& board);

  bool active() const { return !reason_[0].empty() || !reason_[1].empty(); }
  /// Each stimulus, after it was compared.
  void stimulus(const Event& event, std::size_t number);
  /// What our own controller did.
  void observed(const Event& event);
  std::string left_out(const Event& event) const override;

 private:
  void remember_tables(const Event& mem_write);
  void transfer_started(unsigned channel);

  std::array<std::string, 2> reason_;
  CommandTracker tracker_;
  std::map<std::uint64_t, std::uint64_t> words_;  ///< dword-aligned memory as last written by the guest
  std::array<IntervalSet, 2> stale_;              ///< memory that a left-out channel's transfers filled
};

}  // namespace coincide
