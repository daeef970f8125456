// What the feature sets of the disk have in common: each is a class of its own with a file of its own, holds the state
// that is no register, and does its work through the public operations of the Disk.
//
// reset           RESET- or a power cycle: what does not survive goes back to its default
// software_reset  SRST; `revert` unless SET FEATURES 66h is in force (ATA6-SRST-5)
// fields          the one list of state for snapshots (emu/snapshot.h)
#pragma once

#include "emu/event.h"
#include "emu/snapshot.h"

namespace coincide {

class Disk;
struct CommandRow;

class FeatureSetState {
 public:
  explicit FeatureSetState(Disk& disk) : disk_(disk) {}
  FeatureSetState(const FeatureSetState&) = delete;
  FeatureSetState& operator=(const FeatureSetState&) = delete;

 protected:
  Disk& disk_;
};

}  // namespace coincide
