#include "emu/ata/removable_media.h"

#include "emu/ata/disk.h"
#include "emu/ata/media_state.h"

namespace coincide {

using namespace media_state;

bool RemovableMedia::removable() const { return disk_.config().features.has(Feature::media_status); }

bool RemovableMedia::state(unsigned bits) const { return (disk_.regs().get(DeviceReg::media_state) & bits) != 0; }

void RemovableMedia::change(unsigned clear, unsigned set) {
  disk_.regs().set(DeviceReg::media_state, (disk_.regs().get(DeviceReg::media_state) & ~std::uint64_t{clear}) | set);
}

bool RemovableMedia::notifying() const { return disk_.regs().get(DeviceReg::media_status_notification) != 0; }

bool RemovableMedia::present() const { return !removable() || state(kPresent); }

bool RemovableMedia::write_protected() const { return disk_.medium_write_protected(loaded_); }

/// ATA6-RM-4, ATA6-SRST-10: notification ends, and with it what it had to tell. ATA6-RM-9: LOCK and MCR are cleared,
/// MC stays.
void RemovableMedia::drop() {
  change(kLocked | kRequest | kButton | (notifying() ? kChanged : 0u), 0);
  disk_.regs().set(DeviceReg::media_status_notification, 0);
  ejecting_ = deferred_ = false;
}

void RemovableMedia::reset(ResetKind /*kind*/) {
  if (!removable()) return;
  drop();
  change(kChanged, 0);
}

void RemovableMedia::power_on() {
  if (removable()) change(0, kPresent);
}

void RemovableMedia::software_reset(bool /*revert*/) {
  if (removable()) drop();
}

void RemovableMedia::check(SnapshotReader& archive) {
  if (loaded_ > disk_.config().media.size()) {
    archive.fail();
    loaded_ = 0;
  }
}

void RemovableMedia::insert(std::uint64_t index) {
  if (!removable()) return;
  if (deferred_ && !disk_.engaged()) press();
  // A full drive takes no second medium.
  if (present() || index > disk_.config().media.size()) return;
  loaded_ = static_cast<std::uint32_t>(index);
  disk_.medium_loaded();
  change(0, kPresent | kChanged);
}

void RemovableMedia::eject(bool force) {
  if (!removable() || !present()) return;
  if (force) {
    disk_.lose_cache();
    return leave();
  }
  if (disk_.engaged() && !notifying() && !state(kLocked)) {
    deferred_ = true;
    return;
  }
  press();
}

/// The eject button, with nothing in its way but what the host has said.
void RemovableMedia::press() {
  deferred_ = false;
  if (notifying()) return change(0, kRequest);               // ATA6-RM-3
  if (state(kLocked)) return change(0, kRequest | kButton);  // ATA6-RM-10
  disk_.empty_cache();
  leave();
}

void RemovableMedia::leave() {
  deferred_ = false;
  change(kPresent | kLocked | kChanged | kRequest | kButton, 0);
}

void RemovableMedia::command_starts() {
  ejecting_ = false;
  if (deferred_ && disk_.queue_empty()) press();
}

// ATA6-RM-11
bool RemovableMedia::admits(bool writes) {
  if (!removable()) return true;
  std::uint8_t error = 0;
  if (!present()) {
    error = error::NM;
  } else if (state(kChanged)) {
    error = error::MC;
    change(kChanged, 0);  // ATA6-ERR-8
  } else if (state(kRequest)) {
    error = error::MCR;
    change(kRequest, 0);  // ATA6-ERR-9
  } else if (writes && write_protected()) {
    error = error::WP;
  }
  if (error == 0) return true;
  disk_.fail(error, Disk::Open::kOpenCount);
  return false;
}

void RemovableMedia::get_media_status() {
  if (!notifying()) return disk_.complete();  // ATA6-RM-6
  std::uint8_t error = 0;                     // ATA6-RM-5
  if (!present()) error |= error::NM;
  if (state(kRequest)) error |= error::MCR;
  if (state(kChanged)) error |= error::MC;
  if (present() && write_protected()) error |= error::WP;
  change(kRequest | kChanged, 0);  // ATA6-ERR-8, ATA6-ERR-9
  if (error != 0) return disk_.fail(error, 0);
  disk_.complete();
}

/// True if the command has ended: notification leaves nothing to lock (ATA6-RM-1, ATA6-RM-3), or there is no medium.
bool RemovableMedia::locked_out() {
  if (notifying()) {
    disk_.complete();
    return true;
  }
  if (present()) return false;
  disk_.fail(error::NM, 0);
  return true;
}

void RemovableMedia::media_lock() {
  if (locked_out()) return;
  if (state(kButton)) return disk_.fail(error::MCR, 0);  // ATA6-RM-7, ATA6-RM-10
  change(0, kLocked);
  disk_.complete();
}

void RemovableMedia::media_unlock() {
  if (locked_out()) return;
  const bool wanted = state(kButton);
  change(kLocked | kButton, 0);
  if (!wanted) return disk_.complete();
  ejecting_ = true;  // ATA6-RM-7
  disk_.flush();
}

void RemovableMedia::media_eject() {
  if (!present()) return disk_.fail(error::NM, 0);
  change(kLocked | kButton, 0);
  if (!disk_.config().power_eject) return disk_.complete();  // ATA6-SF-17: it only unlocks
  ejecting_ = true;                                          // ATA6-RM-8
  disk_.flush();
}

void RemovableMedia::flushed() {
  if (ejecting_) leave();
  ejecting_ = false;
}

void RemovableMedia::notify(bool on) {
  RegisterFile<DeviceReg>& regs = disk_.regs();
  const bool was = notifying();
  if (on || was) change(kLocked | kButton, 0);  // ATA6-SF-12, ATA6-SF-17
  if (was && !on) change(kRequest, 0);
  regs.set(DeviceReg::media_status_notification, on ? 1 : 0);
  if (!on) return disk_.complete();
  regs.set(DeviceReg::lba_mid, 0x00);  // version
  regs.set(DeviceReg::lba_high, (disk_.config().power_eject ? kPowerEject : 0u) | kCanLock | (was ? kWasEnabled : 0u));
  disk_.complete();
}

}  // namespace coincide
