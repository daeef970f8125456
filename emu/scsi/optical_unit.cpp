#include "emu/scsi/optical_unit.h"

#include <algorithm>

namespace coincide::scsi {
namespace {
constexpr std::uint8_t kRequestSense = 0x03;
constexpr std::uint8_t kReadTrackInformation = 0x52;
}  // namespace

OpticalUnit::OpticalUnit(Initiator& initiator, DiskQueue& queue, std::uint8_t unit, OpticalConfig config)
    : initiator_(initiator),
      queue_(queue),
      unit_(unit),
      config_(std::move(config)),
      speed_kb_s_(config_.max_speed_kb_s) {
  if (config_.disc_inside.value_or(0) < config_.discs.size()) disc_index_ = config_.disc_inside;
  if (has(Quirk::openvmm_dvd_fake_removal)) {  // OVMM-DVD-10, OVMM-DVD-11
    media_event_ = disc_index_ ? MediaEvent::replaced : MediaEvent::media_removal;
  }
  reset_attention();
}

void OpticalUnit::reset_attention() {
  if (has(Quirk::qemu_no_reset_attention)) return;
  attention_.raise(Attention::reset);  // MMC-UA-1
}

std::optional<SenseData> OpticalUnit::take_attention() {
  if (has(Quirk::openvmm_dvd_no_attention)) return std::nullopt;
  if (std::exchange(empty_first_, false)) return sense::no_medium_tray_closed;
  if (const auto attention = attention_.take()) return *attention;
  return std::exchange(deferred_, std::nullopt);
}

const PacketCommand* OpticalUnit::find_command(std::uint8_t opcode) const {
  if (const auto* own = openvmm_command(opcode, config_.profile, config_.adapter)) return own;
  if (has(Quirk::openvmm_dvd_commands) && !openvmm_runs(opcode, config_.adapter)) return nullptr;
  if (opcode == kReadTrackInformation && has(Quirk::qemu_no_track_information)) return nullptr;
  return find_packet_command(opcode);
}

void OpticalUnit::command(std::span<const std::uint8_t> cdb, std::uint64_t data_limit) {
  starting_ = true;
  begin(cdb, data_limit);
  starting_ = false;
}

/// OVMM-ATAPI-23: an end, or data, that come while the packet is still being written wait for a request.
bool OpticalUnit::wait_with(Later what) {
  if (!starting_ || !has(Quirk::openvmm_dvd_later)) return false;
  later_ = what;
  issue(DiskOp::spin, 0, 0);
  return true;
}

void OpticalUnit::begin(std::span<const std::uint8_t> cdb, std::uint64_t data_limit) {
  if (command_ != nullptr) cancel();
  cdb_ = Cdb(cdb);
  data_limit_ = data_limit;
  // Of what OpenVMM's drive says SRBs tell an error, whatever the sense (OVMM-DVD-32).
  ending_ = has(Quirk::openvmm_dvd_commands) ? Ending::medium : Ending::plain;
  command_ = find_command(cdb_[0]);
  // MMC-SENSE-1: sense lives until the next command
  if (cdb_[0] != kRequestSense && !has(Quirk::qemu_sense)) sense_ = {};
  if (command_ == nullptr || !command_->bypasses_attention) {  // MMC-UA-4
    // MMC-UA-3, MMC-UA-5: before anything else is looked at, and the command does not run.
    if (const auto attention = take_attention()) return fail(*attention);
  }
  if (command_ == nullptr) return fail(SenseData(sense::invalid_opcode).with_field({true, 0}));
  if (cdb.size() < command_->cdb_bytes) return fail_field(static_cast<std::uint16_t>(cdb.size()));
  if (const auto why = not_ready(command_->needs)) return fail(*why);
  command_->start(*this);
}

std::optional<SenseCode> OpticalUnit::not_ready(Needs needs) const {
  if (needs == Needs::nothing) return std::nullopt;
  if (spin_request_ != 0) return sense::becoming_ready;
  if (disc() == nullptr) return tray_open_ ? sense::no_medium_tray_open : sense::no_medium_tray_closed;
  if (needs == Needs::readable && (disc()->blocks() == 0 || (disc()->dvd() && !config_.reads_dvd)))
    return sense::unknown_format;
  return std::nullopt;
}

void OpticalUnit::end_of_command() {
  command_ = nullptr;
  request_ = 0;
  buffer_.clear();
  position_ = 0;
  plan_ = {};
  failure_.reset();
  later_ = Later::none;
}

void OpticalUnit::good() {
  if (wait_with(Later::good)) return;
  end_of_command();
  initiator_.done(Status::good, {});
}

void OpticalUnit::fail(const SenseData& sense) {
  const SenseData kept =  // it may be failure_ itself
      has(Quirk::openvmm_dvd_plain_sense) ? SenseData(SenseCode{sense.key, sense.asc, sense.ascq}) : sense;
  failure_ = kept;
  if (wait_with(Later::failure)) return;
  end_of_command();
  sense_ = kept;
  initiator_.done(Status::check_condition, sense_.summary());
}

void OpticalUnit::fail_field(std::uint16_t byte, std::uint8_t bit) {
  fail(SenseData(sense::invalid_field_in_cdb).with_field({true, byte, bit}));
}

void OpticalUnit::send(const Reply& reply, std::uint64_t allocation_length) {
  // MMC-SENSE-3, MMC-GC-3: what does not fit is left out, without an error.
  const auto whole = reply.data();
  const auto bytes = std::min<std::uint64_t>({whole.size(), allocation_length, kMaxPiece});
  buffer_.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes));
  ask_for(static_cast<std::uint32_t>(bytes));
}

