// Faults that a board asks a disk to show: which request meets which outcome.
#pragma once

#include <cstdint>
#include <vector>

#include "emu/event.h"

namespace coincide {

/// A request that touches [first_lba, last_lba] with operation `op` ends with `outcome` at the first such LBA.
struct Fault {
  DiskOp op = DiskOp::none;  ///< none = every request
  std::uint64_t first_lba = 0;
  std::uint64_t last_lba = ~std::uint64_t{0};
  DiskOutcome outcome = DiskOutcome::uncorrectable;
  std::uint32_t times = 0;  ///< how often it strikes; 0 = always
};

struct FaultHit {
  DiskOutcome outcome = DiskOutcome::done;
  std::uint64_t lba = 0;  ///< first bad sector

  template <class Archive>
  void fields(Archive& archive) {
    archive(outcome, lba);
  }
};

class FaultPlan {
 public:
  FaultPlan() = default;
  explicit FaultPlan(std::vector<Fault> faults) : faults_(std::move(faults)) {}
  /// What a request meets; counts down `times` of the fault that strikes. Faults are tried in the order given,
  /// the lowest LBA wins.
  FaultHit strike(DiskOp op, std::uint64_t lba, std::uint64_t count_sectors);
  /// Whether a burst over the link to the host goes wrong (faults of `DiskOp::transfer`); counts down like strike().
  bool link_fails();

  /// Snapshot: how often each fault still strikes.
  template <class Archive>
  void fields(Archive& archive) {
    for (Fault& fault : faults_) archive(fault.times);
  }

 private:
  std::vector<Fault> faults_;
};

}  // namespace coincide
