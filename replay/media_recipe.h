// Media recipes: a disk image written down as text (format: SCRIPT.md section 8).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emu/media/pattern.h"
#include "trace/error.h"

namespace coincide {

struct MediaRecipe {
  /// Recipes are named by the hash of the whole medium, so they stay small: 1 GiB.
  static constexpr std::uint64_t kMaxSectors = 1u << 21;

  std::uint64_t sectors = 0;
  std::string serial;  ///< serial number of the drive of a capture that it stands for, or empty
  std::vector<Extent> extents;
};

/// Errors: "name:line:column: what".
Result<MediaRecipe> parse_recipe(std::string_view text, std::string_view name);

}  // namespace coincide
