// What a disk may choose, the board chooses: its feature sets, one bit each (ATA6 r3a §6). What is switched off aborts
// and shows as absent in IDENTIFY DEVICE.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace coincide {

enum class Feature : std::uint8_t {
  nop,
  buffer,
  microcode,
  smart,
  smart_self_test,
  smart_error_log,
  gpl,
  security,
  enhanced_erase,
  hpa,
  hpa_security,
  dco,
  apm,
  aam,
  puis,
  puis_spin_up,
  puis_jumper,
  puis_incomplete,
  overlap,
  cfa,
  media_card,
  removable,
  media_status,
  count
};

struct FeatureRow {
  Feature feature;
  std::string_view name;  ///< as boards write it
  bool on;                ///< on unless the board says otherwise: a drive of 2002
  /// Bits of IDENTIFY words 82, 83 and 84 that announce it (and of 85, 86, 87 that say it is enabled).
  std::uint16_t bits82, bits83, bits84;
  std::string_view what;
};
/// In the order of `Feature`.
std::span<const FeatureRow> feature_table();
/// By board name; nullopt if there is no such feature.
std::optional<Feature> find_feature(std::string_view name);

/// A set of features.
class FeatureList {
 public:
  /// What a disk has unless its board says otherwise.
  static FeatureList standard();
  bool has(Feature feature) const { return bits_[static_cast<std::size_t>(feature)]; }
  void set(Feature feature, bool on) { bits_[static_cast<std::size_t>(feature)] = on; }
  bool operator==(const FeatureList&) const = default;

 private:
  std::bitset<static_cast<std::size_t>(Feature::count)> bits_;
};

}  // namespace coincide
