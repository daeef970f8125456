// Security (ATA6 r3a §6.13, §8.38-8.43): two passwords lock the medium, a freeze locks the lock.
//
// The state stands in the recorded register `security_state` under the standard's own numbers, level, attempt counter
// and master password revision code beside it. What the command table lets through in which state is its column
// `permission`; what a command then does is here.
#pragma once

#include <array>

#include "emu/ata/feature_set.h"
#include "emu/media/fault_plan.h"

namespace coincide {

/// States SEC0 to SEC6 (§6.13.4, figure 9).
enum class SecurityState : std::uint8_t {
  off_disabled = 0,
  disabled = 1,
  disabled_frozen = 2,
  off_enabled = 3,
  locked = 4,
  unlocked = 5,
  unlocked_frozen = 6
};

inline constexpr std::size_t kPasswordBytes = 32;
using Password = std::array<std::uint8_t, kPasswordBytes>;

class Security final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  SecurityState state() const;
  bool enabled() const;
  bool locked() const { return state() == SecurityState::locked; }
  bool frozen() const { return state() == SecurityState::disabled_frozen || state() == SecurityState::unlocked_frozen; }
  /// IDENTIFY word 128.
  std::uint16_t status_word() const;
  /// IDENTIFY words 89 and 90: time that an erase takes, in units of two minutes.
  std::uint16_t erase_time(bool enhanced) const;

  // Commands: what starts them, and what runs when their 512 bytes are in.
  void set_password();
  void unlock();
  void unlock_received();
  void erase_prepare();
  void erase_unit();
  void erase_unit_received();
  void freeze_lock();
  void disable_password();

  /// SECURITY ERASE UNIT waits for this request.
  bool owns(std::uint32_t request) const { return request == request_ && request != 0; }
  void erase_done(const FaultHit& end);

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& archive) {
    archive(user_password_, master_password_, request_, enhanced_);
  }

 private:
  void set_state(SecurityState state);
  void forget_user_password();
  bool maximum_level() const;
  bool no_attempts_left() const;
  /// Whether the 512 bytes received hold the password that their identifier bit names.
  bool password_matches() const;

  Password user_password_{};
  Password master_password_{};
  std::uint32_t request_ = 0;  ///< of the last erase; its number never comes again
  bool enhanced_ = false;      ///< kind of that erase
};

}  // namespace coincide
