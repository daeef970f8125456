#include "emu/scsi/disk_unit.h"

#include <algorithm>
#include <utility>

namespace coincide::scsi {

DiskUnit::DiskUnit(Initiator& initiator, Output& output, DiskQueue& queue, std::uint8_t unit, BlockStore& medium,
                   DiskUnitConfig config)
    : initiator_(initiator),
      output_(output),
      queue_(queue),
      unit_(unit),
      medium_(medium),
      config_(std::move(config)),
      seen_sectors_(capacity()) {
  // OVMM-SCSI-28: there the limit is no more than what was last seen.
  const bool forgets = has(Quirk::openvmm_scsi_size_limit);
  if (forgets && config_.size_limit_sectors != 0) seen_sectors_ = config_.size_limit_sectors;
  if (!has(Quirk::openvmm_scsi_no_reset_attention)) attention_.raise(Attention::reset);
}

std::uint64_t DiskUnit::capacity() const {
  const bool limited = config_.size_limit_sectors != 0 && !has(Quirk::openvmm_scsi_size_limit);
  return limited ? std::min(config_.size_limit_sectors, medium_.sectors()) : medium_.sectors();
}

/// OVMM-SCSI-27: the capacity is looked at before each command that would tell of it.
void DiskUnit::notice_capacity() {
  if (std::exchange(seen_sectors_, capacity()) != seen_sectors_) attention_.raise(Attention::capacity_changed);
}

void DiskUnit::command(std::span<const std::uint8_t> cdb, std::uint64_t data_limit) {
  if (command_ != nullptr) cancel();
  cdb_ = Cdb(cdb);
  data_limit_ = data_limit;
  ending_ = Ending::plain;
  command_ = find_disk_command(opcode());
  if (command_ == nullptr || !command_->bypasses_attention) {
    notice_capacity();
    if (const auto attention = attention_.take()) return fail(*attention);  // OVMM-SCSI-27 OVMM-SCSI-28
  }
  if (command_ == nullptr) return fail(SenseData(sense::invalid_opcode).with_field({true, 0}));  // OVMM-SCSI-24
  if (cdb.size() < command_->cdb_bytes) return fail_field(static_cast<std::uint16_t>(cdb.size()));
  if (command_->needs_ready && medium_.sectors() == 0) return fail(sense::no_medium);
  if (command_->needs_ready && stopped_) return fail(sense::stopped);
  command_->start(*this);
}

void DiskUnit::end_of_command() {
  command_ = nullptr;
  request_ = 0;
  buffer_.clear();
  position_ = piece_end_ = 0;
  plan_ = {};
  chunk_blocks_ = chunk_moved_ = 0;
  through_ = false;
  next_descriptor_ = 0;
}

void DiskUnit::finish(Status status, const SenseData& sense, Ending ending) {
  const Sense summary = sense.summary();
  end_of_command();
  ending_ = ending;
  initiator_.done(status, summary);
}

void DiskUnit::good() {
  sense_ = {};  // OVMM-SCSI-02: until then REQUEST SENSE finds what the last failure left
  finish(Status::good, {}, Ending::plain);
}

void DiskUnit::fail(const SenseData& sense, Ending ending) {
  sense_ = has(Quirk::openvmm_scsi_sense) ? SenseData(SenseCode{sense.key, sense.asc, sense.ascq}) : sense;
  finish(Status::check_condition, sense_, ending);
}

void DiskUnit::fail_field(std::uint16_t byte, std::uint8_t bit) {
  fail(SenseData(sense::invalid_field_in_cdb).with_field({true, byte, bit}));
}

void DiskUnit::fail_list(std::uint16_t byte, std::uint8_t bit) {
  fail(SenseData(sense::invalid_field_in_list).with_field({false, byte, bit}));
}

void DiskUnit::conflict() { finish(Status::reservation_conflict, {}, Ending::plain); }  // OVMM-SCSI-02

bool DiskUnit::allocation_ok(std::uint64_t allocation_length, std::uint64_t least, std::uint16_t byte) {
  // SPC leaves data out that do not fit, and takes 0 for none.
  if (!has(Quirk::openvmm_scsi_lengths)) return true;
  if (allocation_length >= least && allocation_length <= data_limit_) return true;
  fail_field(byte);
  return false;
}

void DiskUnit::send(const Reply& reply, std::uint64_t allocation_length) {
  const auto whole = reply.data();
  const auto bytes = std::min<std::uint64_t>({whole.size(), allocation_length, data_limit_, kMaxPiece});
  if (bytes == 0) return good();
  buffer_.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes));
  send_piece(static_cast<std::uint32_t>(bytes));
}

/// Begins a piece of data-in, which stands in the buffer.
void DiskUnit::send_piece(std::uint32_t bytes) {
  data_limit_ -= bytes;
  position_ = 0;
  piece_end_ = bytes;
  initiator_.data_in(bytes);
}

/// Begins a piece of data-out, which comes behind what the buffer has.
void DiskUnit::ask_piece(std::uint32_t bytes) {
  data_limit_ -= bytes;
  position_ = static_cast<std::uint32_t>(buffer_.size());
  piece_end_ = position_ + bytes;
  buffer_.resize(piece_end_);
  initiator_.data_out(bytes);
}

void DiskUnit::take(std::span<std::uint8_t> out) {
  const std::size_t bytes = std::min<std::size_t>(out.size(), piece_end_ - position_);
  std::copy_n(buffer_.begin() + position_, bytes, out.begin());
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(bytes), out.end(), std::uint8_t{0});
  position_ += static_cast<std::uint32_t>(bytes);
}

