// PERSISTENT RESERVE IN and OUT, for one initiator (SPC-3 6.11, 6.12).
#include "emu/scsi/disk_unit.h"

namespace coincide::scsi {
namespace {

constexpr std::uint32_t kListBytes = 24;
constexpr std::uint8_t kActivateThroughPowerLoss = 0x01;
constexpr std::uint8_t kAllTargetPorts = 0x04;
constexpr std::uint8_t kSpecifyInitiatorPorts = 0x08;
constexpr std::uint16_t kTypeMask = 0xea01;  ///< types 7, 6, 5, 3, 1 and 8

enum ReserveIn : std::uint8_t { kReadKeys = 0, kReadReservation = 1, kReportCapabilities = 2, kReadFullStatus = 3 };

std::uint64_t u64(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes.first(8)) value = value << 8 | byte;
  return value;
}

/// Table 110 of SPC-3: what of a request the service action looks at.
bool uses_type(Reservations::Action action) {
  using A = Reservations::Action;
  return action == A::reserve || action == A::release || action == A::preempt || action == A::preempt_and_abort;
}

}  // namespace

void DiskUnit::persistent_reserve_in() {
  // OVMM-SCSI-20 OVMM-SCSI-49
  if (!config_.reservations) return fail(SenseData(sense::invalid_opcode).with_field({true, 0}));
  const std::uint32_t allocation_length = cdb_.u16(7);
  const std::uint8_t action = cdb_[1] & 0x1f;
  if (action > kReadFullStatus) return fail_field(1, 4);
  if (!allocation_ok(allocation_length, 8, 7)) return;
  const Reservations& r = reservations_;
  const std::uint8_t type = r.held().value_or(0);
  Reply reply;
  if (action == kReportCapabilities) {
    const std::uint8_t capable = kAllTargetPorts | kActivateThroughPowerLoss;
    const auto active = static_cast<std::uint8_t>(0x80 | (r.persists() ? kActivateThroughPowerLoss : 0));
    return send(reply.u16(8).bytes({capable, active}).u16(kTypeMask).zeros(2), allocation_length);
  }
  Reply body;
  if (action == kReadKeys && r.key()) body.u64(*r.key());
  if (action == kReadReservation && r.held()) body.u64(r.holder_key()).zeros(5).bytes({type}).zeros(2);
  if (action == kReadFullStatus && r.key()) {
    const auto flags = static_cast<std::uint8_t>((r.all_target_ports() ? 0x02 : 0) | (r.held() ? 0x01 : 0));
    body.u64(*r.key()).zeros(4).bytes({flags, type}).zeros(4).u16(1);
    body.u32(static_cast<std::uint32_t>(config_.transport_id.size())).bytes(config_.transport_id);
  }
  reply.u32(r.generation()).u32(static_cast<std::uint32_t>(body.size())).bytes(body.data());
  send(reply, allocation_length);
}

void DiskUnit::persistent_reserve_out() {
  // OVMM-SCSI-20 OVMM-SCSI-49
  if (!config_.reservations) return fail(SenseData(sense::invalid_opcode).with_field({true, 0}));
  const std::uint8_t action = cdb_[1] & 0x1f;
  if (action >= static_cast<std::uint8_t>(Reservations::Action::count)) return fail_field(1, 4);
  if (uses_type(static_cast<Reservations::Action>(action))) {
    // The unit as a whole is what can be reserved. CLEAR looks at neither.
    if ((cdb_[2] & 0xf0) != 0) return fail_field(2, 7);
    if (!Reservations::type_known(cdb_[2] & 0x0f)) return fail_field(2, 3);
  }
  if (cdb_.u32(5) != kListBytes) return fail(sense::parameter_list_length);
  if (data_limit_ < kListBytes) {
    if (has(Quirk::openvmm_scsi_lengths)) return fail(sense::invalid_field_in_cdb);
    return fail(sense::parameter_list_length);
  }
  ask_piece(kListBytes);
}

void DiskUnit::reservation_list_received() {
  const auto list = std::span<const std::uint8_t>(buffer_);
  if ((list[20] & kSpecifyInitiatorPorts) != 0) return fail_list(20, 3);  // OVMM-SCSI-49
  Reservations::Request request;
  request.action = static_cast<Reservations::Action>(cdb_[1] & 0x1f);
  request.type = cdb_[2] & 0x0f;
  request.key = u64(list);
  request.service_action_key = u64(list.subspan(8));
  request.activate_through_power_loss = (list[20] & kActivateThroughPowerLoss) != 0;
  request.all_target_ports = (list[20] & kAllTargetPorts) != 0;
  switch (reservations_.apply(request)) {
    case Reservations::Result::good:
      return good();
    case Reservations::Result::conflict:
      return conflict();
    case Reservations::Result::invalid_release:
      return fail(sense::invalid_release);
    default:
      return fail_list(8);
  }
}

}  // namespace coincide::scsi
