// Which differences between a capture and the rules the quirks of the source explain. A quirk row (emu/profile.h) says
// what an implementation does instead; the rows here say where that shows: at which accesses, in which bits or words,
// after which commands. A difference is known only if every bit of it is.
#pragma once

#include <vector>

#include "emu/board.h"
#include "emu/profile.h"
#include "replay/command_tracker.h"
#include "replay/compare.h"

namespace coincide {

/// The quirks that together explain all of the difference, of those that `profile` does not have; empty if something
/// of it stays unexplained. `host` has seen the stimulus.
std::vector<Quirk> explaining_quirks(const Difference& difference, const CommandTracker& host, const Board& board,
                                     const Profile& profile);

}  // namespace coincide