/// Begins a piece of data of the command's direction; what the transport cannot move is left out.
void OpticalUnit::ask_for(std::uint32_t bytes) {
  const auto moving = static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes, data_limit_));
  if (moving == 0) {
    if (failure_) return fail(*failure_);
    return good();
  }
  buffer_.resize(moving);
  if (wait_with(Later::data)) return;
  data_limit_ -= moving;
  position_ = 0;
  if (command_->direction == Direction::out) return initiator_.data_out(moving);
  initiator_.data_in(moving);
}

void OpticalUnit::take(std::span<std::uint8_t> out) {
  const std::size_t bytes = std::min<std::size_t>(out.size(), buffer_.size() - position_);
  std::copy_n(buffer_.begin() + position_, bytes, out.begin());
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(bytes), out.end(), std::uint8_t{0});
  position_ += static_cast<std::uint32_t>(bytes);
}

void OpticalUnit::give(std::span<const std::uint8_t> in) {
  const std::size_t bytes = std::min<std::size_t>(in.size(), buffer_.size() - position_);
  std::copy_n(in.begin(), bytes, buffer_.begin() + position_);
  position_ += static_cast<std::uint32_t>(bytes);
}

void OpticalUnit::resume(bool all) {
  if (command_ == nullptr || buffer_.empty() || request_ != 0) return;
  if (command_->direction == Direction::out) {
    if (!all) return fail(sense::parameter_list_length);
    return has(Quirk::openvmm_dvd_commands) ? OpenVmmDvd::list_received(*this) : mode_list_received();
  }
  if (!all) return good();
  if (failure_) return fail(*failure_);
  if (plan_.count_blocks == 0 || data_limit_ == 0) return good();
  next_piece();
}

void OpticalUnit::link_failed() {
  if (command_ == nullptr) return;
  if (cdb_[0] != kRequestSense) return fail(sense::ultra_dma_crc);  // ATA6-CRC-7
  sense_ = told_;                                                   // ATA6-CRC-6: the original sense is kept
  end_of_command();
  initiator_.done(Status::check_condition, SenseData(sense::command_aborted).summary());
}

