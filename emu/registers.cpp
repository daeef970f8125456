#include "emu/registers.h"

namespace coincide {
namespace {

constexpr RegisterInfo kFunction[] = {
    {"PCICMD", "pcicmd", 2},
    {"PCISTS", "pcists", 2},
    {"MLT", "mlt", 1},
    {"BMIBA", "bmiba", 4},
    {"IDETIM primary", "idetim_primary", 2},
    {"IDETIM secondary", "idetim_secondary", 2},
    {"SIDETIM", "sidetim", 1},
    {"UDMACTL", "udmactl", 1},
    {"UDMATIM", "udmatim", 2},
    {"CONFADD", "confadd", 4},
};
static_assert(std::size(kFunction) == static_cast<std::size_t>(FunctionReg::count));

constexpr RegisterInfo kChannel[] = {
    {"BMIC", "bmic", 1},
    {"BMIS", "bmis", 1},
    {"BMIDTP", "bmidtp", 4},
    {"INTRQ", "intrq", 1},
};
static_assert(std::size(kChannel) == static_cast<std::size_t>(ChannelReg::count));

constexpr RegisterInfo kDevice[] = {
    {"Status", "status", 1},
    {"Error", "error", 1},
    {"Features", "features", 1},
    {"Features previous", "features_prev", 1},
    {"Sector Count", "sector_count", 1},
    {"Sector Count previous", "sector_count_prev", 1},
    {"LBA Low", "lba_low", 1},
    {"LBA Low previous", "lba_low_prev", 1},
    {"LBA Mid", "lba_mid", 1},
    {"LBA Mid previous", "lba_mid_prev", 1},
    {"LBA High", "lba_high", 1},
    {"LBA High previous", "lba_high_prev", 1},
    {"Device", "device", 1},
    {"Device Control", "device_control", 1},
    {"Command", "command", 1},
    {"interrupt pending", "interrupt_pending", 1},
    {"PIO mode", "pio_mode", 1},
    {"DMA mode", "dma_mode", 1},
    {"multiple count", "multiple_count", 1},
    {"power mode", "power_mode", 1},
    {"standby timer", "standby_timer", 1},
    {"logical heads", "logical_heads", 1},
    {"logical sectors", "logical_sectors", 1},
    {"write cache", "write_cache", 1},
    {"look-ahead", "look_ahead", 1},
    {"APM level", "apm_level", 1},
    {"AAM level", "aam_level", 1},
    {"release interrupt", "release_interrupt", 1},
    {"SERVICE interrupt", "service_interrupt", 1},
    {"revert on reset", "revert_on_reset", 1},
    {"security state", "security_state", 1},
    {"security attempts", "security_attempts", 1},
    {"max LBA", "max_lba", 8},
    {"native max LBA", "native_max_lba", 8},
    {"SET MAX state", "set_max_state", 1},
    {"DCO state", "dco_state", 1},
    {"SMART enabled", "smart_enabled", 1},
    {"SMART autosave", "smart_autosave", 1},
    {"media status notification", "media_status_notification", 1},
    {"media state", "media_state", 1},
    {"sense key", "sense_key", 1},
    {"sense ASC", "sense_asc", 1},
    {"sense ASCQ", "sense_ascq", 1},
    {"byte count limit", "byte_count_limit", 2},
    {"interrupt reason", "interrupt_reason", 1},
    {"tag", "tag", 1},
    {"security level", "security_level", 1},
    {"master revision", "master_revision", 2},
    {"SET MAX attempts", "set_max_attempts", 1},
    {"non-volatile max LBA", "non_volatile_max_lba", 8},
    {"SMART off-line status", "smart_offline_status", 1},
    {"SMART self-test status", "smart_self_test_status", 1},
    {"Power-Up In Standby", "puis_enabled", 1},
    {"spin-up needed", "spin_up_needed", 1},
    {"CFA power mode", "cfa_power_mode", 1},
    {"media card enabled", "media_card_enabled", 1},
    {"queued commands", "queued_commands", 1},
    {"8-bit PIO", "eight_bit_pio", 1},
};
static_assert(std::size(kDevice) == static_cast<std::size_t>(DeviceReg::count));

constexpr RegisterInfo kAccelerator[] = {
    {"channel state", "channel_state", 1},      {"channel error", "channel_error", 1},
    {"protocol state", "protocol_state", 1},    {"protocol version", "protocol_version", 2},
    {"outstanding requests", "outstanding", 2},
};
static_assert(std::size(kAccelerator) == static_cast<std::size_t>(AcceleratorReg::count));

constexpr std::string_view kDeviceNames[] = {"primary master", "primary slave", "secondary master", "secondary slave"};

std::string hex(unsigned value) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  do {
    out.insert(out.begin(), digits[value & 15]);
    value >>= 4;
  } while (value != 0);
  if (out.size() < 2) out.insert(out.begin(), '0');
  return out + "h";
}

}  // namespace

std::span<const RegisterInfo> register_table(Scope scope) {
  switch (scope) {
    case Scope::function:
      return kFunction;
    case Scope::primary:
    case Scope::secondary:
      return kChannel;
    case Scope::device0:
    case Scope::device1:
    case Scope::device2:
    case Scope::device3:
      return kDevice;
    case Scope::accelerator0:
    case Scope::accelerator1:
    case Scope::accelerator2:
    case Scope::accelerator3:
      return kAccelerator;
  }
  return {};
}

std::string register_name(RegisterId id) {
  const auto scope = static_cast<Scope>(id >> 16);
  const unsigned index = id & 0xffff;
  const auto table = register_table(scope);
  if (scope == Scope::function && index >= 0x100 && index < 0x200) return "config byte " + hex(index - 0x100);
  if (index >= table.size()) return "register " + hex(id);
  const std::string name(table[index].name);
  switch (scope) {
    case Scope::function:
      return name;
    case Scope::primary:
      return "primary " + name;
    case Scope::secondary:
      return "secondary " + name;
    default: {
      const bool accelerator = scope >= Scope::accelerator0;
      return std::string(kDeviceNames[static_cast<unsigned>(scope) & 3]) + (accelerator ? " VMBus " : " ") + name;
    }
  }
}

std::optional<RegisterId> find_register(Scope scope, std::string_view symbol) {
  const auto table = register_table(scope);
  for (unsigned i = 0; i < table.size(); ++i) {
    if (table[i].symbol == symbol) return register_id(scope, i);
  }
  return std::nullopt;
}

}  // namespace coincide
