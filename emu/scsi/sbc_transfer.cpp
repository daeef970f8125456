// READ and WRITE (6, 10, 12, 16), WRITE AND VERIFY, VERIFY. A disk request covers up to kMaxRequestBlocks; the data of
// one pass to the host, or come from it, in pieces of up to kMaxPiece.
#include <algorithm>

#include "emu/scsi/disk_unit.h"

namespace coincide::scsi {
namespace {

constexpr std::uint8_t kFua = 0x08;
constexpr std::uint8_t kRelativeAddress = 0x01;
constexpr std::uint8_t kByteCheck = 0x06;
constexpr std::uint8_t kProtect = 0xe0;

/// Group code of an operation code: it says how long the CDB is.
enum Group : unsigned { kSix = 0, kTenA = 1, kTenB = 2, kSixteen = 4, kTwelve = 5 };
unsigned group(std::uint8_t opcode) { return opcode >> 5; }

/// WRITE AND VERIFY (10, 12, 16)
bool writes_and_verifies(std::uint8_t opcode) { return (opcode & 0x1f) == 0x0e; }

bool ten_or_twelve(std::uint8_t opcode) { return group(opcode) != kSix && group(opcode) != kSixteen; }

}  // namespace

DiskUnit::Range DiskUnit::cdb_range() const {
  switch (group(opcode())) {
    case kSix: {  // OVMM-SCSI-06
      if (has(Quirk::openvmm_scsi_counts)) return {cdb_.u24(1), cdb_[4]};
      return {cdb_.u24(1) & 0x1fffff, cdb_[4] == 0 ? 256u : std::uint64_t{cdb_[4]}};
    }
    case kSixteen:  // OVMM-SCSI-21
      return {cdb_.u64(2), cdb_.u32(10)};
    case kTwelve:
      return {cdb_.u32(2), cdb_.u32(6)};
    default:  // OVMM-SCSI-15
      return {cdb_.u32(2), cdb_.u16(7)};
  }
}

bool DiskUnit::in_range(const Range& range) const {
  return range.lba <= capacity() && range.count_blocks <= capacity() - range.lba;
}

bool DiskUnit::accept_flags() {
  const bool protects = group(opcode()) != kSix && (cdb_[1] & kProtect) != 0;
  if (!protects || has(Quirk::openvmm_scsi_fields_ignored)) return true;  // OVMM-SCSI-46
  fail_field(1, 7);  // SBC-2: the medium has no protection information
  return false;
}

bool DiskUnit::accept_transfer(Range& range, bool writes) {
  if (ten_or_twelve(opcode()) && (cdb_[1] & kRelativeAddress) != 0) {  // OVMM-SCSI-45
    fail_field(1, 0);
    return false;
  }
  if (!accept_flags()) return false;
  const std::uint64_t fits = data_limit_ / kSectorBytes;
  const bool counts = has(Quirk::openvmm_scsi_counts);
  // OVMM-SCSI-42, OVMM-SCSI-43, OVMM-SCSI-44
  if (!in_range(range) || (counts && (range.count_blocks == 0 || range.count_blocks > fits))) {
    fail(sense::lba_out_of_range);
    return false;
  }
  if (writes && config_.read_only) {  // OVMM-SCSI-47
    fail(sense::write_protected);
    return false;
  }
  // What the transport cannot move is left out: of a block that is read a part may move, of one that is written not.
  const std::uint64_t moves = !writes && data_limit_ % kSectorBytes != 0 ? fits + 1 : fits;
  range.count_blocks = std::min(range.count_blocks, moves);
  return true;
}

void DiskUnit::read() {
  Range range = cdb_range();
  if (!accept_transfer(range, false)) return;
  plan_ = range;
  if (range.count_blocks == 0) return good();
  next_read_request();
}

void DiskUnit::next_read_request() {
  chunk_blocks_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(plan_.count_blocks, kMaxRequestBlocks));
  chunk_moved_ = 0;
  issue(DiskOp::read, plan_.lba, chunk_blocks_);
}

