#include "emu/media/fault_plan.h"

#include <algorithm>

namespace coincide {

FaultHit FaultPlan::strike(DiskOp op, std::uint64_t lba, std::uint64_t count_sectors) {
  Fault* struck = nullptr;
  std::uint64_t struck_lba = 0;
  const std::uint64_t last = lba + (count_sectors == 0 ? 0 : count_sectors - 1);
  for (Fault& fault : faults_) {
    const bool spent = fault.times == ~std::uint32_t{0};
    const bool other_op = fault.op != op && (fault.op != DiskOp::none || op == DiskOp::transfer);
    if (spent || other_op || fault.first_lba > last || fault.last_lba < lba) continue;
    const std::uint64_t where = std::max(lba, fault.first_lba);
    if (struck == nullptr || where < struck_lba) {
      struck = &fault;
      struck_lba = where;
    }
  }
  if (struck == nullptr) return {};
  // 0 stands for "always", so a fault that has struck its last time is marked with all ones.
  if (struck->times != 0 && --struck->times == 0) struck->times = ~std::uint32_t{0};
  return {struck->outcome, struck_lba};
}

bool FaultPlan::link_fails() { return strike(DiskOp::transfer, 0, 0).outcome == DiskOutcome::crc; }

}  // namespace coincide
