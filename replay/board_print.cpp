// The canonical text of a board.
#include <fmt/format.h>

#include <algorithm>

#include "replay/board_fields.h"
#include "replay/board_text.h"

namespace coincide {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c >= 0x20 && c < 0x7f) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out + '"';
}

std::string medium_text(const std::string& name, const std::string& hash, const MediumPtr& medium) {
  const std::size_t colon = name.find(':');
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '#' && c != '(' && c != ')' && c != '=';
  });
  std::string out = name;
  if (!plain) out = name.substr(0, colon + 1) + quoted(name.substr(colon + 1));
  if (!hash.empty()) return out + " hash=" + hash;
  return out + fmt::format(" sectors={}", medium ? medium->sectors() : 0);
}

void print_device(std::string& out, unsigned unit, const DeviceConfig& device) {
  const DeviceConfig standard = DeviceConfig::standard(device.kind);
  const bool empty = device.medium == nullptr && device.kind == DeviceKind::packet;
  out += fmt::format("board {} {} {}", device.kind == DeviceKind::packet ? "cdrom" : "disk", unit_text(unit),
                     empty ? "none" : medium_text(device.medium_name, device.medium_hash, device.medium));
  for (const TextField& field : kTextFields) {
    if (device.*field.member != standard.*field.member)
      out += fmt::format(" {}={}", field.name, quoted(device.*field.member));
  }
  for (const auto& field : kSizeFields) {
    if (device.*field.member != standard.*field.member) out += fmt::format(" {}={}", field.name, device.*field.member);
  }
  for (const auto& field : kWordFields) {
    if (device.*field.member != standard.*field.member) out += fmt::format(" {}={}", field.name, device.*field.member);
  }
  for (const auto& field : kByteFields) {
    if (device.*field.member != standard.*field.member) out += fmt::format(" {}={}", field.name, device.*field.member);
  }
  for (const SwitchField& field : kSwitchFields) {
    if (device.*field.member != standard.*field.member) {
      out += fmt::format(" {}={}", field.name, device.*field.member ? "on" : "off");
    }
  }
  std::string features;
  for (const FeatureRow& row : feature_table()) {
    const bool on = device.features.has(row.feature);
    if (on != standard.features.has(row.feature))
      features += fmt::format("{}{}{}", features.empty() ? "" : ",", on ? '+' : '-', row.name);
  }
  if (!features.empty()) out += " features=" + features;
  if (device.max_udma != standard.max_udma) {
    out += device.max_udma == kNoUdma ? std::string(" max_udma=none") : fmt::format(" max_udma={}", device.max_udma);
  }
  if (device.packet_bytes != standard.packet_bytes) out += fmt::format(" packet={}", device.packet_bytes);
  if (device.packet_drq != standard.packet_drq)
    out += fmt::format(" drq={}", kPacketDrqNames[static_cast<std::size_t>(device.packet_drq)]);
  if (device.byte_count_default != 0) out += fmt::format(" byte_count={}", device.byte_count_default);
  if (device.read_only) out += " read_only";
  out += '\n';
  for (std::size_t i = 0; i < device.media.size(); ++i) {
    const MediumConfig& medium = device.media[i];
    out += fmt::format("board medium {} {} {}{}\n", unit_text(unit), i + 1,
                       medium_text(medium.name, medium.hash, medium.medium), medium.read_only ? " read_only" : "");
  }
  for (const Fault& fault : device.faults) {
    out += fmt::format("board fault {} {} {}..", unit_text(unit),
                       fault.op == DiskOp::none ? "any" : disk_op_name(fault.op), fault.first_lba);
    if (fault.last_lba != ~std::uint64_t{0}) out += fmt::format("{}", fault.last_lba);
    out += fmt::format(" {}", disk_outcome_name(fault.outcome));
    if (fault.times != 0) out += fmt::format(" times={}", fault.times);
    out += '\n';
  }
}

}  // namespace

std::string print_board(const Board& board) {
  std::string out = board.chip == Chip::piix4 ? "board chip piix4\n" : "board chip piix3\n";
  if (board.pci_device != Board().pci_device) out += fmt::format("board pci_device {}\n", board.pci_device);
  if (board.ram.empty()) out += "board ram none\n";
  std::vector<RamRange> ram = board.ram;
  std::sort(ram.begin(), ram.end(), [](const RamRange& a, const RamRange& b) { return a.address < b.address; });
  for (const RamRange& range : ram) out += fmt::format("board ram {:#x} {}\n", range.address, range.bytes);
  for (unsigned unit = 0; unit < board.devices.size(); ++unit) {
    if (board.devices[unit].kind != DeviceKind::none) print_device(out, unit, board.devices[unit]);
  }
  if (board.int13) out += "board int13\n";
  switch (board.completion.kind) {
    case CompletionPolicy::Kind::immediate:
      return out + "board completion immediate\n";
    case CompletionPolicy::Kind::scripted:
      return out + "board completion scripted\n";
    case CompletionPolicy::Kind::latency:
      break;
  }
  return out + fmt::format("board completion latency {}\n", board.completion.latency_ns);
}

}  // namespace coincide