void OpticalUnit::cancel() {
  // MMC-MS-6: the drive keeps what it has been told; a tray on its way stays where it is.
  if (request_ != 0 || spin_request_ != 0) queue_.cancel(unit_);
  spin_request_ = 0;
  tray_move_ = TrayMove::none;
  end_of_command();
}

void OpticalUnit::reset(bool /*power_on*/) {
  cancel();
  if (has(Quirk::openvmm_dvd_reset_keeps)) return;
  sense_ = {};
  deferred_.reset();
  empty_first_ = false;
  reset_attention();
  media_event_ = MediaEvent::none;
  events_polled_ = false;
  prevent_ = persistent_prevent_ = false;  // MMC-PAMR-2
  pages_.set_defaults();                   // MMC-MS-6
  speed_kb_s_ = config_.max_speed_kb_s;
  head_lba_ = 0;
}

void OpticalUnit::issue(DiskOp op, std::uint64_t lba, std::uint64_t count_blocks) {
  request_ = queue_.issue(unit_, op, lba, count_blocks);
}

SenseData OpticalUnit::sense_of(const FaultHit& end) const {
  switch (end.outcome) {
    case DiskOutcome::uncorrectable:
      // MMC-RD-4: L-EC uncorrectable, with the address of the block.
      return SenseData(sense::l_ec_uncorrectable).with_information(static_cast<std::uint32_t>(end.lba));
    case DiskOutcome::not_found:
      return sense::no_seek_complete;
    case DiskOutcome::no_medium:
      return tray_open_ ? sense::no_medium_tray_open : sense::no_medium_tray_closed;
    case DiskOutcome::aborted:
      return sense::command_aborted;
    case DiskOutcome::crc:
      return sense::ultra_dma_crc;
    default:
      return sense::internal_failure;
  }
}

void OpticalUnit::request_done(const DiskRequest& request, const FaultHit& end) {
  const bool immediate = request.number == spin_request_ && spin_request_ != 0;
  if (!immediate && (request_ == 0 || request.number != request_)) return;
  if (!immediate) request_ = 0;
  switch (std::exchange(later_, Later::none)) {
    case Later::good:
      return good();
    case Later::failure:
      return fail(*failure_);
    case Later::data:
      return ask_for(static_cast<std::uint32_t>(buffer_.size()));
    case Later::none:
      break;
  }
  FaultHit met = end;
  if (met.outcome == DiskOutcome::crc && (request.op != DiskOp::read || !initiator_.link_checks_data()))
    met.outcome = DiskOutcome::done;
  if (request.op == DiskOp::spin) return spin_done(met, immediate);
  if (request.op == DiskOp::read) return read_done(request, met);
  if (failure_) return fail(*failure_);
  if (met.outcome != DiskOutcome::done) return fail(sense_of(met));
  good();
}

void OpticalUnit::save(SnapshotWriter& archive) {
  bool under_way = command_ != nullptr;
  archive(under_way);
  fields(archive);
}

void OpticalUnit::restore(SnapshotReader& archive) {
  bool under_way = false;
  archive(under_way);
  fields(archive);
  command_ = under_way ? find_command(cdb_[0]) : nullptr;
  const bool has_disc = disc_index_.has_value();
  const std::uint64_t end = std::uint64_t{plan_.lba} + plan_.count_blocks;
  const bool good = (command_ != nullptr) == under_way && (under_way || request_ == 0 || later_ != Later::none) &&
                    later_ <= Later::data && ending_ <= Ending::invalid && (later_ != Later::failure || failure_) &&
                    position_ <= buffer_.size() && buffer_.size() <= most_bytes() &&
                    (!has_disc || *disc_index_ < config_.discs.size()) && tray_move_ <= TrayMove::close &&
                    (plan_.count_blocks == 0 || (disc() != nullptr && end <= disc()->blocks()));
  if (!good) {
    archive.fail();
    end_of_command();
    disc_index_.reset();
  }
}

}  // namespace coincide::scsi
