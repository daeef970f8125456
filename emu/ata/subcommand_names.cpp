#include "emu/ata/subcommand_names.h"

#include <span>

namespace coincide {
namespace {

struct Name {
  std::uint8_t value;
  std::string_view text;
};

std::string_view find(std::span<const Name> names, std::uint8_t value) {
  for (const Name& name : names) {
    if (name.value == value) return name.text;
  }
  return {};
}

constexpr Name kSetFeatures[] = {
    {0x01, "enable 8-bit PIO"},
    {0x02, "enable write cache"},
    {0x03, "set transfer mode"},
    {0x05, "enable APM"},
    {0x06, "enable Power-Up In Standby"},
    {0x07, "Power-Up In Standby spin-up"},
    {0x0a, "enable CFA power mode 1"},
    {0x31, "disable Media Status Notification"},
    {0x42, "enable Automatic Acoustic Management"},
    {0x55, "disable read look-ahead"},
    {0x5d, "enable release interrupt"},
    {0x5e, "enable SERVICE interrupt"},
    {0x66, "disable reverting to power-on defaults"},
    {0x81, "disable 8-bit PIO"},
    {0x82, "disable write cache"},
    {0x85, "disable APM"},
    {0x86, "disable Power-Up In Standby"},
    {0x8a, "disable CFA power mode 1"},
    {0x95, "enable Media Status Notification"},
    {0xaa, "enable read look-ahead"},
    {0xc2, "disable Automatic Acoustic Management"},
    {0xcc, "enable reverting to power-on defaults"},
    {0xdd, "disable release interrupt"},
    {0xde, "disable SERVICE interrupt"},
};

constexpr Name kTransferModes[] = {
    {0x00, "PIO default mode"},     {0x01, "PIO default mode, IORDY disabled"},
    {0x08, "PIO mode 0"},           {0x09, "PIO mode 1"},
    {0x0a, "PIO mode 2"},           {0x0b, "PIO mode 3"},
    {0x0c, "PIO mode 4"},           {0x20, "multiword DMA mode 0"},
    {0x21, "multiword DMA mode 1"}, {0x22, "multiword DMA mode 2"},
    {0x40, "Ultra DMA mode 0"},     {0x41, "Ultra DMA mode 1"},
    {0x42, "Ultra DMA mode 2"},     {0x43, "Ultra DMA mode 3"},
    {0x44, "Ultra DMA mode 4"},     {0x45, "Ultra DMA mode 5"},
    {0x46, "Ultra DMA mode 6"},
};

constexpr Name kSelfTests[] = {
    {0, "off-line routine"},           {1, "short self-test, off-line"},  {2, "extended self-test, off-line"},
    {127, "abort off-line self-test"}, {129, "short self-test, captive"}, {130, "extended self-test, captive"},
};

}  // namespace

std::string_view set_features_name(std::uint8_t features) { return find(kSetFeatures, features); }
std::string_view transfer_mode_name(std::uint8_t mode) { return find(kTransferModes, mode); }
std::string_view self_test_name(std::uint8_t number) { return find(kSelfTests, number); }

}  // namespace coincide
