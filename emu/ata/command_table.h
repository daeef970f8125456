// The ATA command table: every opcode that ATA/ATAPI-6 defines, and the legacy ones that hosts still send, once.
// The emulator dispatches on it, the decoder prints from it, and coverage counts over it (ATA6 r3a Annex E, §8).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "emu/features.h"

namespace coincide {

/// Data transfer protocol of a command (ATA6 r3a §9).
enum class Protocol : std::uint8_t {
  non_data,
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

/// Feature set that a command belongs to; a device has it or the command aborts (ATA6-CMD-1).
enum class FeatureSet : std::uint8_t {
  general,
  lba48,
  power,
  overlap,
  hpa,
  hpa_security,
  smart,
  gpl,
  security,
  dco,
  cfa,
  media_card,
  media_status,
  removable,
  media_eject,  ///< MEDIA EJECT, which both `removable` and `media_status` have
  packet,
  buffer,
  microcode,
  fua,
  legacy
};

/// The board's feature behind a set that is one of `Feature`; `count` for the others.
Feature feature_of(FeatureSet set);

/// How a device type stands to a command.
enum class Support : std::uint8_t { mandatory, optional, prohibited, prohibited_signature };

/// How the registers give address and count at the Command write.
enum class Inputs : std::uint8_t {
  none,      ///< neither
  lba28,     ///< 28-bit or CHS address, count in Sector Count, 00h = 256
  lba48,     ///< 48-bit address and 16-bit count through the two-deep registers, 0000h = 65,536
  queued28,  ///< count in Features, tag in Sector Count
  queued48,
  address,  ///< 28-bit or CHS address, no count
  max28,    ///< the 28-bit LBA of READ NATIVE MAX ADDRESS and SET MAX ADDRESS
  max48,    ///< their 48-bit LBA through the two-deep registers
  special   ///< the command's own
};

/// Whether a command runs the medium, and how.
enum class MediaAccess : std::uint8_t { none, read, write, verify };

/// What Security lets through (ATA6 r3a table 10).
enum class Permission : std::uint8_t {
  always,               ///< locked or frozen
  unlocked,             ///< aborts while locked
  unlocked_not_frozen,  ///< aborts while locked and while frozen
  not_frozen            ///< aborts while frozen
};

struct CommandRow {
  std::uint8_t opcode;
  std::int16_t subcommand;  ///< Features value that selects this row, or -1
  std::string_view name;    ///< as the standard writes it
  std::string_view symbol;  ///< as scripts write it
  Protocol protocol;
  FeatureSet set;
  Support disk;
  Support packet;
  Inputs inputs;
  MediaAccess media;
  bool multiple;  ///< DRQ block is the multiple count
  Permission permission;
  std::string_view clause;
};

std::span<const CommandRow> command_table();
/// The row of an opcode (and, for commands with subcommands, of the Features value); nullptr if ATA-6 and common
/// practice know no such command.
const CommandRow* find_command(std::uint8_t opcode, std::uint8_t features);
/// By script symbol, e.g. "READ_DMA_EXT"; nullptr if unknown.
const CommandRow* find_command(std::string_view symbol);
/// True for commands whose address and count use the two-deep registers.
constexpr bool is_ext(const CommandRow& row) { return row.inputs == Inputs::lba48 || row.inputs == Inputs::queued48; }
/// True for commands that there are only with the 48-bit Address feature set, whatever else they need.
constexpr bool needs_lba48(const CommandRow& row) {
  return is_ext(row) || row.inputs == Inputs::max48 || row.set == FeatureSet::lba48;
}
/// True for commands whose address has no CHS form: the LBA bit must be 1 (ATA6-RW-10).
constexpr bool lba_only(const CommandRow& row) {
  return is_ext(row) || row.inputs == Inputs::max28 || row.inputs == Inputs::max48;
}

}  // namespace coincide
