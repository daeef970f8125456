#include "replay/command_tracker.h"

#include "emu/ata/task_file.h"
#include "emu/bus/port_map.h"
#include "emu/media/cd_sector.h"
#include "emu/scsi/command_table.h"

namespace coincide {

namespace {

constexpr std::uint8_t kPacket = 0xa0;
constexpr std::uint8_t kRead10 = 0x28, kRead12 = 0xa8, kStartStopUnit = 0x1b;
constexpr std::uint32_t kPcicmd = 0x04;
constexpr std::uint32_t kBmiba = 0x20;
constexpr std::uint32_t kIdetim = 0x40;

std::uint32_t merge(std::uint32_t old, unsigned offset, unsigned width, std::uint32_t value) {
  for (unsigned i = 0; i < width && offset + i < 4; ++i) {
    const unsigned shift = 8 * (offset + i);
    old = (old & ~(0xffu << shift)) | (value >> (8 * i) & 0xff) << shift;
  }
  return old;
}

}  // namespace

std::optional<ChannelAccess> channel_access(std::uint16_t port, std::uint16_t bmiba) {
  const PortDecode d = decode_port(port, bmiba);
  switch (d.target) {
    case PortTarget::command_block:
      return ChannelAccess{d.channel, ChannelAccess::Block::command, d.offset};
    case PortTarget::control:
      return ChannelAccess{d.channel, ChannelAccess::Block::control, 0};
    case PortTarget::bus_master:
      return ChannelAccess{d.channel, ChannelAccess::Block::bus_master, d.offset};
    default:
      return std::nullopt;
  }
}

std::uint64_t HostCommand::bytes() const {
  if (packet_bytes == packet.size()) {
    const scsi::Cdb cdb(packet);
    if (packet[0] == kRead10) return std::uint64_t{cdb.u16(7)} * kBlockBytes;
    if (packet[0] == kRead12) return std::uint64_t{cdb.u32(6)} * kBlockBytes;
  }
  return std::uint64_t{count_sectors} * 512;
}

bool CommandTracker::decoded(unsigned channel) const {
  return (pcicmd_ & 1) != 0 && (idetim_ >> (16 * channel + 15) & 1) != 0;
}

void CommandTracker::stimulus(const Event& event, std::size_t number) {
  for (Channel& channel : channels_) channel.data_before = channel.data;
  switch (event.kind) {
    case EventKind::port_read:
    case EventKind::port_read_block:
    case EventKind::port_write_block:
      return data_access(event);
    case EventKind::port_write:
      return port_write(event, number);
    case EventKind::config_write:
      return config_write(event.where, event.width, static_cast<std::uint32_t>(event.value));
    case EventKind::media_insert:
    case EventKind::media_eject:
      news_[event.unit & 3] = {DriveNews::Kind::medium, 0};
      media_moved_[event.unit & 3] = true;
      return;
    case EventKind::reset:
      *this = {};
      return;
    default:
      return;
  }
}

void CommandTracker::data_access(const Event& event) {
  const std::optional<ChannelAccess> access = channel_access(static_cast<std::uint16_t>(event.where), 0);
  if (!access || access->block != ChannelAccess::Block::command || access->reg != 0) return;
  const bool single = event.kind == EventKind::port_read || event.kind == EventKind::port_write;
  Channel& channel = channels_[access->channel];
  channel.data += single ? event.width : event.width * event.value;
  const bool write = event.kind == EventKind::port_write || event.kind == EventKind::port_write_block;
  if (write && channel.command && channel.command->opcode == kPacket) packet_data(channel, event);
}

void CommandTracker::packet_data(Channel& channel, const Event& event) {
  HostCommand& command = *channel.command;
  const auto give = [&](std::uint8_t byte) {
    if (command.packet_bytes == command.packet.size()) return;
    command.packet[command.packet_bytes++] = byte;
    if (command.packet_bytes != command.packet.size()) return;
    const scsi::PacketCommand* known = scsi::find_packet_command(command.packet[0]);
    if (known == nullptr || !known->bypasses_attention) ++news_[command.unit].packets;
    if (command.packet[0] == kStartStopUnit) news_[command.unit] = {DriveNews::Kind::tray, 0};
  };
  if (event.kind == EventKind::port_write_block) {
    for (const std::uint8_t byte : event.payload) give(byte);
  } else {
    for (unsigned i = 0; i < event.width; ++i) give(static_cast<std::uint8_t>(event.value >> (8 * i)));
  }
}

void CommandTracker::config_write(std::uint32_t offset, unsigned width, std::uint32_t value) {
  if (offset == kPcicmd) pcicmd_ = static_cast<std::uint8_t>(value);
  if (offset >= kIdetim && offset < kIdetim + 4) idetim_ = merge(idetim_, offset - kIdetim, width, value);
  if (offset < kBmiba || offset >= kBmiba + 4) return;
  bmiba_ = static_cast<std::uint16_t>(merge(bmiba_, offset - kBmiba, width, value) & 0xfff0);
}

void CommandTracker::port_write(const Event& event, std::size_t number) {
  const auto port = static_cast<std::uint16_t>(event.where);
  const auto value = static_cast<std::uint32_t>(event.value);
  const PortDecode d = decode_port(port, bmiba_);
  if (d.target == PortTarget::config_address && event.width == 4) config_address_ = value;
  if (d.target == PortTarget::config_data) return config_write((config_address_ & 0xfc) + d.offset, event.width, value);
  const std::optional<ChannelAccess> access = channel_access(port, bmiba_);
  if (!access) return;
  data_access(event);
  Channel& channel = channels_[access->channel];
  switch (access->block) {
    case ChannelAccess::Block::command:
      return command_block_write(channel, access->channel, access->reg, static_cast<std::uint8_t>(value), number);
    case ChannelAccess::Block::control: {
      const bool was = (channel.control & device_control::SRST) != 0;
      channel.control = static_cast<std::uint8_t>(value);
      if ((value & device_control::SRST) != 0 && !was) {
        channel.dev = 0;
        channel.command.reset();
        channel.soft_reset = true;
      }
      return;
    }
    case ChannelAccess::Block::bus_master:
      if (access->reg >= 4) channel.bmidtp = merge(channel.bmidtp, access->reg - 4, event.width, value) & ~3u;
      if (access->reg == 0) channel.bmic = static_cast<std::uint8_t>(value & 0x09);
      return;
  }
}

void CommandTracker::command_block_write(Channel& channel, unsigned index, unsigned reg, std::uint8_t value,
                                         std::size_t number) {
  if (reg == 0) return;  // counted by data_access
  channel.control = static_cast<std::uint8_t>(channel.control & ~device_control::HOB);
  if (reg == 6) channel.dev = (value & device_bits::DEV) != 0 ? 1 : 0;
  if (reg == 7) {
    channel.soft_reset = false;
    channel.data = channel.data_before = 0;
    channel.command = decode(channel, index, value, number);
    media_moved_[channel.command->unit] = false;
    if (channel.command->row != nullptr && channel.command->row->protocol == Protocol::diagnostic) {
      channel.dev = 0;
      news_[2 * index] = news_[2 * index + 1] = {};
    }
    return;
  }
  channel.previous[reg] = channel.current[reg];
  channel.current[reg] = value;
}

HostCommand CommandTracker::decode(const Channel& channel, unsigned index, std::uint8_t opcode,
                                   std::size_t number) const {
  const auto& current = channel.current;
  const auto& previous = channel.previous;
  HostCommand command;
  command.unit = 2 * index + channel.dev;
  command.opcode = opcode;
  command.features = current[1];
  command.sector_count = {current[2], previous[2]};
  command.lba_low = {current[3], previous[3]};
  command.lba_mid = {current[4], previous[4]};
  command.lba_high = {current[5], previous[5]};
  command.device = current[6];
  command.row = find_command(opcode, command.features);
  command.event = number;
  command.decoded = decoded(index);
  if (command.row == nullptr) return command;
  const std::uint32_t low24 = current[3] | std::uint32_t{current[4]} << 8 | std::uint32_t{current[5]} << 16;
  if (is_ext(*command.row)) {
    command.lba48 = true;
    command.lba =
        low24 | std::uint64_t{previous[3]} << 24 | std::uint64_t{previous[4]} << 32 | std::uint64_t{previous[5]} << 40;
    command.count_sectors = current[2] | std::uint32_t{previous[2]} << 8;
    if (command.count_sectors == 0) command.count_sectors = 65536;
    return command;
  }
  if (command.row->inputs != Inputs::lba28 && command.row->inputs != Inputs::address) return command;
  command.chs = (current[6] & device_bits::LBA) == 0;
  const std::uint32_t head = current[6] & 0x0fu;
  command.lba = command.chs
                    ? (std::uint64_t{current[4]} | std::uint64_t{current[5]} << 8) << 16 | head << 8 | current[3]
                    : low24 | std::uint64_t{head} << 24;
  if (command.row->inputs == Inputs::lba28) command.count_sectors = current[2] == 0 ? 256 : current[2];
  return command;
}

}  // namespace coincide
