// SET FEATURES of a packet device (ATA6 r3a §8.46), and Media Status Notification (§6.17.1, §8.14), the only feature
// set of ATA that looks at its medium.
#include <algorithm>

#include "emu/ata/media_state.h"
#include "emu/ata/transfer_mode.h"
#include "emu/atapi/packet_device.h"

namespace coincide {

using namespace media_state;

bool PacketDevice::set_transfer_mode(std::uint8_t mode) {
  return select_transfer_mode(regs_, mode, {kMultiwordModes, ultra_modes()},
                              profile_.has(Quirk::qemu_one_transfer_mode));
}

void PacketDevice::set_switch(DeviceReg reg, bool on) {
  regs_.set(reg, on ? 1 : 0);
  complete();
}

void PacketDevice::set_features() {
  if (profile_.has(Quirk::openvmm_packet_set_features)) return complete();  // OVMM-ATAPI-12
  using R = DeviceReg;
  struct Subcommand {
    std::uint8_t value;  ///< of Features
    std::optional<Feature> needs;
    void (*run)(PacketDevice&);
  };
  // Sorted by value; everything else aborts (ATA6-SF-1).
  static constexpr Subcommand kSubcommands[] = {
      {0x03,
       {},
       [](PacketDevice& d) { d.set_transfer_mode(d.regs_.byte(R::sector_count)) ? d.complete() : d.abort(); }},
      {0x31, Feature::media_status, [](PacketDevice& d) { d.notify(false); }},
      {0x5d, Feature::overlap, [](PacketDevice& d) { d.set_switch(R::release_interrupt, true); }},
      {0x5e, Feature::overlap, [](PacketDevice& d) { d.set_switch(R::service_interrupt, true); }},
      {0x66, {}, [](PacketDevice& d) { d.set_switch(R::revert_on_reset, false); }},
      {0x95, Feature::media_status, [](PacketDevice& d) { d.notify(true); }},
      {0xcc, {}, [](PacketDevice& d) { d.set_switch(R::revert_on_reset, true); }},
      {0xdd, Feature::overlap, [](PacketDevice& d) { d.set_switch(R::release_interrupt, false); }},
      {0xde, Feature::overlap, [](PacketDevice& d) { d.set_switch(R::service_interrupt, false); }},
  };
  for (const Subcommand& row : kSubcommands) {
    if (row.value != regs_.byte(R::features)) continue;
    return !row.needs || has(*row.needs) ? row.run(*this) : abort();
  }
  abort();
}

void PacketDevice::notify(bool on) {
  const bool was = notifying();
  drop_notification();
  regs_.set(DeviceReg::media_status_notification, on ? 1 : 0);
  if (on) {
    regs_.set(DeviceReg::lba_mid, 0x00);  // version
    regs_.set(DeviceReg::lba_high, kPowerEject | kCanLock | (was ? kWasEnabled : 0u));
  }
  complete();
}

/// ATA6-RM-4, ATA6-DRST-8: it ends with every reset, and with it what it had to tell.
void PacketDevice::drop_notification() {
  regs_.set(DeviceReg::media_status_notification, 0);
  regs_.set(DeviceReg::media_state, 0);
}

/// ATA6-RM-5, ATA6-RM-6. WP stays 0: the drive has no command that could write.
void PacketDevice::get_media_status() {
  if (!notifying()) return complete();
  const std::uint64_t state = regs_.get(DeviceReg::media_state);
  regs_.set(DeviceReg::media_state, 0);  // ATA6-ERR-8, ATA6-ERR-9
  std::uint8_t error = 0;
  if (!logical_unit_->medium_present()) error |= error::NM;
  if ((state & kRequest) != 0) error |= error::MCR;
  if ((state & kChanged) != 0) error |= error::MC;
  if (error != 0) return fail(error);
  complete();
}

void PacketDevice::media_insert(std::uint64_t index) {
  if (index == 0 && config_.medium == nullptr) return;  // the board has no such disc
  logical_unit_->medium_inserted(static_cast<std::uint32_t>(std::min<std::uint64_t>(index, 0xffffffff)));
  if (notifying()) regs_.set(DeviceReg::media_state, regs_.get(DeviceReg::media_state) | kChanged);
  if (profile_.has(Quirk::qemu_change_interrupts)) set_pending(true);
}

void PacketDevice::media_eject(bool force) {
  if (force) {
    logical_unit_->medium_removed();
  } else if (notifying()) {
    regs_.set(DeviceReg::media_state, regs_.get(DeviceReg::media_state) | kRequest);  // ATA6-RM-3
  } else {
    logical_unit_->eject_pressed();
  }
  if (profile_.has(Quirk::qemu_change_interrupts)) set_pending(true);
}

}  // namespace coincide
