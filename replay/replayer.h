// Runs a run's stimuli again and compares what comes out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "emu/profile.h"
#include "replay/compare.h"
#include "replay/recorded_run.h"

namespace coincide {

struct ReplayOptions {
  Profile profile;
  /// Last event that is replayed; unset = all.
  std::optional<std::size_t> to;
  /// Every difference counts, known quirks of the source too.
  bool strict = false;
  /// Differences that are kept; the run ends when so many that count have been found. A trace of the emulator ends at
  /// the first: what follows from it tells nothing.
  std::size_t limit = 1;
  /// Called now and then with the number of events done.
  std::function<void(std::size_t)> progress;
};

/// A difference with what is known about it.
struct ReportedDifference {
  Difference difference;
  std::vector<Quirk> quirks;  ///< the known quirks of the source that explain it (the profile has them not)
};

/// How often a known quirk of the source showed, and where.
struct QuirkCount {
  Quirk quirk;
  std::uint64_t count = 0;
  std::size_t first_event = 0;
};

struct ReplayResult {
  std::size_t events = 0;    ///< of the run
  std::size_t replayed = 0;  ///< events that were reached
  std::uint64_t stimuli = 0;
  Tally tally;
  std::vector<ReportedDifference> differences;  ///< those that count, in order, at most `limit`
  std::uint64_t counted = 0;                    ///< all that count
  std::uint64_t known = 0;                      ///< those that known quirks of the source explain
  std::vector<QuirkCount> quirks;               ///< known ones, by first event
  bool coincide() const { return counted == 0; }
};

/// The run must have been made, or settled, under `options.profile` (replay/settle.h).
ReplayResult replay(const RecordedRun& run, const ReplayOptions& options);

/// Registers of the unit that an event is about, as they were before it.
struct RegisterView {
  std::uint8_t status = 0, error = 0, sector_count = 0, lba_low = 0, lba_mid = 0, lba_high = 0, device = 0;
  std::uint8_t bmic = 0, bmis = 0;
  std::uint32_t bmidtp = 0;
  bool irq = false;
};
RegisterView registers_before(const RecordedRun& run, const Profile& profile, std::size_t event, unsigned unit);

}  // namespace coincide