void DiskUnit::give(std::span<const std::uint8_t> in) {
  const std::size_t bytes = std::min<std::size_t>(in.size(), piece_end_ - position_);
  std::copy_n(in.begin(), bytes, buffer_.begin() + position_);
  position_ += static_cast<std::uint32_t>(bytes);
}

void DiskUnit::resume(bool all) {
  if (command_ == nullptr || piece_end_ == 0 || request_ != 0) return;
  position_ = std::exchange(piece_end_, 0);
  if (!all) return fail(sense::invalid_field_in_cdb);  // OVMM-SCSI-02: the host's memory did not answer
  if (command_->received != nullptr) return command_->received(*this);
  if (plan_.count_blocks == 0) return good();
  next_read_piece();
}

void DiskUnit::cancel() {
  if (request_ != 0) queue_.withdraw(request_);
  end_of_command();
}

void DiskUnit::reset(bool power_on) {
  cancel();
  sense_ = {};
  stopped_ = false;
  ending_ = Ending::plain;
  if (power_on) reservations_.power_cycle();
  if (!has(Quirk::openvmm_scsi_no_reset_attention)) attention_.raise(Attention::reset);
}

void DiskUnit::issue(DiskOp op, std::uint64_t lba, std::uint64_t count_blocks) {
  request_ = queue_.issue(unit_, op, lba, count_blocks);
}

SenseData DiskUnit::sense_of(DiskOp op, const FaultHit& end) const {
  const bool writes = op == DiskOp::write || op == DiskOp::flush;
  switch (end.outcome) {
    case DiskOutcome::uncorrectable:
    case DiskOutcome::write_fault: {
      const bool at_writing = writes || end.outcome == DiskOutcome::write_fault;
      SenseData data = at_writing ? sense::write_fault : sense::unrecovered_read;
      // Fixed format has 32 bits for the address.
      if (op != DiskOp::flush && end.lba <= 0xffffffff) data.with_information(static_cast<std::uint32_t>(end.lba));
      return data;
    }
    case DiskOutcome::aborted:
      return sense::command_aborted;
    case DiskOutcome::no_medium:
      return sense::no_medium;
    case DiskOutcome::not_found:
      return sense::lba_out_of_range;
    case DiskOutcome::crc:
      return sense::ultra_dma_crc;
    case DiskOutcome::media_changed:
      return sense::medium_changed;
    case DiskOutcome::write_protected:
      return sense::write_protected;
    default:
      return sense::medium_io_error;
  }
}

void DiskUnit::medium_failed(DiskOp op, const FaultHit& end) {
  if (end.outcome == DiskOutcome::aborted && has(Quirk::openvmm_scsi_sense)) {  // OVMM-SCSI-02
    sense_ = sense::command_aborted;
    return finish(Status::task_aborted, sense_, Ending::medium);
  }
  fail(sense_of(op, end), Ending::medium);  // OVMM-SCSI-02
}

void DiskUnit::request_done(const DiskRequest& request, const FaultHit& end) {
  if (request_ == 0 || request.number != request_) return;
  request_ = 0;
  FaultHit met = end;
  if (met.outcome == DiskOutcome::crc && !initiator_.link_checks_data()) met.outcome = DiskOutcome::done;
  // Another path may have changed the medium for a smaller one.
  if (met.outcome == DiskOutcome::done && !in_range({request.lba, request.count_sectors}))
    met = {DiskOutcome::media_changed, request.lba};
  if (request.op == DiskOp::write) {
    if (opcode() == 0x41 || opcode() == 0x93) return write_same_done(request, met);
    if (opcode() == 0x42) return unmap_done(request, met);
    return write_done(request, met);
  }
  if (met.outcome != DiskOutcome::done) return medium_failed(request.op, met);
  if (request.op == DiskOp::read) return next_read_piece();
  if (request.op == DiskOp::flush) return flush_done();
  if (request.op == DiskOp::spin) return spin_done();
  good();  // verify
}

void DiskUnit::save(SnapshotWriter& archive) {
  bool under_way = command_ != nullptr;
  archive(under_way);
  fields(archive);
}

/// A restored command of data-out has all of what its next step will look at.
bool DiskUnit::lists_fit() const {
  if (command_ == nullptr || command_->received == nullptr || buffer_.empty()) return request_ == 0 || opcode() != 0x42;
  switch (opcode()) {
    case 0x15:  // MODE SELECT, UNMAP: never shorter than their headers
      return buffer_.size() >= 4;
    case 0x42:
    case 0x55:
      return buffer_.size() >= 8;
    case 0x5f:
      return buffer_.size() == 24;
    default:
      return true;
  }
}

void DiskUnit::restore(SnapshotReader& archive) {
  bool under_way = false;
  archive(under_way);
  fields(archive);
  command_ = under_way ? find_disk_command(opcode()) : nullptr;
  const bool data_good = position_ <= buffer_.size() && piece_end_ <= buffer_.size() &&
                         (piece_end_ == 0 || position_ <= piece_end_) &&
                         buffer_.size() <= std::size_t{kMaxRequestBlocks} * kSectorBytes;
  const bool plan_good = chunk_blocks_ <= kMaxRequestBlocks && chunk_blocks_ <= plan_.count_blocks &&
                         chunk_moved_ <= chunk_blocks_ * kSectorBytes;
  const bool good = (command_ != nullptr) == under_way && (under_way || request_ == 0) && data_good && plan_good &&
                    lists_fit() && ending_ <= Ending::medium && next_descriptor_ <= kMaxUnmapDescriptors;
  if (!good) {
    archive.fail();
    end_of_command();
    ending_ = Ending::plain;
  }
}

}  // namespace coincide::scsi
