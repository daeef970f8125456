#include "emu/ata/security.h"

#include <algorithm>

#include "emu/ata/disk.h"

namespace coincide {
namespace {

constexpr std::uint8_t kAttempts = 5;
constexpr std::uint16_t kShippedRevision = 0xfffe;
/// What an enhanced erase leaves behind.
constexpr std::uint8_t kErasePattern = 0xe5;

// The 512 bytes that a host sends (§8.38 table 23, §8.40, §8.42, §8.43).
bool names_master(std::span<const std::uint8_t> data) { return (data[0] & 0x01) != 0; }
bool asks_enhanced(std::span<const std::uint8_t> data) { return (data[0] & 0x02) != 0; }
bool asks_maximum(std::span<const std::uint8_t> data) { return (data[1] & 0x01) != 0; }
std::uint16_t revision(std::span<const std::uint8_t> data) {
  return static_cast<std::uint16_t>(data[34] | data[35] << 8);
}
std::span<const std::uint8_t> password(std::span<const std::uint8_t> data) { return data.subspan(2, kPasswordBytes); }

}  // namespace

SecurityState Security::state() const {
  return static_cast<SecurityState>(disk_.regs().get(DeviceReg::security_state));
}

void Security::set_state(SecurityState state) {
  disk_.regs().set(DeviceReg::security_state, static_cast<unsigned>(state));
}

bool Security::enabled() const { return state() >= SecurityState::off_enabled; }

bool Security::maximum_level() const { return disk_.regs().get(DeviceReg::security_level) != 0; }

bool Security::no_attempts_left() const { return disk_.regs().get(DeviceReg::security_attempts) == 0; }

/// ATA6-POR-8: power-on and RESET- unfreeze, lock what is enabled, and give five attempts (ATA6-SEC-5, ATA6-SEC-6).
void Security::reset(ResetKind kind) {
  if (!disk_.config().features.has(Feature::security)) return;
  if (state() == SecurityState::off_disabled) disk_.regs().set(DeviceReg::master_revision, kShippedRevision);
  const bool was_enabled = enabled();
  if (kind == ResetKind::power_cycle) {
    set_state(was_enabled ? SecurityState::off_enabled : SecurityState::off_disabled);
  }
  set_state(was_enabled ? SecurityState::locked : SecurityState::disabled);  // ATA6-SEC-1
  disk_.regs().set(DeviceReg::security_attempts, kAttempts);
}

/// ATA6-SEC-13, ATA6-SRST-9: figure 9 has no arc for a software reset.
void Security::software_reset(bool /*revert*/) {}

std::uint16_t Security::status_word() const {  // ATA6-SEC-14
  if (!disk_.has(Feature::security)) return 0;
  unsigned word = 0x0001;
  if (enabled()) word |= 0x0002;
  if (locked()) word |= 0x0004;
  if (frozen()) word |= 0x0008;
  if (no_attempts_left()) word |= 0x0010;
  if (disk_.has(Feature::enhanced_erase)) word |= 0x0020;
  if (enabled() && maximum_level()) word |= 0x0100;
  return static_cast<std::uint16_t>(word);
}

/// ATA6-SEC-17: as a drive writes 40 MB/s; 255 says "more than 508 minutes".
std::uint16_t Security::erase_time(bool enhanced) const {
  if (!disk_.has(Feature::security) || (enhanced && !disk_.has(Feature::enhanced_erase))) return 0;
  constexpr std::uint64_t kSectorsInTwoMinutes = std::uint64_t{120} * 40'000'000 / kSectorBytes;
  return static_cast<std::uint16_t>(std::min<std::uint64_t>(disk_.overlay().sectors() / kSectorsInTwoMinutes + 1, 255));
}

bool Security::password_matches() const {
  const auto data = disk_.received_data();
  if (names_master(data)) return std::ranges::equal(password(data), master_password_);
  return enabled() && std::ranges::equal(password(data), user_password_);
}

void Security::set_password() {
  const auto data = disk_.received_data();
  if (names_master(data)) {  // ATA6-SEC-3: lock state and level stay
    std::ranges::copy(password(data), master_password_.begin());
    // ATA6-SEC-16: 0000h and FFFFh are no revision codes; the old one stays.
    if (revision(data) != 0x0000 && revision(data) != 0xffff) {
      disk_.regs().set(DeviceReg::master_revision, revision(data));
    }
    return disk_.complete();
  }
  std::ranges::copy(password(data), user_password_.begin());
  disk_.regs().set(DeviceReg::security_level, asks_maximum(data) ? 1 : 0);
  set_state(SecurityState::unlocked);  // ATA6-SEC-1: locks from the next power-on or RESET- on
  disk_.complete();
}

void Security::unlock() {
  if (no_attempts_left()) return disk_.abort();  // ATA6-SEC-6
  disk_.receive(1);
}

void Security::unlock_received() {
  // ATA6-SEC-2, ATA6-SEC-4: at the Maximum level the master password does not unlock.
  const bool refused = enabled() && maximum_level() && names_master(disk_.received_data());
  if (refused || !password_matches()) {
    // ATA6-SEC-5, ATA6-SEC-7: only failures while locked count.
    if (locked()) disk_.regs().set(DeviceReg::security_attempts, disk_.regs().get(DeviceReg::security_attempts) - 1);
    return disk_.abort();
  }
  if (locked()) set_state(SecurityState::unlocked);
  disk_.complete();
}

void Security::erase_prepare() { disk_.complete(); }

void Security::erase_unit() {
  if (!disk_.directly_after(0xf3)) return disk_.abort();  // ATA6-SEC-8
  if (no_attempts_left()) return disk_.abort();           // ATA6-SEC-6
  disk_.receive(1);
}

void Security::erase_unit_received() {
  const bool enhanced = asks_enhanced(disk_.received_data());
  if (enhanced && !disk_.has(Feature::enhanced_erase)) return disk_.abort();  // ATA6-SEC-9
  if (!password_matches()) return disk_.abort();                              // the master password does at any level
  enhanced_ = enhanced;
  disk_.set_power_mode(PowerMode::active);
  // All that the user could ever reach: a Host Protected Area is user data too.
  request_ = disk_.issue(DiskOp::write, 0, disk_.regs().get(DeviceReg::native_max_lba) + 1);
}

void Security::erase_done(const FaultHit& end) {
  if (end.outcome == DiskOutcome::write_fault) return disk_.device_fault();
  if (end.outcome != DiskOutcome::done) return disk_.abort();  // passwords and state stay
  // ATA6-SEC-9: zeros, or the device's own pattern
  disk_.overlay().fill(0, disk_.regs().get(DeviceReg::native_max_lba) + 1, enhanced_ ? kErasePattern : 0x00);
  disk_.forget_cached_writes();
  forget_user_password();  // ATA6-SEC-10: the master password remains
  disk_.complete();
}

/// ATA6-SEC-12: frozen stays frozen; the command table keeps a locked disk from coming here.
void Security::freeze_lock() {
  set_state(enabled() ? SecurityState::unlocked_frozen : SecurityState::disabled_frozen);
  disk_.complete();
}

void Security::disable_password() {
  // ATA6-SEC-2: at the Maximum level the master password can only erase.
  const bool refused = enabled() && maximum_level() && names_master(disk_.received_data());
  if (refused || !password_matches()) return disk_.abort();  // ATA6-SEC-11
  forget_user_password();
  disk_.complete();
}

void Security::forget_user_password() {
  user_password_.fill(0);
  disk_.regs().set(DeviceReg::security_level, 0);
  set_state(SecurityState::disabled);
}

}  // namespace coincide
