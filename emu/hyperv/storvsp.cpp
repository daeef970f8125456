#include "emu/hyperv/storvsp.h"

#include <algorithm>

#include "emu/hyperv/little_endian.h"

namespace coincide::hyperv {

OfferInfo ide_offer(std::uint8_t channel, std::uint8_t device) {
  OfferInfo offer;
  offer.interface_id = kIdeInterface;                 // IDEACC-03
  offer.instance_id = {channel, device, 0x8899, {}};  // IDEACC-02
  offer.flags = kOfferInterface;                      // IDEACC-05
  offer.user_data[2] = channel;                       // IDEACC-04
  offer.user_data[3] = device;
  offer.user_data[8] = 2;  // an IDE device
  return offer;
}

OfferInfo scsi_offer(const Guid& instance_id, std::uint16_t order) {
  OfferInfo offer;  // IDEACC-05: no flags and no user data
  offer.interface_id = kScsiInterface;
  offer.instance_id = instance_id;
  offer.order = order;
  return offer;
}

StorVsp::StorVsp(Output& output, Vmbus& vmbus, Scope scope, StorVspConfig config)
    : vmbus_(vmbus), config_(config), regs_(output, scope), workers_(config_.max_subchannels + 1u) {
  config_.queue_depth = std::max<std::uint16_t>(config_.queue_depth, 1);
}

Lun& StorVsp::add_lun(const ScsiAddress& address) {
  const auto after = std::find_if(luns_.begin(), luns_.end(), [&](const auto& l) { return l->address() > address; });
  LunHost& host = *this;
  return **luns_.insert(after, std::make_unique<Lun>(host, address));
}

void StorVsp::remove_lun(const ScsiAddress& address) {
  std::erase_if(luns_, [&](const auto& lun) { return lun->address() == address; });
}

void StorVsp::reset() {
  for (auto& lun : luns_) lun->reset();
  state_ = StorState::begin;
  recycled_.clear();
  show();
}

void StorVsp::channel_opened(unsigned) { run(); }
void StorVsp::channel_signalled(unsigned) { run(); }

void StorVsp::channel_closed(unsigned index) {
  workers_[index] = {};
  for (auto& lun : luns_) lun->abandon(static_cast<std::uint8_t>(index));
  if (index == 0) {
    state_ = StorState::begin;
    subchannels_asked_ = false;
    version_number_ = 0;
    version_ = nullptr;
  }
  show();
}

void StorVsp::run() {
  if (running_) return;
  running_ = true;
  for (bool again = true; again;) {
    again = false;
    for (auto& lun : luns_) again |= lun->step();
    for (unsigned index = 0; index < workers_.size(); ++index) again |= serve(index);
  }
  running_ = false;
  show();
}

void StorVsp::show() {
  const Channel* primary = vmbus_.channel(*this, 0);
  using R = AcceleratorReg;
  regs_.set(R::channel_state, primary == nullptr ? 0 : static_cast<std::uint64_t>(primary->state()));
  regs_.set(R::channel_error, primary == nullptr ? 0 : static_cast<std::uint64_t>(primary->error()));
  regs_.set(R::protocol_state, static_cast<std::uint64_t>(state_));
  regs_.set(R::protocol_version, version_number_);
  regs_.set(R::outstanding, outstanding(0));
}

std::uint32_t StorVsp::outstanding(unsigned index) const {
  std::uint32_t count = static_cast<std::uint32_t>(workers_[index].finished.size());
  for (const auto& lun : luns_) count += lun->count_of(static_cast<std::uint8_t>(index));
  return count;
}

void StorVsp::fail(Channel& channel, ChannelError error) {
  if (error == ChannelError::none) {
    channel.fail_with_ring();
  } else {
    channel.fail(error);
  }
  workers_[channel.index()] = {};
}

/// Shows the guest what was written, and signals it if it asked for that. False: the ring is of no use.
bool StorVsp::commit(Channel& channel) {
  const auto signal = channel.outgoing.commit();
  if (!signal) return fail(channel, ChannelError::none), false;
  if (*signal) channel.interrupt();
  return true;
}

/// One look at a channel: sends what is finished, reads what is there. True if something moved.
bool StorVsp::serve(unsigned index) {
  Channel* channel = vmbus_.channel(*this, index);
  if (channel == nullptr || !channel->running()) return false;
  if (!channel->incoming.verify_unmasked()) return fail(*channel, ChannelError::none), false;
  bool blocked = false;
  bool went = send_finished(*channel, workers_[index], blocked);
  if (!channel->running() || blocked) return went;
  // STORVSP-43: what a subchannel holds stays there until the primary one is ready.
  if (index != 0 && state_ != StorState::ready) return went;
  went |= read_requests(*channel, index);
  return went;
}

bool StorVsp::send_finished(Channel& channel, Worker& worker, bool& blocked) {
  std::size_t sent = 0;
  while (sent < worker.finished.size()) {
    const Reply& reply = worker.finished[sent];
    const std::uint32_t bytes = packet_bytes(static_cast<std::uint32_t>(reply.payload.size()));
    auto room = channel.outgoing.room(bytes);
    if (room && !*room) {
      // What is written already is shown first: the guest cannot make room for what it does not see.
      if (!commit(channel)) return false;
      room = channel.outgoing.wait_for(bytes);
      blocked = room && !*room;
      if (blocked) break;
    }
    if (!room || !channel.outgoing.write(PacketType::completion, reply.transaction_id, reply.payload)) {
      fail(channel, ChannelError::none);
      return false;
    }
    ++sent;
  }
  worker.finished.erase(worker.finished.begin(), worker.finished.begin() + static_cast<std::ptrdiff_t>(sent));
  if (sent != 0) commit(channel);
  return sent != 0;
}

bool StorVsp::read_requests(Channel& channel, unsigned index) {
  bool went = false;
  Packet packet;
  while (channel.running()) {
    if (outstanding(index) >= config_.queue_depth) return went;  // STORVSP-61
    auto room = channel.outgoing.room(kLargestCompletion);       // STORVSP-45
    if (room && !*room) {
      room = channel.outgoing.wait_for(kLargestCompletion);
      if (room && !*room) return went;
    }
    const auto ready = room ? channel.incoming.ready() : std::nullopt;
    if (!ready) return fail(channel, ChannelError::none), went;
    if (!*ready) {
      // STORVSP-63: with a command under way, its end is what the worker waits for.
      if (has(Quirk::openvmm_storvsp_poll_mode) && outstanding(index) != 0) return went;
      // VMBUS-25: the guest is asked for signals, then looked at once more.
      const auto late = channel.incoming.set_mask(false) ? channel.incoming.ready() : std::nullopt;
      if (!late) return fail(channel, ChannelError::none), went;
      if (!*late) return went;
    }
    if (!channel.incoming.set_mask(true)) return fail(channel, ChannelError::none), went;  // VMBUS-25
    const bool trailer_counts = !has(Quirk::openvmm_vmbus_trailer_uncounted);
    if (channel.incoming.read(packet, trailer_counts) != IncomingRing::Read::packet)
      return fail(channel, ChannelError::none), went;
    const auto signal = channel.incoming.commit();
    if (!signal) return fail(channel, ChannelError::none), went;
    if (*signal) channel.interrupt();  // VMBUS-23
    went = true;
    take_packet(channel, index, packet);
    if (channel.running() && !commit(channel)) return went;
  }
  return went;
}

void StorVsp::take_packet(Channel& channel, unsigned index, const Packet& packet) {
  if (packet.type == PacketType::completion) return fail(channel, ChannelError::completion_packet);  // STORVSP-17
  if (!packet.completion_asked) return fail(channel, ChannelError::completion_not_asked);            // STORVSP-18
  if (packet.payload.size() < kStorHeadBytes) return fail(channel, ChannelError::short_packet);      // STORVSP-19
  const auto operation = static_cast<StorOperation>(load_le<std::uint32_t>(packet.payload, 0));
  for (const OperationRow& row : operations()) {
    if (row.operation != operation) continue;
    if (packet.payload.size() < row.least_bytes) return fail(channel, ChannelError::short_packet);
    return (this->*row.run)(index, packet);
  }
  fail(channel, ChannelError::unknown_operation);  // STORVSP-20
}

/// STORVSP-62: sent when the request ends, whichever came first.
/// STORVSP-26, STORVSP-27: the completion is as long as the request, at most a head and an SRB.
void StorVsp::reply(unsigned index, const Packet& request, NtStatus status, std::span<const std::uint8_t> payload) {
  Channel& channel = *vmbus_.channel(*this, index);
  const std::size_t bytes = std::min<std::size_t>(request.payload.size(), kStorHeadBytes + kSrbBytes);
  std::array<std::uint8_t, kStorHeadBytes + kSrbBytes> out{};
  store_le(out, 0, static_cast<std::uint32_t>(StorOperation::complete_io));
  store_le(out, 8, static_cast<std::uint32_t>(status));
  const std::size_t count = std::min(payload.size(), bytes - kStorHeadBytes);
  std::copy_n(payload.begin(), count, out.begin() + kStorHeadBytes);
  // There is room: it was looked for before the request was read.
  const bool written =
      channel.outgoing.write(PacketType::completion, request.transaction_id, std::span(out).first(bytes));
  if (!written) fail(channel, ChannelError::none);
}

void StorVsp::request_ended(const StorRequest& request, const StorEnd& end) {
  Worker& worker = workers_[request.worker];
  std::array<std::uint8_t, kStorHeadBytes + kSrbBytes> out{};
  store_le(out, 0, static_cast<std::uint32_t>(StorOperation::complete_io));
  store_le(out, 8, static_cast<std::uint32_t>(packet_status(end.srb_status)));  // STORVSP-60
  // STORVSP-47: what is not named stays 0.
  const std::span srb = std::span(out).subspan(kStorHeadBytes);
  store_le(srb, srb_at::length, static_cast<std::uint16_t>(kSrbBytes));
  srb[srb_at::srb_status] =
      static_cast<std::uint8_t>(end.srb_status | (end.has_sense ? srb_status::autosense_valid : 0));  // STORVSP-54
  srb[srb_at::scsi_status] = end.scsi_status;
  srb[srb_at::cdb_bytes] = kCdbBytes;
  srb[srb_at::sense_bytes] = 0x14;
  store_le(srb, srb_at::transfer_bytes, end.moved_bytes);
  if (end.has_sense) std::copy(end.sense.begin(), end.sense.end(), srb.begin() + srb_at::sense);
  if (has(Quirk::openvmm_storvsp_recycled_requests)) recycled_.push_back({request.srb, request.reply_bytes});
  const Channel* channel = vmbus_.channel(*this, request.worker);
  if (channel == nullptr || !channel->running()) return;  // STORVSP-20: a channel that has stopped says nothing
  worker.finished.push_back({request.transaction_id, {out.begin(), out.begin() + request.reply_bytes}});
}

}  // namespace coincide::hyperv
