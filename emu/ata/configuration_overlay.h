// Device Configuration Overlay (ATA6 r3a §6.21, §8.8): a host takes modes, feature sets and sectors away from a disk,
// as if it had never had them.
//
// The state stands in the recorded register `dco_state` under the standard's own numbers. What was taken away is kept
// as masks over the words of the data structure, so that a disk as shipped has all of them 0.
#pragma once

#include <span>

#include "emu/ata/feature_set.h"
#include "emu/features.h"

namespace coincide {

/// States DCO0 to DCO2 (§6.21).
enum class OverlayState : std::uint8_t { factory = 0, locked = 1, reduced = 2 };

class ConfigurationOverlay final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  /// What the overlay leaves: features, the 48-bit set, DMA modes (bit n = mode n).
  bool allows(Feature feature) const;
  bool allows_lba48() const;
  std::uint16_t multiword_modes() const;
  std::uint16_t ultra_modes() const;

  // Commands
  void restore();
  void freeze_lock();
  void identify();
  void set();
  void set_received();

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& archive) {
    archive(modified_, no_multiword_, no_ultra_, no_features_);
  }

 private:
  /// Where the host's structure breaks a rule: word, and the offending bits if that word has bits.
  struct Problem {
    std::uint8_t word;
    std::uint16_t bits;
  };

  OverlayState state() const;
  void set_state(OverlayState state);
  std::uint16_t factory_ultra() const;
  std::uint16_t factory_features() const;
  std::uint16_t selected_modes(std::uint8_t kind) const;
  std::uint16_t kept_features(std::uint16_t asked) const;
  /// True and the first problem, or false.
  bool find_problem(std::span<const std::uint8_t> data, Problem& problem) const;

  bool modified_ = false;
  std::uint16_t no_multiword_ = 0;  ///< word 1
  std::uint16_t no_ultra_ = 0;      ///< word 2
  std::uint16_t no_features_ = 0;   ///< word 7
};

}  // namespace coincide
