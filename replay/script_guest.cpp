#include "replay/script_guest.h"

#include <fmt/format.h>

#include "emu/hyperv/little_endian.h"

namespace coincide {

using hyperv::kPageBytes;

ScriptGuest::ScriptGuest(ScriptTarget& target)
    : target_(target),
      driver_([this](const Event& event) { return target_.apply(event); }, [this] { return collect(); }) {}

/// What has come is kept for the script too.
std::vector<ScriptGuest::Bytes> ScriptGuest::collect() {
  std::vector<Bytes> come = target_.take_messages();
  messages_.insert(messages_.end(), come.begin(), come.end());
  return come;
}

void ScriptGuest::post(std::span<const std::uint8_t> message) {
  messages_.clear();
  driver_.post(message);
}

void ScriptGuest::signal(std::uint32_t connection) {
  messages_.clear();
  driver_.signal(connection);
}

void ScriptGuest::connect(std::uint32_t version) {
  messages_.clear();
  driver_.contact(version);
  driver_.request_offers();
}

std::string ScriptGuest::open(unsigned unit, std::uint64_t address, std::uint64_t up_bytes, std::uint64_t down_bytes,
                              std::uint32_t target_vp) {
  for (const std::uint64_t bytes : {up_bytes, down_bytes}) {
    if (bytes == 0 || bytes % kPageBytes != 0 || bytes > kMaxRingBytes)
      return fmt::format("the data of a ring are 1 to {} whole pages", kMaxRingBytes / kPageBytes);
  }
  if (address % kPageBytes != 0 || address > (std::uint64_t{1} << 52)) return "rings begin at a page";
  messages_.clear();
  const hyperv::Guid instance{unit / 2, static_cast<std::uint16_t>(unit % 2), 0x8899, {}};  // IDEACC-02
  const hyperv::GuestOffer* offer = driver_.find_offer(instance.bytes());
  if (offer == nullptr) return "no channel of this unit has been offered";
  hyperv::GuestRings& rings = rings_[unit].emplace();
  rings.address = address;
  rings.up_bytes = static_cast<std::uint32_t>(up_bytes);
  rings.down_bytes = static_cast<std::uint32_t>(down_bytes);
  ids_[unit] = 0;
  driver_.open(rings, *offer, target_vp);
  return {};
}

void ScriptGuest::close(unsigned unit) {
  messages_.clear();
  driver_.close(*rings_[unit]);
}

std::optional<ScriptGuest::Bytes> ScriptGuest::take_message() {
  collect();  // what no call of the driver brought about
  if (messages_.empty()) return std::nullopt;
  Bytes message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

void ScriptGuest::send(unsigned unit, std::span<const std::uint8_t> packet) { driver_.send(*rings_[unit], packet); }

void ScriptGuest::send_raw(unsigned unit, std::span<const std::uint8_t> bytes, std::uint32_t advance) {
  driver_.send_raw(*rings_[unit], bytes, advance);
}

bool ScriptGuest::receive(unsigned unit) {
  reply_.clear();
  const auto packet = driver_.receive(*rings_[unit]);
  if (!packet) return false;
  reply_.resize(hyperv::kDescriptorBytes);
  hyperv::store_le(reply_, 0, packet->type);
  hyperv::store_le(reply_, 6, packet->flags);
  hyperv::store_le(reply_, 8, packet->transaction_id);
  reply_.insert(reply_.end(), packet->payload.begin(), packet->payload.end());
  return true;
}

std::optional<std::uint64_t> ScriptGuest::waiting(unsigned unit) {
  if (!rings_[unit]) return std::nullopt;
  const hyperv::GuestRings& rings = *rings_[unit];
  Event look;
  look.kind = EventKind::mem_read;
  look.detail = rings.down() + hyperv::ring_control::in;
  look.value = 4;
  const std::uint64_t in = hyperv::load_le<std::uint32_t>(target_.apply(look).payload, 0);
  return in >= rings.out ? in - rings.out : in + rings.down_bytes - rings.out;
}

}  // namespace coincide
