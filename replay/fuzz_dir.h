// A directory of fuzz inputs, each run on a machine of its own: what it is, what it did, how often (FUZZ.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "emu/profile.h"
#include "replay/report.h"
#include "replay/run_flags.h"
#include "replay/script_run.h"
#include "trace/bytes.h"
#include "trace/error.h"

namespace coincide {

enum class FuzzKind : std::uint8_t { bytes, script, trace, capture };
std::string_view fuzz_kind_name(FuzzKind kind);

/// By content, and for text that is no script by its content by the extension (FUZZ.md section 1).
FuzzKind tell_fuzz_kind(ByteSpan content, std::string_view name);

struct FuzzResult {
  std::string name;  ///< path below the directory
  FuzzKind kind = FuzzKind::bytes;
  std::uint64_t events = 0;
  std::uint64_t stimuli = 0;
  RunFlags flags;
  std::uint64_t compared = 0;  ///< observations of a trace or capture, expectations of a script
  std::uint64_t not_compared = 0;
  std::optional<Divergence> divergence;  ///< of a trace or capture
  std::optional<Error> error;            ///< not judged: why

  bool judged() const { return !error.has_value(); }
  /// "clean", "bus fault, left BSY", "unjudged", "malformed".
  std::string outcome() const;
};

/// Bounds of one script; bytes have their own.
inline constexpr RunLimits kFuzzLimits{1'000'000, 256u << 20};

/// Names of all files below a directory, sorted by their bytes, relative to it. Names that begin with a dot are passed
/// over, and links to directories. Errors: not there, unreadable, no directory, no file in it.
Result<std::vector<std::string>> list_inputs(const std::string& directory);

/// Runs one file. Never fails: what goes wrong is in the result. `profile` is for bytes, and for scripts that name
/// none; traces and captures run under it if `force_profile`.
FuzzResult run_fuzz_input(const std::string& directory, const std::string& name, const Profile& profile,
                          bool force_profile);

/// The stimuli of bytes as a script: the board, then a statement a line.
std::string fuzz_script_text(ByteSpan input, std::string_view name);

/// How many results had an outcome, and the first that had it.
struct OutcomeCount {
  std::string outcome;
  std::uint64_t count = 0;
  std::string example;
};
/// Most frequent first; equals by outcome.
std::vector<OutcomeCount> group_by_outcome(const std::vector<FuzzResult>& results);

}  // namespace coincide
