// INQUIRY and its vital product data, REQUEST SENSE, TEST UNIT READY, REPORT LUNS.
#include <algorithm>

#include "emu/scsi/disk_unit.h"

namespace coincide::scsi {
namespace {

constexpr std::uint8_t kCommandSupportData = 0x02;
constexpr std::uint8_t kVitalProductData = 0x01;
/// 89a98f15-c928-4d8b-94cd-ef51faa99d33, its first three parts in little-endian order.
constexpr std::array<std::uint8_t, 16> kVirtualDiskGuid = {0x15, 0x8f, 0xa9, 0x89, 0x28, 0xc9, 0x8b, 0x4d,
                                                           0x94, 0xcd, 0xef, 0x51, 0xfa, 0xa9, 0x9d, 0x33};

}  // namespace

void DiskUnit::test_unit_ready() { good(); }  // OVMM-SCSI-03

void DiskUnit::request_sense() {
  // OVMM-SCSI-04, OVMM-SCSI-27: what waits to be told comes first, as data.
  notice_capacity();
  if (const auto attention = attention_.take()) sense_ = *attention;
  const bool openvmm = has(Quirk::openvmm_scsi_lengths);
  const std::uint32_t allocation_length = openvmm ? cdb_.u16(3) : cdb_[4];
  if (!allocation_ok(allocation_length, 8, openvmm ? 3 : 4)) return;
  send(Reply().bytes(sense_.bytes()), allocation_length);
}

void DiskUnit::report_luns() {
  // Of a target with this unit alone. StorVSP answers for its own (OVMM-SCSI-23).
  constexpr std::uint32_t kLeast = 16;  // SPC-3 6.21
  if (cdb_.u32(6) < kLeast) return fail_field(6);
  send(Reply().u32(8).zeros(4 + 8), cdb_.u32(6));
}

void DiskUnit::inquiry() {
  const std::uint32_t allocation_length = cdb_.u16(3);
  const bool pages = (cdb_[1] & kVitalProductData) != 0;
  // OVMM-SCSI-29: in this order
  if (!allocation_ok(allocation_length, 0, 3)) return;
  if ((cdb_[1] & kCommandSupportData) != 0) return fail_field(1, 1);
  if (!pages && cdb_[2] != 0) return fail_field(2);
  if (!allocation_ok(allocation_length, pages ? 4 : 5, 3)) return;
  if (pages) return vital_product_data(cdb_[2], allocation_length);
  Reply reply;  // OVMM-SCSI-07 OVMM-SCSI-30
  reply.bytes({device_type(), 0x00, 0x05, 0x02, 0x63, 0x00, 0x00, 0x02});
  reply.text(config_.vendor, 8).text(config_.product, 16).text(config_.revision, 4).zeros(68);
  send(reply, allocation_length);
}

void DiskUnit::vital_product_data(std::uint8_t page, std::uint64_t allocation_length) {
  const bool has_serial = !config_.serial.empty();
  const std::uint64_t most_blocks = std::min(config_.max_transfer_bytes, kMaxWriteSameBytes) / kSectorBytes;
  constexpr std::uint64_t kOdxBlocks = (64u << 20) / kSectorBytes;
  Reply body;
  if (page == 0x00) {  // OVMM-SCSI-31
    body.bytes({0x00});
    if (has_serial) body.bytes({0x80});
    body.bytes({0x83});
    if (config_.odx) body.bytes({0x8f});
    if (config_.unmap) body.bytes({0xb0, 0xb1, 0xb2});
    body.bytes({0xce, 0xcf});
  } else if (page == 0x80 && has_serial) {  // OVMM-SCSI-32
    body.text(config_.serial, std::min<std::size_t>(config_.serial.size(), 252));
  } else if (page == 0x83) {  // OVMM-SCSI-33
    const auto id = std::span(config_.disk_id);
    body.bytes({0x01, 0x01, 0x00, 0x18}).text(config_.vendor, 8).bytes(id);
    body.bytes({0x01, 0x03, 0x00, 0x10, 0x60, 0x02, 0x24, 0x80}).bytes(id.first(6)).bytes(id.last(6));
  } else if (page == 0x8f && config_.odx) {  // OVMM-SCSI-34
    body.bytes({0x00, 0x00, 0x00, 0x20, 0x4d, 0x1f, 0x83, 0x84, 0x00, 0x00, 0x00, 0x08}).zeros(8);
    body.u64(kOdxBlocks).u64(kOdxBlocks);
  } else if (page == 0xb0 && config_.unmap) {  // OVMM-SCSI-35
    body.zeros(16).u32(0xffffffff).u32(kMaxUnmapDescriptors);
    body.u32(std::max(config_.unmap_granularity, 1u)).u32(0x80000000).u64(most_blocks).zeros(20);
  } else if (page == 0xb1 && config_.unmap) {  // OVMM-SCSI-36
    body.u16(config_.rotation_rate).zeros(58);
  } else if (page == 0xb2 && config_.unmap) {  // OVMM-SCSI-37
    body.bytes({std::max<std::uint8_t>(config_.threshold_exponent, 1), 0x80, 0x02, 0x00});
  } else if (page == 0xce) {  // OVMM-SCSI-38
    body.bytes({0x01, 0x01, 0x00, 0x00});
  } else if (page == 0xcf) {  // OVMM-SCSI-39
    body.bytes({0x01, 0x00, 0x00, 0x00}).bytes(kVirtualDiskGuid);
  } else {
    return fail_field(2);  // OVMM-SCSI-40
  }
  Reply reply;
  reply.bytes({device_type(), page}).u16(static_cast<std::uint32_t>(body.size())).bytes(body.data());
  send(reply, allocation_length);
}

}  // namespace coincide::scsi
