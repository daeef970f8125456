// A command as a line of text: what it is called, and what its registers ask for.
#include <fmt/format.h>

#include "emu/ata/log_table.h"
#include "emu/ata/subcommand_names.h"
#include "emu/ata/task_file.h"
#include "emu/media/cd_sector.h"
#include "emu/scsi/command_table.h"
#include "replay/command_tracker.h"

namespace coincide {
namespace {

std::string named(std::string_view name, std::uint8_t value) {
  return name.empty() ? fmt::format(" {:02X}h", value) : fmt::format(" {}", name);
}

std::string log_text(std::uint8_t address) {
  const LogRow* row = find_log(address);
  return fmt::format(" {:02X}h{}{}", address, row != nullptr ? " " : "", row != nullptr ? row->name : "");
}

std::string set_features_text(const HostCommand& c) {
  const std::string out = named(set_features_name(c.features), c.features);
  switch (c.features) {
    case 0x03:
      return out + ":" + named(transfer_mode_name(c.sector_count[0]), c.sector_count[0]);
    case 0x05:
    case 0x42:
      return out + fmt::format(", level {:02X}h", c.sector_count[0]);
    default:
      return out;
  }
}

std::string smart_text(const HostCommand& c) {
  switch (c.features) {
    case 0xd2:
      if (c.sector_count[0] == 0xf1) return " enable";
      return c.sector_count[0] == 0 ? " disable" : named({}, c.sector_count[0]);
    case 0xd4:
      return named(self_test_name(c.lba_low[0]), c.lba_low[0]);
    case 0xd5:
    case 0xd6:
      return log_text(c.lba_low[0]) + fmt::format(" count={}", c.sector_count[0]);
    default:
      return c.row->subcommand >= 0 ? "" : named({}, c.features);
  }
}

std::string set_max_text(const HostCommand& c) {
  std::uint64_t lba = c.lba_low[0] | std::uint64_t{c.lba_mid[0]} << 8 | std::uint64_t{c.lba_high[0]} << 16;
  if (c.opcode == 0x37) {
    lba |= std::uint64_t{c.lba_low[1]} << 24 | std::uint64_t{c.lba_mid[1]} << 32 | std::uint64_t{c.lba_high[1]} << 40;
  } else {
    lba |= std::uint64_t{c.device & 0x0fu} << 24;
  }
  return fmt::format(" lba={:#x}{}", lba, (c.sector_count[0] & 1) != 0 ? ", non-volatile" : ", volatile");
}

/// PACKET, when its packet has come: the packet command, and what READ asks for.
std::string packet_text(const HostCommand& c) {
  if (c.packet_bytes != c.packet.size()) return {};
  const scsi::PacketCommand* row = scsi::find_packet_command(c.packet[0]);
  std::string out = row != nullptr ? fmt::format(": {}", row->name) : fmt::format(": {:02X}h", c.packet[0]);
  if (c.bytes() != 0) out += fmt::format(" lba={:#x} count={}", scsi::Cdb(c.packet).u32(2), c.bytes() / kBlockBytes);
  return out;
}

/// Of commands whose registers mean something of their own.
std::string special_text(const HostCommand& c) {
  const auto both = [](const std::array<std::uint8_t, 2>& pair) { return pair[0] | pair[1] << 8; };
  switch (c.opcode) {
    case 0x2f:
    case 0x3f:
      return log_text(c.lba_low[0]) + fmt::format(" sector={} count={}", both(c.lba_mid), both(c.sector_count));
    case 0xa0:
      return packet_text(c);
    case 0x27:
    case 0xf8:
      return {};
    case 0x37:
      return set_max_text(c);
    case 0xf9:
      return c.row->subcommand >= 0 ? "" : set_max_text(c);
    case 0xb0:
      return smart_text(c);
    case 0xc6:
    case 0xe2:
    case 0xe3:
      return fmt::format(" count={}", c.sector_count[0]);
    case 0xef:
      return set_features_text(c);
    default:
      return c.row->subcommand >= 0 ? "" : fmt::format(" features={:02X}h", c.features);
  }
}

}  // namespace

std::string HostCommand::text() const {
  std::string out = row != nullptr ? std::string(row->name) : fmt::format("command {:02X}h", opcode);
  if (row == nullptr || row->inputs == Inputs::none) return out;
  if (row->inputs == Inputs::special || opcode == 0x37 || opcode == 0xf9) return out + special_text(*this);
  if (chs) {
    out += fmt::format(" chs={}/{}/{}", lba >> 16, lba >> 8 & 0xff, lba & 0xff);
  } else {
    out += fmt::format(" lba={:#x}", lba);
  }
  if (count_sectors != 0) out += fmt::format(" count={}", count_sectors);
  return out;
}

}  // namespace coincide
