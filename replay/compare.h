// Holds what a controller did with one stimulus against what was recorded for it.
//
// What is compared, the recording says (its `sees` bits):
// * Answers of port and configuration reads: every bit that is neither open under the standard nor unseen by the
// source.
//   Two runs of the emulator must agree on the open bits too.
// * Data of block reads and looks at memory: as many bytes as the source shows and a drive stands behind.
// * Observations: kind by kind in order, as many as were recorded, each equal.
// Everything else is counted as not compared, by reason. Nothing is skipped silently.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "emu/event.h"
#include "trace/message.h"

namespace coincide {

/// An event with its payload kept.
struct KeptEvent {
  KeptEvent() = default;
  explicit KeptEvent(const Event& event) : head(event), bytes(event.payload.begin(), event.payload.end()) {
    head.payload = {};
  }
  Event event() const {
    Event e = head;
    e.payload = bytes;
    return e;
  }
  Event head;
  std::vector<std::uint8_t> bytes;
};

/// How much was compared.
struct Tally {
  std::uint64_t compared = 0;
  std::map<std::string, std::uint64_t> not_compared;  ///< by reason

  void skip(const std::string& reason, std::uint64_t count = 1) { not_compared[reason] += count; }
  std::uint64_t skipped() const;
};

/// One thing that was not as recorded.
struct Difference {
  enum class Kind : std::uint8_t {
    answer,      ///< a read gave another value or other data
    different,   ///< an observation is another one
    missing,     ///< a recorded observation did not come
    unexpected,  ///< an observation came that was not recorded
  };
  Kind kind = Kind::answer;
  std::size_t event = 0;     ///< number of the recorded event; for `unexpected` of the stimulus
  std::size_t stimulus = 0;  ///< number of the stimulus event that set it off
  KeptEvent expected;        ///< empty (kind none) if unexpected
  KeptEvent actual;          ///< empty if missing
  std::uint32_t bits = 0;    ///< of a port or configuration read: the compared bits that differ
};

/// One stimulus with the observations recorded for it.
struct RecordedStep {
  std::size_t number = 0;  ///< event number of the stimulus
  Event stimulus;
  std::size_t first_observation = 0;
  std::vector<Event> observations;  ///< of event numbers first_observation ..., annotations left out
  std::vector<std::size_t> numbers;
};

class Comparer {
 public:
  explicit Comparer(std::uint64_t sees) : sees_(sees) {}

  /// `answer` is the read's outcome (any event if the stimulus is no read); `observed` what the controller did.
  void step(const RecordedStep& recorded, const Event& answer, const std::vector<KeptEvent>& observed,
            std::vector<Difference>& differences);
  const Tally& tally() const { return tally_; }
  Tally& tally() { return tally_; }

 private:
  void answers(const RecordedStep& recorded, const Event& actual, std::vector<Difference>& differences);
  void observations(const RecordedStep& recorded, const std::vector<KeptEvent>& observed,
                    std::vector<Difference>& differences);
  bool seen(EventKind kind) const;
  bool equal(const Event& recorded, const Event& actual) const;
  bool from_emulator() const { return (sees_ & sees::open_bits) != 0; }

  std::uint64_t sees_;
  Tally tally_;
};

}  // namespace coincide
