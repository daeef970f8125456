// UNMAP: a list of ranges, each of which becomes zeros. The medium is asked for one range after the other.
#include <algorithm>

#include "emu/scsi/disk_unit.h"

namespace coincide::scsi {
namespace {

constexpr std::uint16_t kHeaderBytes = 8;
constexpr std::uint16_t kDescriptorBytes = 16;
constexpr std::uint8_t kAnchor = 0x01;
constexpr SenseCode kIllegalRequest{SenseKey::illegal_request, 0x00, 0x00};

std::uint64_t big_endian(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

}  // namespace

/// OVMM-SCSI-19
void DiskUnit::unmap() {
  const bool openvmm = has(Quirk::openvmm_scsi_unmap);
  if (!config_.unmap) return openvmm ? fail_field(0) : fail(sense::invalid_opcode);
  if (!openvmm && (cdb_[1] & kAnchor) != 0) return fail_field(1, 0);
  const std::uint32_t length = cdb_.u16(7);
  if (openvmm) {
    if (length < kHeaderBytes || length != data_limit_) return fail_field(7);  // OVMM-SCSI-48
    return ask_piece(length);
  }
  if (length == 0) return good();
  if (length < kHeaderBytes || length > data_limit_) return fail(sense::parameter_list_length);
  if (config_.read_only) return fail(sense::write_protected);
  ask_piece(length);
}

void DiskUnit::unmap_list_received() {
  const auto list = std::span(buffer_);
  const std::uint64_t data_length = big_endian(list.subspan(0, 2));
  const std::uint64_t descriptor_bytes = big_endian(list.subspan(2, 2));
  if (has(Quirk::openvmm_scsi_unmap)) {  // OVMM-SCSI-48
    if (data_length != list.size() - 2) return fail(sense::invalid_field_in_cdb);
    if (descriptor_bytes != list.size() - kHeaderBytes) return fail(kIllegalRequest);
  }
  if (config_.unmap_ignored) return good();  // OVMM-SCSI-48: before any range is looked at
  if (config_.read_only) return fail(sense::write_protected);
  next_descriptor_ = 0;
  next_unmap_descriptor();
}

void DiskUnit::next_unmap_descriptor() {
  const auto list = std::span(buffer_);
  // What is not a whole descriptor, or not in the list, is none.
  const std::uint64_t told = big_endian(list.subspan(2, 2));
  const std::uint64_t bytes = std::min<std::uint64_t>(told, list.size() - kHeaderBytes);
  while (next_descriptor_ < bytes / kDescriptorBytes) {
    const auto descriptor = list.subspan(kHeaderBytes + std::size_t{next_descriptor_} * kDescriptorBytes);
    const Range range{big_endian(descriptor.first(8)), big_endian(descriptor.subspan(8, 4))};
    ++next_descriptor_;
    // OVMM-SCSI-48: when it is reached; what came before it is done.
    if (range.count_blocks == 0 && !has(Quirk::openvmm_scsi_unmap)) continue;
    if (!in_range(range)) return fail(sense::lba_out_of_range);
    if (range.count_blocks != 0) return issue(DiskOp::write, range.lba, range.count_blocks);
  }
  good();
}

void DiskUnit::unmap_done(const DiskRequest& request, const FaultHit& end) {
  if (end.outcome == DiskOutcome::done) {
    medium_.fill(request.lba, request.count_sectors, 0);
  } else if (!has(Quirk::openvmm_scsi_unmap)) {  // OVMM-SCSI-48
    return medium_failed(DiskOp::write, end);
  }
  next_unmap_descriptor();
}

}  // namespace coincide::scsi
