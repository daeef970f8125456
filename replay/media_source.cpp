#include "replay/media_source.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>

#include "emu/media/cue_sheet.h"
#include "emu/media/pattern.h"
#include "replay/media_recipe.h"
#include "replay/places.h"
#include "trace/digest.h"
#include "trace/file_bytes.h"

namespace coincide {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxRecipeBytes = 16u << 20;
constexpr std::uint64_t kMaxSheetBytes = 1u << 20;
constexpr std::size_t kHashStep = 1u << 20;

std::string hex_hash(XXH128_hash_t hash) { return fmt::format("{:016x}{:016x}", hash.high64, hash.low64); }

std::string base_name(const std::string& path) { return fs::path(path).filename().string(); }

bool exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

/// Paths at which a medium of this name may lie, in order: as it stands, then by base name.
std::vector<std::string> candidates(const std::string& path, const MediaSearch& search) {
  std::vector<std::string> out;
  for (const std::string& directory : search.directories) {
    if (!fs::path(path).is_absolute()) out.push_back((fs::path(directory) / path).string());
  }
  if (fs::path(path).is_absolute() || search.directories.empty()) out.push_back(path);
  for (const std::string& directory : search.directories)
    out.push_back((fs::path(directory) / base_name(path)).string());
  return out;
}

using Opener = std::function<Result<NamedMedium>(const std::string& path)>;

/// The first candidate that opens and has the wanted hash; else the error that helps most.
Result<NamedMedium> open_first(const std::string& path, std::string_view wanted_hash, const MediaSearch& search,
                               const Opener& open) {
  if (base_name(path).empty()) return Error{path, "no file name"};
  std::optional<Error> first_error;
  for (const std::string& candidate : candidates(path, search)) {
    if (!exists(candidate)) continue;
    auto medium = open(candidate);
    if (medium && (wanted_hash.empty() || medium->hash == wanted_hash)) return medium;
    if (first_error) continue;
    first_error = medium ? Error{candidate, fmt::format("its content is {}, wanted is {}", medium->hash, wanted_hash)}
                         : medium.error();
  }
  if (first_error) return *first_error;
  std::string where;
  for (const std::string& directory : search.directories) where += (where.empty() ? "" : ", ") + directory;
  return Error{path, where.empty() ? "not found" : "not found; looked in " + where};
}

Result<NamedMedium> open_image_at(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) return Error{path, "is a directory"};
  if (!fs::is_regular_file(status)) return Error{path, "is no regular file"};
  const auto file = read_file(path);
  if (!file) return file.error();
  if (file->bytes.empty()) return Error{path, "is empty"};
  return NamedMedium{
      make_bytes_medium(file->bytes, file->owner), "image:" + base_name(path), hash128(file->bytes).hex(), {}};
}

Result<NamedMedium> open_recipe_at(const std::string& path) {
  const auto text = read_text_file(path, kMaxRecipeBytes);
  if (!text) return text.error();
  auto recipe = parse_recipe(*text, path);
  if (!recipe) return recipe.error();
  auto medium = std::make_shared<ExtentMedium>(recipe->sectors, std::move(recipe->extents));
  std::string hash = hash_medium(*medium);
  return NamedMedium{std::move(medium), "recipe:" + base_name(path), std::move(hash), {}};
}

/// Length of an image in bytes: a medium ends with a whole sector, its file may not.
std::uint64_t bytes_of(const std::string& path, const Medium& medium) {
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(path, error);
  return error ? medium.sectors() * kSectorBytes : bytes;
}

void add_directory(std::vector<std::string>& directories, const fs::path& directory) {
  const std::string text = directory.empty() ? "." : directory.string();
  if (std::find(directories.begin(), directories.end(), text) == directories.end()) directories.push_back(text);
}

