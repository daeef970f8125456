// Runs scenarios against a target and tells, rule by rule, what held.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conformance/scenario.h"
#include "emu/profile.h"
#include "replay/script_run.h"
#include "trace/error.h"

namespace coincide {

/// An expectation that does not prove anything as it stands, or that failed.
struct Finding {
  enum class Kind : std::uint8_t {
    failed,      ///< the target did otherwise
    open,        ///< it held or failed by bits that the standard leaves open: the scenario asserts too much
    not_judged,  ///< the target cannot see it
    not_reached  ///< the run never came there: the scenario cannot fail at this place
  };
  Kind kind = Kind::failed;
  std::string scenario;  ///< name
  std::string place;     ///< "file:line"
  std::string text;      ///< the line of the script
  std::vector<std::string> rules;
  std::string expected;
  std::string actual;
  std::uint64_t event = 0;  ///< events before the look
  std::uint64_t open_bits = 0;
};

/// Looks that cited a rule, over all scenarios.
struct RuleTally {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::uint64_t not_judged = 0;

  bool holds() const { return failed == 0 && passed != 0; }
};

/// How one scenario went.
struct CaseResult {
  enum class Status : std::uint8_t { passed, failed, skipped };
  std::string name;
  std::vector<std::string> rules;  ///< that its expectations cite, each once, sorted
  Status status = Status::passed;
  std::string reason;  ///< why it was skipped, or the first thing that failed
  double seconds = 0;  ///< of real time; 0 for the emulator, of which a report never differs
};

struct ConformResult {
  std::string target;
  std::string profile;             ///< of the emulator; empty for a peer
  std::vector<CaseResult> cases;   ///< in the order of the scenarios
  std::uint64_t scenarios = 0;     ///< that were run
  std::uint64_t not_run = 0;       ///< that the target cannot run, or that speak of another profile
  std::uint64_t expectations = 0;  ///< places of scripts, not looks
  std::map<std::string, RuleTally, std::less<>> rules;
  std::vector<Finding> findings;  ///< in the order of the scenarios

  /// Findings that the target is to blame for, or that leave a scenario without proof.
  std::uint64_t failures() const;
  bool passed() const { return failures() == 0; }
};

/// What runs scenarios. For each scenario it makes a fresh machine.
class ConformTarget {
 public:
  virtual ~ConformTarget() = default;
  virtual std::string name() const = 0;
  /// The emulator's profile; empty for a peer.
  virtual std::string profile() const { return {}; }
  virtual Result<RunOutcome> run(const Script& script) = 0;
  /// Why the target cannot run the script; empty if it can.
  virtual std::string cannot(const Script& script) const = 0;
  /// True for the emulator.
  virtual bool ours() const { return false; }
  /// A run that it cannot finish is a mistake of the suite, and no finding: it is to conform.
  virtual bool conforms() const { return false; }
};

/// The emulator in this process.
class EmulatorTarget final : public ConformTarget {
 public:
  /// `given`: the profile was asked for, and scripts that name another are not run. Else each runs under its own.
  EmulatorTarget(const Profile& profile, bool given) : profile_(profile), given_(given) {}
  std::string name() const override;
  std::string profile() const override { return std::string(profile_.name()); }
  Result<RunOutcome> run(const Script& script) override;
  /// A script that names a profile tells what that implementation does; it says nothing of others.
  std::string cannot(const Script& script) const override;
  bool ours() const override { return true; }
  bool conforms() const override { return !given_ || profile_.name() == "spec"; }

 private:
  Profile profile_;
  bool given_;
};

/// Which expectations count. A null function lets all through.
using RuleFilter = std::function<bool(const std::string& rule)>;

/// Runs the scenarios in order. With a filter only expectations that cite a rule that it lets through are told of.
/// Errors: a run that could not be finished (its place is in the script).
Result<ConformResult> run_scenarios(const std::vector<const Scenario*>& scenarios, ConformTarget& target,
                                    const RuleFilter& filter = {});

/// The same on several targets of one kind at a time, a thread each. The result is that of one target; only who was
/// faster may differ.
Result<ConformResult> run_scenarios(const std::vector<const Scenario*>& scenarios,
                                    const std::vector<std::unique_ptr<ConformTarget>>& targets,
                                    const RuleFilter& filter = {});

}  // namespace coincide
