#include "replay/ports.h"

#include <fmt/format.h>

#include <array>

namespace coincide {
namespace {

constexpr std::uint32_t kCommandBlock[2] = {0x1f0, 0x170};
constexpr std::uint32_t kControlBlock = 0x206;  // from the command block: 3F6h, 376h
constexpr std::uint32_t kInt13 = 0x10;          // below the command block: 1E0h, 160h
constexpr std::uint32_t kConfadd = 0xcf8;
constexpr std::uint32_t kConfdata = 0xcfc;
constexpr std::uint8_t kBmibaOffset = 0x20;

constexpr HostRegister kCommandBlockRegisters[] = {
    HostRegister::data,    HostRegister::error_features, HostRegister::sector_count, HostRegister::lba_low,
    HostRegister::lba_mid, HostRegister::lba_high,       HostRegister::device,       HostRegister::status_command,
};

struct NameRow {
  HostRegister reg;
  std::string_view read;
  std::string_view write;
  std::string_view read_bits;  ///< eight letters, most significant bit first; '-' names no bit
  std::string_view write_bits;
};
constexpr NameRow kNames[] = {
    {HostRegister::data, "Data", "Data", "", ""},
    {HostRegister::error_features, "Error", "Features", "CUMIRAN-", ""},
    {HostRegister::sector_count, "Sector Count", "Sector Count", "", ""},
    {HostRegister::lba_low, "LBA Low", "LBA Low", "", ""},
    {HostRegister::lba_mid, "LBA Mid", "LBA Mid", "", ""},
    {HostRegister::lba_high, "LBA High", "LBA High", "", ""},
    {HostRegister::device, "Device", "Device", "1L1D3210", "1L1D3210"},
    {HostRegister::status_command, "Status", "Command", "BRFSQ--E", ""},
    {HostRegister::alternate_control, "Alternate Status", "Device Control", "BRFSQ--E", "H----Rn-"},
    {HostRegister::bmic, "BMIC", "BMIC", "----W--S", "----W--S"},
    {HostRegister::bmis, "BMIS", "BMIS", "-10--IEA", "-10--IEA"},
    {HostRegister::bmidtp, "BMIDTP", "BMIDTP", "", ""},
    {HostRegister::int13, "INT13", "INT13", "", ""},
    {HostRegister::confadd, "CONFADD", "CONFADD", "", ""},
    {HostRegister::confdata, "CONFDATA", "CONFDATA", "", ""},
};

struct ConfigRow {
  std::string_view name;
  std::uint8_t offset;
  std::uint8_t bytes;
};
constexpr ConfigRow kConfig[] = {
    {"VID", 0x00, 2},
    {"DID", 0x02, 2},
    {"PCICMD", 0x04, 2},
    {"PCISTS", 0x06, 2},
    {"RID", 0x08, 1},
    {"CLASSC", 0x09, 3},
    {"MLT", 0x0d, 1},
    {"HEDT", 0x0e, 1},
    {"BMIBA", 0x20, 4},
    {"IDETIM_PRIMARY", 0x40, 2},
    {"IDETIM_SECONDARY", 0x42, 2},
    {"SIDETIM", 0x44, 1},
    {"UDMACTL", 0x48, 1},
    {"UDMATIM", 0x4a, 2},
};

const NameRow* find_names(HostRegister reg) {
  for (const NameRow& row : kNames) {
    if (row.reg == reg) return &row;
  }
  return nullptr;
}

std::string letters_text(std::string_view letters, std::uint64_t value) {
  std::string text;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const bool set = (value >> (letters.size() - 1 - i) & 1) != 0;
    // A set bit that has no letter is still seen.
    text += !set ? '.' : letters[i] == '-' ? '#' : letters[i];
  }
  return text;
}

std::string config_name(unsigned offset) {
  for (const ConfigRow& row : kConfig) {
    if (offset == row.offset) return std::string(row.name);
    if (offset > row.offset && offset < row.offset + row.bytes) {
      return fmt::format("{}+{}", row.name, offset - row.offset);
    }
  }
  return fmt::format("configuration {}", hex_text(offset, 1));
}

}  // namespace

HostAccess PortMap::decode_port(std::uint32_t port, bool write) const {
  for (std::uint8_t channel = 0; channel < 2; ++channel) {
    const std::uint32_t base = kCommandBlock[channel];
    if (port >= base && port < base + 8) return {kCommandBlockRegisters[port - base], channel, 0, write};
    if (port == base + kControlBlock) return {HostRegister::alternate_control, channel, 0, write};
    if (port == base - kInt13) return {HostRegister::int13, channel, 0, write};
  }
  if (port >= kConfadd && port < kConfadd + 4) {
    return {HostRegister::confadd, 0, static_cast<std::uint8_t>(port - kConfadd), write};
  }
  if (port >= kConfdata && port < kConfdata + 4) {
    return {HostRegister::confdata, 0, static_cast<std::uint8_t>(port - kConfdata), write};
  }
  if (bmiba_ != 0 && port >= bmiba_ && port < bmiba_ + 16) {
    const std::uint8_t channel = port - bmiba_ >= 8 ? 1 : 0;
    const std::uint8_t offset = (port - bmiba_) & 7;
    if (offset == 0) return {HostRegister::bmic, channel, 0, write};
    if (offset == 2) return {HostRegister::bmis, channel, 0, write};
    if (offset >= 4) return {HostRegister::bmidtp, channel, static_cast<std::uint8_t>(offset - 4), write};
  }
  return {HostRegister::none, 0, 0, write};
}

