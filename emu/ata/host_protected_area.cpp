#include "emu/ata/host_protected_area.h"

#include <algorithm>

#include "emu/ata/disk.h"

namespace coincide {
namespace {

constexpr std::uint64_t kMax28 = 0x0fffffff;
constexpr std::uint8_t kAttempts = 5;
constexpr std::uint8_t kReadNativeMax = 0xf8, kReadNativeMaxExt = 0x27;

/// ATA6-HPA-18: word 0 is reserved, words 1-16 hold the password (table 49).
std::span<const std::uint8_t> password(std::span<const std::uint8_t> data) { return data.subspan(2, 32); }

}  // namespace

SetMaxState HostProtectedArea::state() const {
  return static_cast<SetMaxState>(disk_.regs().get(DeviceReg::set_max_state));
}

void HostProtectedArea::set_state(SetMaxState state) {
  disk_.regs().set(DeviceReg::set_max_state, static_cast<unsigned>(state));
}

/// ATA6-HPA-12, ATA6-POR-9: back to the last non-volatile address. ATA6-HPA-16: the password, and with it the state,
/// goes with the power only.
void HostProtectedArea::reset(ResetKind kind) {
  disk_.regs().set(DeviceReg::max_lba, disk_.regs().get(DeviceReg::non_volatile_max_lba));
  form_ = non_volatile_form_;
  non_volatile_set_ = false;
  if (kind != ResetKind::power_cycle) return;
  set_state(SetMaxState::inactive);
  disk_.regs().set(DeviceReg::set_max_attempts, 0);
  password_.fill(0);
}

void HostProtectedArea::software_reset(bool /*revert*/) {}

bool HostProtectedArea::exists() const {
  const std::uint64_t native = disk_.regs().get(DeviceReg::native_max_lba);
  return disk_.regs().get(DeviceReg::max_lba) != native || disk_.regs().get(DeviceReg::non_volatile_max_lba) != native;
}

void HostProtectedArea::set_native_max(std::uint64_t last) {
  disk_.regs().set(DeviceReg::native_max_lba, last);
  disk_.regs().set(DeviceReg::max_lba, last);
  disk_.regs().set(DeviceReg::non_volatile_max_lba, last);
  form_ = non_volatile_form_ = Form::none;
}

void HostProtectedArea::read_native_max(bool ext) {
  const std::uint64_t native = disk_.regs().get(DeviceReg::native_max_lba);
  if (disk_.overlay().sectors() == 0) return disk_.abort();
  if (ext) disk_.regs().set(DeviceReg::sector_count_prev, 0);
  disk_.regs().set(DeviceReg::sector_count, 0);
  // ATA6-HPA-1, ATA6-ADDR-9: the last address, not a count; what 28 bits cannot hold reads 0FFFFFFFh.
  disk_.set_address(ext ? native : std::min(native, kMax28), ext ? Disk::Addressing::lba48 : Disk::Addressing::lba28);
  const bool qemu = disk_.profile().has(Quirk::qemu_read_native_max);  // always 0 there
  disk_.complete(Disk::kOpenError | (qemu ? 0u : unsigned{Disk::kOpenCount}));
}

void HostProtectedArea::set_max_address(bool ext) {
  RegisterFile<DeviceReg>& regs = disk_.regs();
  if (state() == SetMaxState::locked || state() == SetMaxState::frozen) return disk_.abort();
  // ATA6-HPA-2: each form after its own READ NATIVE MAX ADDRESS
  if (!disk_.directly_after(ext ? kReadNativeMaxExt : kReadNativeMax)) return disk_.abort();
  const Form form = ext ? Form::address_ext : Form::address;
  const std::uint64_t native = regs.get(DeviceReg::native_max_lba);
  const std::uint64_t asked = ext ? disk_.address48() : disk_.address28();
  if (asked > native) return disk_.abort();  // ATA6-HPA-5
  const bool non_volatile = (regs.byte(DeviceReg::sector_count) & 0x01) != 0;
  const bool other_form = form_ != Form::none && form_ != form;
  if (non_volatile && non_volatile_set_) {  // ATA6-HPA-9; where ATA6-HPA-10 speaks too, the registers say both
    return disk_.fail(static_cast<std::uint8_t>(error::IDNF | (other_form ? error::ABRT : 0)), 0);
  }
  if (other_form) return disk_.abort();  // ATA6-HPA-10
  // What the 28-bit READ NATIVE MAX ADDRESS reports of a bigger disk (ERRATA-37) gives the whole disk back.
  const std::uint64_t last = !ext && asked == kMax28 ? native : asked;
  regs.set(DeviceReg::max_lba, last);  // ATA6-HPA-6, ATA6-HPA-7, ATA6-ADDR-8: IDENTIFY and the limits follow
  form_ = last == native ? Form::none : form;
  if (non_volatile) {  // ATA6-HPA-4
    regs.set(DeviceReg::non_volatile_max_lba, last);
    non_volatile_form_ = form_;
    non_volatile_set_ = true;
  }
  // ATA6-HPA-13: the registers repeat what was set.
  disk_.set_address(asked, ext ? Disk::Addressing::lba48 : Disk::Addressing::lba28);
  disk_.complete(Disk::kOpenError | Disk::kOpenCount);
}

bool HostProtectedArea::password_matches() const {
  return std::ranges::equal(password(disk_.received_data()), password_);
}

void HostProtectedArea::set_password() {
  if (state() == SetMaxState::locked || state() == SetMaxState::frozen) return disk_.abort();
  disk_.receive(1);
}

void HostProtectedArea::set_password_received() {
  std::ranges::copy(password(disk_.received_data()), password_.begin());
  set_state(SetMaxState::unlocked);
  disk_.complete();
}

void HostProtectedArea::lock() {
  if (state() != SetMaxState::unlocked && state() != SetMaxState::locked) return disk_.abort();
  if (state() == SetMaxState::unlocked) {
    // ATA6-HPA-17. Locking what is locked gives no new attempts, else they would never run out.
    disk_.regs().set(DeviceReg::set_max_attempts, kAttempts);
    set_state(SetMaxState::locked);
  }
  disk_.complete();
}

void HostProtectedArea::unlock() {
  if (state() != SetMaxState::locked) return disk_.abort();
  if (disk_.regs().get(DeviceReg::set_max_attempts) == 0) return disk_.abort();  // ATA6-HPA-17: until power goes off
  disk_.receive(1);
}

void HostProtectedArea::unlock_received() {
  if (!password_matches()) {
    disk_.regs().set(DeviceReg::set_max_attempts, disk_.regs().get(DeviceReg::set_max_attempts) - 1);
    return disk_.abort();
  }
  set_state(SetMaxState::unlocked);
  disk_.complete();
}

/// From SM1 and, as this model chooses, from SM2 (ERRATA-8).
void HostProtectedArea::freeze_lock() {
  if (state() != SetMaxState::unlocked && state() != SetMaxState::locked) return disk_.abort();
  set_state(SetMaxState::frozen);
  disk_.complete();
}

}  // namespace coincide
