// Power-Up In Standby (ATA6 r3a §6.18, §8.46.13-14): a disk that comes up with its spindle at rest, so that many of
// them do not start at once.
//
// What a disk may choose, the board chooses: `puis_spin_up` (SET FEATURES 07h alone starts the spindle), `puis_jumper`
// (a jumper keeps the feature on), `puis_incomplete` (IDENTIFY DEVICE data lie on the medium).
#pragma once

#include "emu/ata/feature_set.h"
#include "emu/media/fault_plan.h"

namespace coincide {

class PowerUpInStandby final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);
  /// The disk has left Standby.
  void spun_up();

  /// True for a command that would start the spindle while only SET FEATURES 07h may.
  bool refuses(const CommandRow& row) const;
  /// IDENTIFY DEVICE knows words 0 and 2 only.
  bool incomplete() const;
  /// IDENTIFY word 2.
  std::uint16_t configuration_word() const;

  // SET FEATURES 06h, 86h, 07h
  void enable();
  void disable();
  void spin_up();
  void spin_up_done(const FaultHit& end);

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& archive) {
    archive(at_rest_);
  }

 private:
  bool at_rest_ = false;  ///< not spun up since power-on
};

}  // namespace coincide
