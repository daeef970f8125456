#include "replay/script_names.h"

#include "emu/ata/command_table.h"
#include "replay/vmbus_text.h"

namespace coincide {
namespace {

struct NameRow {
  std::string_view name;
  std::uint64_t value;
};

// Port offsets in a channel's command block, 206h for the control block (3F6h - 1F0h), and -10h for the enlightened
// port.
constexpr NameRow kChannelPorts[] = {
    {"data", 0},
    {"error", 1},
    {"features", 1},
    {"sector_count", 2},
    {"lba_low", 3},
    {"lba_mid", 4},
    {"lba_high", 5},
    {"device", 6},
    {"status", 7},
    {"command", 7},
    {"alt_status", 0x206},
    {"device_control", 0x206},
    {"int13", ~std::uint64_t{0xf}},
};
constexpr NameRow kBusMasterPorts[] = {{"bmic", 0}, {"bmis", 2}, {"bmidtp", 4}};

constexpr NameRow kPlainNames[] = {
    {"CONFADD", 0xcf8},
    {"CONFDATA", 0xcfc},
    {"status.BSY", 0x80},
    {"status.DRDY", 0x40},
    {"status.DF", 0x20},
    {"status.DSC", 0x10},
    {"status.DRQ", 0x08},
    {"status.ERR", 0x01},
    {"error.ICRC", 0x80},
    {"error.UNC", 0x40},
    {"error.MC", 0x20},
    {"error.IDNF", 0x10},
    {"error.MCR", 0x08},
    {"error.ABRT", 0x04},
    {"error.NM", 0x02},
    {"error.WP", 0x40},
    {"error.MED", 0x01},
    {"device.LBA", 0x40},
    {"device.DEV", 0x10},
    {"device_control.HOB", 0x80},
    {"device_control.SRST", 0x04},
    {"device_control.nIEN", 0x02},
    {"bmis.D1CAP", 0x40},
    {"bmis.D0CAP", 0x20},
    {"bmis.INT", 0x04},
    {"bmis.ERR", 0x02},
    {"bmis.ACTIVE", 0x01},
    {"bmic.RWCON", 0x08},
    {"bmic.SSBM", 0x01},
};

// Offsets in the configuration space of function 1 (piix4-ide.md 1.1).
constexpr NameRow kConfigNames[] = {
    {"VID", 0x00},
    {"DID", 0x02},
    {"PCICMD", 0x04},
    {"PCISTS", 0x06},
    {"RID", 0x08},
    {"CLASSC", 0x09},
    {"MLT", 0x0d},
    {"HEDT", 0x0e},
    {"BMIBA", 0x20},
    {"IDETIM_PRIMARY", 0x40},
    {"IDETIM_SECONDARY", 0x42},
    {"SIDETIM", 0x44},
    {"UDMACTL", 0x48},
    {"UDMATIM", 0x4a},
};

template <std::size_t N>
std::optional<std::uint64_t> find_row(const NameRow (&rows)[N], std::string_view name) {
  for (const NameRow& row : rows) {
    if (row.name == name) return row.value;
  }
  return std::nullopt;
}

std::optional<BuiltinName> channel_name(std::string_view field, unsigned channel) {
  if (const auto offset = find_row(kChannelPorts, field)) return BuiltinName{*offset + (channel == 0 ? 0x1f0 : 0x170)};
  if (const auto offset = find_row(kBusMasterPorts, field)) return BuiltinName{*offset + 8 * channel, true};
  return std::nullopt;
}

}  // namespace

std::optional<BuiltinName> find_builtin_name(std::string_view name) {
  if (name.starts_with("primary.")) return channel_name(name.substr(8), 0);
  if (name.starts_with("secondary.")) return channel_name(name.substr(10), 1);
  if (name.starts_with("op.")) {
    const CommandRow* row = find_command(name.substr(3));
    return row != nullptr ? std::optional(BuiltinName{row->opcode}) : std::nullopt;
  }
  if (name.starts_with("nt.")) {
    const auto status = find_nt_status(name.substr(3));
    return status ? std::optional(BuiltinName{*status}) : std::nullopt;
  }
  if (const auto offset = find_row(kConfigNames, name)) return BuiltinName{*offset};
  if (const auto value = find_row(kPlainNames, name)) return BuiltinName{*value};
  return std::nullopt;
}

}  // namespace coincide
