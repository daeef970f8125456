// Removable media: the Removable Media feature set and Media Status Notification (ATA6 r3a §6.17, §8.14, §8.19-8.21).
// A disk with the first always has the second too (ATA6-SF-16); one of them is enabled at a time (ATA6-RM-1).
//
// The world acts through two stimuli: a medium is put in, by its index on the board, and the operator presses the eject
// button or takes the medium out by force. A press in the middle of a command counts when the command has ended. A
// medium that goes by way of the drive first gets what is cached for it; one taken out by force does not.
#pragma once

#include "emu/ata/feature_set.h"

namespace coincide {

class RemovableMedia final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  /// The machine comes into being, with medium 0 in the drive.
  void power_on();
  void reset(ResetKind kind);
  void software_reset(bool revert);
  void diagnostic() { software_reset(false); }

  void insert(std::uint64_t index);
  void eject(bool force);

  /// A command starts: what was left for its predecessor's end happens now.
  void command_starts();
  /// Media access; `writes` if it changes the medium. False if the command has ended for a reason of the medium.
  bool admits(bool writes);
  void get_media_status();
  void media_lock();
  void media_unlock();
  void media_eject();
  /// SET FEATURES 95h and 31h.
  void notify(bool on);
  /// The work before an eject is done.
  void flushed();

  /// True for a fixed disk.
  bool present() const;
  bool removable() const;
  /// Index of the medium on the board that is in the drive, or was last.
  std::size_t loaded() const { return loaded_; }

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& archive) {
    archive(loaded_, ejecting_, deferred_);
    if constexpr (!Archive::kSaving) check(archive);
  }

 private:
  bool state(unsigned bits) const;
  void change(unsigned clear, unsigned set);
  bool notifying() const;
  bool write_protected() const;
  bool locked_out();
  void drop();
  void press();
  void leave();
  void check(SnapshotReader& archive);

  std::uint32_t loaded_ = 0;
  bool ejecting_ = false;  ///< the command under way ends with an eject
  bool deferred_ = false;  ///< the button was pressed in the middle of a command
};

}  // namespace coincide
