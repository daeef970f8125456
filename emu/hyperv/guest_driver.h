// The guest's side of VMBus and StorVSP for tests and scripts: it finds offers, opens a channel, writes and reads its
// rings and sends SCSI requests, as Linux' hv_vmbus and hv_storvsc do. All it does are stimuli; it believes nothing
// that the host did not write. No part of a machine.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "emu/event.h"
#include "emu/hyperv/channel.h"
#include "emu/hyperv/lun.h"

namespace coincide::hyperv {

/// An offer as the guest was told of it.
struct GuestOffer {
  std::array<std::uint8_t, 16> interface_id{};
  std::array<std::uint8_t, 16> instance_id{};
  std::uint16_t subchannel = 0;
  std::uint32_t channel = 0;
  std::uint32_t connection = 0;
};

/// The rings of a channel in guest memory, at consecutive pages: control and data of the guest's own, then of the
/// host's.
struct GuestRings {
  std::uint32_t channel = 0;
  std::uint32_t connection = 0;
  std::uint32_t gpadl = 0;
  std::uint64_t address = 0;
  std::uint32_t up_bytes = 0;    ///< data of the ring that the guest writes
  std::uint32_t down_bytes = 0;  ///< of the one that it reads
  std::uint32_t in = 0;          ///< its next write
  std::uint32_t out = 0;         ///< its next read

  std::uint64_t up() const { return address; }
  std::uint64_t down() const { return address + kPageBytes + up_bytes; }
  std::uint32_t pages() const { return 2 + (up_bytes + down_bytes) / kPageBytes; }
};

/// A packet from the host.
struct GuestPacket {
  std::uint16_t type = 0;
  std::uint16_t flags = 0;
  std::uint64_t transaction_id = 0;
  std::vector<std::uint8_t> payload;
};

/// One SCSI command for a unit.
struct GuestCommand {
  std::vector<std::uint8_t> cdb;  ///< at most 16 bytes
  ScsiAddress address;
  std::uint8_t data_in = 2;  ///< 0 the device reads memory, 1 it writes, 2 neither (as Linux has it)
  std::uint32_t transfer_bytes = 0;
  std::uint64_t buffer = 0;         ///< guest address
  std::uint32_t packet_bytes = 64;  ///< head and SRB
};

class GuestDriver {
 public:
  using Apply = std::function<Event(const Event&)>;
  /// Control messages that have come since it was asked last, in order.
  using Messages = std::function<std::vector<std::vector<std::uint8_t>>()>;
  GuestDriver(Apply apply, Messages messages) : apply_(std::move(apply)), messages_(std::move(messages)) {}

  // Control messages. Each returns what came back.
  using Replies = std::vector<std::vector<std::uint8_t>>;
  Replies post(std::span<const std::uint8_t> message);
  Replies contact(std::uint32_t version);
  Replies request_offers();
  /// Names `count_pages` consecutive pages.
  Replies create_gpadl(std::uint32_t channel, std::uint32_t gpadl, std::uint64_t address, std::uint32_t count_pages);
  Replies close(const GuestRings& rings);
  void signal(std::uint32_t connection);

  std::span<const GuestOffer> offers() const { return offers_; }
  const GuestOffer* find_offer(const std::array<std::uint8_t, 16>& instance_id, std::uint16_t subchannel = 0) const;

  /// Clears both control pages, names the pages, opens. Whether it worked is in the replies.
  Replies open(GuestRings& rings, const GuestOffer& offer, std::uint32_t target_vp = 0);

  /// Writes a packet as it stands (descriptor, no trailer) and signals if the host wants it (VMBUS-22).
  void send(GuestRings& rings, std::span<const std::uint8_t> packet);
  /// The same, with `in` moved by `advance` bytes and no trailer: for packets that are none.
  void send_raw(GuestRings& rings, std::span<const std::uint8_t> bytes, std::uint32_t advance);
  /// The next packet of the host, or nothing. Signals if the host waits for room (VMBUS-23).
  std::optional<GuestPacket> receive(GuestRings& rings);

  void send_command(GuestRings& rings, const GuestCommand& command, std::uint64_t transaction_id);

  static std::vector<std::uint8_t> in_band(std::uint64_t transaction_id, std::span<const std::uint8_t> payload,
                                           bool asks = true);
  /// One range of guest memory at `address`.
  static std::vector<std::uint8_t> gpa_direct(std::uint64_t transaction_id, std::span<const std::uint8_t> payload,
                                              std::uint64_t address, std::uint32_t bytes);
  /// A StorVSP packet of `bytes` bytes with completion flag.
  static std::vector<std::uint8_t> stor_packet(StorOperation operation, std::span<const std::uint8_t> payload = {},
                                               std::uint32_t bytes = kStorHeadBytes + kSrbBytes);
  static std::vector<std::uint8_t> srb_packet(const GuestCommand& command);

 private:
  std::uint32_t read_word(std::uint64_t address);
  void write_word(std::uint64_t address, std::uint32_t value);
  void write(std::uint64_t address, std::span<const std::uint8_t> bytes);
  std::vector<std::uint8_t> read(std::uint64_t address, std::uint32_t bytes);
  void copy_in(std::uint64_t data, std::uint32_t size, std::uint32_t at, std::span<const std::uint8_t> bytes);
  std::vector<std::uint8_t> copy_out(std::uint64_t data, std::uint32_t size, std::uint32_t at, std::uint32_t bytes);
  Replies take_replies();

  Apply apply_;
  Messages messages_;
  std::vector<GuestOffer> offers_;
  std::uint32_t next_gpadl_ = 1;
};

}  // namespace coincide::hyperv
