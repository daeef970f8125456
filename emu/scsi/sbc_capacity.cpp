// READ CAPACITY (10, 16) and GET LBA STATUS.
#include <algorithm>

#include "emu/scsi/disk_unit.h"

namespace coincide::scsi {
namespace {
constexpr std::uint64_t kMax32 = 0xffffffff;
}  // namespace

void DiskUnit::read_capacity_10() {
  // OVMM-SCSI-14
  if (has(Quirk::openvmm_scsi_lengths) && data_limit_ < 8)
    return fail(sense::invalid_field_in_cdb, Ending::buffer_too_small);
  const bool part = (cdb_[8] & 0x01) != 0;  // PMI
  if (!part && cdb_.u32(2) != 0 && !has(Quirk::openvmm_scsi_fields_ignored)) return fail_field(2);
  const auto last = static_cast<std::uint32_t>(std::min(capacity() - 1, kMax32));
  send(Reply().u32(last).u32(kSectorBytes), 8);
}

void DiskUnit::service_action_in_16() {
  constexpr std::uint8_t kReadCapacity = 0x10;
  constexpr std::uint8_t kGetLbaStatus = 0x12;
  const std::uint8_t action = cdb_[1] & 0x1f;
  if (action == kReadCapacity) return read_capacity_16();
  if (action == kGetLbaStatus) return get_lba_status();
  fail_field(1, 4);  // OVMM-SCSI-22
}

void DiskUnit::read_capacity_16() {
  // OVMM-SCSI-25
  const bool openvmm = has(Quirk::openvmm_scsi_lengths);
  if (openvmm && data_limit_ < 12) return fail(sense::invalid_field_in_cdb, Ending::buffer_too_small);
  const std::uint8_t provisioning = config_.unmap ? 0x80 : 0;
  Reply reply;
  reply.u64(capacity() - 1).u32(kSectorBytes);
  reply.bytes({0, static_cast<std::uint8_t>(config_.physical_exponent & 0x0f), provisioning}).zeros(17);
  send(reply, openvmm ? 32 : cdb_.u32(10));
}

void DiskUnit::get_lba_status() {
  // OVMM-SCSI-26
  constexpr std::uint64_t kHeaderBytes = 8;
  constexpr std::uint64_t kDescriptorBytes = 16;
  if (!config_.lba_status) return fail(sense::invalid_opcode);  // OVMM-SCSI-22
  std::uint64_t lba = cdb_.u64(2);
  const std::uint64_t allocation_length = cdb_.u32(10);
  if (lba >= capacity()) return fail(sense::lba_out_of_range);
  if (has(Quirk::openvmm_scsi_lengths) && allocation_length != data_limit_) return fail_field(10);
  if (allocation_length == 0) return good();
  if (!allocation_ok(allocation_length, kHeaderBytes + kDescriptorBytes, 10)) return;
  // Everything is mapped. A reply of one piece tells as much as a host can ask for.
  const std::uint64_t room = std::max(std::min<std::uint64_t>(allocation_length, kMaxPiece), kHeaderBytes);
  const std::uint64_t most = std::max<std::uint64_t>((room - kHeaderBytes) / kDescriptorBytes, 1);
  Reply extents;
  for (std::uint64_t n = 0; n < most && lba < capacity(); ++n) {
    const std::uint64_t count = std::min(capacity() - lba, kMax32);
    extents.u64(lba).u32(static_cast<std::uint32_t>(count)).zeros(4);
    lba += count;
  }
  Reply reply;
  reply.zeros(kHeaderBytes).bytes(extents.data()).set_length32();
  send(reply, allocation_length);
}

}  // namespace coincide::scsi
