// What becomes of a Command write: for every opcode, device type, addressing and state, the outcome in one word. A pure
// function of the command table (ATA6 r3a §7.1, §7.9.6, §8, table 10).
//
// It says what the gate does: a command that the device does not have, that Security does not let through or that is
// addressed in a way it does not know aborts; else its protocol begins. What a command then refuses on account of its
// own parameters or history (a count of 0, ERASE UNIT without ERASE PREPARE) is that command's affair.
#pragma once

#include <cstdint>

#include "emu/ata/command_table.h"
#include "emu/features.h"

namespace coincide {

enum class Outcome : std::uint8_t {
  not_answered,            ///< no such device, and the one that stands in ignores the write
  ignored,                 ///< the device sleeps
  indeterminate,           ///< BSY or DRQ is 1: the standard leaves it open (ATA6-PROT-7)
  aborted,                 ///< ABRT and ERR, DRDY, no data
  aborted_with_signature,  ///< the same, and the packet device's signature in the registers
  non_data,                ///< from here on the protocol that begins, in the order of `Protocol`
  pio_in,
  pio_out,
  dma_in,
  dma_out,
  queued_in,
  queued_out,
  packet,
  device_reset,
  diagnostic
};
const char* name_of(Outcome outcome);

enum class DeviceType : std::uint8_t { disk, packet, absent };

/// How the host writes address and count: LBA bit 1 and each register once, LBA bit 1 and each twice, LBA bit 0.
enum class AddressForm : std::uint8_t { lba28, lba48, chs };

/// What the addressed device (for an absent Device 1: the Device 0 that stands in) is at when Command is written.
enum class CommandState : std::uint8_t {
  idle,
  busy,         ///< BSY is 1
  drq_in,       ///< PIO data waits for the host
  drq_out,      ///< PIO data is awaited from the host
  sleeping,     ///< in Sleep
  locked,       ///< Security: locked
  frozen,       ///< Security: frozen, not locked
  after_error,  ///< idle, the last command ended with ERR
  count
};

/// What a device may choose.
struct DeviceOptions {
  FeatureList features = FeatureList::standard();
  bool lba48 = true;
  bool power_management = true;
  bool fua = false;
  bool read_only = false;

  bool has(Feature feature) const;
  bool has_lba48() const { return lba48; }
  bool has_power_management() const { return power_management; }
  bool has_fua() const { return fua; }
  bool is_read_only() const { return read_only; }
};

/// A command as it stands in the registers.
struct CommandWrite {
  std::uint8_t opcode = 0;
  std::uint8_t features = 0;
  AddressForm form = AddressForm::lba28;
  bool dev = false;                    ///< DEV bit of the Device register
  bool after_read_native_max = false;  ///< F8h came directly before and ended without error
};

/// The subcommand that a command of this opcode names: ATA6-HPA-3: directly after READ NATIVE MAX ADDRESS, F9h is SET
/// MAX ADDRESS whatever Features says.
constexpr std::uint8_t subcommand_of(std::uint8_t opcode, std::uint8_t features, bool after_read_native_max) {
  return opcode == 0xf9 && after_read_native_max ? std::uint8_t{0} : features;
}

/// Whether a device has the set that a command belongs to. `device` answers as DeviceOptions does; a disk does so for
/// itself, with what its configuration overlay has taken away.
template <class Device>
bool has_set_of(const CommandRow& row, const Device& device) {
  if (needs_lba48(row) && !device.has_lba48()) return false;
  switch (row.set) {
    case FeatureSet::general:
    case FeatureSet::legacy:  // ATA6-LEG-1: practical compatibility
    case FeatureSet::packet:
    case FeatureSet::lba48:
      return true;
    case FeatureSet::power:
      return device.has_power_management();  // ATA6-PM-10
    case FeatureSet::fua:
      return device.has_fua();     // ATA6-CMD-3: an ATA/ATAPI-7 command, aborted unless the board asks for it
    case FeatureSet::media_eject:  // ATA6-CMD-5
      return device.has(Feature::removable) || device.has(Feature::media_status);
    default:  // ATA6-CFA-2, ATA6-OVL-12, ATA6-MCPT-2
      return device.has(feature_of(row.set));
  }
}

/// Whether a device of this type runs the command at all.
template <class Device>
bool supports(const CommandRow& row, DeviceType type, const Device& device) {
  const Support support = type == DeviceType::packet ? row.packet : row.disk;
  if (support == Support::prohibited || support == Support::prohibited_signature) return false;  // ATA6-ID-8
  if (device.is_read_only() && row.media == MediaAccess::write) return false;  // §6.4.1: no write commands
  return has_set_of(row, device);
}

/// What Security says to a command of this permission (table 10).
constexpr bool permits(Permission permission, bool locked, bool frozen) {
  const bool stopped_by_lock = permission == Permission::unlocked || permission == Permission::unlocked_not_frozen;
  const bool stopped_by_freeze = permission == Permission::not_frozen || permission == Permission::unlocked_not_frozen;
  return !(locked && stopped_by_lock) && !(frozen && stopped_by_freeze);
}

Outcome legality(const CommandWrite& command, DeviceType type, CommandState state, const DeviceOptions& options);

}  // namespace coincide