Result<NamedMedium> open_cue_at(const std::string& path, const MediaSearch& search) {
  const auto text = read_text_file(path, kMaxSheetBytes);
  if (!text) return text.error();
  const CueFile file = cue_sheet_file(*text);
  Result<NamedMedium> image = NamedMedium{};
  std::uint64_t image_bytes = 0;
  if (!file.name.empty()) {  // else the sheet says why not
    MediaSearch beside;
    add_directory(beside.directories, fs::path(path).parent_path());
    for (const std::string& directory : search.directories) add_directory(beside.directories, directory);
    image = open_first(file.name, {}, beside, [&](const std::string& candidate) {
      auto opened = candidate.ends_with(".media") ? open_recipe_at(candidate) : open_image_at(candidate);
      if (!opened) return opened;
      const bool recipe = opened->name.starts_with("recipe:");
      image_bytes = recipe ? opened->medium->sectors() * kSectorBytes : bytes_of(candidate, *opened->medium);
      return opened;
    });
    if (!image) return Error{fmt::format("{}:{}", path, file.line), image.error().line()};
  }
  CueSheet sheet = parse_cue_sheet(*text, image_bytes);
  if (!sheet.ok()) return Error{fmt::format("{}:{}", path, sheet.error_line), sheet.error};
  const std::string named = *text + image->hash;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(named.data());
  return NamedMedium{image->medium, "cue:" + base_name(path), hash128({bytes, named.size()}).hex(),
                     std::move(sheet.tracks)};
}

}  // namespace

MediaSearch MediaSearch::standard(const std::string& input_path) {
  MediaSearch search;
  if (!input_path.empty()) add_directory(search.directories, fs::path(input_path).parent_path());
  add_directory(search.directories, ".");
  for (const std::string& media : directories_above("corpus/media")) add_directory(search.directories, media);
  return search;
}

std::string hash_medium(const Medium& medium) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
  check(state != nullptr && XXH3_128bits_reset(state.get()) == XXH_OK, "XXH3 state");
  std::vector<std::uint8_t> buffer(kHashStep);
  const std::uint64_t bytes = medium.sectors() * kSectorBytes;
  for (std::uint64_t at = 0; at < bytes; at += kHashStep) {
    const std::span<std::uint8_t> part(buffer.data(), std::min<std::uint64_t>(kHashStep, bytes - at));
    medium.read(at, part);
    XXH3_128bits_update(state.get(), part.data(), part.size());
  }
  return hex_hash(XXH3_128bits_digest(state.get()));
}

Result<NamedMedium> open_image(const std::string& path, std::string_view wanted_hash, const MediaSearch& search) {
  return open_first(path, wanted_hash, search, open_image_at);
}

Result<NamedMedium> open_recipe(const std::string& path, std::string_view wanted_hash, const MediaSearch& search) {
  return open_first(path, wanted_hash, search, open_recipe_at);
}

Result<NamedMedium> open_cue(const std::string& path, std::string_view wanted_hash, const MediaSearch& search) {
  return open_first(path, wanted_hash, search, [&](const std::string& at) { return open_cue_at(at, search); });
}

std::optional<std::string> find_recipe(std::string_view serial, std::uint64_t sectors, const MediaSearch& search) {
  for (const std::string& directory : search.directories) {
    std::vector<std::string> paths;
    std::error_code error;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
      if (entry->path().extension() == ".media") paths.push_back(entry->path().string());
    }
    std::sort(paths.begin(), paths.end());
    for (const std::string& path : paths) {
      const auto text = read_text_file(path, kMaxRecipeBytes);
      if (!text) continue;
      const auto recipe = parse_recipe(*text, path);
      if (recipe && recipe->serial == serial && (sectors == 0 || recipe->sectors == sectors)) return path;
    }
  }
  return std::nullopt;
}

Result<std::string> read_text_file(const std::string& path, std::uint64_t max_bytes) {
  const auto file = read_file(path);
  if (!file) return file.error();
  if (file->bytes.size() > max_bytes) return Error{path, fmt::format("is longer than {} MiB", max_bytes >> 20)};
  return std::string(reinterpret_cast<const char*>(file->bytes.data()), file->bytes.size());
}

}  // namespace coincide
