// Overlapped and queued commands of a disk (ATA6 r3a §6.9, §6.10, §9.9): READ/WRITE DMA QUEUED (EXT) and SERVICE.
//
// What the standard leaves to the device (ATA6-OVL-3), this one does so: with the release interrupt enabled every
// queued command is released at once, also where the completion policy is `immediate`, and asks for service when its
// disk request has ended: the `read` of a read, the `seek` to the first sector of a write. Commands are serviced in the
// order in which these requests ended, so that the board or the script decides it. With the release interrupt disabled
// only WRITE DMA QUEUED runs (ATA6-OVL-15); it takes its data without a release. An error is told when the command is
// serviced.
#pragma once

#include <vector>

#include "emu/ata/feature_set.h"
#include "emu/ata/transfer.h"
#include "emu/media/disk_request.h"

namespace coincide {

class Overlap final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  /// READ/WRITE DMA QUEUED (EXT), and SERVICE.
  void start(const CommandRow& row);
  void service();
  /// Every command passes here first. False if the queue does not allow it: it is to be aborted then.
  bool admits(const CommandRow* row);
  /// Gives up all released commands: their requests are taken back.
  void discard();

  bool empty() const { return queue_.empty(); }
  /// The disk request with this number belongs to a released command.
  bool owns(std::uint32_t request) const;
  void request_done(std::uint32_t request, const FaultHit& end);
  /// A command ends: what of the registers is still open of those in `open_after`, and where Sector Count says how a
  /// queued command ended.
  unsigned ended(unsigned open_after, bool error);

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& archive) {
    archive(queue_, serving_);
  }

 private:
  /// A released command.
  struct Released {
    std::uint8_t tag = 0;
    std::uint32_t request = 0;  ///< disk request that it waits for, 0 = it is ready
    FaultHit end;               ///< how that ended
    Transfer transfer;

    template <class Archive>
    void fields(Archive& archive) {
      archive(tag, request, end, transfer);
    }
  };
  bool live(std::uint8_t tag) const;
  bool any_ready() const;
  void show();
  void data_phase(const Transfer& transfer, const FaultHit& end);

  std::vector<Released>
      queue_;             ///< those that wait, oldest first; then those that are ready, in the order they became so
  bool serving_ = false;  ///< a queued command has the bus
};

}  // namespace coincide
