// Where media come from: image files and recipes, found by name and checked by content. The only part of replay that
// opens media files; the emulator is handed finished media.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emu/media/optical.h"
#include "trace/error.h"

namespace coincide {

/// Directories in which media are looked for, in order.
struct MediaSearch {
  std::vector<std::string> directories;

  /// The directory of `input_path` (if any), the current directory, and `corpus/media` found upwards from the current
  /// directory and from the running program.
  static MediaSearch standard(const std::string& input_path = {});
};

/// A medium with its name in board texts and traces.
struct NamedMedium {
  MediumPtr medium;
  std::string name;  ///< "image:BASENAME", "recipe:BASENAME", "cue:BASENAME"
  std::string
      hash;  ///< XXH3-128 of its bytes, 32 hex digits; of a CUE sheet: of the sheet's bytes and the hash of its image
  std::vector<DiscTrack> tracks;  ///< of a CUE sheet
};

/// Maps an image file, never to write it. A last partial sector is filled with zeros (the hash is of the file's own
/// bytes). Errors: not found, no regular file, unreadable, empty, other hash than `wanted_hash` (empty = any).
Result<NamedMedium> open_image(const std::string& path, std::string_view wanted_hash, const MediaSearch& search);

/// Reads a media recipe and makes its medium (format: SCRIPT.md section 8). Errors as open_image, and malformed text.
Result<NamedMedium> open_recipe(const std::string& path, std::string_view wanted_hash, const MediaSearch& search);

/// Reads a CUE sheet (emu/media/cue_sheet.h) and opens the image that it names: beside the sheet, or where media are
/// looked for. One whose name ends in .media is a recipe. Errors as open_image, and of the sheet "FILE:LINE: what".
Result<NamedMedium> open_cue(const std::string& path, std::string_view wanted_hash, const MediaSearch& search);

/// The recipe among all *.media of the search directories that says it is the drive with this serial number and size
/// (0: of whatever size).
std::optional<std::string> find_recipe(std::string_view serial, std::uint64_t sectors, const MediaSearch& search);

/// XXH3-128 of a medium's bytes, 32 hex digits. Reads all of it.
std::string hash_medium(const Medium& medium);

/// A whole file. Errors: missing, a directory, unreadable, longer than `max_bytes`.
Result<std::string> read_text_file(const std::string& path, std::uint64_t max_bytes);

}  // namespace coincide
