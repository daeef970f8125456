// What a script's guest does on VMBus, as it runs.
#include <fmt/format.h>

#include "emu/hyperv/little_endian.h"
#include "replay/script_runner.h"
#include "replay/vmbus_text.h"

namespace coincide {
namespace {

using hyperv::GuestDriver;
using Kind = GuestStatement::Kind;
using Option = GuestStatement::Option;

constexpr std::uint32_t kVersion = 0x0005'0003;
constexpr std::uint64_t kRingBytes = 0x4000;
constexpr std::uint64_t kMaxRangeBytes = 16u << 20;  ///< of an SRB: the page numbers stay below 64 KiB
constexpr std::uint64_t kMostPacketBytes = 1024;
constexpr std::size_t kSrbFlags = 40;

}  // namespace

bool ScriptRunner::run(const GuestStatement& s) {
  const auto option = [&](Option which, std::uint64_t standard) {
    return s.options[which] ? value(*s.options[which]) : standard;
  };
  const bool needs_rings =
      s.kind != Kind::post && s.kind != Kind::signal && s.kind != Kind::connect && s.kind != Kind::open;
  if (needs_rings && !guest_.has_rings(s.unit)) return fail("the channel of this unit has not been opened");
  std::vector<std::uint8_t> data;
  if (!make(s.data, 0, data)) return false;
  switch (s.kind) {
    case Kind::post:
      if (data.size() < hyperv::kMessageHeadBytes || data.size() > hyperv::kMaxMessageBytes)
        return fail(fmt::format("a control message has {} to {} bytes, not {}", hyperv::kMessageHeadBytes,
                                hyperv::kMaxMessageBytes, data.size()));
      guest_.post(data);
      return true;
    case Kind::signal:
      guest_.signal(static_cast<std::uint32_t>(value(s.operand)));
      return true;
    case Kind::connect:
      guest_.connect(static_cast<std::uint32_t>(option(Option::version, kVersion)));
      return true;
    case Kind::open: {
      const std::string wrong =
          guest_.open(s.unit, value(s.operand), option(Option::up, kRingBytes), option(Option::down, kRingBytes),
                      static_cast<std::uint32_t>(option(Option::vp, 0)));
      return wrong.empty() || fail(wrong);
    }
    case Kind::close:
      guest_.close(s.unit);
      return true;
    case Kind::stor: {
      const std::uint64_t bytes = option(Option::bytes, hyperv::kStorHeadBytes + hyperv::kSrbBytes);
      if (bytes > kMostPacketBytes) return fail(fmt::format("a packet has at most {} bytes", kMostPacketBytes));
      const auto operation = static_cast<hyperv::StorOperation>(value(s.operand));
      auto packet = GuestDriver::stor_packet(operation, data, hyperv::kStorHeadBytes + kMostPacketBytes);
      packet.resize(bytes);
      guest_.send(s.unit, GuestDriver::in_band(option(Option::id, guest_.next_id(s.unit)), packet,
                                               option(Option::ask, 1) != 0));
      return true;
    }
    case Kind::scsi:
      return send_scsi(s, data);
    case Kind::ring_send: {
      if (data.size() > guest_.ring_bytes(s.unit)) return fail("the ring is not so large");
      if (option(Option::trailer, 1) != 0 && !s.options[Option::advance]) {
        data.resize((data.size() + 7) / 8 * 8);
        guest_.send(s.unit, data);
      } else {
        guest_.send_raw(s.unit, data, static_cast<std::uint32_t>(option(Option::advance, data.size())));
      }
      return true;
    }
    case Kind::receive: {
      const bool there = guest_.receive(s.unit);
      buffer_.assign(guest_.reply().begin(), guest_.reply().end());
      judge(s.expectation, there, "a packet", "the host has written none");
      return take_bytes(buffer_.size());
    }
  }
  return true;
}

bool ScriptRunner::send_scsi(const GuestStatement& s, std::span<const std::uint8_t> cdb) {
  const auto option = [&](Option which, std::uint64_t standard) {
    return s.options[which] ? value(*s.options[which]) : standard;
  };
  const std::uint64_t size = value(s.size);
  if (cdb.size() > hyperv::kCdbBytes) return fail(fmt::format("a CDB has at most {} bytes", hyperv::kCdbBytes));
  if (size > kMaxRangeBytes) return fail(fmt::format("an SRB moves at most {} MiB", kMaxRangeBytes >> 20));
  const std::uint64_t packet_bytes = option(Option::bytes, hyperv::kStorHeadBytes + hyperv::kSrbBytes);
  if (packet_bytes > kMostPacketBytes) return fail(fmt::format("a packet has at most {} bytes", kMostPacketBytes));
  hyperv::GuestCommand command;
  command.cdb.assign(cdb.begin(), cdb.end());
  // As Linux has it: where the disk is in its SCSI world is left to the host (IDEACC-08), but for the target
  // (IDEACC-10).
  command.address = {static_cast<std::uint8_t>(option(Option::path, 0)),
                     static_cast<std::uint8_t>(option(Option::target, s.unit % 2u)),
                     static_cast<std::uint8_t>(option(Option::lun, 0))};
  command.data_in = static_cast<std::uint8_t>(option(Option::data_in, 2));
  command.transfer_bytes = static_cast<std::uint32_t>(option(Option::length, size));
  auto payload = GuestDriver::srb_packet(command);
  hyperv::store_le(payload, hyperv::kStorHeadBytes + kSrbFlags,
                   static_cast<std::uint32_t>(option(Option::srb_flags, 0)));
  payload.resize(packet_bytes);
  const std::uint64_t id = option(Option::id, guest_.next_id(s.unit));
  // Without data there is no range, and GPA direct wants one: Linux sends such commands in band.
  guest_.send(s.unit, size == 0
                          ? GuestDriver::in_band(id, payload)
                          : GuestDriver::gpa_direct(id, payload, value(s.operand), static_cast<std::uint32_t>(size)));
  return true;
}

bool ScriptRunner::run(const ExpectMessageStatement& s) {
  const auto message = guest_.take_message();
  buffer_ = message.value_or(std::vector<std::uint8_t>());
  const std::string found =
      message ? vmbus_message_name(hyperv::load_le<std::uint32_t>(*message, 0)) : std::string("no message");
  const std::string wanted = vmbus_message_name(s.type);
  judge(s.expectation, found == wanted, wanted, found);
  return true;
}

void ScriptRunner::look_at_reply(const ReplyField& field, Look& look) const {
  const auto packet = guest_.reply();
  if (field.name == "bytes" && !packet.empty()) {
    look.value = packet.size() - hyperv::kDescriptorBytes;
    return;
  }
  const bool sense = field.name == "sense";
  const std::size_t end = field.offset + (sense ? 14 : std::max<std::size_t>(field.width, 1));
  if (packet.empty() || packet.size() < end) {
    look.missing = packet.empty() ? "no packet" : fmt::format("a packet of {} bytes", packet.size());
    return;
  }
  const auto byte = [&](std::size_t at) { return std::uint64_t{packet[field.offset + at]}; };
  std::uint64_t found = 0;
  for (unsigned i = 0; i < field.width; ++i) found |= byte(i) << (8 * i);
  if (sense) found = (byte(2) & 0x0f) << 16 | byte(12) << 8 | byte(13);  // key, code, qualifier
  look.value = found;
}

}  // namespace coincide