void DiskUnit::next_read_piece() {
  const std::uint32_t chunk_bytes = chunk_blocks_ * kSectorBytes;
  if (chunk_moved_ == chunk_bytes) {
    plan_.lba += chunk_blocks_;
    plan_.count_blocks -= chunk_blocks_;
    chunk_blocks_ = chunk_moved_ = 0;
    if (plan_.count_blocks == 0 || data_limit_ == 0) return good();
    return next_read_request();
  }
  const std::uint32_t whole_blocks = std::max(initiator_.piece_limit() / kSectorBytes, 1u);
  const std::uint64_t piece = std::min<std::uint64_t>(std::uint64_t{whole_blocks} * kSectorBytes, kMaxPiece);
  const auto bytes =
      static_cast<std::uint32_t>(std::min<std::uint64_t>({chunk_bytes - chunk_moved_, piece, data_limit_}));
  if (bytes == 0) return good();
  if (!in_range({plan_.lba, chunk_blocks_})) return medium_failed(DiskOp::read, {DiskOutcome::media_changed, 0});
  buffer_.resize(bytes);
  medium_.read(plan_.lba * kSectorBytes + chunk_moved_, buffer_);
  chunk_moved_ += bytes;
  send_piece(bytes);
}

void DiskUnit::write() {
  Range range = cdb_range();
  if (!accept_transfer(range, true)) return;
  const bool has_fua = group(opcode()) != kSix && !writes_and_verifies(opcode());
  through_ = has_fua && (cdb_[1] & kFua) != 0;  // OVMM-SCSI-46
  plan_ = range;
  if (range.count_blocks == 0) return good();
  next_write_piece();
}

void DiskUnit::write_and_verify() {
  if (has(Quirk::openvmm_scsi_no_verify)) return verify();  // OVMM-SCSI-16
  if ((cdb_[1] & kByteCheck) != 0) return fail_field(1, 1);
  write();
}

void DiskUnit::write_piece_received() { next_write_piece(); }

void DiskUnit::next_write_piece() {
  const auto blocks = static_cast<std::uint32_t>(std::min<std::uint64_t>(plan_.count_blocks, kMaxRequestBlocks));
  const std::size_t missing = std::size_t{blocks} * kSectorBytes - buffer_.size();
  if (missing != 0) return ask_piece(static_cast<std::uint32_t>(std::min<std::size_t>(missing, kMaxPiece)));
  chunk_blocks_ = blocks;
  issue(DiskOp::write, plan_.lba, blocks);
}

/// Puts data on the medium, as request `request` did.
void DiskUnit::commit(std::uint32_t request, std::uint64_t lba, std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  medium_.write(lba * kSectorBytes, bytes);
  output_.observe({EventKind::disk_data, 0, unit_, request, lba, bytes.size() / kSectorBytes, bytes});
}

/// Blocks that a request has put on the medium: if it fails, those before the one that it names.
std::uint64_t DiskUnit::blocks_written(const DiskRequest& request, const FaultHit& end) {
  if (end.outcome == DiskOutcome::done) return request.count_sectors;
  const bool named = end.outcome == DiskOutcome::uncorrectable && end.lba > request.lba;
  return named ? std::min(end.lba - request.lba, request.count_sectors) : 0;
}

void DiskUnit::write_done(const DiskRequest& request, const FaultHit& end) {
  const std::uint64_t written = std::min(blocks_written(request, end), std::uint64_t{buffer_.size() / kSectorBytes});
  commit(request.number, request.lba, std::span(buffer_).first(static_cast<std::size_t>(written * kSectorBytes)));
  if (end.outcome != DiskOutcome::done) return medium_failed(DiskOp::write, end);
  buffer_.clear();
  position_ = 0;
  plan_.lba += chunk_blocks_;
  plan_.count_blocks -= chunk_blocks_;
  chunk_blocks_ = 0;
  if (plan_.count_blocks != 0) return next_write_piece();
  const std::uint64_t first = cdb_range().lba;
  if (writes_and_verifies(opcode())) return issue(DiskOp::verify, first, plan_.lba - first);
  if (through_) return flush();  // OVMM-SCSI-46: a request has no FUA bit; what follows it at once is as good
  good();
}

void DiskUnit::verify() {
  const bool checks_range_only = has(Quirk::openvmm_scsi_no_verify);
  if (!checks_range_only && (cdb_[1] & kByteCheck) != 0) return fail_field(1, 1);  // no comparison with data-out
  if (!checks_range_only && !accept_flags()) return;
  const Range range = cdb_range();
  if (!in_range(range)) return fail(sense::lba_out_of_range);  // OVMM-SCSI-16
  if (checks_range_only || range.count_blocks == 0) return good();
  issue(DiskOp::verify, range.lba, range.count_blocks);
}

}  // namespace coincide::scsi
