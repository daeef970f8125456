// Which differences between a capture and the rules the quirks of the source explain. A quirk row (emu/profile.h) says
// what an implementation does instead; the rows here say where that shows: at which accesses, in which bits or words,
// after which commands. A difference is known only if every bit of it is.
#pragma once

#include <vector>

#include "emu/board.h"
#include "emu/profile.h"
#include "replay/command_tracker.h"
#include "replay/compare.h"
#include "replay/dma_areas.h"

namespace coincide {

/// What the host side has done so far, the present stimulus included.
struct HostSide {
  const CommandTracker& commands;
  const DmaAreas& areas;
  const Board& board;
};

/// The quirks that together explain all of the difference, of those that `profile` does not have; empty if something
/// of it stays unexplained.
std::vector<Quirk> explaining_quirks(const Difference& difference, const HostSide& side, const Profile& profile);

}  // namespace coincide
