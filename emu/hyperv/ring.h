// The two rings of a channel as the host has them: it reads the one that the guest writes, and writes the other. Each
// is a control page and data pages (VMBUS-06). Whatever the guest puts there is looked at with care: an error says why
// the ring is of no use any more, and nothing is read or written that is not the ring's.
//
// Packets wrap at the end of the data without padding and start at multiples of 8 (VMBUS-04).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "emu/hyperv/channel_error.h"
#include "emu/hyperv/packet.h"
#include "emu/hyperv/page_range.h"

namespace coincide::hyperv {

/// Offsets in the control page (VMBUS-06).
namespace ring_control {
inline constexpr std::uint32_t in = 0x00;
inline constexpr std::uint32_t out = 0x04;
inline constexpr std::uint32_t interrupt_mask = 0x08;
inline constexpr std::uint32_t pending_send_size = 0x0c;
inline constexpr std::uint32_t feature_bits = 0x40;
}  // namespace ring_control

/// Bytes that can be written: the distance from in to out, less 8, so that a full ring is no empty one (VMBUS-05).
constexpr std::uint32_t ring_free(std::uint32_t size, std::uint32_t in, std::uint32_t out) {
  return (in < out ? out - in : size - in + out) - 8;
}

/// What both ends share: pages, and the error that ends its use.
class Ring {
 public:
  Ring(HostMemory& memory, std::uint32_t channel) : memory_(&memory), channel_(channel) {}

  ChannelError error() const { return error_; }
  std::uint32_t size() const { return size_; }
  /// Whose accesses they are, in what is observed.
  void set_channel(std::uint32_t channel) { channel_ = channel; }
  /// The ring is no ring any more.
  void detach() { place({}); }

 protected:
  /// The ring lies in `pages`, the first of which is its control page.
  void place(PageRange pages);
  bool load(std::uint32_t offset, std::uint32_t& value);
  /// An index, which must be a multiple of 8 below the size (VMBUS-03).
  bool load_index(std::uint32_t offset, std::uint32_t& value);
  bool store(std::uint32_t offset, std::uint32_t value);
  /// Data at a ring offset, going round at the end.
  bool copy_out(std::uint32_t at, std::span<std::uint8_t> out);
  bool copy_in(std::uint32_t at, std::span<const std::uint8_t> in);
  bool fail(ChannelError error);
  std::uint32_t advanced(std::uint32_t at, std::uint32_t bytes) const {
    return static_cast<std::uint32_t>((std::uint64_t{at} + bytes) % size_);
  }

  template <class Archive>
  void ring_fields(Archive& archive) {
    archive(channel_, pages_, size_, error_);
    if constexpr (!Archive::kSaving) {
      const std::uint64_t expected = pages_.pages.empty() ? 0 : (pages_.pages.size() - 1) * std::uint64_t{kPageBytes};
      if (size_ != expected || pages_.count_bytes != pages_.pages.size() * std::uint64_t{kPageBytes}) {
        archive.fail();
        *this = Ring(*memory_, 0);
      }
    }
  }
  bool is_index(std::uint32_t value) const { return value < size_ && value % 8 == 0; }

 private:
  HostMemory* memory_;
  std::uint32_t channel_;
  PageRange pages_;
  std::uint32_t size_ = 0;  ///< of the data, in bytes
  ChannelError error_ = ChannelError::none;
};

class IncomingRing : public Ring {
 public:
  using Ring::Ring;
  /// Takes the indexes as they stand, and begins with interrupts masked (VMBUS-24). False: the ring is of no use.
  bool attach(PageRange pages);

  enum class Read : std::uint8_t { empty, packet, failed };
  /// Takes the next packet. `trailer_counts`: a packet whose trailer is not there yet is corrupt.
  Read read(Packet& packet, bool trailer_counts);
  /// Tells the writer how far it has been read; true if it is to be signalled (VMBUS-23).
  std::optional<bool> commit();
  /// True if there is something to read; nullopt on an error.
  std::optional<bool> ready();
  /// False if the mask is not as the host left it (VMBUS-26).
  bool verify_unmasked();
  bool set_mask(bool masked);

  template <class Archive>
  void fields(Archive& archive) {
    ring_fields(archive);
    archive(committed_out_, next_out_, unmasked_);
    if constexpr (!Archive::kSaving) {
      if (size() != 0 && !(is_index(committed_out_) && is_index(next_out_))) archive.fail();
    }
  }

 private:
  std::uint32_t committed_out_ = 0;
  std::uint32_t next_out_ = 0;
  bool unmasked_ = false;  ///< the host has written 0 to the mask and sleeps
};

class OutgoingRing : public Ring {
 public:
  using Ring::Ring;
  /// Takes the indexes as they stand; says that it knows of the pending send size, and waits for nothing (VMBUS-24).
  bool attach(PageRange pages);

  /// True if `bytes` (descriptor and trailer included) fit now; nullopt on an error.
  std::optional<bool> room(std::uint32_t bytes);
  /// Writes a packet for which there is room. The reader sees it when it is committed.
  bool write(PacketType type, std::uint64_t transaction_id, std::span<const std::uint8_t> payload);
  /// Shows the reader what was written; true if it is to be signalled (VMBUS-22). Nothing written: false.
  std::optional<bool> commit();
  /// Asks to be signalled when there is room for `bytes`, and looks once more (VMBUS-27). True: there is room now.
  std::optional<bool> wait_for(std::uint32_t bytes);

  template <class Archive>
  void fields(Archive& archive) {
    ring_fields(archive);
    archive(committed_in_, next_in_, waiting_for_);
    if constexpr (!Archive::kSaving) {
      if (size() != 0 && !(is_index(committed_in_) && is_index(next_in_))) archive.fail();
    }
  }

 private:
  std::uint32_t committed_in_ = 0;
  std::uint32_t next_in_ = 0;
  std::uint32_t waiting_for_ = 0;  ///< pending_send_size as it was set, 0 = not waiting
};

}  // namespace coincide::hyperv
