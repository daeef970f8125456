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

/// What the device may choose.
struct DeviceOptions {
  FeatureList features = FeatureList::standard();
  bool lba48 = true;
  bool power_management = true;
  bool fua = false;

  bool has(FeatureSet set) const;
};

/// A command as it stands in the registers.
struct CommandWrite {
  std::uint8_t opcode = 0;
  std::uint8_t features = 0;
  AddressForm form = AddressForm::lba28;
  bool dev = false;  ///< DEV bit of the Device register
};

/// The gate alone, for a device that listens: it knows the command, and the command may be addressed so.
Outcome outcome_of(const CommandRow* row, DeviceType type, AddressForm form, const DeviceOptions& options);
/// What Security says to a command of this permission.
constexpr bool permits(Permission permission, bool locked, bool frozen) {
  const bool stopped_by_lock = permission == Permission::unlocked || permission == Permission::unlocked_not_frozen;
  const bool stopped_by_freeze = permission == Permission::not_frozen || permission == Permission::unlocked_not_frozen;
  return !(locked && stopped_by_lock) && !(frozen && stopped_by_freeze);
}

Outcome legality(const CommandWrite& command, DeviceType type, CommandState state, const DeviceOptions& options);

}  // namespace coincide
