// WRITE SAME (10, 16): one block of data-out on many.
#include <algorithm>

#include "emu/scsi/disk_unit.h"

namespace coincide::scsi {
namespace {
constexpr std::uint8_t kRelativeAddress = 0x01;
/// ANCHOR and UNMAP, which page B2h denies; PBDATA and LBDATA; in the 16-byte form NDOB.
constexpr std::uint8_t kUnknownFlags = 0x1f;
/// OVMM-SCSI-18: there UNMAP is FUA, as in other writes.
constexpr std::uint8_t kFua = 0x08;
}  // namespace

void DiskUnit::write_same() {
  const bool openvmm = has(Quirk::openvmm_scsi_write_same);
  if (openvmm && opcode() == 0x41 && (cdb_[1] & kRelativeAddress) != 0) return fail_field(1, 0);
  if (!openvmm && (cdb_[1] & kUnknownFlags) != 0) return fail_field(1);
  if (!accept_flags()) return;
  Range range = cdb_range();
  if (!in_range(range)) return fail(sense::lba_out_of_range);  // OVMM-SCSI-18
  if (config_.read_only) return fail(sense::write_protected);
  if (!openvmm && range.count_blocks == 0) range.count_blocks = capacity() - range.lba;  // SBC: to the last
  const std::uint64_t most = std::min(config_.max_transfer_bytes, kMaxWriteSameBytes) / kSectorBytes;
  if (range.count_blocks > most) {
    if (openvmm) return fail(sense::lba_out_of_range);
    return fail_field(opcode() == 0x41 ? 7 : 10);  // SBC-3: more than page B0h allows
  }
  if (range.count_blocks != 0 && data_limit_ < kSectorBytes) return fail(sense::invalid_field_in_cdb);
  if (range.count_blocks == 0) return good();
  through_ = openvmm && (cdb_[1] & kFua) != 0;
  plan_ = range;
  ask_piece(kSectorBytes);
}

void DiskUnit::write_same_received() { issue(DiskOp::write, plan_.lba, plan_.count_blocks); }

void DiskUnit::write_same_done(const DiskRequest& request, const FaultHit& end) {
  const std::uint64_t written = std::min(blocks_written(request, end), plan_.count_blocks);
  std::vector<std::uint8_t> block = buffer_;
  block.resize(kSectorBytes);
  std::vector<std::uint8_t> blocks;
  for (std::uint64_t at = 0; at < written;) {
    const std::uint64_t run = std::min<std::uint64_t>(written - at, kMaxRequestBlocks);
    while (blocks.size() < run * kSectorBytes) blocks.insert(blocks.end(), block.begin(), block.end());
    commit(request.number, request.lba + at, std::span(blocks).first(static_cast<std::size_t>(run * kSectorBytes)));
    at += run;
  }
  if (end.outcome != DiskOutcome::done) return medium_failed(DiskOp::write, end);
  if (through_) return flush();
  good();
}

/// The sheet's 4.3 and 4.7: WRITE SAME has moved what it wrote, UNMAP nothing.
std::optional<std::uint32_t> DiskUnit::claimed_bytes() const {
  if (!has(Quirk::openvmm_scsi_claimed_bytes)) return std::nullopt;
  constexpr std::uint8_t kUnmap = 0x42;
  if (opcode() == kUnmap) return 0;
  const bool same = opcode() == 0x41 || opcode() == 0x93;
  return same ? std::optional(static_cast<std::uint32_t>(cdb_range().count_blocks * kSectorBytes)) : std::nullopt;
}

}  // namespace coincide::scsi
