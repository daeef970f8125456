// One VMBus channel: what it is offered as, whether the guest has opened it, its two rings, and why it has stopped.
#pragma once

#include <array>
#include <cstdint>

#include "emu/hyperv/guid.h"
#include "emu/hyperv/message.h"
#include "emu/hyperv/ring.h"

namespace coincide::hyperv {

/// What an offer says of a device.
struct OfferInfo {
  Guid interface_id;
  Guid instance_id;
  std::uint16_t flags = 0;
  std::uint16_t order = 0;  ///< as configured; offers of one interface are sorted by it (VMBUS-33)
  std::array<std::uint8_t, 120> user_data{};
};

/// The device behind a channel and its subchannels.
class ChannelDevice {
 public:
  virtual ~ChannelDevice() = default;
  virtual const OfferInfo& offer() const = 0;
  virtual std::uint16_t max_subchannels() const { return 0; }
  /// Channel `index` (0: the primary one) has been opened, closed, or signalled by the guest.
  virtual void channel_opened(unsigned index) = 0;
  virtual void channel_closed(unsigned index) = 0;
  virtual void channel_signalled(unsigned index) = 0;
};

/// Numbers are part of the trace format (register channel_state).
enum class ChannelState : std::uint8_t {
  absent = 0,   ///< the guest does not know of it
  offered = 1,  ///< and can open it
  open = 2,
  failed = 3,     ///< open, but of no use until it is closed and opened again
  rescinded = 4,  ///< taken back; the guest has yet to release it
};

class Channel {
 public:
  Channel(Output& output, HostMemory& memory, ChannelDevice& device, unsigned index)
      : output_(output), device_(&device), index_(index), incoming(memory, 0), outgoing(memory, 0) {}

  std::uint32_t id() const { return id_; }
  unsigned index() const { return index_; }
  ChannelDevice& device() const { return *device_; }
  ChannelState state() const { return state_; }
  ChannelError error() const { return error_; }
  /// Open, and nothing has gone wrong.
  bool running() const { return state_ == ChannelState::open; }
  bool is_open() const { return state_ == ChannelState::open || state_ == ChannelState::failed; }

  void offer(std::uint32_t id);
  void withdraw(ChannelState state);
  /// Puts the rings in place: the guest's writes begin at the first page, the host's at `downstream_page`. False: they
  /// are no rings (VMBUS-01, VMBUS-02, VMBUS-03), and the channel stays closed.
  bool open(const HostMemory& memory, const PageRange& pages, std::uint32_t downstream_page, std::uint32_t target_vp);
  void close();
  void retarget(std::uint32_t target_vp) { target_vp_ = target_vp; }
  /// The host gives up on the guest.
  void fail(ChannelError error);
  /// The same with what a ring has to say.
  void fail_with_ring();
  /// Raises the channel's event flag at its VP (VMBUS-30), unless the guest wants none.
  void interrupt();

  template <class Archive>
  void fields(Archive& archive) {
    archive(id_, state_, error_, target_vp_, incoming, outgoing);
    if constexpr (!Archive::kSaving) {
      const bool rings = incoming.size() != 0 && outgoing.size() != 0;
      if (state_ > ChannelState::rescinded || error_ >= ChannelError::count || (is_open() && !rings)) {
        archive.fail();
        state_ = ChannelState::absent;
      }
    }
  }

 private:
  Output& output_;
  ChannelDevice* device_;
  unsigned index_;
  std::uint32_t id_ = 0;
  ChannelState state_ = ChannelState::absent;
  ChannelError error_ = ChannelError::none;
  std::uint32_t target_vp_ = kNoInterrupts;

 public:
  IncomingRing incoming;
  OutgoingRing outgoing;
};

}  // namespace coincide::hyperv
