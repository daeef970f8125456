#include "emu/hyperv/guest_driver.h"

#include <algorithm>

#include "emu/hyperv/little_endian.h"

namespace coincide::hyperv {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kHeaderWords = 26;  ///< page numbers in a GpadlHeader
constexpr std::size_t kBodyWords = 28;
constexpr std::size_t kOpenBytes = 148;

Bytes message(MessageType type, std::size_t bytes, std::initializer_list<std::uint32_t> fields) {
  Bytes out(bytes);
  store_le(out, 0, static_cast<std::uint32_t>(type));
  std::size_t at = kMessageHeadBytes;
  for (const std::uint32_t field : fields) {
    store_le(out, at, field);
    at += 4;
  }
  return out;
}

Bytes descriptor(PacketType type, std::uint32_t head_bytes, std::uint64_t transaction_id,
                 std::span<const std::uint8_t> payload, bool asks) {
  Bytes out(head_bytes + (payload.size() + 7) / 8 * 8);
  store_le(out, 0, static_cast<std::uint16_t>(type));
  store_le(out, 2, static_cast<std::uint16_t>(head_bytes / 8));
  store_le(out, 4, static_cast<std::uint16_t>(out.size() / 8));
  store_le(out, 6, static_cast<std::uint16_t>(asks ? kCompletionAsked : 0));
  store_le(out, 8, transaction_id);
  std::copy(payload.begin(), payload.end(), out.begin() + head_bytes);
  return out;
}

}  // namespace

GuestDriver::Replies GuestDriver::take_replies() {
  Replies replies = messages_();
  for (const Bytes& reply : replies) {
    if (load_le<std::uint32_t>(reply, 0) != static_cast<std::uint32_t>(MessageType::offer_channel)) continue;
    GuestOffer offer;
    std::copy_n(reply.begin() + 8, 16, offer.interface_id.begin());
    std::copy_n(reply.begin() + 24, 16, offer.instance_id.begin());
    offer.subchannel = load_le<std::uint16_t>(reply, 180);
    offer.channel = load_le<std::uint32_t>(reply, 184);
    offer.connection = load_le<std::uint32_t>(reply, 192);
    offers_.push_back(offer);
  }
  return replies;
}

GuestDriver::Replies GuestDriver::post(std::span<const std::uint8_t> message) {
  const auto type = static_cast<MessageType>(load_le<std::uint32_t>(message, 0));
  Event event;
  event.kind = type == MessageType::open_channel    ? EventKind::vmbus_open
               : type == MessageType::close_channel ? EventKind::vmbus_close
                                                    : EventKind::vmbus_signal;
  event.width = event.kind == EventKind::vmbus_signal ? 1 : 0;
  event.where = load_le<std::uint32_t>(message, event.width == 1 ? 0 : 8);
  event.payload = message;
  apply_(event);
  return take_replies();
}

GuestDriver::Replies GuestDriver::contact(std::uint32_t version) {
  offers_.clear();
  return post(message(MessageType::initiate_contact, 40, {version}));
}

GuestDriver::Replies GuestDriver::request_offers() { return post(message(MessageType::request_offers, 8, {})); }

void GuestDriver::signal(std::uint32_t connection) {
  Event event;
  event.kind = EventKind::vmbus_signal;
  event.where = connection;
  apply_(event);
  take_replies();
}

const GuestOffer* GuestDriver::find_offer(const std::array<std::uint8_t, 16>& instance_id,
                                          std::uint16_t subchannel) const {
  const auto found = std::find_if(offers_.rbegin(), offers_.rend(), [&](const GuestOffer& offer) {
    return offer.instance_id == instance_id && offer.subchannel == subchannel;
  });
  return found == offers_.rend() ? nullptr : &*found;
}

