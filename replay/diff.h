// Holds two recordings against each other and says where they first part.
//
// * Both were given the same stimuli: walked in step, and every answer and observation that both could see must be the
//   same, in the same order.
// * Otherwise they are two runs of a driver: taken apart into commands (episodes.h), aligned by command, folded
// (fold.h)
//   and compared command by command. What the host wrote, in which order; what it was answered; what the device did.
//   Elastic, and only counted: how often a status was looked at, steps of the clock, where an interrupt edge fell
//   between two stimuli, how a transfer was split, in what order the two channels went on.
//
// What departed first is told in full, with what followed from it and what is only timing beside it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "replay/register_text.h"
#include "replay/report.h"
#include "trace/event_list.h"

namespace coincide {

/// One side. Nothing is owned.
struct DiffSide {
  std::string name;
  const EventList* events = nullptr;
  std::uint64_t sees = 0;  ///< trace/message.h
  /// Registers after power-on, for those that the trace never changes; may be empty.
  RegisterLookup initial;
};

struct DiffOptions {
  /// Between two runs of a driver: where tables and buffers lie in guest memory is no difference (fold.h).
  bool free_addresses = false;
};

/// True if both were given the same stimuli, whatever came out.
bool same_stimuli(const EventList& a, const EventList& b);

/// The whole comparison. `events` of the report counts A's.
Report diff(const DiffSide& a, const DiffSide& b, const DiffOptions& options = {});

// The two ways, for tests.
Report diff_in_step(const DiffSide& a, const DiffSide& b);
Report diff_by_command(const DiffSide& a, const DiffSide& b, const DiffOptions& options = {});

}  // namespace coincide
