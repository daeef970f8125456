// The CFA feature set (ATA6 r3a §6.16, §8.1-8.5): erased sectors, extended error codes, two power modes, a data port of
// eight bits.
//
// What is known of a sector (erased, how often written) is kept for those sectors that a run has touched, at most
// kMaxSectors of them: beyond that the sectors touched first are kept, and the others read as not erased, count 0.
#pragma once

#include <map>

#include "emu/ata/feature_set.h"

namespace coincide {

class Cfa final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;
  static constexpr std::size_t kMaxSectors = 65536;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  /// Every command passes here. False if it needs more current than the power mode gives.
  bool admits(const CommandRow& row);
  /// A command has ended with this in Error; `writes` if it was one that changes the medium.
  void failed(std::uint8_t error_bits, bool writes);
  void note(std::uint8_t code) { code_ = code; }
  void request_extended_error();
  void translate(std::uint64_t lba);
  /// Sectors have been written, or erased.
  void written(std::uint64_t lba, std::uint64_t sectors, bool erased);
  /// IDENTIFY word 160.
  std::uint16_t power_word() const;

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& archive) {
    archive(code_, sectors_);
    if constexpr (!Archive::kSaving) {
      if (sectors_.size() > kMaxSectors) archive.fail();
    }
  }

 private:
  struct Sector {
    bool erased = false;
    std::uint32_t writes = 0;

    template <class Archive>
    void fields(Archive& archive) {
      archive(erased, writes);
    }
  };
  void power_on();

  std::uint8_t code_ = 0;  ///< extended error code of the last command
  std::map<std::uint64_t, Sector> sectors_;
};

}  // namespace coincide
