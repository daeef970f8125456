// Host Protected Area (ATA6 r3a §6.15, §8.32, §8.33, §8.47, §8.48): the host hides the end of the disk, and a password
// keeps others from finding it again.
//
// The addresses stand in the recorded registers `native_max_lba`, `max_lba` and `non_volatile_max_lba`, the state of
// the SET MAX security extension in `set_max_state` under the standard's own numbers.
#pragma once

#include <array>

#include "emu/ata/feature_set.h"

namespace coincide {

/// States SM0 to SM3 (§6.15.2, figure 10).
enum class SetMaxState : std::uint8_t { inactive = 0, unlocked = 1, locked = 2, frozen = 3 };

class HostProtectedArea final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  /// Some sectors are hidden, now or from the next power-on or RESET- on.
  bool exists() const;
  /// The medium as it is now ends at `last`, and nothing of it is hidden.
  void set_native_max(std::uint64_t last);

  // Commands
  void read_native_max(bool ext);
  void set_max_address(bool ext);
  void set_password_received();
  void lock();
  void unlock();
  void unlock_received();
  void freeze_lock();
  /// SET MAX SET PASSWORD, as far as it goes before its data.
  void set_password();

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& archive) {
    archive(password_, form_, non_volatile_form_, non_volatile_set_);
  }

 private:
  /// Which command made the present area.
  enum class Form : std::uint8_t { none, address, address_ext };

  SetMaxState state() const;
  void set_state(SetMaxState state);
  bool password_matches() const;

  std::array<std::uint8_t, 32> password_{};
  Form form_ = Form::none;
  Form non_volatile_form_ = Form::none;
  bool non_volatile_set_ = false;  ///< there was a non-volatile SET MAX since power-on or RESET-
};

}  // namespace coincide