GuestDriver::Replies GuestDriver::create_gpadl(std::uint32_t channel, std::uint32_t gpadl, std::uint64_t address,
                                               std::uint32_t count_pages) {
  Bytes words(8 + 8 * std::size_t{count_pages});
  store_le(words, 0, count_pages * kPageBytes);
  for (std::uint32_t page = 0; page < count_pages; ++page) store_le(words, 8 + 8 * page, address / kPageBytes + page);
  const std::size_t first = std::min(words.size(), 8 * (kHeaderWords + 1));
  Bytes header = message(MessageType::gpadl_header, 20, {channel, gpadl});
  store_le(header, 16, static_cast<std::uint16_t>(words.size()));
  store_le(header, 18, std::uint16_t{1});
  header.insert(header.end(), words.begin(), words.begin() + static_cast<std::ptrdiff_t>(first));
  Replies replies = post(header);
  for (std::size_t at = first; at < words.size(); at += 8 * kBodyWords) {
    Bytes body = message(MessageType::gpadl_body, 16, {0, gpadl});
    const std::size_t part = std::min(words.size() - at, 8 * kBodyWords);
    const auto from = words.begin() + static_cast<std::ptrdiff_t>(at);
    body.insert(body.end(), from, from + static_cast<std::ptrdiff_t>(part));
    replies = post(body);
  }
  return replies;
}

GuestDriver::Replies GuestDriver::open(GuestRings& rings, const GuestOffer& offer, std::uint32_t target_vp) {
  rings.channel = offer.channel;
  rings.connection = offer.connection;
  rings.gpadl = next_gpadl_++;
  rings.in = rings.out = 0;
  Bytes control(ring_control::feature_bits + 4);
  store_le(control, ring_control::feature_bits, std::uint32_t{1});
  write(rings.up(), control);
  write(rings.down(), control);
  create_gpadl(rings.channel, rings.gpadl, rings.address, rings.pages());
  const std::uint32_t downstream_page = 1 + rings.up_bytes / kPageBytes;
  return post(message(MessageType::open_channel, kOpenBytes,
                      {rings.channel, rings.channel, rings.gpadl, target_vp, downstream_page}));
}

GuestDriver::Replies GuestDriver::close(const GuestRings& rings) {
  post(message(MessageType::close_channel, 12, {rings.channel}));
  return post(message(MessageType::gpadl_teardown, 16, {rings.channel, rings.gpadl}));
}

void GuestDriver::send(GuestRings& rings, std::span<const std::uint8_t> packet) {
  Bytes whole(packet.begin(), packet.end());
  whole.resize(packet.size() + kTrailerBytes);
  store_le(whole, packet.size() + 4, rings.in);
  send_raw(rings, whole, static_cast<std::uint32_t>(whole.size()));
}

void GuestDriver::send_raw(GuestRings& rings, std::span<const std::uint8_t> bytes, std::uint32_t advance) {
  const std::uint32_t before = rings.in;
  copy_in(rings.up() + kPageBytes, rings.up_bytes, rings.in, bytes);
  rings.in = (rings.in + advance) % rings.up_bytes;
  write_word(rings.up() + ring_control::in, rings.in);
  const bool masked = read_word(rings.up() + ring_control::interrupt_mask) != 0;
  if (!masked && read_word(rings.up() + ring_control::out) == before) signal(rings.connection);
}

std::optional<GuestPacket> GuestDriver::receive(GuestRings& rings) {
  const std::uint32_t in = read_word(rings.down() + ring_control::in);
  if (in == rings.out) return std::nullopt;
  const std::uint64_t data = rings.down() + kPageBytes;
  const Bytes head = copy_out(data, rings.down_bytes, rings.out, kDescriptorBytes);
  const std::uint32_t offset = load_le<std::uint16_t>(head, 2) * 8u;
  const std::uint32_t length = std::max<std::uint32_t>(load_le<std::uint16_t>(head, 4) * 8u, kDescriptorBytes);
  GuestPacket packet{
      load_le<std::uint16_t>(head, 0), load_le<std::uint16_t>(head, 6), load_le<std::uint64_t>(head, 8), {}};
  packet.payload =
      copy_out(data, rings.down_bytes, (rings.out + offset) % rings.down_bytes, length - std::min(offset, length));
  const std::uint32_t before = ring_free(rings.down_bytes, in, rings.out);
  rings.out = (rings.out + length + kTrailerBytes) % rings.down_bytes;
  write_word(rings.down() + ring_control::out, rings.out);
  const std::uint32_t wanted = read_word(rings.down() + ring_control::pending_send_size) & ~7u;
  if (wanted != 0 && before < wanted && ring_free(rings.down_bytes, in, rings.out) >= wanted) signal(rings.connection);
  return packet;
}

