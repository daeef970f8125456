// The Hyper-V side of a machine: VMBus, and for each IDE disk that the board gives one a StorVSP channel of its own
// (IDEACC-15). Both paths reach the same sectors and the same faults; the ATA device knows nothing of it (IDEACC-22).
// The disc of an optical drive can lie in a second drive as well, behind a SCSI controller of its own.
#pragma once

#include <array>
#include <memory>

#include "emu/board.h"
#include "emu/hyperv/storvsp.h"
#include "emu/media/disk_queue.h"

namespace coincide {
class Device;
}

namespace coincide::hyperv {

class Accelerators {
 public:
  /// True if the board has one.
  static bool wanted(const Board& board);
  /// `devices` by unit; they outlive this.
  Accelerators(Output& output, DiskQueue& queue, GuestMemory& memory, const Profile& profile, const Board& board,
               const std::array<Device*, 4>& devices);

  Vmbus& vmbus() { return vmbus_; }
  const StorVsp* of_unit(unsigned unit) const { return storvsp_[unit].get(); }
  /// Power cycle. Nothing else reaches it: RST# is the PCI function's.
  void reset();

  template <class Archive>
  void fields(Archive& archive) {
    archive(vmbus_);
    for (auto& storvsp : storvsp_) {
      if (storvsp != nullptr) archive(*storvsp);
    }
  }

 private:
  Vmbus vmbus_;
  std::array<std::unique_ptr<StorVsp>, 4> storvsp_;
};

}  // namespace coincide::hyperv
