#include "replay/quirk_selectors.h"

#include <algorithm>
#include <optional>

#include "emu/ata/task_file.h"

namespace coincide {

namespace {

using Q = Quirk;

/// Where a difference shows. One bit each, so that a row may name several.
enum Place : unsigned {
  kConfig = 1u << 0,  ///< a byte of configuration space
  kStatus = 1u << 1,  ///< Status or Alternate Status
  kError = 1u << 2,
  kCount = 1u << 3,
  kLba = 1u << 4,
  kDevice = 1u << 5,
  kData = 1u << 6,      ///< data of another command, at the port or in memory
  kIdentify = 1u << 7,  ///< a word of IDENTIFY DEVICE or IDENTIFY PACKET DEVICE data
  kBmis = 1u << 8,
  kIrq = 1u << 9,
  kTaskFile = kError | kCount | kLba | kDevice,
  kOutcome = kError | kCount | kLba | kData | kIrq,  ///< of a command that fails in one and has data in the other
};

/// What must be so on the host side.
enum class When : std::uint8_t {
  always,
  not_decoded,     ///< the channel's ports are not enabled, or were not when the last command was written
  absent,          ///< the selected device is not there, but Device 0 is
  command_absent,  ///< the last command went to such a device
  srst_set,        ///< SRST is 1
  after_srst,      ///< no command since SRST
  hob,             ///< HOB is 1
  power_on,        ///< no command and no SRST since power-on or RST#, and a packet device is selected
  packet_device,   ///< a packet device is selected
  media_moved,     ///< a medium of the selected unit came or went, and no command came since
  news_reset,      ///< the first packet command that would report it since power-on, RST# or a self-test
  news_medium,     ///< one of the first two since a medium came or went
  news_tray,       ///< the first since START STOP UNIT
  tray_moved,      ///< START STOP UNIT was the last to move tray or medium, whatever was asked since
};

struct Selector {
  Quirk quirk;
  unsigned places;
  std::uint8_t bits;  ///< bits of a register or configuration byte that may differ
  std::uint8_t first,
      last;  ///< configuration offsets, or words of what IDENTIFY or a packet command sends; else 0, FFh
  When when;
  std::int16_t opcode;       ///< the channel's last command, -1 = any
  std::int16_t features;     ///< its Features, -1 = any
  std::int16_t packet = -1;  ///< opcode of its packet, -1 = any
};

// clang-format off
constexpr Selector kSelectors[] = {
    // quirk, places, bits, first, last, when, opcode, features
    {Q::qemu_config, kConfig, 0x02, 0x04, 0x04, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0x05, 0x05, 0x05, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0x01, 0x08, 0x08, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0xf0, 0x0d, 0x0d, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0xff, 0x22, 0x23, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0xff, 0x2c, 0x2f, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0xff, 0x3c, 0x3c, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0x0c, 0x41, 0x41, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0x0c, 0x43, 0x43, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0xff, 0x45, 0x47, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0xf0, 0x48, 0x48, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0xff, 0x49, 0x49, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0xcc, 0x4a, 0x4b, When::always, -1, -1},
    {Q::qemu_config, kConfig, 0xff, 0x4c, 0xfe, When::always, -1, -1},
    {Q::qemu_ports_always_decoded, kTaskFile | kStatus | kData | kIdentify | kBmis | kIrq, 0xff, 0, 0xff, When::not_decoded, -1, -1},
    {Q::qemu_identify, kIdentify, 0xff, 2, 2, When::always, 0xec, -1},
    {Q::qemu_identify, kIdentify, 0xff, 4, 5, When::always, 0xec, -1},
    {Q::qemu_identify, kIdentify, 0xff, 20, 22, When::always, 0xec, -1},
    {Q::qemu_identify, kIdentify, 0xff, 48, 50, When::always, 0xec, -1},
    {Q::qemu_identify, kIdentify, 0xff, 62, 62, When::always, 0xec, -1},
    {Q::qemu_identify, kIdentify, 0xff, 69, 69, When::always, 0xec, -1},
    {Q::qemu_identify, kIdentify, 0xff, 80, 82, When::always, 0xec, -1},
    {Q::qemu_identify, kIdentify, 0xff, 85, 85, When::always, 0xec, -1},
    {Q::qemu_identify, kIdentify, 0xff, 93, 93, When::always, 0xec, -1},
    {Q::qemu_identify, kIdentify, 0xff, 106, 106, When::always, 0xec, -1},
    {Q::qemu_identify, kIdentify, 0xff, 169, 169, When::always, 0xec, -1},
    {Q::qemu_identify, kIdentify, 0xff, 255, 255, When::always, 0xec, -1},
    {Q::qemu_one_transfer_mode, kIdentify, 0xff, 63, 63, When::always, 0xec, -1},
    {Q::qemu_one_transfer_mode, kIdentify, 0xff, 88, 88, When::always, 0xec, -1},
    {Q::qemu_no_power_modes, kCount, 0xff, 0, 0xff, When::always, 0xe5, -1},
    {Q::qemu_set_features_ignored, kStatus, status::ERR, 0, 0xff, When::always, 0xef, 0x05},
    {Q::qemu_set_features_ignored, kError, 0xff, 0, 0xff, When::always, 0xef, 0x05},
    {Q::qemu_set_features_ignored, kStatus, status::ERR, 0, 0xff, When::always, 0xef, 0x85},
    {Q::qemu_set_features_ignored, kError, 0xff, 0, 0xff, When::always, 0xef, 0x85},
    {Q::qemu_set_features_ignored, kStatus, status::ERR, 0, 0xff, When::always, 0xef, 0x55},
    {Q::qemu_set_features_ignored, kError, 0xff, 0, 0xff, When::always, 0xef, 0x55},
    {Q::qemu_set_features_ignored, kStatus, status::ERR, 0, 0xff, When::always, 0xef, 0xaa},
    {Q::qemu_set_features_ignored, kError, 0xff, 0, 0xff, When::always, 0xef, 0xaa},
    {Q::qemu_smart, kStatus, status::ERR | status::DRQ, 0, 0xff, When::always, 0xb0, -1},
    {Q::qemu_smart, kTaskFile | kData, 0xff, 0, 0xff, When::always, 0xb0, -1},
    {Q::qemu_read_native_max, kStatus, status::ERR, 0, 0xff, When::always, 0x27, -1},
    {Q::qemu_read_native_max, kTaskFile, 0xff, 0, 0xff, When::always, 0x27, -1},
    {Q::qemu_read_native_max, kStatus, status::ERR, 0, 0xff, When::always, 0xf8, -1},
    {Q::qemu_read_native_max, kTaskFile, 0xff, 0, 0xff, When::always, 0xf8, -1},
    {Q::qemu_srst_ends_by_itself, kStatus, status::BSY, 0, 0xff, When::srst_set, -1, -1},
    {Q::qemu_srst_interrupts, kIrq, 0xff, 0, 0xff, When::after_srst, -1, -1},
    {Q::qemu_srst_interrupts, kBmis, 0x04, 0, 0xff, When::after_srst, -1, -1},
    {Q::qemu_absent_ignores_90, kTaskFile | kStatus | kIrq, 0xff, 0, 0xff, When::command_absent, 0x90, -1},
    {Q::qemu_absent_own_registers, kTaskFile, 0xff, 0, 0xff, When::absent, -1, -1},
    {Q::qemu_hob_error_reads_features, kError, 0xff, 0, 0xff, When::hob, -1, -1},
    {Q::qemu_identify_packet, kIdentify, 0xff, 2, 2, When::always, 0xa1, -1},
    {Q::qemu_identify_packet, kIdentify, 0xff, 20, 22, When::always, 0xa1, -1},
    {Q::qemu_identify_packet, kIdentify, 0xff, 48, 50, When::always, 0xa1, -1},
    {Q::qemu_identify_packet, kIdentify, 0x01, 53, 53, When::always, 0xa1, -1},
    {Q::qemu_identify_packet, kIdentify, 0xff, 62, 62, When::always, 0xa1, -1},
    {Q::qemu_identify_packet, kIdentify, 0xff, 65, 68, When::always, 0xa1, -1},
    {Q::qemu_identify_packet, kIdentify, 0xff, 71, 72, When::always, 0xa1, -1},
    {Q::qemu_identify_packet, kIdentify, 0xff, 80, 87, When::always, 0xa1, -1},
    {Q::qemu_identify_packet, kIdentify, 0xff, 93, 93, When::always, 0xa1, -1},
    {Q::qemu_identify_packet, kIdentify, 0xff, 255, 255, When::always, 0xa1, -1},
    {Q::qemu_one_transfer_mode, kIdentify, 0xff, 63, 63, When::always, 0xa1, -1},
    {Q::qemu_one_transfer_mode, kIdentify, 0xff, 88, 88, When::always, 0xa1, -1},
    {Q::qemu_packet_power_on, kStatus, status::DRDY | status::DSC, 0, 0xff, When::power_on, -1, -1},
    {Q::qemu_packet_power_on, kError, 0x01, 0, 0xff, When::power_on, -1, -1},
    {Q::qemu_packet_diagnostic_silent, kIrq, 0xff, 0, 0xff, When::packet_device, 0x90, -1},
    {Q::qemu_packet_diagnostic_silent, kBmis, 0x04, 0, 0xff, When::packet_device, 0x90, -1},
    {Q::qemu_packet_no_abrt, kError, error::ABRT, 0, 0xff, When::always, 0xa0, -1},
    {Q::qemu_packet_signature_device, kDevice, device_bits::LBA, 0, 0xff, When::packet_device, -1, -1},
    {Q::qemu_packet_dma_inactive, kBmis, 0x01, 0, 0xff, When::always, 0xa0, -1},
    {Q::qemu_change_interrupts, kIrq, 0xff, 0, 0xff, When::media_moved, -1, -1},
    {Q::qemu_change_interrupts, kBmis, 0x04, 0, 0xff, When::media_moved, -1, -1},
    {Q::qemu_change_shows_empty, kStatus, status::ERR, 0, 0xff, When::news_medium, 0xa0, -1},
    {Q::qemu_change_shows_empty, kError, 0xff, 0, 0xff, When::news_medium, 0xa0, -1},
    {Q::qemu_no_reset_attention, kStatus, status::ERR, 0, 0xff, When::news_reset, 0xa0, -1},
    {Q::qemu_no_reset_attention, kError, 0xff, 0, 0xff, When::news_reset, 0xa0, -1},
    {Q::qemu_silent_tray, kStatus, status::ERR, 0, 0xff, When::news_tray, 0xa0, -1},
    {Q::qemu_silent_tray, kError, 0xff, 0, 0xff, When::news_tray, 0xa0, -1},
    {Q::qemu_silent_tray, kData, 0x0f, 2, 2, When::tray_moved, 0xa0, -1, 0x4a},
    {Q::qemu_event_length, kData, 0xff, 0, 0, When::always, 0xa0, -1, 0x4a},
    {Q::qemu_sense, kData, 0xff, 0, 0xff, When::always, 0xa0, -1, 0x03},
    {Q::qemu_inquiry, kOutcome, 0xff, 0, 0xff, When::always, 0xa0, -1, 0x12},
    {Q::qemu_inquiry, kStatus, status::ERR | status::DRQ, 0, 0xff, When::always, 0xa0, -1, 0x12},
    {Q::qemu_inquiry, kBmis, 0x05, 0, 0xff, When::always, 0xa0, -1, 0x12},
    {Q::qemu_mode_page_2a, kData, 0xff, 0, 0xff, When::always, 0xa0, -1, 0x5a},
    {Q::qemu_one_feature, kOutcome, 0xff, 0, 0xff, When::always, 0xa0, -1, 0x46},
    {Q::qemu_one_feature, kStatus, status::ERR | status::DRQ, 0, 0xff, When::always, 0xa0, -1, 0x46},
    {Q::qemu_one_feature, kBmis, 0x05, 0, 0xff, When::always, 0xa0, -1, 0x46},
    {Q::qemu_no_track_information, kOutcome, 0xff, 0, 0xff, When::always, 0xa0, -1, 0x52},
    {Q::qemu_no_track_information, kStatus, status::ERR | status::DRQ, 0, 0xff, When::always, 0xa0, -1, 0x52},
    {Q::qemu_no_track_information, kBmis, 0x05, 0, 0xff, When::always, 0xa0, -1, 0x52},
    {Q::qemu_disc_information, kData, 0xff, 8, 11, When::always, 0xa0, -1, 0x51},
    {Q::qemu_toc, kData, 0xff, 0, 0xff, When::always, 0xa0, -1, 0x43},
};
// clang-format on

/// A piece of a difference that one row can explain.
struct Part {
  Place place;
  std::uint8_t bits = 0xff;
  std::uint8_t index = 0;
  std::optional<unsigned> channel;
};

constexpr std::uint8_t kIdentifyDevice = 0xec, kIdentifyPacketDevice = 0xa1, kPacket = 0xa0;

void config_parts(std::vector<Part>& parts, std::uint8_t offset, std::uint32_t bits) {
  for (unsigned i = 0; i < 4; ++i) {
    const auto byte = static_cast<std::uint8_t>(bits >> (8 * i));
    if (byte != 0) parts.push_back({kConfig, byte, static_cast<std::uint8_t>(offset + i), std::nullopt});
  }
}

/// Data of a command, from byte `first` of them on. What IDENTIFY and packet commands send is told word by word.
void data_parts(std::vector<Part>& parts, const Difference& difference, const CommandTracker& host, unsigned channel,
                std::uint64_t first) {
  const auto& command = host.command(channel);
  const bool identify = command && (command->opcode == kIdentifyDevice || command->opcode == kIdentifyPacketDevice);
  const Place place = identify ? kIdentify : kData;
  const std::vector<std::uint8_t>& a = difference.expected.bytes;
  const std::vector<std::uint8_t>& b = difference.actual.bytes;
  if ((!identify && (!command || command->opcode != kPacket)) || a.empty() || b.empty()) {
    parts.push_back({kData, 0xff, 0, channel});
    return;
  }
  const bool block = difference.expected.head.kind == EventKind::port_read_block;  // its detail counts open bytes
  const std::uint64_t open = block ? std::min<std::uint64_t>(difference.expected.head.detail, a.size()) : 0;
  for (std::size_t i = 0; i < std::min<std::uint64_t>(a.size() - open, b.size()); ++i) {
    if (a[i] == b[i]) continue;
    const std::uint64_t word = (first + i) / 2;
    if (word > 255) {
      parts.push_back({kData, 0xff, 0xff, channel});
      return;
    }
    parts.push_back({place, static_cast<std::uint8_t>(a[i] ^ b[i]), static_cast<std::uint8_t>(word), channel});
  }
}

/// Empty: a kind of difference that no quirk row speaks about.
std::vector<Part> split(const Difference& difference, const HostSide& side) {
  const CommandTracker& host = side.commands;
  std::vector<Part> parts;
  const KeptEvent& about = difference.expected.head.kind != EventKind::none ? difference.expected : difference.actual;
  const Event& event = about.head;
  if (event.kind == EventKind::irq) {
    parts.push_back({kIrq, 0xff, 0, event.where & 1});
    return parts;
  }
  if (difference.kind != Difference::Kind::answer) return parts;
  if (event.kind == EventKind::config_read) {
    config_parts(parts, static_cast<std::uint8_t>(event.where), difference.bits);
    return parts;
  }
  if (event.kind == EventKind::mem_read) {
    const auto channel = side.areas.filled_by(event.detail, event.value);
    if (channel) data_parts(parts, difference, host, *channel, 0);  // hosts look where the transfer began
    return parts;
  }
  const auto port = static_cast<std::uint16_t>(event.where);
  if (event.kind == EventKind::port_read && port >= 0xcfc && port <= 0xcff) {
    config_parts(parts, host.config_offset(port), difference.bits);
    return parts;
  }
  const auto access = channel_access(port, host.bmiba());
  if (!access || (event.kind != EventKind::port_read && event.kind != EventKind::port_read_block)) return parts;
  const auto byte = static_cast<std::uint8_t>(difference.bits);
  if (access->block == ChannelAccess::Block::bus_master) {
    if (access->reg == 2) parts.push_back({kBmis, byte, 0, access->channel});
    return parts;
  }
  if (access->block == ChannelAccess::Block::command && access->reg == 0) {
    const auto& command = host.command(access->channel);
    const unsigned packet = command ? command->packet_bytes : 0;  // it went the same way before
    data_parts(parts, difference, host, access->channel, host.data_position(access->channel) - packet);
    return parts;
  }
  constexpr Place kPlaces[] = {kData, kError, kCount, kLba, kLba, kLba, kDevice, kStatus};
  const Place place = access->block == ChannelAccess::Block::control ? kStatus : kPlaces[access->reg];
  parts.push_back({place, byte, 0, access->channel});
  return parts;
}

bool holds(When when, std::optional<unsigned> channel, const HostSide& side) {
  const CommandTracker& host = side.commands;
  const Board& board = side.board;
  if (when == When::always) return true;
  if (!channel) return false;
  const auto& command = host.command(*channel);
  const DeviceConfig& selected = board.devices[host.selected_unit(*channel)];
  const auto news_is = [&](DriveNews::Kind kind, unsigned most) {
    return command && host.news(command->unit).kind == kind && host.news(command->unit).packets <= most;
  };
  const bool device0 = board.devices[2 * *channel].kind != DeviceKind::none;
  switch (when) {
    case When::not_decoded:
      return !host.decoded(*channel) || (command && !command->decoded);
    case When::absent:
      return device0 && board.devices[host.selected_unit(*channel)].kind == DeviceKind::none;
    case When::command_absent:
      return device0 && command && board.devices[command->unit].kind == DeviceKind::none;
    case When::srst_set:
      return (host.device_control(*channel) & device_control::SRST) != 0;
    case When::after_srst:
      return host.soft_reset(*channel);
    case When::power_on:
      return !command && !host.soft_reset(*channel) && selected.kind == DeviceKind::packet;
    case When::packet_device:
      return selected.kind == DeviceKind::packet;
    case When::media_moved:
      return host.media_moved(host.selected_unit(*channel));
    case When::news_reset:
      return news_is(DriveNews::Kind::reset, 1);
    case When::news_medium:
      return news_is(DriveNews::Kind::medium, 2);
    case When::news_tray:
      return news_is(DriveNews::Kind::tray, 1);
    case When::tray_moved:
      return news_is(DriveNews::Kind::tray, ~0u);
    case When::hob:
      return (host.device_control(*channel) & device_control::HOB) != 0;
    default:
      return true;
  }
}

bool explains(const Selector& row, const Part& part, const HostSide& side) {
  if ((row.places & part.place) == 0 || (part.bits & ~row.bits) != 0) return false;
  if (part.index < row.first || part.index > row.last) return false;
  if (row.opcode >= 0) {
    if (!part.channel) return false;
    const auto& command = side.commands.command(*part.channel);
    if (!command || command->opcode != row.opcode) return false;
    if (row.packet >= 0 && command->packet_opcode() != row.packet) return false;
    if (row.features >= 0 && command->features != row.features) return false;
  }
  return holds(row.when, part.channel, side);
}

}  // namespace

std::vector<Quirk> explaining_quirks(const Difference& difference, const HostSide& side, const Profile& profile) {
  std::vector<Quirk> quirks;
  const std::vector<Part> parts = split(difference, side);
  for (const Part& part : parts) {
    const auto* row = std::find_if(std::begin(kSelectors), std::end(kSelectors), [&](const Selector& selector) {
      return !profile.has(selector.quirk) && explains(selector, part, side);
    });
    if (row == std::end(kSelectors)) return {};
    if (std::find(quirks.begin(), quirks.end(), row->quirk) == quirks.end()) quirks.push_back(row->quirk);
  }
  return quirks;
}

}  // namespace coincide
