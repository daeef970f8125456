#include "conformance/monitor/host_view.h"

#include <algorithm>

#include "emu/ata/task_file.h"

namespace coincide::monitor {
namespace {

constexpr std::uint8_t kDeviceReset = 0x08, kPacket = 0xa0, kSetMultiple = 0xc6, kSetFeatures = 0xef;
constexpr std::uint8_t kSetTransferMode = 0x03;

}  // namespace

HostView::HostView(const std::array<UnitEvidence, 4>& units, unsigned pci_device) : pci_device_(pci_device) {
  for (unsigned unit = 0; unit < 4; ++unit) {
    // ATA6-PKT-8: word 0 bits 1:0.
    const auto& words = units[unit].identify_packet;
    packet_bytes_[unit] = words && ((*words)[0] & 3) == 1 ? 16 : 12;
  }
}

HostAccess HostView::decode(const Event& event) const { return ports_.decode(event); }

void HostView::follow(const Step& step) {
  const Event& event = step.event;
  if (event.kind == EventKind::irq) {
    ChannelView& channel = channels_[event.where == 15 ? 1 : 0];
    const bool level = event.value != 0;
    if (level && !channel.level) {
      ++channel.edges;
      channel.drive().interrupted = true;
    }
    channel.level = level;
    return;
  }
  if (event.kind == EventKind::reset) reset();
  if (is_stimulus(event.kind)) commands_.stimulus(event, step.number);
  if (step.writes(HostRegister::confadd) && event.width == 4) {
    config_address_ = static_cast<std::uint32_t>(event.value);
  } else if (const auto offset = config_offset(step)) {
    config_seen(step, *offset);
  } else if (step.access.reg != HostRegister::none) {
    port(step);
  }
  ports_.follow(event);
}

void HostView::reset() {
  const std::array<ChannelView, 2> before = channels_;
  channels_ = {};
  for (unsigned c = 0; c < 2; ++c) {
    for (unsigned d = 0; d < 2; ++d) {
      channels_[c].drives[d].since = Since::reset;
      channels_[c].drives[d].mode = before[c].drives[d].mode;
    }
  }
}

std::optional<unsigned> HostView::config_offset(const Step& step) const {
  if (step.access.reg == HostRegister::config) return step.access.byte;
  if (step.access.reg != HostRegister::confdata) return std::nullopt;
  const std::uint32_t function = 0x80000000u | pci_device_ << 11 | 1u << 8;
  if ((config_address_ & ~0xffu) != function) return std::nullopt;
  return (config_address_ & 0xfc) + step.access.byte;
}

void HostView::config_seen(const Step& step, unsigned offset) {
  for (unsigned i = 0; i < step.event.width && offset + i < config_.size(); ++i) {
    config_[offset + i] = static_cast<std::uint8_t>(step.event.value >> (8 * i));
  }
}

void HostView::port(const Step& step) {
  ChannelView& channel = channels_[step.access.channel];
  DriveView& drive = channel.drive();
  switch (step.access.reg) {
    case HostRegister::data:
      return data_moved(step.access.channel, step);
    case HostRegister::status_command:
      return step.access.write ? command_written(step.access.channel) : status_read(channel, step.value());
    case HostRegister::alternate_control:
      return step.access.write ? control_written(channel, step.value()) : status_read(channel, step.value());
    case HostRegister::lba_mid:
    case HostRegister::lba_high:
      if (!step.access.write) {
        drive.byte_count[step.access.reg == HostRegister::lba_high ? 1 : 0] = step.value();
        drive.count_read = drive.byte_count[0] && drive.byte_count[1];
      }
      break;
    case HostRegister::device:
      if (step.access.write) channel.dev = (step.value() & device_bits::DEV) != 0 ? 1 : 0;
      break;
    case HostRegister::bmic:
      if (step.access.write) channel.bmic = step.value() & 0x09;
      break;
    default:
      break;
  }
  const bool command_block = step.access.reg >= HostRegister::error_features && step.access.reg <= HostRegister::device;
  if (!command_block || !step.access.write) return;
  channel.control &= 0x7f;
  if (step.access.reg == HostRegister::device) return;
  for (DriveView& each : channel.drives) each.touched = true;  // ATA6-SEL-1
}

void HostView::status_read(ChannelView& channel, std::uint8_t value) {
  DriveView& drive = channel.drive();
  const bool had_data = drive.known(status::DRQ);
  drive.status = value;
  if ((value & status::BSY) != 0) return;
  if ((value & status::DRQ) == 0) {
    drive.running = false;
  } else if (!had_data) {
    drive.block_moved = 0;
    drive.widths = 0;
    drive.byte_count = {};
    drive.count_read = false;
  }
}

void HostView::control_written(ChannelView& channel, std::uint8_t value) {
  const bool starts = (value & 0x04) != 0 && !channel.srst();
  channel.control = value;
  if (!starts) return;
  channel.dev = 0;
  channel.edges = 0;
  for (DriveView& drive : channel.drives) {
    drive.status.reset();
    drive.since = Since::reset;
    drive.running = drive.interrupted = false;
  }
}

void HostView::command_written(unsigned index) {
  ChannelView& channel = channels_[index];
  channel.control &= 0x7f;
  channel.edges = 0;
  channel.data = 0;
  const HostCommand& command = *commands_.command(index);
  const bool both = command.row != nullptr && command.row->protocol == Protocol::diagnostic;
  for (unsigned d = 0; d < 2; ++d) {
    DriveView& drive = channel.drives[d];
    if (!both && d != command.unit % 2) continue;
    if (drive.absent()) continue;
    drive.status.reset();
    drive.since = command.opcode == kDeviceReset ? Since::reset : Since::command;
    drive.interrupted = false;
    drive.running = command.opcode != kDeviceReset;
    drive.packet_sent = drive.touched = false;
    drive.block_moved = 0;
  }
  DriveView& drive = channel.drives[command.unit % 2];
  if (command.opcode == kSetMultiple) drive.multiple = command.sector_count[0];
  const bool transfer_mode = command.opcode == kSetFeatures && command.features == kSetTransferMode;
  if (transfer_mode && command.sector_count[0] >= 0x20) {
    drive.mode = command.sector_count[0];
    drive.told_since_reset = true;
  }
  channel.dev = commands_.selected_unit(index) % 2;
}

std::optional<std::uint64_t> HostView::block_bytes(unsigned index) const {
  const DriveView& drive = channels_[index].drive();
  const std::optional<HostCommand>& command = commands_.command(index);
  if (!command) return std::nullopt;
  if (command->opcode == kPacket) {
    if (!drive.packet_sent) return packet_bytes_[command->unit];
    if (!drive.count_read) return std::nullopt;
    const std::uint64_t count = *drive.byte_count[0] | std::uint64_t{*drive.byte_count[1]} << 8;
    return count + count % 2;
  }
  if (command->row == nullptr) return std::nullopt;
  if (command->row->protocol != Protocol::pio_in && command->row->protocol != Protocol::pio_out) return std::nullopt;
  if (!command->row->multiple) return 512;
  if (drive.multiple == 0) return std::nullopt;
  const std::uint64_t before = channels_[index].data - drive.block_moved;
  const std::uint64_t left = command->bytes() - std::min(command->bytes(), before);
  return std::min<std::uint64_t>(std::uint64_t{drive.multiple} * 512, left);
}

void HostView::data_moved(unsigned index, const Step& step) {
  ChannelView& channel = channels_[index];
  DriveView& drive = channel.drive();
  drive.block_moved += step.data_bytes();
  channel.data += step.data_bytes();
  drive.widths |= step.event.width;
  const std::optional<std::uint64_t> whole = block_bytes(index);
  if (!whole || drive.block_moved < *whole) return;
  const HostCommand& command = *commands_.command(index);
  const bool packet = command.opcode == kPacket;
  drive.status.reset();
  drive.interrupted = false;
  drive.since = packet && !drive.packet_sent ? Since::packet : Since::block;
  if (packet) drive.packet_sent = true;
  // HPIOI2: after the last block the host need not look again, the drive is idle (ATA6-PIO-IN-6).
  if (!packet && command.row != nullptr && command.row->protocol == Protocol::pio_in &&
      channel.data >= command.bytes()) {
    drive.since = Since::start;
    drive.running = false;
  }
  drive.block_moved = 0;
}

std::string HostView::unit_text(unsigned channel) const {
  return std::string(channel == 0 ? "primary " : "secondary ") + (channels_[channel].dev == 0 ? "master" : "slave");
}

std::string HostView::command_text(unsigned channel) const {
  const std::optional<HostCommand>& command = commands_.command(channel);
  return command ? command->text() : std::string();
}

}  // namespace coincide::monitor
