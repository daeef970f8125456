#include "emu/features.h"

namespace coincide {
namespace {

using F = Feature;

// clang-format off
constexpr FeatureRow kFeatures[] = {
    // feature, name, on, IDENTIFY words 82, 83, 84, what
    {F::nop, "nop", true, 0x4000, 0x0000, 0x0000, "NOP, §8.22"},
    {F::buffer, "buffer", true, 0x3000, 0x0000, 0x0000, "READ BUFFER and WRITE BUFFER, §8.24, §8.54"},
    {F::microcode, "microcode", true, 0x0000, 0x0001, 0x0000, "DOWNLOAD MICROCODE, §8.10"},
    {F::smart, "smart", true, 0x0001, 0x0000, 0x0000, "SMART, §6.14"},
    {F::smart_self_test, "smart_self_test", true, 0x0000, 0x0000, 0x0002, "SMART self-test, §8.51.4"},
    {F::smart_error_log, "smart_error_log", true, 0x0000, 0x0000, 0x0001, "SMART error logging, §6.14.7"},
    {F::gpl, "gpl", true, 0x0000, 0x0000, 0x0020, "General Purpose Logging, §6.23"},  // ATA6-GPL-9
    {F::security, "security", true, 0x0002, 0x0000, 0x0000, "Security, §6.13"},
    {F::enhanced_erase, "enhanced_erase", true, 0x0000, 0x0000, 0x0000, "enhanced SECURITY ERASE UNIT, word 128 bit 5"},
    {F::hpa, "hpa", true, 0x0400, 0x0000, 0x0000, "Host Protected Area, §6.15"},
    {F::hpa_security, "hpa_security", true, 0x0000, 0x0100, 0x0000, "SET MAX security extension, §6.15.2"},
    {F::dco, "dco", true, 0x0000, 0x0800, 0x0000, "Device Configuration Overlay, §6.21"},
    {F::apm, "apm", true, 0x0000, 0x0008, 0x0000, "Advanced Power Management, §6.12"},
    {F::aam, "aam", true, 0x0000, 0x0200, 0x0000, "Automatic Acoustic Management, §6.19"},
    {F::puis, "puis", false, 0x0000, 0x0020, 0x0000, "Power-Up In Standby, §6.18"},
    {F::puis_spin_up, "puis_spin_up", false, 0x0000, 0x0040, 0x0000, "SET FEATURES 07h is needed to spin up, §6.18"},
    {F::puis_jumper, "puis_jumper", false, 0x0000, 0x0000, 0x0000, "a jumper keeps Power-Up In Standby on, §6.18"},
    {F::puis_incomplete, "puis_incomplete", false, 0x0000, 0x0000, 0x0000, "IDENTIFY data lies on the medium, §6.18"},
    {F::overlap, "overlap", false, 0x0180, 0x0002, 0x0000, "Overlap and Tagged Command Queuing, §6.9, §6.10"},
    {F::cfa, "cfa", false, 0x0000, 0x0004, 0x0000, "CFA, §6.16"},
    {F::media_card, "media_card", false, 0x0000, 0x0000, 0x0008, "Media Card Pass Through, §6.22"},
    {F::removable, "removable", false, 0x0004, 0x0000, 0x0000, "Removable Media, §6.17.2"},
    {F::media_status, "media_status", false, 0x0000, 0x0010, 0x0000, "Removable Media Status Notification, §6.17.1"},
};
// clang-format on
static_assert(std::size(kFeatures) == static_cast<std::size_t>(Feature::count));

}  // namespace

std::span<const FeatureRow> feature_table() { return kFeatures; }

std::optional<Feature> find_feature(std::string_view name) {
  for (const FeatureRow& row : kFeatures) {
    if (row.name == name) return row.feature;
  }
  return std::nullopt;
}

FeatureList FeatureList::standard() {
  FeatureList list;
  for (const FeatureRow& row : kFeatures) list.set(row.feature, row.on);
  return list;
}

}  // namespace coincide
