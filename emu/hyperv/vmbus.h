// The host's end of VMBus: what it answers to the guest's control messages, which channels there are, and whose signal
// is whose. Messages go in whole; whatever a guest posts, it is answered, refused or dropped, and never breaks
// anything.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "emu/hyperv/channel.h"
#include "emu/hyperv/gpadl.h"

namespace coincide::hyperv {

class Vmbus {
 public:
  Vmbus(Output& output, GuestMemory& memory) : output_(output), memory_(output, memory) {}
  Vmbus(const Vmbus&) = delete;
  Vmbus& operator=(const Vmbus&) = delete;

  HostMemory& memory() { return memory_; }
  /// A device comes. If the guest has asked for offers already, it is told at once.
  void add(ChannelDevice& device);
  /// A device goes: its offers are taken back, subchannels first (VMBUS-39).
  void remove(ChannelDevice& device);
  /// Offers the subchannels up to `count` that are not offered yet (STORVSP-42).
  void offer_subchannels(ChannelDevice& device, std::uint16_t count);
  /// The channel of a device, or nullptr.
  Channel* channel(const ChannelDevice& device, unsigned index);

  /// The guest posts a control message (HvPostMessage).
  void post(std::span<const std::uint8_t> message);
  /// The guest signals a connection (HvSignalEvent). One that is no open channel's does nothing.
  void signal(std::uint32_t connection);
  /// Power cycle: nothing is connected.
  void reset();
  std::size_t gpadl_count() const { return gpadls_.count(); }

  /// Snapshot: everything but which devices there are.
  template <class Archive>
  void fields(Archive& archive) {
    archive(connection_, version_, next_channel_, gpadls_);
    for (Channel& channel : channels_) archive(channel);
    if constexpr (!Archive::kSaving) {
      if (connection_ > Connection::offers_sent) archive.fail();
    }
  }

 private:
  enum class Connection : std::uint8_t { none, contacted, offers_sent };
  struct Handler {
    MessageType type;
    std::size_t bytes;  ///< at least
    void (Vmbus::*run)(std::span<const std::uint8_t> message);
  };
  static std::span<const Handler> handlers();

  void initiate_contact(std::span<const std::uint8_t> m);
  void request_offers(std::span<const std::uint8_t> m);
  void open_channel(std::span<const std::uint8_t> m);
  void close_channel(std::span<const std::uint8_t> m);
  void gpadl_header(std::span<const std::uint8_t> m);
  void gpadl_body(std::span<const std::uint8_t> m);
  void gpadl_teardown(std::span<const std::uint8_t> m);
  void rel_id_released(std::span<const std::uint8_t> m);
  void unload(std::span<const std::uint8_t> m);
  void modify_channel(std::span<const std::uint8_t> m);

  void send(std::span<const std::uint8_t> message);
  /// A message of 32-bit fields behind its head.
  void send(MessageType type, std::initializer_list<std::uint32_t> fields);
  void send_offer(Channel& channel);
  void rescind(Channel& channel);
  void close(Channel& channel);
  void disconnect();
  void gpadl_step(GpadlTable::Step step, std::uint32_t channel, std::uint32_t id);
  Channel* find(std::uint32_t id);

  Output& output_;
  HostMemory memory_;
  std::deque<Channel> channels_;  ///< of each device its primary one, then its subchannels; never moved
  GpadlTable gpadls_;
  Connection connection_ = Connection::none;
  std::uint32_t version_ = 0;
  std::uint32_t next_channel_ = 1;
};

}  // namespace coincide::hyperv
