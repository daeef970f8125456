// A trace taken apart the way a driver thinks: one lane for each channel, in it one episode for each command with the
// register writes and bus-master set-up before it and all that came of it. Works from the host's side alone, so that it
// reads captures as well as our own runs.
//
// Where one episode ends and the next begins: after the Command write everything belongs to the command (looks at
// status, data, starting and stopping the bus master, device-control writes) until the host begins to set up
// the next one: it writes a task-file register, BMIDTP, BMIC with the engine not running, or Command again. SRST going
// to 1 begins an episode of its own, which ends likewise but keeps writes of Device (hosts select both drives to look
// at their signatures). Data that move without a Command write before them show that what looked like the set-up of the
// next command was a write in the middle of this one. A bus reset is an episode of both lanes.
//
// Memory that the CPU writes belongs to the channel that is accessed next (a PRD table before its command), a look at
// memory and a step of the clock to the channel accessed last. What a drive does on its own time (interrupt, data,
// registers) belongs to the last command that was written, even when the host already sets up the next.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "replay/command_tracker.h"
#include "trace/event_list.h"

namespace coincide {

enum class EpisodeKind : std::uint8_t { set_up, command, soft_reset, bus_reset };

struct Episode {
  EpisodeKind kind = EpisodeKind::set_up;
  std::uint8_t channel = 0;
  std::optional<HostCommand> command;  ///< for kind command
  std::vector<std::uint32_t> events;   ///< numbers of its events; rising among stimuli and among observations

  /// "primary master"; for episodes without a command "primary".
  std::string unit_text() const;
  /// "READ DMA EXT lba=0x2000 count=8", "soft reset", "bus reset", "set-up without a command".
  std::string text() const;
  /// What makes two episodes the same step of two drivers: kind, unit, opcode, address, count.
  std::uint64_t key() const;
  /// The same without address and count.
  std::uint64_t loose_key() const;
};

struct Episodes {
  std::array<std::vector<Episode>, 2> channels;
  /// Events of no channel: configuration space, memory map, media, ports of nobody.
  std::vector<std::uint32_t> function;

  /// The episode that an event belongs to; nullptr if it is one of `function`.
  const Episode* find(std::size_t event) const;
};

Episodes split_episodes(const EventList& events);

}  // namespace coincide
