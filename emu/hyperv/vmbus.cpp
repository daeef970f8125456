#include "emu/hyperv/vmbus.h"

#include <algorithm>
#include <array>

#include "emu/hyperv/little_endian.h"

namespace coincide::hyperv {
namespace {

constexpr std::size_t kOfferBytes = 196;
constexpr std::uint8_t kNoMonitor = 0xff;

std::uint32_t word(std::span<const std::uint8_t> message, std::size_t at) {
  return load_le<std::uint32_t>(message, at);
}

}  // namespace

std::span<const Vmbus::Handler> Vmbus::handlers() {
  static constexpr Handler kHandlers[] = {
      {MessageType::initiate_contact, 40, &Vmbus::initiate_contact},
      {MessageType::request_offers, 8, &Vmbus::request_offers},
      {MessageType::open_channel, 148, &Vmbus::open_channel},
      {MessageType::close_channel, 12, &Vmbus::close_channel},
      {MessageType::gpadl_header, 20, &Vmbus::gpadl_header},
      {MessageType::gpadl_body, 16, &Vmbus::gpadl_body},
      {MessageType::gpadl_teardown, 16, &Vmbus::gpadl_teardown},
      {MessageType::rel_id_released, 12, &Vmbus::rel_id_released},
      {MessageType::unload, 8, &Vmbus::unload},
      {MessageType::modify_channel, 16, &Vmbus::modify_channel},
  };
  return kHandlers;
}

void Vmbus::add(ChannelDevice& device) {
  for (unsigned index = 0; index <= device.max_subchannels(); ++index)
    channels_.emplace_back(output_, memory_, device, index);
  if (connection_ == Connection::offers_sent) send_offer(*channel(device, 0));
}

void Vmbus::remove(ChannelDevice& device) {
  for (unsigned index = device.max_subchannels() + 1u; index-- > 0;) {  // VMBUS-39: the primary one last
    if (Channel* channel = this->channel(device, index)) rescind(*channel);
  }
}

Channel* Vmbus::channel(const ChannelDevice& device, unsigned index) {
  for (Channel& channel : channels_) {
    if (&channel.device() == &device && channel.index() == index) return &channel;
  }
  return nullptr;
}

Channel* Vmbus::find(std::uint32_t id) {
  for (Channel& channel : channels_) {
    if (id != 0 && channel.id() == id) return &channel;
  }
  return nullptr;
}

void Vmbus::offer_subchannels(ChannelDevice& device, std::uint16_t count) {
  for (unsigned index = 1; index <= count; ++index) {
    Channel* channel = this->channel(device, index);
    // STORVSP-42: one that is offered stays; a smaller count later changes nothing.
    if (channel != nullptr && channel->state() == ChannelState::absent) send_offer(*channel);
  }
}

void Vmbus::send(std::span<const std::uint8_t> message) {
  output_.observe({EventKind::vmbus_interrupt, 1, 0, word(message, 0), 0, 0, message});
}

void Vmbus::send(MessageType type, std::initializer_list<std::uint32_t> fields) {
  std::array<std::uint8_t, kMaxMessageBytes> message{};
  store_le(message, 0, static_cast<std::uint32_t>(type));
  std::size_t at = kMessageHeadBytes;
  for (const std::uint32_t field : fields) {
    store_le(message, at, field);
    at += 4;
  }
  send(std::span<const std::uint8_t>(message).first(at));
}

void Vmbus::post(std::span<const std::uint8_t> message) {
  if (message.size() < kMessageHeadBytes || message.size() > kMaxMessageBytes) return;
  const auto type = static_cast<MessageType>(word(message, 0));
  for (const Handler& handler : handlers()) {
    if (handler.type != type || message.size() < handler.bytes) continue;
    // Nothing is heard before the versions have been settled.
    if (connection_ == Connection::none && type != MessageType::initiate_contact) return;
    return (this->*handler.run)(message);
  }
}

void Vmbus::signal(std::uint32_t connection) {
  for (Channel& channel : channels_) {
    // VMBUS-30, VMBUS-35
    if (channel.is_open() && connection_of(channel.id()) == connection)
      return channel.device().channel_signalled(channel.index());
  }
}

void Vmbus::initiate_contact(std::span<const std::uint8_t> m) {
  disconnect();
  const std::uint32_t version = word(m, 8);
  const bool supported =
      std::find(std::begin(kVersions), std::end(kVersions), version) != std::end(kVersions);  // VMBUS-32
  if (supported) {
    connection_ = Connection::contacted;
    version_ = version;
  }
  if (version >= kFeatureVersion && supported) {
    return send(MessageType::version_response, {1, version, 0});  // no feature is offered
  }
  send(MessageType::version_response, {supported ? 1u : 0u, version});
}

void Vmbus::request_offers(std::span<const std::uint8_t>) {
  if (connection_ == Connection::offers_sent) return;  // VMBUS-33: a second request is an error
  connection_ = Connection::offers_sent;
  std::vector<Channel*> order;
  for (Channel& channel : channels_) {
    if (channel.index() == 0 && channel.state() == ChannelState::absent) order.push_back(&channel);
  }
  // VMBUS-33
  std::stable_sort(order.begin(), order.end(), [](const Channel* a, const Channel* b) {
    const OfferInfo& x = a->device().offer();
    const OfferInfo& y = b->device().offer();
    if (x.interface_id != y.interface_id) return x.interface_id < y.interface_id;
    return x.order != y.order ? x.order < y.order : x.instance_id < y.instance_id;
  });
  for (Channel* channel : order) send_offer(*channel);
  send(MessageType::all_offers_delivered, {});
}

void Vmbus::send_offer(Channel& channel) {
  channel.offer(next_channel_++);
  const OfferInfo& info = channel.device().offer();
  std::array<std::uint8_t, kOfferBytes> message{};
  store_le(message, 0, static_cast<std::uint32_t>(MessageType::offer_channel));
  const auto interface_id = info.interface_id.bytes();
  const auto instance_id = info.instance_id.bytes();
  std::copy(interface_id.begin(), interface_id.end(), message.begin() + 8);
  std::copy(instance_id.begin(), instance_id.end(), message.begin() + 24);
  store_le(message, 56, static_cast<std::uint16_t>(info.flags & kOfferInterface));  // VMBUS-34
  std::copy(info.user_data.begin(), info.user_data.end(), message.begin() + 60);    // IDEACC-05: no MMIO before it
  store_le(message, 180, static_cast<std::uint16_t>(channel.index()));
  store_le(message, 184, channel.id());
  message[188] = kNoMonitor;  // VMBUS-35
  store_le(message, 190, std::uint16_t{1});
  store_le(message, 192, connection_of(channel.id()));
  send(message);
}

void Vmbus::open_channel(std::span<const std::uint8_t> m) {
  const std::uint32_t id = word(m, 8);
  const std::uint32_t open_id = word(m, 12);
  Channel* channel = find(id);
  // VMBUS-37: no channel, or an open one: a protocol error, which nobody answers.
  if (channel == nullptr || channel->state() != ChannelState::offered) return;
  const GpadlTable::Gpadl* gpadl = gpadls_.find(word(m, 16));
  // VMBUS-01: one range. STORVSP-46: the user data are nobody's business.
  const bool good = gpadl != nullptr && gpadl->channel == id && gpadl->ranges.size() == 1 &&
                    channel->open(memory_, gpadl->ranges[0], word(m, 24), word(m, 20));
  send(MessageType::open_result, {id, open_id, good ? 0 : kRefused});  // VMBUS-37
  if (good) channel->device().channel_opened(channel->index());
}

void Vmbus::close(Channel& channel) {
  if (!channel.is_open()) return;
  channel.close();
  channel.device().channel_closed(channel.index());
}

void Vmbus::close_channel(std::span<const std::uint8_t> m) {
  Channel* channel = find(word(m, 8));
  if (channel == nullptr || !channel->is_open()) return;  // VMBUS-37
  close(*channel);
  if (channel->index() != 0) return;
  for (Channel& other : channels_) {  // VMBUS-38
    if (&other.device() == &channel->device() && other.index() != 0) rescind(other);
  }
}

void Vmbus::rescind(Channel& channel) {
  if (channel.state() == ChannelState::absent || channel.state() == ChannelState::rescinded) return;
  close(channel);
  gpadls_.remove_channel(channel.id());  // VMBUS-38
  channel.withdraw(ChannelState::rescinded);
  send(MessageType::rescind_channel_offer, {channel.id()});
}

void Vmbus::rel_id_released(std::span<const std::uint8_t> m) {
  Channel* channel = find(word(m, 8));
  if (channel != nullptr && channel->state() == ChannelState::rescinded) channel->withdraw(ChannelState::absent);
}

void Vmbus::gpadl_header(std::span<const std::uint8_t> m) {
  const std::uint32_t channel = word(m, 8);
  const std::uint32_t id = word(m, 12);
  const Channel* of = find(channel);
  if (of == nullptr || of->state() == ChannelState::rescinded)
    return gpadl_step(GpadlTable::Step::refused, channel, id);
  gpadl_step(gpadls_.header(id, channel, load_le<std::uint16_t>(m, 16), load_le<std::uint16_t>(m, 18), m.subspan(20)),
             channel, id);
}

void Vmbus::gpadl_body(std::span<const std::uint8_t> m) {
  const std::uint32_t id = word(m, 12);
  const std::uint32_t channel = gpadls_.channel_of(id).value_or(0);
  gpadl_step(gpadls_.body(id, m.subspan(16)), channel, id);
}

void Vmbus::gpadl_step(GpadlTable::Step step, std::uint32_t channel, std::uint32_t id) {
  // VMBUS-36: a body of a GPADL that nobody knows gets no answer.
  if (step == GpadlTable::Step::more || step == GpadlTable::Step::unknown) return;
  send(MessageType::gpadl_created, {channel, id, step == GpadlTable::Step::created ? 0 : kRefused});
}

void Vmbus::gpadl_teardown(std::span<const std::uint8_t> m) {
  const std::uint32_t id = word(m, 12);
  if (gpadls_.channel_of(id) != word(m, 8)) return;
  // An open channel keeps the pages that it was opened with.
  gpadls_.remove(id);
  send(MessageType::gpadl_torndown, {id});
}

void Vmbus::modify_channel(std::span<const std::uint8_t> m) {
  Channel* channel = find(word(m, 8));
  if (channel == nullptr || !channel->is_open()) return;
  channel->retarget(word(m, 12));
  send(MessageType::modify_channel_response, {channel->id(), 0});
}

void Vmbus::unload(std::span<const std::uint8_t>) {
  disconnect();
  send(MessageType::unload_complete, {});
}

void Vmbus::disconnect() {
  for (Channel& channel : channels_) {
    close(channel);
    channel.withdraw(ChannelState::absent);
  }
  gpadls_.clear();
  connection_ = Connection::none;
  version_ = 0;
  next_channel_ = 1;
}

void Vmbus::reset() { disconnect(); }

}  // namespace coincide::hyperv