void GuestDriver::send_command(GuestRings& rings, const GuestCommand& command, std::uint64_t transaction_id) {
  const Bytes payload = srb_packet(command);
  // Without data there is no range, and GPA direct wants one: Linux sends such commands in band.
  send(rings, command.transfer_bytes == 0
                  ? in_band(transaction_id, payload)
                  : gpa_direct(transaction_id, payload, command.buffer, command.transfer_bytes));
}

Bytes GuestDriver::in_band(std::uint64_t transaction_id, std::span<const std::uint8_t> payload, bool asks) {
  return descriptor(PacketType::in_band, kDescriptorBytes, transaction_id, payload, asks);
}

Bytes GuestDriver::gpa_direct(std::uint64_t transaction_id, std::span<const std::uint8_t> payload,
                              std::uint64_t address, std::uint32_t bytes) {
  const std::uint64_t offset = address % kPageBytes;
  const auto pages = static_cast<std::uint32_t>(pages_touched(offset, bytes));
  Bytes out = descriptor(PacketType::gpa_direct, kDescriptorBytes + 16 + 8 * pages, transaction_id, payload, true);
  store_le(out, 20, std::uint32_t{1});
  store_le(out, 24, bytes);
  store_le(out, 28, static_cast<std::uint32_t>(offset));
  for (std::uint32_t page = 0; page < pages; ++page) store_le(out, 32 + 8 * page, address / kPageBytes + page);
  return out;
}

Bytes GuestDriver::stor_packet(StorOperation operation, std::span<const std::uint8_t> payload, std::uint32_t bytes) {
  Bytes out(bytes);
  store_le(out, 0, static_cast<std::uint32_t>(operation));
  store_le(out, 4, std::uint32_t{1});
  for (std::size_t i = 0; i < payload.size() && kStorHeadBytes + i < out.size(); ++i)
    out[kStorHeadBytes + i] = payload[i];
  return out;
}

Bytes GuestDriver::srb_packet(const GuestCommand& command) {
  SrbBytes srb{};
  store_le(srb, srb_at::length, static_cast<std::uint16_t>(kSrbBytes));
  srb[srb_at::path] = command.address.path;
  srb[srb_at::target] = command.address.target;
  srb[srb_at::lun] = command.address.lun;
  srb[srb_at::cdb_bytes] = static_cast<std::uint8_t>(command.cdb.size());
  srb[srb_at::sense_bytes] = 0x14;
  srb[srb_at::data_in] = command.data_in;
  store_le(srb, srb_at::transfer_bytes, command.transfer_bytes);
  std::copy_n(command.cdb.begin(), std::min(command.cdb.size(), kCdbBytes), srb.begin() + srb_at::cdb);
  return stor_packet(StorOperation::execute_srb, srb, command.packet_bytes);
}

std::uint32_t GuestDriver::read_word(std::uint64_t address) { return load_le<std::uint32_t>(read(address, 4), 0); }

void GuestDriver::write_word(std::uint64_t address, std::uint32_t value) {
  std::array<std::uint8_t, 4> bytes{};
  store_le(bytes, 0, value);
  write(address, bytes);
}

void GuestDriver::write(std::uint64_t address, std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  Event event;
  event.kind = EventKind::mem_write;
  event.detail = address;
  event.value = bytes.size();
  event.payload = bytes;
  apply_(event);
}

Bytes GuestDriver::read(std::uint64_t address, std::uint32_t bytes) {
  if (bytes == 0) return {};
  Event event;
  event.kind = EventKind::mem_read;
  event.detail = address;
  event.value = bytes;
  const Event answer = apply_(event);
  return {answer.payload.begin(), answer.payload.end()};
}

void GuestDriver::copy_in(std::uint64_t data, std::uint32_t size, std::uint32_t at,
                          std::span<const std::uint8_t> bytes) {
  const std::size_t first = std::min<std::size_t>(bytes.size(), size - at);
  write(data + at, bytes.first(first));
  write(data, bytes.subspan(first));
}

Bytes GuestDriver::copy_out(std::uint64_t data, std::uint32_t size, std::uint32_t at, std::uint32_t bytes) {
  const std::uint32_t first = std::min(bytes, size - at);
  Bytes out = read(data + at, first);
  const Bytes rest = read(data, bytes - first);
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

}  // namespace coincide::hyperv
