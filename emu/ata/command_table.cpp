#include "emu/ata/command_table.h"

#include <utility>

namespace coincide {
namespace {

using P = Protocol;
using F = FeatureSet;
using S = Support;
using I = Inputs;
using M = MediaAccess;
using A = Permission;

// Sorted by opcode; a row with a subcommand stands before the catch-all row of its opcode. Those of B0h and B1h name
// the reserved subcommands, which nobody may run.
// clang-format off
constexpr CommandRow kCommands[] = {
    // opcode, subcommand, name, symbol, protocol, feature set, disk, packet device, inputs, medium, block, permission, clause
    {0x00, -1, "NOP", "NOP", P::non_data, F::general, S::optional, S::mandatory, I::none, M::none, false, A::always, "ATA6 r3a §8.22"},
    {0x03, -1, "CFA REQUEST EXTENDED ERROR CODE", "CFA_REQUEST_EXTENDED_ERROR_CODE", P::non_data, F::cfa, S::optional, S::prohibited, I::none, M::none, false, A::always, "ATA6 r3a §8.2"},
    {0x08, -1, "DEVICE RESET", "DEVICE_RESET", P::device_reset, F::packet, S::prohibited, S::mandatory, I::none, M::none, false, A::always, "ATA6 r3a §8.9"},
    {0x10, -1, "RECALIBRATE", "RECALIBRATE", P::non_data, F::legacy, S::optional, S::prohibited, I::none, M::none, false, A::always, "ATA-1 practice"},
    {0x20, -1, "READ SECTOR(S)", "READ_SECTORS", P::pio_in, F::general, S::mandatory, S::prohibited_signature, I::lba28, M::read, false, A::unlocked, "ATA6 r3a §8.34"},
    {0x21, -1, "READ SECTOR(S) without retry", "READ_SECTORS_NO_RETRY", P::pio_in, F::legacy, S::optional, S::prohibited, I::lba28, M::read, false, A::unlocked, "ATA-1 practice"},
    {0x24, -1, "READ SECTOR(S) EXT", "READ_SECTORS_EXT", P::pio_in, F::lba48, S::optional, S::prohibited, I::lba48, M::read, false, A::unlocked, "ATA6 r3a §8.35"},
    {0x25, -1, "READ DMA EXT", "READ_DMA_EXT", P::dma_in, F::lba48, S::optional, S::prohibited, I::lba48, M::read, false, A::unlocked, "ATA6 r3a §8.26"},
    {0x26, -1, "READ DMA QUEUED EXT", "READ_DMA_QUEUED_EXT", P::queued_in, F::overlap, S::optional, S::prohibited, I::queued48, M::read, false, A::unlocked, "ATA6 r3a §8.28"},
    {0x27, -1, "READ NATIVE MAX ADDRESS EXT", "READ_NATIVE_MAX_ADDRESS_EXT", P::non_data, F::hpa, S::optional, S::prohibited, I::max48, M::none, false, A::always, "ATA6 r3a §8.33"},
    // TRAP-42: 29h and 39h, not C4h and C5h, are the EXT forms.
    {0x29, -1, "READ MULTIPLE EXT", "READ_MULTIPLE_EXT", P::pio_in, F::lba48, S::optional, S::prohibited, I::lba48, M::read, true, A::unlocked, "ATA6 r3a §8.31"},
    {0x2F, -1, "READ LOG EXT", "READ_LOG_EXT", P::pio_in, F::gpl, S::optional, S::optional, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.29"},
    {0x30, -1, "WRITE SECTOR(S)", "WRITE_SECTORS", P::pio_out, F::general, S::mandatory, S::prohibited, I::lba28, M::write, false, A::unlocked, "ATA6 r3a §8.62"},
    {0x31, -1, "WRITE SECTOR(S) without retry", "WRITE_SECTORS_NO_RETRY", P::pio_out, F::legacy, S::optional, S::prohibited, I::lba28, M::write, false, A::unlocked, "ATA-1 practice"},
    {0x34, -1, "WRITE SECTOR(S) EXT", "WRITE_SECTORS_EXT", P::pio_out, F::lba48, S::optional, S::prohibited, I::lba48, M::write, false, A::unlocked, "ATA6 r3a §8.63"},
    {0x35, -1, "WRITE DMA EXT", "WRITE_DMA_EXT", P::dma_out, F::lba48, S::optional, S::prohibited, I::lba48, M::write, false, A::unlocked, "ATA6 r3a §8.56"},
    {0x36, -1, "WRITE DMA QUEUED EXT", "WRITE_DMA_QUEUED_EXT", P::queued_out, F::overlap, S::optional, S::prohibited, I::queued48, M::write, false, A::unlocked, "ATA6 r3a §8.58"},
    {0x37, -1, "SET MAX ADDRESS EXT", "SET_MAX_ADDRESS_EXT", P::non_data, F::hpa, S::optional, S::prohibited, I::max48, M::none, false, A::unlocked, "ATA6 r3a §8.48"},
    {0x38, -1, "CFA WRITE SECTORS WITHOUT ERASE", "CFA_WRITE_SECTORS_WITHOUT_ERASE", P::pio_out, F::cfa, S::optional, S::prohibited, I::lba28, M::write, false, A::unlocked, "ATA6 r3a §8.5"},
    {0x39, -1, "WRITE MULTIPLE EXT", "WRITE_MULTIPLE_EXT", P::pio_out, F::lba48, S::optional, S::prohibited, I::lba48, M::write, true, A::unlocked, "ATA6 r3a §8.61"},
    {0x3D, -1, "WRITE DMA FUA EXT", "WRITE_DMA_FUA_EXT", P::dma_out, F::fua, S::optional, S::prohibited, I::lba48, M::write, false, A::unlocked, "ATA/ATAPI-7"},
    {0x3F, -1, "WRITE LOG EXT", "WRITE_LOG_EXT", P::pio_out, F::gpl, S::optional, S::optional, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.59"},
    {0x40, -1, "READ VERIFY SECTOR(S)", "READ_VERIFY_SECTORS", P::non_data, F::general, S::mandatory, S::prohibited, I::lba28, M::verify, false, A::unlocked, "ATA6 r3a §8.36"},
    {0x41, -1, "READ VERIFY SECTOR(S) without retry", "READ_VERIFY_SECTORS_NO_RETRY", P::non_data, F::legacy, S::optional, S::prohibited, I::lba28, M::verify, false, A::unlocked, "ATA-1 practice"},
    {0x42, -1, "READ VERIFY SECTOR(S) EXT", "READ_VERIFY_SECTORS_EXT", P::non_data, F::lba48, S::optional, S::prohibited, I::lba48, M::verify, false, A::unlocked, "ATA6 r3a §8.37"},
    {0x70, -1, "SEEK", "SEEK", P::non_data, F::general, S::mandatory, S::prohibited, I::address, M::none, false, A::always, "ATA6 r3a §8.44"},
    {0x87, -1, "CFA TRANSLATE SECTOR", "CFA_TRANSLATE_SECTOR", P::pio_in, F::cfa, S::optional, S::prohibited, I::address, M::none, false, A::always, "ATA6 r3a §8.3"},
    {0x90, -1, "EXECUTE DEVICE DIAGNOSTIC", "EXECUTE_DEVICE_DIAGNOSTIC", P::diagnostic, F::general, S::mandatory, S::mandatory, I::none, M::none, false, A::always, "ATA6 r3a §8.11"},
    {0x91, -1, "INITIALIZE DEVICE PARAMETERS", "INITIALIZE_DEVICE_PARAMETERS", P::non_data, F::legacy, S::optional, S::prohibited, I::special, M::none, false, A::always, "ATA-1 practice"},
    {0x92, -1, "DOWNLOAD MICROCODE", "DOWNLOAD_MICROCODE", P::pio_out, F::microcode, S::optional, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.10"},
    {0xA0, -1, "PACKET", "PACKET", P::packet, F::packet, S::prohibited, S::mandatory, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.23"},
    {0xA1, -1, "IDENTIFY PACKET DEVICE", "IDENTIFY_PACKET_DEVICE", P::pio_in, F::packet, S::prohibited, S::mandatory, I::none, M::none, false, A::always, "ATA6 r3a §8.16"},
    {0xA2, -1, "SERVICE", "SERVICE", P::packet, F::overlap, S::optional, S::optional, I::none, M::none, false, A::unlocked, "ATA6 r3a §8.45"},
    {0xB0, 0xD0, "SMART READ DATA", "SMART_READ_DATA", P::pio_in, F::smart, S::optional, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.51.5"},
    {0xB0, 0xD1, "SMART READ ATTRIBUTE THRESHOLDS", "SMART_READ_ATTRIBUTE_THRESHOLDS", P::pio_in, F::smart, S::optional, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.51"},
    {0xB0, 0xD2, "SMART ENABLE/DISABLE AUTOSAVE", "SMART_ENABLE_DISABLE_AUTOSAVE", P::non_data, F::smart, S::optional, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.51.2"},
    {0xB0, 0xD3, "SMART SAVE ATTRIBUTE VALUES", "SMART_SAVE_ATTRIBUTE_VALUES", P::non_data, F::smart, S::optional, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.51"},
    {0xB0, 0xD4, "SMART EXECUTE OFF-LINE IMMEDIATE", "SMART_EXECUTE_OFF_LINE_IMMEDIATE", P::non_data, F::smart, S::optional, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.51.4"},
    {0xB0, 0xD5, "SMART READ LOG", "SMART_READ_LOG", P::pio_in, F::smart, S::optional, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.51.6"},
    {0xB0, 0xD6, "SMART WRITE LOG", "SMART_WRITE_LOG", P::pio_out, F::smart, S::optional, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.51.8"},
    {0xB0, 0xD8, "SMART ENABLE OPERATIONS", "SMART_ENABLE_OPERATIONS", P::non_data, F::smart, S::optional, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.51.3"},
    {0xB0, 0xD9, "SMART DISABLE OPERATIONS", "SMART_DISABLE_OPERATIONS", P::non_data, F::smart, S::optional, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.51.1"},
    {0xB0, 0xDA, "SMART RETURN STATUS", "SMART_RETURN_STATUS", P::non_data, F::smart, S::optional, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.51.7"},
    {0xB0, -1, "SMART", "SMART", P::non_data, F::smart, S::prohibited, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.51"},
    {0xB1, 0xC0, "DEVICE CONFIGURATION RESTORE", "DEVICE_CONFIGURATION_RESTORE", P::non_data, F::dco, S::optional, S::optional, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.8.1"},
    {0xB1, 0xC1, "DEVICE CONFIGURATION FREEZE LOCK", "DEVICE_CONFIGURATION_FREEZE_LOCK", P::non_data, F::dco, S::optional, S::optional, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.8.2"},
    {0xB1, 0xC2, "DEVICE CONFIGURATION IDENTIFY", "DEVICE_CONFIGURATION_IDENTIFY", P::pio_in, F::dco, S::optional, S::optional, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.8.3"},
    {0xB1, 0xC3, "DEVICE CONFIGURATION SET", "DEVICE_CONFIGURATION_SET", P::pio_out, F::dco, S::optional, S::optional, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.8.4"},
    {0xB1, -1, "DEVICE CONFIGURATION", "DEVICE_CONFIGURATION", P::non_data, F::dco, S::prohibited, S::prohibited, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.8"},
    {0xC0, -1, "CFA ERASE SECTORS", "CFA_ERASE_SECTORS", P::non_data, F::cfa, S::optional, S::prohibited, I::lba28, M::write, false, A::unlocked, "ATA6 r3a §8.1"},
    {0xC4, -1, "READ MULTIPLE", "READ_MULTIPLE", P::pio_in, F::general, S::mandatory, S::prohibited, I::lba28, M::read, true, A::unlocked, "ATA6 r3a §8.30"},
    {0xC5, -1, "WRITE MULTIPLE", "WRITE_MULTIPLE", P::pio_out, F::general, S::mandatory, S::prohibited, I::lba28, M::write, true, A::unlocked, "ATA6 r3a §8.60"},
    {0xC6, -1, "SET MULTIPLE MODE", "SET_MULTIPLE_MODE", P::non_data, F::general, S::mandatory, S::prohibited, I::special, M::none, false, A::always, "ATA6 r3a §8.49"},
    {0xC7, -1, "READ DMA QUEUED", "READ_DMA_QUEUED", P::queued_in, F::overlap, S::optional, S::prohibited, I::queued28, M::read, false, A::unlocked, "ATA6 r3a §8.27"},
    {0xC8, -1, "READ DMA", "READ_DMA", P::dma_in, F::general, S::mandatory, S::prohibited, I::lba28, M::read, false, A::unlocked, "ATA6 r3a §8.25"},
    {0xC9, -1, "READ DMA without retry", "READ_DMA_NO_RETRY", P::dma_in, F::legacy, S::optional, S::prohibited, I::lba28, M::read, false, A::unlocked, "ATA-1 practice"},
    {0xCA, -1, "WRITE DMA", "WRITE_DMA", P::dma_out, F::general, S::mandatory, S::prohibited, I::lba28, M::write, false, A::unlocked, "ATA6 r3a §8.55"},
    {0xCB, -1, "WRITE DMA without retry", "WRITE_DMA_NO_RETRY", P::dma_out, F::legacy, S::optional, S::prohibited, I::lba28, M::write, false, A::unlocked, "ATA-1 practice"},
    {0xCC, -1, "WRITE DMA QUEUED", "WRITE_DMA_QUEUED", P::queued_out, F::overlap, S::optional, S::prohibited, I::queued28, M::write, false, A::unlocked, "ATA6 r3a §8.57"},
    {0xCD, -1, "CFA WRITE MULTIPLE WITHOUT ERASE", "CFA_WRITE_MULTIPLE_WITHOUT_ERASE", P::pio_out, F::cfa, S::optional, S::prohibited, I::lba28, M::write, true, A::unlocked, "ATA6 r3a §8.4"},
    {0xD1, -1, "CHECK MEDIA CARD TYPE", "CHECK_MEDIA_CARD_TYPE", P::non_data, F::media_card, S::optional, S::prohibited, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.6"},
    {0xD2, -1, "MEDIA CARD D2h", "MEDIA_CARD_D2H", P::non_data, F::media_card, S::optional, S::prohibited, I::special, M::none, false, A::unlocked, "ATA6 r3a §6.22"},
    {0xD3, -1, "MEDIA CARD D3h", "MEDIA_CARD_D3H", P::non_data, F::media_card, S::optional, S::prohibited, I::special, M::none, false, A::unlocked, "ATA6 r3a §6.22"},
    {0xD4, -1, "MEDIA CARD D4h", "MEDIA_CARD_D4H", P::non_data, F::media_card, S::optional, S::prohibited, I::special, M::none, false, A::unlocked, "ATA6 r3a §6.22"},
    {0xDA, -1, "GET MEDIA STATUS", "GET_MEDIA_STATUS", P::non_data, F::media_status, S::optional, S::optional, I::none, M::none, false, A::unlocked, "ATA6 r3a §8.14"},
    {0xDE, -1, "MEDIA LOCK", "MEDIA_LOCK", P::non_data, F::removable, S::optional, S::prohibited, I::none, M::none, false, A::unlocked, "ATA6 r3a §8.20"},
    {0xDF, -1, "MEDIA UNLOCK", "MEDIA_UNLOCK", P::non_data, F::removable, S::optional, S::prohibited, I::none, M::none, false, A::unlocked, "ATA6 r3a §8.21"},
    {0xE0, -1, "STANDBY IMMEDIATE", "STANDBY_IMMEDIATE", P::non_data, F::power, S::mandatory, S::mandatory, I::none, M::none, false, A::always, "ATA6 r3a §8.53"},
    {0xE1, -1, "IDLE IMMEDIATE", "IDLE_IMMEDIATE", P::non_data, F::power, S::mandatory, S::mandatory, I::none, M::none, false, A::always, "ATA6 r3a §8.18"},
    {0xE2, -1, "STANDBY", "STANDBY", P::non_data, F::power, S::mandatory, S::optional, I::special, M::none, false, A::always, "ATA6 r3a §8.52"},
    {0xE3, -1, "IDLE", "IDLE", P::non_data, F::power, S::mandatory, S::optional, I::special, M::none, false, A::always, "ATA6 r3a §8.17"},
    {0xE4, -1, "READ BUFFER", "READ_BUFFER", P::pio_in, F::buffer, S::optional, S::prohibited, I::none, M::none, false, A::always, "ATA6 r3a §8.24"},
    {0xE5, -1, "CHECK POWER MODE", "CHECK_POWER_MODE", P::non_data, F::power, S::mandatory, S::mandatory, I::none, M::none, false, A::always, "ATA6 r3a §8.7"},
    {0xE6, -1, "SLEEP", "SLEEP", P::non_data, F::power, S::mandatory, S::mandatory, I::none, M::none, false, A::always, "ATA6 r3a §8.50"},
    {0xE7, -1, "FLUSH CACHE", "FLUSH_CACHE", P::non_data, F::general, S::mandatory, S::optional, I::none, M::none, false, A::unlocked, "ATA6 r3a §8.12"},
    {0xE8, -1, "WRITE BUFFER", "WRITE_BUFFER", P::pio_out, F::buffer, S::optional, S::prohibited, I::none, M::none, false, A::always, "ATA6 r3a §8.54"},
    {0xEA, -1, "FLUSH CACHE EXT", "FLUSH_CACHE_EXT", P::non_data, F::lba48, S::optional, S::prohibited, I::none, M::none, false, A::unlocked, "ATA6 r3a §8.13"},
    {0xEC, -1, "IDENTIFY DEVICE", "IDENTIFY_DEVICE", P::pio_in, F::general, S::mandatory, S::prohibited_signature, I::none, M::none, false, A::always, "ATA6 r3a §8.15"},
    {0xED, -1, "MEDIA EJECT", "MEDIA_EJECT", P::non_data, F::media_eject, S::optional, S::prohibited, I::none, M::none, false, A::unlocked, "ATA6 r3a §8.19"},
    {0xEF, -1, "SET FEATURES", "SET_FEATURES", P::non_data, F::general, S::mandatory, S::mandatory, I::special, M::none, false, A::always, "ATA6 r3a §8.46"},
    {0xF1, -1, "SECURITY SET PASSWORD", "SECURITY_SET_PASSWORD", P::pio_out, F::security, S::optional, S::optional, I::none, M::none, false, A::unlocked_not_frozen, "ATA6 r3a §8.42"},
    {0xF2, -1, "SECURITY UNLOCK", "SECURITY_UNLOCK", P::pio_out, F::security, S::optional, S::optional, I::none, M::none, false, A::not_frozen, "ATA6 r3a §8.43"},
    {0xF3, -1, "SECURITY ERASE PREPARE", "SECURITY_ERASE_PREPARE", P::non_data, F::security, S::optional, S::optional, I::none, M::none, false, A::not_frozen, "ATA6 r3a §8.39"},
    {0xF4, -1, "SECURITY ERASE UNIT", "SECURITY_ERASE_UNIT", P::pio_out, F::security, S::optional, S::optional, I::none, M::none, false, A::not_frozen, "ATA6 r3a §8.40"},
    {0xF5, -1, "SECURITY FREEZE LOCK", "SECURITY_FREEZE_LOCK", P::non_data, F::security, S::optional, S::optional, I::none, M::none, false, A::unlocked, "ATA6 r3a §8.41"},
    {0xF6, -1, "SECURITY DISABLE PASSWORD", "SECURITY_DISABLE_PASSWORD", P::pio_out, F::security, S::optional, S::optional, I::none, M::none, false, A::unlocked_not_frozen, "ATA6 r3a §8.38"},
    {0xF8, -1, "READ NATIVE MAX ADDRESS", "READ_NATIVE_MAX_ADDRESS", P::non_data, F::hpa, S::optional, S::optional, I::max28, M::none, false, A::always, "ATA6 r3a §8.32"},
    {0xF9, 0x01, "SET MAX SET PASSWORD", "SET_MAX_SET_PASSWORD", P::pio_out, F::hpa_security, S::optional, S::optional, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.47.2"},
    {0xF9, 0x02, "SET MAX LOCK", "SET_MAX_LOCK", P::non_data, F::hpa_security, S::optional, S::optional, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.47.3"},
    {0xF9, 0x03, "SET MAX UNLOCK", "SET_MAX_UNLOCK", P::pio_out, F::hpa_security, S::optional, S::optional, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.47.4"},
    {0xF9, 0x04, "SET MAX FREEZE LOCK", "SET_MAX_FREEZE_LOCK", P::non_data, F::hpa_security, S::optional, S::optional, I::special, M::none, false, A::unlocked, "ATA6 r3a §8.47.5"},
    {0xF9, -1, "SET MAX ADDRESS", "SET_MAX_ADDRESS", P::non_data, F::hpa, S::optional, S::optional, I::max28, M::none, false, A::unlocked, "ATA6 r3a §8.47.1"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> command_table() { return kCommands; }

Feature feature_of(FeatureSet set) {
  constexpr std::pair<FeatureSet, Feature> kFeatures[] = {
      {F::overlap, Feature::overlap},
      {F::hpa, Feature::hpa},
      {F::hpa_security, Feature::hpa_security},
      {F::smart, Feature::smart},
      {F::gpl, Feature::gpl},
      {F::security, Feature::security},
      {F::dco, Feature::dco},
      {F::cfa, Feature::cfa},
      {F::media_card, Feature::media_card},
      {F::media_status, Feature::media_status},
      {F::removable, Feature::removable},
      {F::buffer, Feature::buffer},
      {F::microcode, Feature::microcode},
  };
  for (const auto& [known, feature] : kFeatures) {
    if (known == set) return feature;
  }
  return Feature::count;
}

const CommandRow* find_command(std::uint8_t opcode, std::uint8_t features) {
  for (const CommandRow& row : kCommands) {
    if (row.opcode == opcode && (row.subcommand < 0 || row.subcommand == features)) return &row;
  }
  return nullptr;
}

const CommandRow* find_command(std::string_view symbol) {
  for (const CommandRow& row : kCommands) {
    if (row.symbol == symbol) return &row;
  }
  return nullptr;
}

}  // namespace coincide
