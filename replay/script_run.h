// Runs a parsed script against anything that answers stimuli, and judges its expectations.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emu/event.h"
#include "emu/media/disk_request.h"
#include "replay/script.h"
#include "trace/error.h"

namespace coincide {

/// What a script runs against. Stimuli go in by `apply`; the rest looks without any effect. A target that cannot see
/// something answers nullopt, and expectations that need it are not judged.
class ScriptTarget {
 public:
  virtual ~ScriptTarget() = default;
  /// Feeds a stimulus; for reads value, detail (open bits) and payload are filled in. The payload lives to the next
  /// call.
  virtual Event apply(const Event& stimulus) = 0;
  /// Text from the script for the record; not a stimulus.
  virtual void note(std::string_view text) = 0;
  virtual std::uint64_t now_ns() const = 0;
  /// Level of line 14 or 15.
  virtual std::optional<bool> irq(unsigned line) const = 0;
  /// Whether a write to the enlightened port of a channel waits.
  virtual std::optional<bool> deferred(unsigned channel) const = 0;
  virtual std::optional<std::uint64_t> register_value(RegisterId id) const = 0;
  virtual std::optional<std::span<const DiskRequest>> pending() const = 0;
  virtual std::optional<std::uint64_t> counter(Counter counter) const = 0;
  virtual void clear_counters() = 0;
  /// VMBus control messages for the guest that have come since it was asked last, in order; of very many only the last.
  virtual std::vector<std::vector<std::uint8_t>> take_messages() = 0;
  /// Fills `out` from byte `offset` of a device's medium; false if it cannot, or there are not so many bytes.
  virtual bool read_medium(unsigned unit, std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
  /// Number of events so far (rows of the trace).
  virtual std::uint64_t events() const = 0;
};

/// How one expectation of the script fared; the same index as Script::expectations.
struct ExpectationResult {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::uint64_t not_judged = 0;  ///< the target could not see it
  /// The first failure.
  std::string expected;
  std::string actual;
  std::uint64_t event = 0;  ///< events before it was judged; the look itself is the last of them
  /// Bits under the mask of an exact match that the standard leaves open (any look, passed or failed).
  std::uint64_t open_bits = 0;
};

struct RunOutcome {
  std::vector<ExpectationResult> expectations;
  std::uint64_t statements = 0;  ///< how many ran, looks of `wait` included
  std::optional<Error> error;    ///< the run could not be finished: a bad operand, or a bound was met
  std::string out_of_reach;      ///< what the target was asked and cannot do; nothing of the run counts then

  std::uint64_t failures() const;
  bool passed() const { return !error && failures() == 0; }
};

struct RunLimits {
  std::uint64_t statements = 10'000'000;
  std::uint64_t bytes = std::uint64_t{1} << 30;
};

/// Runs the whole script. Failed expectations do not stop it; an error does.
RunOutcome run_script(const Script& script, ScriptTarget& target, const RunLimits& limits = {});

}  // namespace coincide
