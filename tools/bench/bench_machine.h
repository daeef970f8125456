// A machine that the benchmarks drive: one disk over bytes in memory, decode and bus master enabled, and the few
// driver steps they repeat.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "emu/controller.h"

namespace coincide::bench {

inline constexpr std::uint64_t kMediumBytes = 64u << 20;
inline constexpr std::uint64_t kRamBytes = 64u << 20;
inline constexpr std::uint64_t kPrdTable = 0x1000;
inline constexpr std::uint64_t kBuffers = 1u << 20;       ///< guest address of the first transfer buffer
inline constexpr std::uint64_t kBufferBytes = 32u << 20;  ///< transfers walk through this much memory
inline constexpr std::uint16_t kBusMaster = 0xc000;

/// The bytes of the disk, the same for every benchmark of a run.
const std::vector<std::uint8_t>& medium_bytes();
Board bench_board();

/// A controller whose primary channel decodes its ports and may master the bus.
class Machine {
 public:
  /// `observer` may be null: recording off.
  explicit Machine(Observer* observer);
  Controller& controller() { return *controller_; }

  /// Twelve accesses as a driver's polling and set-up make them: six task-file writes, six status reads. The LBA
  /// changes from round to round, so registers do change.
  void register_round(std::uint32_t round);
  static constexpr unsigned kAccessesOfRound = 12;

  /// One READ DMA EXT of `sectors` sectors from `lba` to guest memory at `address`, PRDs of 64 KiB, from the PRD table
  /// to the status read that ends it. False if the drive does not end it well.
  bool read_dma(std::uint64_t lba, std::uint32_t sectors, std::uint64_t address);

 private:
  std::unique_ptr<Controller> controller_;
};

}  // namespace coincide::bench
