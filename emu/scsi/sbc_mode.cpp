// MODE SENSE and MODE SELECT (6, 10): the caching page is all there is, and nothing in it can be changed.
#include <algorithm>

#include "emu/scsi/disk_unit.h"

namespace coincide::scsi {
namespace {

constexpr std::uint8_t kCachingPage = 0x08;
constexpr std::uint8_t kCachingLength = 0x0a;  ///< after the head
constexpr std::uint32_t kPageBytes = 2 + kCachingLength;
constexpr std::uint8_t kAllModePages = 0x3f;
constexpr std::uint8_t kWriteCacheEnable = 0x04;
constexpr std::uint8_t kAllSubpages = 0xff;
enum PageControl : std::uint8_t { kCurrent = 0, kChangeable = 1, kDefault = 2, kSaved = 3 };

bool ten_bytes(std::uint8_t opcode) { return opcode >= 0x20; }
std::uint32_t header_bytes(std::uint8_t opcode) { return ten_bytes(opcode) ? 8 : 4; }

}  // namespace

void DiskUnit::mode_sense() {
  // OVMM-SCSI-10 OVMM-SCSI-41
  const bool ten = ten_bytes(opcode());
  const std::uint32_t header = header_bytes(opcode());
  const std::uint32_t allocation_length = ten ? cdb_.u16(7) : cdb_[4];
  if (allocation_length == 0 || data_limit_ == 0) return good();
  if (!allocation_ok(allocation_length, header, ten ? 7 : 4)) return;
  const auto control = static_cast<std::uint8_t>(cdb_[2] >> 6);
  const std::uint8_t page = cdb_[2] & 0x3f;
  if (control == kSaved) {
    if (has(Quirk::openvmm_scsi_page_control)) return fail_field(2, 7);
    return fail(sense::saving_not_supported);
  }
  if (page != kCachingPage && page != kAllModePages) return fail_field(2, 5);
  const bool subpage = cdb_[3] != 0 && cdb_[3] != kAllSubpages;
  if (subpage && !has(Quirk::openvmm_scsi_fields_ignored)) return fail_field(3);
  const auto device_specific = static_cast<std::uint8_t>((config_.read_only ? 0x80 : 0) | (config_.fua ? 0x10 : 0));
  const bool caches = config_.write_cache && control != kChangeable;
  const std::uint32_t length = header + kPageBytes;  // the field does not count itself
  Reply reply;
  if (ten) {
    reply.u16(length - 2).bytes({0, device_specific}).zeros(4);
  } else {
    reply.bytes({static_cast<std::uint8_t>(length - 1), 0, device_specific, 0});
  }
  reply.bytes({kCachingPage, kCachingLength, caches ? kWriteCacheEnable : std::uint8_t{0}}).zeros(9);
  send(reply, allocation_length);
}

void DiskUnit::mode_select() {
  // OVMM-SCSI-08
  const std::uint32_t length = ten_bytes(opcode()) ? cdb_.u16(7) : cdb_[4];
  if (length == 0) return good();
  const bool openvmm = has(Quirk::openvmm_scsi_mode_select);
  const std::uint32_t header = header_bytes(opcode());
  const bool bad =
      openvmm ? length != data_limit_ || length < header + kPageBytes : length > data_limit_ || length < header;
  if (bad) return fail(sense::parameter_list_length);
  if ((cdb_[1] & 0x01) != 0) return fail_field(1, 0);  // SP
  ask_piece(length);
}

void DiskUnit::mode_list_received() {
  const auto list = std::span<const std::uint8_t>(buffer_);
  const bool ten = ten_bytes(opcode());
  const bool openvmm = has(Quirk::openvmm_scsi_mode_select);
  const std::uint32_t descriptors = ten ? std::uint32_t{list[6]} << 8 | list[7] : list[3];
  std::size_t at = header_bytes(opcode()) + descriptors;
  if (at > list.size()) return fail(sense::parameter_list_length);
  if (openvmm && list.size() - at < 3) return fail(sense::parameter_list_length);
  while (at < list.size()) {
    if (list.size() - at < 3) return fail(sense::parameter_list_length);
    const auto where = static_cast<std::uint16_t>(at);
    if ((list[at] & 0x7f) != kCachingPage) return fail_list(where, 5);
    const std::uint8_t length = list[at + 1];
    // OVMM-SCSI-08: there 12 are counted where the page has 10.
    if (openvmm ? length < kPageBytes : length != kCachingLength) return fail_list(static_cast<std::uint16_t>(at + 1));
    const bool caches = (list[at + 2] & kWriteCacheEnable) != 0;
    if (caches != config_.write_cache) return fail_list(static_cast<std::uint16_t>(at + 2), 2);
    if (openvmm) break;
    if (list.size() - at < kPageBytes) return fail(sense::parameter_list_length);
    for (std::size_t i = 2; i < kPageBytes; ++i) {
      const std::uint8_t known = i == 2 ? kWriteCacheEnable : 0;
      if ((list[at + i] & ~known & 0xff) != 0) return fail_list(static_cast<std::uint16_t>(at + i));
    }
    at += kPageBytes;
  }
  good();
}

}  // namespace coincide::scsi
