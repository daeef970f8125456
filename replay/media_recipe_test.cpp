#include "replay/media_recipe.h"

#include <doctest/doctest.h>

#include "replay/media_source.h"

namespace coincide {
namespace {

std::string error_of(std::string_view text) {
  const auto recipe = parse_recipe(text, "r");
  return recipe ? "" : recipe.error().line();
}

std::vector<std::uint8_t> bytes_of(std::string_view text) {
  auto recipe = parse_recipe(text, "r");
  REQUIRE_MESSAGE(recipe.ok(), recipe.error().line());
  const ExtentMedium medium(recipe->sectors, std::move(recipe->extents));
  std::vector<std::uint8_t> bytes(medium.sectors() * kSectorBytes);
  medium.read(0, bytes);
  return bytes;
}

MediaSearch corpus() { return {{COINCIDE_SOURCE_DIR "/corpus/media"}}; }

TEST_CASE("recipe: extents of every kind") {
  const auto bytes = bytes_of(
      "# a disk\nsectors 6\nserial \"X\"\n"
      "1 bytes 0x0102 text \"AB\" fill 9 2 at 500 lines \"%03d\\n\" 3\n"
      "2..3 pattern ABC 40\n"
      "4 zero\n");
  CHECK(bytes.size() == 6 * 512);
  CHECK(bytes[511] == 0);
  CHECK(std::vector<std::uint8_t>(bytes.begin() + 512, bytes.begin() + 519) ==
        std::vector<std::uint8_t>{1, 2, 'A', 'B', 9, 9, 0});
  CHECK(std::string(bytes.begin() + 512 + 500, bytes.begin() + 1024) == "000\n001\n002\n");
  CHECK(std::string(bytes.begin() + 3 * 512, bytes.begin() + 3 * 512 + 15) == "ABC 00000000041");
  CHECK(bytes[5 * 512] == 0);
}

TEST_CASE("recipe: errors name line and column") {
  CHECK(error_of("") == "r: no `sectors N` line: this is no media recipe");
  CHECK(error_of("0 zero") == "r:1:1: a recipe begins with `sectors N`");
  CHECK(error_of("sectors 2097153") == "r:1:1: sectors N, 1 to 2097152");
  CHECK(error_of("sectors 4\n2..4 zero") == "r:2:1: the extent passes the end of the medium");
  CHECK(error_of("sectors 4\n1 zero\n1 zero") == "r:3:1: extents must rise and not overlap");
  CHECK(error_of("sectors 4\n1 bytes fill 0 513") == "r:2:9: the bytes pass the end of the extent");
  CHECK(error_of("sectors 4\n1 bytes 0x00 at 0") == "r:2:14: at OFFSET: inside the extent, not backwards");
  CHECK(error_of("sectors 4\n1 bytes lines \"\" 99999999999") ==
        "r:2:9: 'lines' is no item: 0x..., text, fill, lines or at");
  CHECK(error_of("sectors 4\n1 bytes lines \"x\" 99999999999") == "r:2:9: the bytes pass the end of the extent");
  CHECK(error_of("sectors 4\n1..x zero") == "r:2:1: '1..x' is no extent: FIRST or FIRST..LAST");
}

TEST_CASE("recipe: the disks of the captures have the bytes they must have") {
  // XXH3-128 of the images that the captures were made with; a recipe that differs in one bit fails here.
  const auto hd0 = open_recipe("hd0.media", "", corpus());
  REQUIRE_MESSAGE(hd0.ok(), hd0.error().line());
  CHECK(hd0->name == "recipe:hd0.media");
  CHECK(hd0->medium->sectors() == 16384);
  CHECK(hd0->hash == "9d44f4cfc4148808102b5fb4e3b2ea65");
  const auto hd1 = open_recipe("hd1.media", "", corpus());
  REQUIRE_MESSAGE(hd1.ok(), hd1.error().line());
  CHECK(hd1->medium->sectors() == 8192);
  CHECK(hd1->hash == "ee1e603dc7fdef75179c6bee66c02366");
}

TEST_CASE("recipe: found by the drive that it stands for") {
  const auto found = find_recipe("CAPHD0", 16384, corpus());
  REQUIRE(found);
  CHECK(found->ends_with("hd0.media"));
  CHECK(find_recipe("CAPHD1", 8192, corpus())->ends_with("hd1.media"));
  CHECK_FALSE(find_recipe("CAPHD0", 8192, corpus()));
}

}  // namespace
}  // namespace coincide
