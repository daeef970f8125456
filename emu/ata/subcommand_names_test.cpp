// The names of subcommands, each under its own number, and no other number with one (ATA6 r3a tables 44, 45, 51).
#include "emu/ata/subcommand_names.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace coincide {
namespace {

using Names = std::map<unsigned, std::string>;

Names all(std::string_view (*name)(std::uint8_t)) {
  Names names;
  for (unsigned value = 0; value < 256; ++value) {
    const std::string_view text = name(static_cast<std::uint8_t>(value));
    if (!text.empty()) names[value] = text;
  }
  return names;
}

TEST_CASE("SET FEATURES has these subcommands, enabling ones below 80h and their opposites") {
  const Names names = all(set_features_name);
  CHECK(names.size() == 24);
  for (const unsigned low : {0x01u, 0x02u, 0x05u, 0x06u, 0x0au, 0x42u}) {
    CHECK(names.at(low).starts_with("enable "));
    CHECK(names.at(low + 0x80) == "dis" + names.at(low).substr(2));
  }
  CHECK(names.at(0x02) == "enable write cache");
  CHECK(names.at(0x03) == "set transfer mode");
  CHECK(names.at(0x07) == "Power-Up In Standby spin-up");
  CHECK(names.at(0x31) == "disable Media Status Notification");
  CHECK(names.at(0x95) == "enable Media Status Notification");
  CHECK(names.at(0x55) == "disable read look-ahead");
  CHECK(names.at(0xaa) == "enable read look-ahead");
  CHECK(names.at(0x66) == "disable reverting to power-on defaults");
  CHECK(names.at(0xcc) == "enable reverting to power-on defaults");
  CHECK(names.at(0x5d) == "enable release interrupt");
  CHECK(names.at(0xdd) == "disable release interrupt");
  CHECK(names.at(0x5e) == "enable SERVICE interrupt");
  CHECK(names.at(0xde) == "disable SERVICE interrupt");
}

TEST_CASE("a transfer mode is its kind in bits 7:3 and its number in bits 2:0") {
  Names right{{0x00, "PIO default mode"}, {0x01, "PIO default mode, IORDY disabled"}};
  for (unsigned mode = 0; mode <= 4; ++mode) right[0x08 + mode] = "PIO mode " + std::to_string(mode);
  for (unsigned mode = 0; mode <= 2; ++mode) right[0x20 + mode] = "multiword DMA mode " + std::to_string(mode);
  for (unsigned mode = 0; mode <= 6; ++mode) right[0x40 + mode] = "Ultra DMA mode " + std::to_string(mode);
  CHECK(all(transfer_mode_name) == right);
}

TEST_CASE("a captive self-test has the number of its off-line form and bit 7") {
  const Names right{
      {0, "off-line routine"},           {1, "short self-test, off-line"},  {2, "extended self-test, off-line"},
      {127, "abort off-line self-test"}, {129, "short self-test, captive"}, {130, "extended self-test, captive"}};
  CHECK(all(self_test_name) == right);
}

}  // namespace
}  // namespace coincide
