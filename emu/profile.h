// Profiles are sets of quirks. A quirk is one documented departure of a known implementation from the rules; it
// has one row here and is asked in as few places as can be.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace coincide {

enum class Quirk : std::uint16_t {
#define COINCIDE_QUIRK(symbol, name, rule, what, evidence, profiles) symbol,
#include "emu/quirks/all.inc"
#undef COINCIDE_QUIRK
  count
};

/// One row of the quirk table.
struct QuirkRow {
  Quirk quirk;
  std::string_view name;      ///< e.g. "qemu-rid-00"
  std::string_view rule;      ///< the rule it departs from
  std::string_view what;      ///< what the implementation does instead, one line
  std::string_view evidence;  ///< capture and place, or source note
  std::string_view profiles;  ///< space separated names of the profiles that have it
};
std::span<const QuirkRow> quirk_table();

/// A named set of quirks. `spec` has none.
class Profile {
 public:
  Profile() = default;
  /// nullopt if no profile has that name.
  static std::optional<Profile> find(std::string_view name);
  static std::vector<std::string_view> names();

  std::string_view name() const { return name_; }
  bool has(Quirk q) const { return quirks_[static_cast<std::size_t>(q)]; }
  void set(Quirk q, bool on) { quirks_[static_cast<std::size_t>(q)] = on; }

 private:
  std::string_view name_ = "spec";
  std::bitset<static_cast<std::size_t>(Quirk::count)> quirks_;
};

}  // namespace coincide
