#include "emu/profile.h"

namespace coincide {
namespace {

constexpr QuirkRow kQuirks[] = {
#define COINCIDE_QUIRK(symbol, name, rule, what, evidence, profiles) \
  {Quirk::symbol, name, rule, what, evidence, profiles},
#include "emu/quirks/all.inc"
#undef COINCIDE_QUIRK
};
static_assert(std::size(kQuirks) == static_cast<std::size_t>(Quirk::count));

constexpr std::string_view kNames[] = {"spec", "qemu", "openvmm"};

bool names_profile(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::size_t space = list.find(' ');
    if (list.substr(0, space) == name) return true;
    if (space == std::string_view::npos) break;
    list.remove_prefix(space + 1);
  }
  return false;
}

}  // namespace

std::span<const QuirkRow> quirk_table() { return kQuirks; }

std::vector<std::string_view> Profile::names() { return {std::begin(kNames), std::end(kNames)}; }

std::optional<Profile> Profile::find(std::string_view name) {
  for (const std::string_view known : kNames) {
    if (known != name) continue;
    Profile profile;
    profile.name_ = known;
    for (const QuirkRow& row : kQuirks) profile.set(row.quirk, names_profile(row.profiles, name));
    return profile;
  }
  return std::nullopt;
}

}  // namespace coincide
