#include "emu/hyperv/ring.h"

#include <algorithm>
#include <array>

#include "emu/hyperv/little_endian.h"

namespace coincide::hyperv {
namespace {

constexpr std::uint16_t kKnownFlags = kCompletionAsked;
constexpr std::uint32_t kPendingSendSizeKnown = 1;  ///< feature bit 0

/// What each type has behind its descriptor.
struct TypeRow {
  PacketType type;
  bool has_ranges;      ///< 8 bytes more: transfer set or reserved, and the number of ranges
  bool wants_ranges;    ///< at least one
  bool is_transaction;  ///< has a transaction ID without asking for completion
};
constexpr TypeRow kTypes[] = {
    {PacketType::in_band, false, false, false},        // VMBUS-08
    {PacketType::transfer_pages, true, false, false},  // VMBUS-09
    {PacketType::gpa_direct, true, true, false},       // VMBUS-10
    {PacketType::completion, false, false, true},      // VMBUS-11
};

}  // namespace

std::string_view channel_error_name(ChannelError error) {
  static constexpr std::string_view kNames[] = {"none",           "ring_memory",       "ring_index",
                                                "packet_length",  "packet_type",       "packet_flags",
                                                "packet_ranges",  "packet_trailer",    "interrupt_mask",
                                                "gpa_ranges",     "completion_packet", "completion_not_asked",
                                                "short_packet",   "unknown_operation", "transfer_pages",
                                                "several_ranges", "short_range",       "no_room"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(ChannelError::count));
  const auto number = static_cast<std::size_t>(error);
  return number < std::size(kNames) ? kNames[number] : std::string_view{};
}

void Ring::place(PageRange pages) {
  pages_ = std::move(pages);
  size_ = pages_.pages.empty() ? 0 : static_cast<std::uint32_t>((pages_.pages.size() - 1) * kPageBytes);
  error_ = ChannelError::none;
}

bool Ring::fail(ChannelError error) {
  if (error_ == ChannelError::none) error_ = error;
  return false;
}

bool Ring::load(std::uint32_t offset, std::uint32_t& value) {
  std::array<std::uint8_t, 4> bytes{};
  if (!memory_->look(pages_, offset, bytes, channel_)) return fail(ChannelError::ring_memory);
  value = load_le<std::uint32_t>(bytes, 0);
  return true;
}

bool Ring::load_index(std::uint32_t offset, std::uint32_t& value) {
  if (!load(offset, value)) return false;
  // VMBUS-03, STORVSP-24: a ring of a control page alone has no offset that is valid.
  return is_index(value) || fail(ChannelError::ring_index);
}

bool Ring::store(std::uint32_t offset, std::uint32_t value) {
  std::array<std::uint8_t, 4> bytes{};
  store_le(bytes, 0, value);
  return memory_->write(pages_, offset, bytes, channel_) || fail(ChannelError::ring_memory);
}

bool Ring::copy_out(std::uint32_t at, std::span<std::uint8_t> out) {
  const std::size_t first = std::min<std::size_t>(out.size(), size_ - at);  // VMBUS-04
  const bool there = memory_->look(pages_, kPageBytes + at, out.first(first), channel_) &&
                     memory_->look(pages_, kPageBytes, out.subspan(first), channel_);
  return there || fail(ChannelError::ring_memory);
}

bool Ring::copy_in(std::uint32_t at, std::span<const std::uint8_t> in) {
  const std::size_t first = std::min<std::size_t>(in.size(), size_ - at);  // VMBUS-04
  const bool there = memory_->write(pages_, kPageBytes + at, in.first(first), channel_) &&
                     memory_->write(pages_, kPageBytes, in.subspan(first), channel_);
  return there || fail(ChannelError::ring_memory);
}

bool IncomingRing::attach(PageRange pages) {
  place(std::move(pages));
  std::uint32_t in = 0;
  if (!load_index(ring_control::out, next_out_) || !load_index(ring_control::in, in)) return false;
  committed_out_ = next_out_;
  unmasked_ = true;
  return set_mask(true);  // VMBUS-24
}

bool IncomingRing::set_mask(bool masked) {
  if (unmasked_ == !masked) return true;
  unmasked_ = !masked;
  return store(ring_control::interrupt_mask, masked ? 1 : 0);
}

bool IncomingRing::verify_unmasked() {
  if (!unmasked_) return true;
  std::uint32_t mask = 0;
  if (!load(ring_control::interrupt_mask, mask)) return false;
  return mask == 0 || fail(ChannelError::interrupt_mask);  // VMBUS-26
}

std::optional<bool> IncomingRing::ready() {
  std::uint32_t in = 0;
  if (!load_index(ring_control::in, in)) return std::nullopt;
  return in != next_out_;
}

IncomingRing::Read IncomingRing::read(Packet& packet, bool trailer_counts) {
  std::uint32_t in = 0;
  if (!load_index(ring_control::in, in)) return Read::failed;
  if (in == next_out_) return Read::empty;
  const std::uint32_t available = in > next_out_ ? in - next_out_ : size() - next_out_ + in;
  const auto corrupt = [&](ChannelError why) { return fail(why), Read::failed; };
  if (available < kDescriptorBytes) return corrupt(ChannelError::packet_length);  // VMBUS-14
  std::array<std::uint8_t, kDescriptorBytes + 8> head{};
  if (!copy_out(next_out_, std::span(head).first(kDescriptorBytes))) return Read::failed;
  const auto type = static_cast<PacketType>(load_le<std::uint16_t>(head, 0));
  const std::uint32_t data_offset = load_le<std::uint16_t>(head, 2) * 8u;
  const std::uint32_t length = load_le<std::uint16_t>(head, 4) * 8u;
  const auto flags = load_le<std::uint16_t>(head, 6);
  // VMBUS-14: the trailer is not counted here.
  if (length < data_offset || data_offset < kDescriptorBytes || available < length)
    return corrupt(ChannelError::packet_length);
  if ((flags & ~kKnownFlags) != 0) return corrupt(ChannelError::packet_flags);  // VMBUS-15
  const auto* row =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeRow& r) { return r.type == type; });
  if (row == std::end(kTypes)) return corrupt(ChannelError::packet_type);  // VMBUS-12
  packet = {};
  packet.type = type;
  packet.completion_asked = (flags & kCompletionAsked) != 0;
  packet.has_transaction = packet.completion_asked || row->is_transaction;  // VMBUS-17
  if (packet.has_transaction) packet.transaction_id = load_le<std::uint64_t>(head, 8);
  if (row->has_ranges) {
    if (data_offset < head.size()) return corrupt(ChannelError::packet_ranges);  // VMBUS-16
    if (!copy_out(next_out_, head)) return Read::failed;
    packet.transfer_set = load_le<std::uint16_t>(head, kDescriptorBytes);
    packet.count_ranges = load_le<std::uint32_t>(head, kDescriptorBytes + 4);
    if (row->wants_ranges && packet.count_ranges == 0) return corrupt(ChannelError::packet_ranges);  // VMBUS-16
    packet.ranges.resize(data_offset - head.size());
    if (!copy_out(advanced(next_out_, static_cast<std::uint32_t>(head.size())), packet.ranges)) return Read::failed;
  }
  if (trailer_counts && available < length + kTrailerBytes) return corrupt(ChannelError::packet_trailer);
  packet.payload.resize(length - data_offset);  // VMBUS-18
  if (!copy_out(advanced(next_out_, data_offset), packet.payload)) return Read::failed;
  next_out_ = advanced(next_out_, length + kTrailerBytes);
  return Read::packet;
}

