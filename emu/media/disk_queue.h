// The disk request queue: drives issue numbered requests and wait; the board's completion policy, or a stimulus,
// ends them (DESIGN determinism contract 3). A reset takes requests back, so that a late completion touches
// nothing.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "emu/board.h"
#include "emu/media/disk_request.h"
#include "emu/registers.h"

namespace coincide {

/// The drive that waits for a request.
class RequestOwner {
 public:
  virtual ~RequestOwner() = default;
  virtual void request_done(const DiskRequest& request, const FaultHit& end) = 0;
};

class DiskQueue {
 public:
  /// Units 0 to 3 are the devices of the channels; from 4 on the same disks as another path serves them, which have
  /// requests of their own.
  static constexpr std::size_t kUnits = 8;

  DiskQueue(Output& output, const CompletionPolicy& policy) : output_(output), policy_(policy) {}

  /// The drive of a unit: it is told when its requests end, which meet the faults of its plan.
  void attach(std::uint8_t unit, RequestOwner& owner, FaultPlan& faults) {
    drives_[unit].owner = &owner;
    drives_[unit].faults = &faults;
  }
  /// Where the self-test is not the business of who reads the medium: `diagnose` requests end there.
  void attach_self_test(std::uint8_t unit, RequestOwner& owner) { drives_[unit].self_test = &owner; }
  /// A request of a unit that is attached; returns its number.
  std::uint32_t issue(std::uint8_t unit, DiskOp op, std::uint64_t lba, std::uint64_t count_sectors);
  /// Takes back every request of a unit.
  void cancel(std::uint8_t unit);
  /// Takes back one request.
  void withdraw(std::uint32_t number);
  /// Ends request `number` (0 = the oldest) as a stimulus says. Unknown numbers do nothing.
  void complete(std::uint32_t number, const FaultHit& end);

  /// True if the policy ends something now.
  bool due() const { return !pending_.empty() && policy_.kind != CompletionPolicy::Kind::scripted && due_now(); }
  /// Ends all that is due now, including what that in turn issues.
  void run_due();
  /// Time at which the next request is due, or all ones.
  std::uint64_t next_due_ns() const;

  std::span<const DiskRequest> pending() const { return pending_; }

  /// Snapshot: what is outstanding.
  template <class Archive>
  void fields(Archive& archive) {
    archive(last_number_, pending_, due_ns_);
    if constexpr (!Archive::kSaving) {
      bool good = due_ns_.size() == pending_.size();
      for (const DiskRequest& request : pending_)
        good = good && request.unit < kUnits && drives_[request.unit].owner != nullptr;
      if (!good) archive.fail();
    }
  }

 private:
  struct Drive {
    RequestOwner* owner = nullptr;
    FaultPlan* faults = nullptr;
    RequestOwner* self_test = nullptr;
  };
  bool due_now() const;
  void end(std::size_t index, const FaultHit& hit);

  Output& output_;
  CompletionPolicy policy_;
  std::uint32_t last_number_ = 0;
  std::array<Drive, kUnits> drives_;   ///< by unit
  std::vector<DiskRequest> pending_;   ///< oldest first
  std::vector<std::uint64_t> due_ns_;  ///< when the policy ends each, in step with pending_
};

}  // namespace coincide
