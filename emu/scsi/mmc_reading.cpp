// READ, READ CAPACITY, VERIFY, SEEK, READ HEADER; pieces of data from the disc.
#include <algorithm>

#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {

/// Sectors with everything READ CD can add to them that fit one piece.
constexpr std::uint32_t kSectorsOfPiece = Unit::kMaxPiece / (kRawBytes + 296 + 96);

}  // namespace

/// OVMM-DVD-38
void OpticalUnit::read_capacity() {
  // MMC-RC-1: the last address, not the count.
  send(Reply().u32(disc()->blocks() - 1).u32(kBlockBytes), 8);
}

bool OpticalUnit::in_range(std::uint64_t lba, std::uint64_t count_blocks) {
  if (lba + count_blocks <= disc()->blocks()) return true;
  fail(sense::lba_out_of_range);
  return false;
}

void OpticalUnit::read_10() { read_blocks(cdb_.u32(2), cdb_.u16(7)); }
void OpticalUnit::read_12() { read_blocks(cdb_.u32(2), cdb_.u32(6)); }

void OpticalUnit::read_blocks(std::uint32_t lba, std::uint32_t count_blocks) {
  if ((cdb_[1] & 1) != 0) return fail_field(1, 0);  // RelAdr: there are no linked commands
  if (!in_range(lba, count_blocks)) return;         // MMC-RD-2
  if (count_blocks == 0) return good();             // MMC-RD-1
  plan_ = {};
  plan_.lba = lba;
  plan_.count_blocks = count_blocks;
  next_piece();
}

void OpticalUnit::next_piece() {
  buffer_.clear();
  position_ = 0;  // nothing has moved of a piece that is not there yet: so a snapshot has it
  std::uint32_t most = plan_.cd ? kSectorsOfPiece : most_bytes() / kBlockBytes;
  // A limit that cuts blocks in two is the transport's business alone.
  const std::uint32_t limit = initiator_.piece_limit();
  if (!plan_.cd && limit % kBlockBytes == 0) most = std::min(most, limit / kBlockBytes);
  issue(DiskOp::read, plan_.lba, std::min(plan_.count_blocks, most));
}

void OpticalUnit::read_done(const DiskRequest& request, const FaultHit& end) {
  if (failure_) return fail(*failure_);  // the disc has gone
  if (disc() == nullptr) return fail(sense_of({DiskOutcome::no_medium, 0}));
  const auto asked = static_cast<std::uint32_t>(
      std::min<std::uint64_t>({request.count_sectors, plan_.count_blocks, most_bytes() / kBlockBytes}));
  std::uint32_t good_blocks = asked;
  if (end.outcome != DiskOutcome::done && has(Quirk::openvmm_dvd_medium_errors)) return fail(sense::none);
  if (end.outcome != DiskOutcome::done) {
    failure_ = sense_of(end);
    const bool named = end.outcome == DiskOutcome::uncorrectable || end.outcome == DiskOutcome::not_found;
    if (end.outcome != DiskOutcome::crc) good_blocks = 0;  // a CRC error shows when all has moved
    if (named && end.lba > request.lba)
      good_blocks = static_cast<std::uint32_t>(std::min<std::uint64_t>(end.lba - request.lba, asked));
    const bool bad_too = end.outcome == DiskOutcome::uncorrectable && pages_.transfer_block();
    if (bad_too && good_blocks < asked) ++good_blocks;
  }
  std::uint32_t done = 0;
  for (; done < good_blocks; ++done) {
    const auto failed = plan_.cd ? append_cd_block(plan_.lba + done) : append_block(plan_.lba + done);
    if (!failed) continue;
    failure_ = failed;
    break;
  }
  head_lba_ = plan_.lba + done;
  plan_.lba += asked;
  plan_.count_blocks = failure_ ? 0 : plan_.count_blocks - asked;
  ask_for(static_cast<std::uint32_t>(buffer_.size()));  // MMC-RD-4: what lies before the failure moves first
}

std::optional<SenseData> OpticalUnit::append_block(std::uint32_t lba) {
  std::array<std::uint8_t, kBlockBytes> block;
  if (!disc()->read_block(lba, block)) {
    SenseData sense = sense::illegal_mode_for_track;  // MMC-RD-3
    sense.ili = true;
    return sense;
  }
  buffer_.insert(buffer_.end(), block.begin(), block.end());
  return std::nullopt;
}

void OpticalUnit::verify_10() {
  if ((cdb_[1] & 2) != 0) return fail_field(1, 1);  // BytChk: there are no data to compare with
  const std::uint32_t count_blocks = cdb_.u16(7);
  if (!in_range(cdb_.u32(2), count_blocks)) return;
  if (count_blocks == 0) return good();
  issue(DiskOp::verify, cdb_.u32(2), count_blocks);
}

void OpticalUnit::seek_10() {
  if (!in_range(cdb_.u32(2), 1)) return;  // MMC-SEEK-1
  head_lba_ = cdb_.u32(2);
  issue(DiskOp::seek, head_lba_, 0);
}

void OpticalUnit::read_header() {
  const std::uint32_t lba = cdb_.u32(2);
  if (!in_range(lba, 1)) return;
  const SectorType type = disc()->type_of(lba);
  if (type == SectorType::cd_da) return fail(sense::illegal_mode_for_track);
  const std::uint8_t mode = type == SectorType::mode1 ? 1 : 2;
  Reply reply;
  reply.bytes({mode, 0, 0, 0}).address(lba, (cdb_[1] & 2) != 0);
  send(reply, cdb_.u16(7));
}

}  // namespace coincide::scsi