HostAccess PortMap::decode(const Event& event) const {
  switch (event.kind) {
    case EventKind::port_read:
    case EventKind::port_read_block:
      return decode_port(event.where, false);
    case EventKind::port_write:
    case EventKind::port_write_block:
      return decode_port(event.where, true);
    case EventKind::config_read:
    case EventKind::config_write:
      return {HostRegister::config, 0, static_cast<std::uint8_t>(event.where), event.kind == EventKind::config_write};
    default:
      return {};
  }
}

void PortMap::write_config(std::uint32_t offset, unsigned width, std::uint64_t value) {
  if (width > 4) return;  // no access: no bus cycle is so wide
  for (unsigned i = 0; i < width; ++i) {
    const std::uint32_t at = offset + i;
    if (at < kBmibaOffset || at >= kBmibaOffset + 4u) continue;
    const unsigned shift = 8 * (at - kBmibaOffset);
    bmiba_ = (bmiba_ & ~(0xffu << shift)) | static_cast<std::uint32_t>(value >> (8 * i) & 0xff) << shift;
  }
  bmiba_ &= 0xfff0;
}

void PortMap::follow(const Event& event) {
  if (event.kind == EventKind::config_write) {
    write_config(event.where, event.width, event.value);
  } else if (event.kind == EventKind::port_write && event.where == kConfadd && event.width == 4) {
    config_address_ = static_cast<std::uint32_t>(event.value);
  } else if (event.kind == EventKind::port_write && event.where >= kConfdata && event.where < kConfdata + 4) {
    // Function 1 of whatever device: which one the board is at does not show in the stream.
    const bool function1 = (config_address_ >> 8 & 7) == 1 && (config_address_ >> 31) != 0;
    if (function1) write_config((config_address_ & 0xfc) + (event.where - kConfdata), event.width, event.value);
  } else if (event.kind == EventKind::register_change &&
             event.where == register_id(Scope::function, static_cast<unsigned>(FunctionReg::bmiba))) {
    bmiba_ = static_cast<std::uint32_t>(event.value) & 0xfff0;
  }
}

bool is_polled(const HostAccess& access) {
  return !access.write && (access.reg == HostRegister::status_command ||
                           access.reg == HostRegister::alternate_control || access.reg == HostRegister::bmis);
}

std::string host_register_name(const HostAccess& access) {
  if (access.reg == HostRegister::config) return config_name(access.byte);
  const NameRow* row = find_names(access.reg);
  if (row == nullptr) return {};
  std::string name(access.write ? row->write : row->read);
  if (access.byte != 0) name += fmt::format("+{}", access.byte);
  return name;
}

std::string host_register_long_name(const HostAccess& access) {
  const std::string name = host_register_name(access);
  const bool of_channel = access.reg != HostRegister::none && access.reg < HostRegister::confadd;
  return of_channel ? fmt::format("{} {}", access.channel == 0 ? "primary" : "secondary", name) : name;
}

std::string bits_text(const HostAccess& access, std::uint64_t value) {
  const NameRow* row = find_names(access.reg);
  return row == nullptr ? std::string() : letters_text(access.write ? row->write_bits : row->read_bits, value);
}

std::string bits_text(RegisterId id, std::uint64_t value) {
  const auto scope = static_cast<Scope>(id >> 16);
  const unsigned index = id & 0xffff;
  const auto letters = [&](HostRegister reg, bool write) { return bits_text(HostAccess{reg, 0, 0, write}, value); };
  if (scope == Scope::primary || scope == Scope::secondary) {
    if (index == static_cast<unsigned>(ChannelReg::bmic)) return letters(HostRegister::bmic, false);
    if (index == static_cast<unsigned>(ChannelReg::bmis)) return letters(HostRegister::bmis, false);
  } else if (scope >= Scope::device0 && scope <= Scope::device3) {
    if (index == static_cast<unsigned>(DeviceReg::status)) return letters(HostRegister::status_command, false);
    if (index == static_cast<unsigned>(DeviceReg::error)) return letters(HostRegister::error_features, false);
    if (index == static_cast<unsigned>(DeviceReg::device)) return letters(HostRegister::device, false);
    if (index == static_cast<unsigned>(DeviceReg::device_control))
      return letters(HostRegister::alternate_control, true);
  }
  return {};
}

std::string hex_text(std::uint64_t value, unsigned bytes) {
  const int digits = static_cast<int>(bytes == 0 ? 1 : bytes > 8 ? 16 : 2 * bytes);
  return fmt::format("{:0{}X}h", value, digits);
}

}  // namespace coincide
