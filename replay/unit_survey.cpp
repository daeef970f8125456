#include "replay/unit_survey.h"

#include <algorithm>
#include <string>
#include <vector>

#include "emu/ata/task_file.h"
#include "emu/media/optical.h"
#include "replay/command_tracker.h"

namespace coincide {

namespace {

constexpr std::uint8_t kIdentifyDevice = 0xec;
constexpr std::uint8_t kIdentifyPacketDevice = 0xa1;
constexpr int kInquiry = 0x12, kReadCapacity = 0x25;
constexpr std::uint8_t kSignatureMid = 0x14;
constexpr std::uint8_t kSignatureHigh = 0xeb;

class Survey {
 public:
  void event(const Event& event, std::size_t number) {
    if (!is_stimulus(event.kind)) return;
    media_changed_ |= event.kind == EventKind::media_insert;
    if (event.kind == EventKind::port_read || event.kind == EventKind::port_read_block) read(event);
    tracker_.stimulus(event, number);
    if (event.kind == EventKind::port_write) command_written(event, number);
  }
  const std::array<UnitEvidence, 4>& units() const { return units_; }

 private:
  struct Channel {
    std::uint8_t mid = 0;
    std::vector<std::uint8_t> data;  ///< of the present command
  };

  void read(const Event& event);
  void data(unsigned channel, const Event& event);
  void command_written(const Event& event, std::size_t number);

  CommandTracker tracker_;
  bool media_changed_ = false;
  std::array<UnitEvidence, 4> units_;
  std::array<Channel, 2> channels_;
};

void Survey::command_written(const Event& event, std::size_t number) {
  const auto access = channel_access(static_cast<std::uint16_t>(event.where), 0);
  if (!access || access->block != ChannelAccess::Block::command || access->reg != 7) return;
  channels_[access->channel].data.clear();
  const auto& command = tracker_.command(access->channel);
  if (!command || command->event != number || command->chs || command->row == nullptr) return;
  if (command->row->media == MediaAccess::none) return;
  UnitEvidence& unit = units_[command->unit];
  unit.sectors_named = std::max(unit.sectors_named, command->lba + command->count_sectors);
}

void Survey::read(const Event& event) {
  const auto access = channel_access(static_cast<std::uint16_t>(event.where), 0);
  if (!access) return;
  UnitEvidence& unit = units_[tracker_.selected_unit(access->channel)];
  const bool status = access->block == ChannelAccess::Block::control || access->reg == 7;
  const auto value = static_cast<std::uint8_t>(event.value);
  if (status) {
    const bool command = tracker_.command(access->channel).has_value();
    if (command && (value & status::DRDY) != 0 && value != 0x7f && value != 0xff) unit.answers = true;
    return;
  }
  if (access->reg == 0) return data(access->channel, event);
  if (access->reg == 4) channels_[access->channel].mid = value;
  if (access->reg == 5 && value == kSignatureHigh && channels_[access->channel].mid == kSignatureMid)
    unit.packet = true;
}

void Survey::data(unsigned channel, const Event& event) {
  const auto& command = tracker_.command(channel);
  if (!command) return;
  UnitEvidence& unit = units_[command->unit];
  if (command->opcode == kIdentifyPacketDevice) unit.packet = true;
  const bool capacity = command->packet_opcode() == kReadCapacity && unit.capacity_sectors == 0 && !media_changed_;
  const bool inquiry = command->packet_opcode() == kInquiry && (command->packet[1] & 1) == 0 && !unit.inquiry;
  const bool wanted = (command->opcode == kIdentifyDevice && !unit.identify) ||
                      (command->opcode == kIdentifyPacketDevice && !unit.identify_packet) || capacity || inquiry;
  if (!wanted) return;
  std::vector<std::uint8_t>& data = channels_[channel].data;
  if (event.kind == EventKind::port_read_block) {
    if (event.detail != 0) return;  // a source that shows only the first element
    data.insert(data.end(), event.payload.begin(), event.payload.end());
  } else {
    for (unsigned i = 0; i < event.width; ++i) data.push_back(static_cast<std::uint8_t>(event.value >> (8 * i)));
  }
  if (capacity && data.size() >= 8) {
    const std::uint32_t last =
        std::uint32_t{data[0]} << 24 | std::uint32_t{data[1]} << 16 | std::uint32_t{data[2]} << 8 | data[3];
    unit.capacity_sectors = (std::uint64_t{last} + 1) * (kBlockBytes / kSectorBytes);
  }
  if (inquiry && data.size() >= 36) std::copy_n(data.begin(), 36, unit.inquiry.emplace().begin());
  if (capacity || inquiry || data.size() < kSectorBytes) return;
  auto& words = command->opcode == kIdentifyDevice ? unit.identify.emplace() : unit.identify_packet.emplace();
  for (unsigned w = 0; w < 256; ++w) words[w] = static_cast<std::uint16_t>(data[2 * w] | data[2 * w + 1] << 8);
}

}  // namespace

std::array<UnitEvidence, 4> survey_units(const EventList& events) {
  Survey survey;
  for (std::size_t i = 0; i < events.size(); ++i) survey.event(events[i], i);
  return survey.units();
}

std::string identify_text(const std::array<std::uint16_t, 256>& words, unsigned first, unsigned last) {
  std::string text;
  for (unsigned w = first; w <= last; ++w) {
    text.push_back(static_cast<char>(words[w] >> 8));
    text.push_back(static_cast<char>(words[w] & 0xff));
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.pop_back();
  return text;
}

}  // namespace coincide
