// Where the controller's events go. The controller knows nothing of traces: it is given an observer.
#pragma once

#include "emu/event.h"

namespace coincide {

/// Receives a run as it happens. Order of calls for each stimulus: `stimulus`, then any number of `observe`,
/// then, for reads only, `answer`. Payload spans live only during the call.
class Observer {
 public:
  virtual ~Observer() = default;
  /// A stimulus, before its effects. For reads value, detail and payload are not known yet (see `answer`).
  virtual void stimulus(const Event& event) = 0;
  /// Completes the read that `stimulus` announced last: the value read, the bits (or trailing bytes) that the
  /// standard leaves open, and the payload of block and memory reads.
  virtual void answer(std::uint64_t value, std::uint64_t open, std::span<const std::uint8_t> payload) = 0;
  virtual void observe(const Event& event) = 0;
  /// Virtual time has reached `now_ns`; what is observed from here on happens then. Only `clock_advance` stimuli move
  /// it, from deadline to deadline.
  virtual void time(std::uint64_t /*now_ns*/) {}
};

}  // namespace coincide
