// For tests only: what becomes of each Command write, read a second time from the standard's own tables. Nothing here
// is taken or generated from command_table.cpp, and nothing but the tests uses it: legality_test.cpp holds the two
// readings equal, so that a slip of either shows. Where they depart, the standard decides, not the table that is older.
//
// Sources: ATA6 r3a table E.1 (letters), tables E.2 and E.3 with §8 (rows), table 10 (Security), §9.16 (absent device),
// §9.11 (DEVICE RESET), tables 19 and 20 (Sleep), §7.4.3 (BSY, DRQ).
#pragma once

#include <string_view>

#include "emu/ata/legality.h"

namespace coincide::opcode_matrix {

/// Table E.1, a line for each high digit. C defined, O obsolete, E retired, R reserved, V vendor specific, F vendor
/// specific unless CFA, A reserved for CFA, M reserved for Media Card Pass Through.
inline constexpr std::string_view kLetters[16] = {
    "CRRCRRRRCRRRRRRR",  // 0x
    "OEEEEEEEEEEEEEEE",  // 1x
    "COOOCCCCRCRRRRRC",  // 2x
    "COOOCCCCCCRRORRC",  // 3x
    "COCRRRRRRRRRRRRR",  // 4x
    "ORRRRRRRRRRRRRRR",  // 5x
    "RRRRRRRRRRRRRRRR",  // 6x
    "CEEEEEEEEEEEEEEE",  // 7x
    "VVVVVVVFVVVVVVVV",  // 8x
    "COCREEEEEEVRRRRR",  // 9x
    "CCCRRRRRRRRRRRRR",  // Ax
    "CCRRRRRRAAAAAAAA",  // Bx
    "FVVVCCCCCOCOCCRR",  // Cx
    "RCMMMRRRRRCEEECC",  // Dx
    "CCCCCCCCCECRCCOC",  // Ex
    "VCCCCCCVCCVVVVVV",  // Fx
};
constexpr char letter(std::uint8_t opcode) { return kLetters[opcode >> 4][opcode & 15]; }

/// Feature sets as §6 groups the commands.
enum class Set : std::uint8_t {
  general,
  power,
  lba48,
  overlap,
  overlap48,
  hpa,
  hpa48,
  hpa_security,
  smart,
  gpl,
  security,
  dco,
  cfa,
  media_card,
  notification,      ///< Removable Media Status Notification
  removable,         ///< Removable Media
  either_removable,  ///< of both: MEDIA EJECT
  buffers,
  microcode,
  packet
};

/// One line of table E.2 for the values of Features from `first_feature` to `last_feature`. `prot`: ND, PI, PO, DI and
/// DO (DMA in, out), QI and QO (queued), P, DR, DD, -- (none given). `disk`, `packet`: M mandatory, O optional, N use
/// prohibited, S aborts with signature. `lba`: 1 if the LBA bit must be 1; all other addresses may be CHS, as
/// ATA/ATAPI-5 has it (§6.2). `table10`: locked, unlocked, frozen; x executable, A aborted.
struct Line {
  std::uint8_t code;
  std::uint8_t first_feature, last_feature;
  std::string_view prot;
  char disk, packet;
  Set set;
  int lba;
  std::string_view table10;
};

// clang-format off
inline constexpr Line kLines[] = {
    {0x00, 0x00, 0xff, "ND", 'O', 'M', Set::general,          0, "xxx"},  // NOP, which never succeeds (§8.22.6)
    {0x03, 0x00, 0xff, "ND", 'O', 'N', Set::cfa,              0, "xxx"},  // CFA REQUEST EXTENDED ERROR CODE
    {0x08, 0x00, 0xff, "DR", 'N', 'M', Set::general,          0, "xxx"},  // DEVICE RESET
    {0x20, 0x00, 0xff, "PI", 'M', 'S', Set::general,          0, "Axx"},  // READ SECTOR(S)
    {0x24, 0x00, 0xff, "PI", 'O', 'N', Set::lba48,            1, "Axx"},  // READ SECTOR(S) EXT
    {0x25, 0x00, 0xff, "DI", 'O', 'N', Set::lba48,            1, "Axx"},  // READ DMA EXT
    {0x26, 0x00, 0xff, "QI", 'O', 'N', Set::overlap48,        1, "Axx"},  // READ DMA QUEUED EXT
    {0x27, 0x00, 0xff, "ND", 'O', 'N', Set::hpa48,            1, "xxx"},  // READ NATIVE MAX ADDRESS EXT
    {0x29, 0x00, 0xff, "PI", 'O', 'N', Set::lba48,            1, "Axx"},  // READ MULTIPLE EXT
    {0x2f, 0x00, 0xff, "PI", 'O', 'O', Set::gpl,              0, "Axx"},  // READ LOG EXT
    {0x30, 0x00, 0xff, "PO", 'M', 'N', Set::general,          0, "Axx"},  // WRITE SECTOR(S)
    {0x34, 0x00, 0xff, "PO", 'O', 'N', Set::lba48,            1, "Axx"},  // WRITE SECTOR(S) EXT
    {0x35, 0x00, 0xff, "DO", 'O', 'N', Set::lba48,            1, "Axx"},  // WRITE DMA EXT
    {0x36, 0x00, 0xff, "QO", 'O', 'N', Set::overlap48,        1, "Axx"},  // WRITE DMA QUEUED EXT
    {0x37, 0x00, 0xff, "ND", 'O', 'N', Set::hpa48,            1, "Axx"},  // SET MAX ADDRESS EXT
    {0x38, 0x00, 0xff, "PO", 'O', 'N', Set::cfa,              0, "Axx"},  // CFA WRITE SECTORS WITHOUT ERASE
    {0x39, 0x00, 0xff, "PO", 'O', 'N', Set::lba48,            1, "Axx"},  // WRITE MULTIPLE EXT
    {0x3f, 0x00, 0xff, "PO", 'O', 'O', Set::gpl,              0, "Axx"},  // WRITE LOG EXT
    {0x40, 0x00, 0xff, "ND", 'M', 'N', Set::general,          0, "Axx"},  // READ VERIFY SECTOR(S)
    {0x42, 0x00, 0xff, "ND", 'O', 'N', Set::lba48,            1, "Axx"},  // READ VERIFY SECTOR(S) EXT
    {0x70, 0x00, 0xff, "ND", 'M', 'N', Set::general,          0, "xxx"},  // SEEK
    {0x87, 0x00, 0xff, "PI", 'O', 'N', Set::cfa,              0, "xxx"},  // CFA TRANSLATE SECTOR
    {0x90, 0x00, 0xff, "DD", 'M', 'M', Set::general,          0, "xxx"},  // EXECUTE DEVICE DIAGNOSTIC
    {0x92, 0x00, 0xff, "PO", 'O', 'N', Set::microcode,        0, "xxx"},  // DOWNLOAD MICROCODE
    {0xa0, 0x00, 0xff, "P",  'N', 'M', Set::packet,           0, "Axx"},  // PACKET
    {0xa1, 0x00, 0xff, "PI", 'N', 'M', Set::packet,           0, "xxx"},  // IDENTIFY PACKET DEVICE
    {0xa2, 0x00, 0xff, "P",  'O', 'O', Set::overlap,          0, "Axx"},  // SERVICE
    {0xb0, 0xd0, 0xd0, "PI", 'O', 'N', Set::smart,            0, "xxx"},  // SMART READ DATA
    {0xb0, 0xd2, 0xd2, "ND", 'O', 'N', Set::smart,            0, "xxx"},  // SMART ENABLE/DISABLE ATTRIBUTE AUTOSAVE
    {0xb0, 0xd4, 0xd4, "ND", 'O', 'N', Set::smart,            0, "xxx"},  // SMART EXECUTE OFF-LINE IMMEDIATE
    {0xb0, 0xd5, 0xd5, "PI", 'O', 'N', Set::smart,            0, "xxx"},  // SMART READ LOG
    {0xb0, 0xd6, 0xd6, "PO", 'O', 'N', Set::smart,            0, "xxx"},  // SMART WRITE LOG
    {0xb0, 0xd8, 0xd8, "ND", 'O', 'N', Set::smart,            0, "xxx"},  // SMART ENABLE OPERATIONS
    {0xb0, 0xd9, 0xd9, "ND", 'O', 'N', Set::smart,            0, "xxx"},  // SMART DISABLE OPERATIONS
    {0xb0, 0xda, 0xda, "ND", 'O', 'N', Set::smart,            0, "xxx"},  // SMART RETURN STATUS
    {0xb1, 0xc0, 0xc0, "ND", 'O', 'O', Set::dco,              0, "Axx"},  // DEVICE CONFIGURATION RESTORE
    {0xb1, 0xc1, 0xc1, "ND", 'O', 'O', Set::dco,              0, "Axx"},  // DEVICE CONFIGURATION FREEZE LOCK
    {0xb1, 0xc2, 0xc2, "PI", 'O', 'O', Set::dco,              0, "Axx"},  // DEVICE CONFIGURATION IDENTIFY
    {0xb1, 0xc3, 0xc3, "PO", 'O', 'O', Set::dco,              0, "Axx"},  // DEVICE CONFIGURATION SET
    {0xc0, 0x00, 0xff, "ND", 'O', 'N', Set::cfa,              0, "Axx"},  // CFA ERASE SECTORS
    {0xc4, 0x00, 0xff, "PI", 'M', 'N', Set::general,          0, "Axx"},  // READ MULTIPLE
    {0xc5, 0x00, 0xff, "PO", 'M', 'N', Set::general,          0, "Axx"},  // WRITE MULTIPLE
    {0xc6, 0x00, 0xff, "ND", 'M', 'N', Set::general,          0, "xxx"},  // SET MULTIPLE MODE
    {0xc7, 0x00, 0xff, "QI", 'O', 'N', Set::overlap,          0, "Axx"},  // READ DMA QUEUED
    {0xc8, 0x00, 0xff, "DI", 'M', 'N', Set::general,          0, "Axx"},  // READ DMA
    {0xca, 0x00, 0xff, "DO", 'M', 'N', Set::general,          0, "Axx"},  // WRITE DMA
    {0xcc, 0x00, 0xff, "QO", 'O', 'N', Set::overlap,          0, "Axx"},  // WRITE DMA QUEUED
    {0xcd, 0x00, 0xff, "PO", 'O', 'N', Set::cfa,              0, "Axx"},  // CFA WRITE MULTIPLE WITHOUT ERASE
    {0xd1, 0x00, 0xff, "ND", 'O', 'N', Set::media_card,       0, "Axx"},  // CHECK MEDIA CARD TYPE
    // D2h-D4h are the card's own; the standard names no protocol (§6.22).
    {0xd2, 0x00, 0xff, "--", 'O', 'N', Set::media_card,       0, "Axx"},
    {0xd3, 0x00, 0xff, "--", 'O', 'N', Set::media_card,       0, "Axx"},
    {0xd4, 0x00, 0xff, "--", 'O', 'N', Set::media_card,       0, "Axx"},
    {0xda, 0x00, 0xff, "ND", 'O', 'O', Set::notification,     0, "Axx"},  // GET MEDIA STATUS
    {0xde, 0x00, 0xff, "ND", 'O', 'N', Set::removable,        0, "Axx"},  // MEDIA LOCK
    {0xdf, 0x00, 0xff, "ND", 'O', 'N', Set::removable,        0, "Axx"},  // MEDIA UNLOCK
    {0xe0, 0x00, 0xff, "ND", 'M', 'M', Set::power,            0, "xxx"},  // STANDBY IMMEDIATE
    {0xe1, 0x00, 0xff, "ND", 'M', 'M', Set::power,            0, "xxx"},  // IDLE IMMEDIATE
    {0xe2, 0x00, 0xff, "ND", 'M', 'O', Set::power,            0, "xxx"},  // STANDBY
    {0xe3, 0x00, 0xff, "ND", 'M', 'O', Set::power,            0, "xxx"},  // IDLE
    {0xe4, 0x00, 0xff, "PI", 'O', 'N', Set::buffers,          0, "xxx"},  // READ BUFFER
    {0xe5, 0x00, 0xff, "ND", 'M', 'M', Set::power,            0, "xxx"},  // CHECK POWER MODE
    {0xe6, 0x00, 0xff, "ND", 'M', 'M', Set::power,            0, "xxx"},  // SLEEP
    {0xe7, 0x00, 0xff, "ND", 'M', 'O', Set::general,          0, "Axx"},  // FLUSH CACHE
    {0xe8, 0x00, 0xff, "PO", 'O', 'N', Set::buffers,          0, "xxx"},  // WRITE BUFFER
    {0xea, 0x00, 0xff, "ND", 'O', 'N', Set::lba48,            0, "Axx"},  // FLUSH CACHE EXT
    {0xec, 0x00, 0xff, "PI", 'M', 'S', Set::general,          0, "xxx"},  // IDENTIFY DEVICE
    {0xed, 0x00, 0xff, "ND", 'O', 'N', Set::either_removable, 0, "Axx"},  // MEDIA EJECT
    {0xef, 0x00, 0xff, "ND", 'M', 'M', Set::general,          0, "xxx"},  // SET FEATURES
    {0xf1, 0x00, 0xff, "PO", 'O', 'O', Set::security,         0, "AxA"},  // SECURITY SET PASSWORD
    {0xf2, 0x00, 0xff, "PO", 'O', 'O', Set::security,         0, "xxA"},  // SECURITY UNLOCK
    {0xf3, 0x00, 0xff, "ND", 'O', 'O', Set::security,         0, "xxA"},  // SECURITY ERASE PREPARE
    {0xf4, 0x00, 0xff, "PO", 'O', 'O', Set::security,         0, "xxA"},  // SECURITY ERASE UNIT
    {0xf5, 0x00, 0xff, "ND", 'O', 'O', Set::security,         0, "Axx"},  // SECURITY FREEZE LOCK
    {0xf6, 0x00, 0xff, "PO", 'O', 'O', Set::security,         0, "AxA"},  // SECURITY DISABLE PASSWORD
    {0xf8, 0x00, 0xff, "ND", 'O', 'O', Set::hpa,              1, "xxx"},  // READ NATIVE MAX ADDRESS
    // Features 01h-04h select the security extension, unless READ NATIVE MAX ADDRESS came directly before (§8.47.2.7);
    // SET MAX ADDRESS needs just that, so that a device without the extension aborts them all the same.
    {0xf9, 0x01, 0x01, "PO", 'O', 'O', Set::hpa_security,     0, "Axx"},  // SET MAX SET PASSWORD
    {0xf9, 0x02, 0x02, "ND", 'O', 'O', Set::hpa_security,     0, "Axx"},  // SET MAX LOCK
    {0xf9, 0x03, 0x03, "PO", 'O', 'O', Set::hpa_security,     0, "Axx"},  // SET MAX UNLOCK
    {0xf9, 0x04, 0x04, "ND", 'O', 'O', Set::hpa_security,     0, "Axx"},  // SET MAX FREEZE LOCK
    {0xf9, 0x00, 0xff, "ND", 'O', 'O', Set::hpa,              1, "Axx"},  // SET MAX ADDRESS
    // Obsolete codes that hosts still send: a disk may abort them or do what older standards say, and this one does the
    // latter for these. Table 10 no longer names them; they stand as the commands whose aliases they are.
    {0x10, 0x00, 0xff, "ND", 'O', 'N', Set::general,          0, "xxx"},  // RECALIBRATE, as SEEK
    {0x21, 0x00, 0xff, "PI", 'O', 'N', Set::general,          0, "Axx"},  // READ SECTOR(S) without retry
    {0x31, 0x00, 0xff, "PO", 'O', 'N', Set::general,          0, "Axx"},  // WRITE SECTOR(S) without retry
    {0x41, 0x00, 0xff, "ND", 'O', 'N', Set::general,          0, "Axx"},  // READ VERIFY without retry
    {0x91, 0x00, 0xff, "ND", 'O', 'N', Set::general,          0, "xxx"},  // INITIALIZE DEVICE PARAMETERS
    {0xb0, 0xd1, 0xd1, "PI", 'O', 'N', Set::smart,            0, "xxx"},  // SMART READ ATTRIBUTE THRESHOLDS
    {0xb0, 0xd3, 0xd3, "ND", 'O', 'N', Set::smart,            0, "xxx"},  // SMART SAVE ATTRIBUTE VALUES
    {0xc9, 0x00, 0xff, "DI", 'O', 'N', Set::general,          0, "Axx"},  // READ DMA without retry
    {0xcb, 0x00, 0xff, "DO", 'O', 'N', Set::general,          0, "Axx"},  // WRITE DMA without retry
};
// clang-format on

/// §6: which sets a device has. Host Protected Area and Removable Media exclude each other (§8.32.2).
inline bool has(const DeviceOptions& device, Set set) {
  const FeatureList& f = device.features;
  const bool hpa = f.has(Feature::hpa) && !f.has(Feature::removable);
  switch (set) {
    case Set::general:
    case Set::packet:
      return true;
    case Set::power:
      return device.power_management;
    case Set::lba48:
      return device.lba48;
    case Set::overlap:
      return f.has(Feature::overlap);
    case Set::overlap48:
      return f.has(Feature::overlap) && device.lba48;
    case Set::hpa:
      return hpa;
    case Set::hpa48:
      return hpa && device.lba48;
    case Set::hpa_security:
      return hpa && f.has(Feature::hpa_security);
    case Set::smart:
      return f.has(Feature::smart);
    case Set::gpl:
      return f.has(Feature::gpl);
    case Set::security:
      return f.has(Feature::security);
    case Set::dco:
      return f.has(Feature::dco);
    case Set::cfa:
      return f.has(Feature::cfa);
    case Set::media_card:
      return f.has(Feature::media_card);
    case Set::notification:
      return f.has(Feature::media_status);
    case Set::removable:
      return f.has(Feature::removable);
    case Set::either_removable:
      return f.has(Feature::removable) || f.has(Feature::media_status);
    case Set::buffers:
      return f.has(Feature::buffer);
    case Set::microcode:
      return f.has(Feature::microcode);
  }
  return false;
}

/// What the standard says becomes of a Command write.
struct Verdict {
  Outcome outcome;
  bool left_to_device = false;  ///< or aborted, or any other: the standard does not say
  constexpr bool allows(Outcome other) const { return other == outcome || left_to_device; }
};

constexpr Outcome outcome(std::string_view prot) {
  if (prot == "ND") return Outcome::non_data;
  if (prot == "PI") return Outcome::pio_in;
  if (prot == "PO") return Outcome::pio_out;
  if (prot == "DI") return Outcome::dma_in;
  if (prot == "DO") return Outcome::dma_out;
  if (prot == "QI") return Outcome::queued_in;
  if (prot == "QO") return Outcome::queued_out;
  if (prot == "P") return Outcome::packet;
  if (prot == "DR") return Outcome::device_reset;
  if (prot == "DD") return Outcome::diagnostic;
  return Outcome::aborted;
}

/// The same question as legality() answers, put to the lines above.
inline Verdict verdict(const CommandWrite& command, DeviceType type, CommandState state, const DeviceOptions& device) {
  const bool diagnostic = command.opcode == 0x90;
  const bool device_reset = command.opcode == 0x08;
  const bool busy = state == CommandState::busy || state == CommandState::drq_in || state == CommandState::drq_out;
  if (type == DeviceType::absent) {
    // §9.16: nobody stands in for Device 0; Device 0 for Device 1, which runs 90h alone, if it is awake to see DEV.
    if (!command.dev || !diagnostic || state == CommandState::sleeping) return {Outcome::not_answered};
    return {busy ? Outcome::indeterminate : Outcome::diagnostic};
  }
  if (type == DeviceType::packet && device_reset) return {Outcome::device_reset};  // §8.9.7: at any time
  if (busy) return {Outcome::indeterminate};                                       // §7.4.3
  if (state == CommandState::sleeping) return {Outcome::ignored};                  // tables 19, 20
  const bool plain_set_max = command.opcode == 0xf9 && command.after_read_native_max;
  const std::uint8_t features = plain_set_max ? std::uint8_t{0} : command.features;
  for (const Line& line : kLines) {
    if (line.code != command.opcode || features < line.first_feature || features > line.last_feature) continue;
    const char support = type == DeviceType::disk ? line.disk : line.packet;
    if (support == 'S') return {Outcome::aborted_with_signature};
    if (support == 'N' || !has(device, line.set)) return {Outcome::aborted};
    if (line.lba != 0 && command.form == AddressForm::chs) return {Outcome::aborted};
    const std::size_t column = state == CommandState::locked ? 0 : state == CommandState::frozen ? 2 : 1;
    if (line.table10[column] == 'A') return {Outcome::aborted};
    return {outcome(line.prot), line.prot == "--"};
  }
  return {Outcome::aborted};  // §7.9.6
}

}  // namespace coincide::opcode_matrix
