// The operations of StorVSP and the order that the initialisation wants (sheet 3.2, 3.4).
#include <algorithm>
#include <array>

#include "emu/hyperv/little_endian.h"
#include "emu/hyperv/storvsp.h"

namespace coincide::hyperv {
namespace {

constexpr std::uint32_t kMaxTransferBytes = 0x40000;
constexpr std::uint32_t kMultiChannel = 1;  ///< flag of the channel properties
constexpr std::size_t kPropertiesBytes = 24;

}  // namespace

// STORVSP-02, STORVSP-03, STORVSP-12, STORVSP-13, STORVSP-15, STORVSP-16: an operation without a row stops the channel.
std::span<const StorVsp::OperationRow> StorVsp::operations() {
  using Op = StorOperation;
  static constexpr OperationRow kRows[] = {
      {Op::execute_srb, kStorHeadBytes, &StorVsp::execute_srb},                            // STORVSP-04
      {Op::reset_lun, kStorHeadBytes, &StorVsp::reset_units},                              // STORVSP-05
      {Op::reset_adapter, kStorHeadBytes, &StorVsp::reset_units},                          // STORVSP-06
      {Op::reset_bus, kStorHeadBytes, &StorVsp::reset_units},                              // STORVSP-07
      {Op::begin_initialization, kStorHeadBytes, &StorVsp::begin_initialization},          // STORVSP-08
      {Op::end_initialization, kStorHeadBytes, &StorVsp::end_initialization},              // STORVSP-09
      {Op::query_protocol_version, kStorHeadBytes + 4, &StorVsp::query_protocol_version},  // STORVSP-10
      {Op::query_properties, kStorHeadBytes, &StorVsp::query_properties},                  // STORVSP-11
      {Op::create_sub_channels, kStorHeadBytes + 2, &StorVsp::create_sub_channels},        // STORVSP-14
  };
  return kRows;
}

/// True if the primary channel is in this state; else the request has been answered (STORVSP-36, STORVSP-37).
bool StorVsp::expects(unsigned index, const Packet& packet, StorState state) {
  if (index == 0 && state_ == state) return true;
  reply(index, packet, NtStatus::invalid_device_state);
  return false;
}

void StorVsp::begin_initialization(unsigned index, const Packet& packet) {
  if (!expects(index, packet, StorState::begin)) return;
  state_ = StorState::query_version;  // STORVSP-29
  subchannels_asked_ = false;
  reply(index, packet, NtStatus::success);
}

void StorVsp::query_protocol_version(unsigned index, const Packet& packet) {
  if (!expects(index, packet, StorState::query_version)) return;
  const auto asked = load_le<std::uint16_t>(packet.payload, kStorHeadBytes);
  const StorVersion* version = find_stor_version(asked);
  if (version != nullptr && version->threshold && has(Quirk::openvmm_storvsp_no_threshold)) version = nullptr;
  std::array<std::uint8_t, 2> echo{};
  store_le(echo, 0, asked);
  if (version == nullptr) return reply(index, packet, NtStatus::revision_mismatch, echo);  // STORVSP-31
  version_ = version;
  version_number_ = asked;
  state_ = StorState::query_properties;  // STORVSP-30
  reply(index, packet, NtStatus::success, echo);
}

void StorVsp::query_properties(unsigned index, const Packet& packet) {
  if (!expects(index, packet, StorState::query_properties)) return;
  state_ = StorState::end_initialization;  // STORVSP-32
  std::array<std::uint8_t, kPropertiesBytes> properties{};
  if (version_->multi_channel) {  // STORVSP-41, IDEACC-06: also when there is none
    store_le(properties, 4, config_.max_subchannels);
    store_le(properties, 8, kMultiChannel);
  }
  store_le(properties, 12, kMaxTransferBytes);
  reply(index, packet, NtStatus::success, properties);
}

void StorVsp::create_sub_channels(unsigned index, const Packet& packet) {
  const bool in_order = state_ == StorState::end_initialization && version_->multi_channel && !subchannels_asked_;
  // STORVSP-34, STORVSP-36, STORVSP-39; STORVSP-38: in the ready state no version is asked for.
  if (index != 0 || (state_ != StorState::ready && !in_order))
    return reply(index, packet, NtStatus::invalid_device_state);
  const auto count = load_le<std::uint16_t>(packet.payload, kStorHeadBytes);
  if (count > config_.max_subchannels) return reply(index, packet, NtStatus::invalid_parameter);  // STORVSP-33
  if (state_ != StorState::ready) subchannels_asked_ = true;
  reply(index, packet, NtStatus::success);
  vmbus_.offer_subchannels(*this, count);
}

void StorVsp::end_initialization(unsigned index, const Packet& packet) {
  if (!expects(index, packet, StorState::end_initialization)) return;
  state_ = StorState::ready;  // STORVSP-35
  reply(index, packet, NtStatus::success);
}

void StorVsp::reset_units(unsigned index, const Packet& packet) {
  if (state_ != StorState::ready) return reply(index, packet, NtStatus::invalid_device_state);  // STORVSP-36
  // STORVSP-05, STORVSP-06, STORVSP-07
  reply(index, packet, NtStatus::success);
  if (has(Quirk::openvmm_storvsp_reset_no_effect)) return;  // STORVSP-59
  for (auto& lun : luns_) {
    lun->flush_requests();
    lun->unit().reset(false);
  }
}

void StorVsp::rescan() {
  Channel* primary = vmbus_.channel(*this, 0);
  // STORVSP-44: in the ready state, on the primary channel, from Windows 7 on.
  if (primary == nullptr || !primary->running() || state_ != StorState::ready || !version_->rescans) return;
  send_rescan(*primary);
  show();
}

void StorVsp::send_rescan(Channel& channel) {
  std::array<std::uint8_t, kStorHeadBytes + kSrbBytes> out{};
  store_le(out, 0, static_cast<std::uint32_t>(StorOperation::enumerate_bus));
  const std::uint32_t bytes = kStorHeadBytes + version_->srb_bytes;  // STORVSP-28
  const auto room = channel.outgoing.room(packet_bytes(bytes));
  if (room && !*room) return fail(channel, ChannelError::no_room);  // STORVSP-25
  if (!room || !channel.outgoing.write(PacketType::in_band, 0, std::span(out).first(bytes)))
    return fail(channel, ChannelError::none);
  commit(channel);
}

}  // namespace coincide::hyperv
