#include "replay/vmbus_map.h"

#include <fmt/format.h>

#include <algorithm>

#include "emu/hyperv/little_endian.h"
#include "emu/hyperv/message.h"
#include "emu/hyperv/packet.h"
#include "emu/hyperv/page_range.h"
#include "emu/hyperv/ring.h"
#include "emu/hyperv/srb.h"
#include "emu/scsi/disk_command_table.h"
#include "replay/vmbus_text.h"

namespace coincide {
namespace {

using hyperv::kDescriptorBytes;
using hyperv::kPageBytes;
using hyperv::load_le;
using hyperv::MessageType;
using ByteSpan = std::span<const std::uint8_t>;

/// Most that is remembered: a host takes no more.
constexpr std::size_t kMostGpadls = 64;

struct ControlRow {
  std::uint32_t offset;
  std::string_view name;
};
constexpr ControlRow kControl[] = {
    {hyperv::ring_control::in, "in"},
    {hyperv::ring_control::out, "out"},
    {hyperv::ring_control::interrupt_mask, "interrupt mask"},
    {hyperv::ring_control::pending_send_size, "pending send size"},
    {hyperv::ring_control::feature_bits, "feature bits"},
};

struct TypeRow {
  std::uint16_t type;
  std::string_view name;
};
constexpr TypeRow kTypes[] = {
    {static_cast<std::uint16_t>(hyperv::PacketType::in_band), "in band"},
    {static_cast<std::uint16_t>(hyperv::PacketType::transfer_pages), "transfer pages"},
    {static_cast<std::uint16_t>(hyperv::PacketType::gpa_direct), "GPA direct"},
    {static_cast<std::uint16_t>(hyperv::PacketType::completion), "completion"},
};

std::uint32_t word(ByteSpan bytes, std::size_t at) { return load_le<std::uint32_t>(bytes, at); }

/// What StorVSP's packet says.
std::string payload_text(ByteSpan payload, bool completion) {
  if (payload.size() < hyperv::kStorHeadBytes) return {};
  const std::uint32_t operation = word(payload, 0);
  if (completion) return nt_status_name(word(payload, 8));
  std::string out = stor_operation_name(operation);
  const auto srb = payload.subspan(hyperv::kStorHeadBytes);
  if (operation != static_cast<std::uint32_t>(hyperv::StorOperation::execute_srb) || srb.size() <= hyperv::srb_at::cdb)
    return out;
  const std::uint8_t opcode = srb[hyperv::srb_at::cdb];
  const scsi::DiskCommand* command = scsi::find_disk_command(opcode);
  return out + (command != nullptr ? fmt::format(" {}", command->name) : fmt::format(" opcode {:02X}h", opcode));
}

/// A packet from its descriptor on.
std::string packet_text(ByteSpan bytes) {
  if (bytes.size() < kDescriptorBytes) return {};
  const auto type = load_le<std::uint16_t>(bytes, 0);
  std::string out;
  for (const TypeRow& row : kTypes) {
    if (row.type == type) out = std::string(row.name);
  }
  if (out.empty()) return {};
  out += fmt::format(" id={}", load_le<std::uint64_t>(bytes, 8));
  const std::size_t offset = load_le<std::uint16_t>(bytes, 2) * std::size_t{8};
  if (offset >= bytes.size()) return out;
  const std::string payload =
      payload_text(bytes.subspan(offset), type == static_cast<std::uint16_t>(hyperv::PacketType::completion));
  return payload.empty() ? out : out + " " + payload;
}

}  // namespace

std::string vmbus_message_text(ByteSpan m) {
  switch (static_cast<MessageType>(word(m, 0))) {
    case MessageType::offer_channel:
      return fmt::format("channel {}, connection {:X}h, instance {:08x}-{:04x}", word(m, 184), word(m, 192),
                         word(m, 24), load_le<std::uint16_t>(m, 28));
    case MessageType::open_channel:
      return fmt::format("channel {}, GPADL {}, host's ring from page {}, VP {}", word(m, 8), word(m, 16), word(m, 24),
                         static_cast<std::int32_t>(word(m, 20)));
    case MessageType::open_result:
      return fmt::format("channel {}, status {:X}h", word(m, 8), word(m, 16));
    case MessageType::gpadl_created:
      return fmt::format("channel {}, GPADL {}, status {:X}h", word(m, 8), word(m, 12), word(m, 16));
    case MessageType::gpadl_header:
      return fmt::format("channel {}, GPADL {}, {} bytes", word(m, 8), word(m, 12), word(m, 20));
    case MessageType::gpadl_teardown:
      return fmt::format("channel {}, GPADL {}", word(m, 8), word(m, 12));
    case MessageType::gpadl_body:
      return fmt::format("GPADL {}", word(m, 12));
    case MessageType::gpadl_torndown:
      return fmt::format("GPADL {}", word(m, 8));
    case MessageType::close_channel:
    case MessageType::rescind_channel_offer:
    case MessageType::rel_id_released:
      return fmt::format("channel {}", word(m, 8));
    case MessageType::initiate_contact:
      return fmt::format("version {}.{}", word(m, 8) >> 16, word(m, 8) & 0xffff);
    case MessageType::version_response:
      return m.size() > 8 && m[8] != 0 ? "supported" : "not supported";
    default:
      return {};
  }
}

void VmbusMap::forget(std::uint32_t channel) {
  std::erase_if(pages_, [&](const auto& entry) { return entry.second.channel == channel; });
}

void VmbusMap::posted(ByteSpan m) {
  const auto take_words = [&](Gpadl& gpadl, std::size_t at) {
    for (; at + 8 <= m.size(); at += 8) gpadl.words.push_back(load_le<std::uint64_t>(m, at));
  };
  switch (static_cast<MessageType>(word(m, 0))) {
    case MessageType::gpadl_header:
      if (gpadls_.size() >= kMostGpadls) gpadls_.clear();
      gpadls_[word(m, 12)] = {};
      return take_words(gpadls_[word(m, 12)], 20);
    case MessageType::gpadl_body:
      if (const auto found = gpadls_.find(word(m, 12)); found != gpadls_.end()) take_words(found->second, 16);
      return;
    case MessageType::open_channel: {
      const auto found = gpadls_.find(word(m, 16));
      if (found == gpadls_.end() || found->second.words.empty()) return;
      const std::uint32_t channel = word(m, 8);
      forget(channel);
      const auto& words = found->second.words;
      const std::uint64_t count =
          std::min<std::uint64_t>(static_cast<std::uint32_t>(words[0]) / kPageBytes, words.size() - 1);
      const std::uint64_t second = word(m, 24);
      for (std::uint64_t page = 0; page < count; ++page) {
        const bool guests = page < second;
        const std::uint64_t first = guests ? 0 : second;
        const std::uint64_t pages = guests ? std::min(second, count) : count - second;
        pages_[words[page + 1]] = {channel, guests, static_cast<std::uint32_t>(page - first),
                                   static_cast<std::uint32_t>(pages)};
      }
      return;
    }
    case MessageType::close_channel:
      return forget(word(m, 8));
    default:
      return;
  }
}

void VmbusMap::follow(const Event& event) {
  const bool message = event.kind == EventKind::vmbus_open || event.kind == EventKind::vmbus_close ||
                       (event.kind == EventKind::vmbus_signal && event.width == 1);
  if (message && !event.payload.empty()) posted(event.payload);
}

VmbusMap::Text VmbusMap::describe(const Event& event) const {
  const auto found = pages_.find(event.detail / kPageBytes);
  if (found == pages_.end()) return {};
  const Place& place = found->second;
  Text text{fmt::format("channel {} {} ring", place.channel, place.guests ? "guest's" : "host's"), {}};
  const std::uint64_t offset = event.detail % kPageBytes;
  if (place.page != 0) {
    const std::uint64_t at = (place.page - 1) * std::uint64_t{kPageBytes} + offset;
    // Trailers and the rest of packets that go round are bytes.
    const std::string packet = packet_text(event.payload);
    if (!packet.empty()) text.value = fmt::format("at {:X}h  {}", at, packet);
    return text;
  }
  for (const ControlRow& row : kControl) {
    if (row.offset == offset && event.payload.size() == 4)
      text.value = fmt::format("{} {:X}h", row.name, word(event.payload, 0));
  }
  return text;
}

}  // namespace coincide