std::optional<bool> IncomingRing::commit() {
  if (next_out_ == committed_out_) return false;
  std::uint32_t in = 0;
  std::uint32_t wanted = 0;
  if (!store(ring_control::out, next_out_) || !load_index(ring_control::in, in) ||
      !load(ring_control::pending_send_size, wanted))
    return std::nullopt;
  const std::uint32_t before = ring_free(size(), in, committed_out_);
  const std::uint32_t after = ring_free(size(), in, next_out_);
  committed_out_ = next_out_;
  wanted &= ~7u;
  return wanted != 0 && before < wanted && after >= wanted;  // VMBUS-23
}

bool OutgoingRing::attach(PageRange pages) {
  place(std::move(pages));
  std::uint32_t out = 0;
  if (!load_index(ring_control::in, next_in_) || !load_index(ring_control::out, out)) return false;
  committed_in_ = next_in_;
  waiting_for_ = 0;
  return store(ring_control::feature_bits, kPendingSendSizeKnown) &&
         store(ring_control::pending_send_size, 0);  // VMBUS-24
}

std::optional<bool> OutgoingRing::room(std::uint32_t bytes) {
  std::uint32_t out = 0;
  if (!load_index(ring_control::out, out)) return std::nullopt;
  return ring_free(size(), next_in_, out) >= bytes;  // VMBUS-05
}

bool OutgoingRing::write(PacketType type, std::uint64_t transaction_id, std::span<const std::uint8_t> payload) {
  if (waiting_for_ != 0) {  // VMBUS-27: cleared before it writes
    waiting_for_ = 0;
    if (!store(ring_control::pending_send_size, 0)) return false;
  }
  const std::uint32_t total = packet_bytes(static_cast<std::uint32_t>(payload.size()));  // VMBUS-21
  std::vector<std::uint8_t> bytes(total);
  store_le(bytes, 0, static_cast<std::uint16_t>(type));  // VMBUS-20: no flag, whatever the type
  store_le(bytes, 2, static_cast<std::uint16_t>(kDescriptorBytes / 8));
  store_le(bytes, 4, static_cast<std::uint16_t>((total - kTrailerBytes) / 8));
  store_le(bytes, 8, transaction_id);
  std::copy(payload.begin(), payload.end(), bytes.begin() + kDescriptorBytes);
  store_le(bytes, total - 4, next_in_);
  if (!copy_in(next_in_, bytes)) return false;
  next_in_ = advanced(next_in_, total);
  return true;
}

std::optional<bool> OutgoingRing::commit() {
  if (next_in_ == committed_in_) return false;
  std::uint32_t mask = 0;
  std::uint32_t out = 0;
  if (!store(ring_control::in, next_in_) || !load(ring_control::interrupt_mask, mask) ||
      !load_index(ring_control::out, out))
    return std::nullopt;
  const bool was_empty = out == committed_in_;
  committed_in_ = next_in_;
  return mask == 0 && was_empty;  // VMBUS-22
}

std::optional<bool> OutgoingRing::wait_for(std::uint32_t bytes) {
  // VMBUS-27: no less than a quarter of the largest packet, so that one signal is worth its price.
  const std::uint32_t wanted = (std::max(bytes, (size() - 16) / 4) + 7) / 8 * 8;
  if (wanted != waiting_for_ && !store(ring_control::pending_send_size, wanted)) return std::nullopt;
  waiting_for_ = wanted;
  return room(bytes);
}

}  // namespace coincide::hyperv
