// The write cache, where the board says that the disk writes back (`write_back=on`): a write command ends when its data
// are in the cache, and the medium has them when a request of the cache's own has ended. Reads see what is cached
// (ATA6 r3a §8.12, §8.46.10). Without it, or with SET FEATURES 82h in force, a write command ends with its data on the
// medium.
//
// The cache writes in the order of the commands, one request at a time. A request that fails stops it: the next FLUSH
// CACHE tells the first bad address, and the one after goes on behind it (ATA6-FLUSH-2). A power cycle loses what is
// cached; resets do not.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "emu/ata/feature_set.h"
#include "emu/media/disk_request.h"
#include "emu/media/fault_plan.h"

namespace coincide {

class WriteCache final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;
  /// The buffer of a drive of 2002.
  static constexpr std::uint64_t kMaxBytes = 2u << 20;

  bool empty() const { return entries_.empty(); }
  /// Takes the data of a write; false if they do not fit now.
  bool store(std::uint64_t lba, std::span<const std::uint8_t> data);
  /// Puts what is cached over bytes read from the medium at byte `offset`.
  void patch(std::uint64_t offset, std::span<std::uint8_t> bytes) const;

  /// The medium was written by another path, at byte `offset`: what is cached of the same bytes takes the new ones.
  void follow(std::uint64_t offset, std::span<const std::uint8_t> bytes);
  void follow(std::uint64_t offset, std::uint64_t count_bytes, std::uint8_t value);

  bool owns(std::uint32_t request) const { return request != 0 && request == request_; }
  /// The cache's request has ended.
  void written(const FaultHit& end);
  /// FLUSH CACHE, or another command that first wants everything on the medium. True if it must wait:
  /// Disk::cache_flushed or Disk::cache_failed is called then.
  bool flush();
  /// The drive's requests were taken back (a reset); `resume` goes on when the reset has ended.
  void requests_cancelled() {
    request_ = 0;
    stale_ = false;
  }
  void resume();
  /// Forgets what is cached: a power cycle, an erased medium, one that was taken out by force.
  void clear();
  /// Writes everything to the medium now: the drive is about to let it go.
  void drain();

  /// Snapshot.
  template <class Archive>
  void fields(Archive& archive) {
    archive(entries_, bytes_, request_, stale_, flushing_, failed_);
  }

 private:
  struct Entry {
    std::uint64_t lba = 0;
    std::vector<std::uint8_t> data;

    std::uint64_t sectors() const;
    template <class Archive>
    void fields(Archive& archive) {
      archive(lba, data);
    }
  };
  /// Calls fn(cached bytes, where they begin in the range) for each part of an entry that lies in a range.
  template <class Fn>
  void each_overlap(std::uint64_t offset, std::uint64_t count_bytes, Fn fn);
  void write_next();
  void drop_front(std::uint64_t sectors);
  void end_flush();

  std::vector<Entry> entries_;  ///< oldest first
  std::uint64_t bytes_ = 0;
  std::uint32_t request_ = 0;  ///< number of the request under way, 0 = none
  bool stale_ = false;         ///< that request's data have been forgotten meanwhile
  bool flushing_ = false;      ///< a command waits for the cache
  std::optional<FaultHit> failed_;
};

}  // namespace coincide
