#include "emu/hyperv/lun.h"

#include <algorithm>

#include "emu/hyperv/little_endian.h"
#include "emu/scsi/sense.h"
#include "emu/scsi/srb_status.h"

namespace coincide::hyperv {

std::uint32_t StorRequest::transfer_bytes() const { return load_le<std::uint32_t>(srb, srb_at::transfer_bytes); }

StorEnd invalid_field() {
  StorEnd end;
  end.srb_status = srb_status::invalid_request;
  end.scsi_status = static_cast<std::uint8_t>(scsi::Status::check_condition);
  end.has_sense = true;
  end.sense = scsi::SenseData(scsi::sense::invalid_field_in_cdb).bytes();
  return end;
}

void Lun::data_in(std::uint32_t bytes) {
  if (!active_) return;
  piece_in_ = bytes;
  host_.lun_awake();
}

void Lun::data_out(std::uint32_t bytes) {
  if (!active_) return;
  piece_out_ = bytes;
  host_.lun_awake();
}

void Lun::done(scsi::Status status, const scsi::Sense& sense) {
  if (!active_) return;
  status_ = status;
  sense_ = sense;
  ended_ = true;
  host_.lun_awake();
}

bool Lun::step() {
  bool went = false;
  for (;; went = true) {
    if (ended_) {
      finish();
    } else if (piece_in_ != 0 || piece_out_ != 0) {
      move_piece();
    } else if (!active_ && !waiting_.empty()) {
      active_ = std::move(waiting_.front());
      waiting_.erase(waiting_.begin());
      begin();
    } else {
      return went;
    }
  }
}

void Lun::begin() {
  position_ = 0;
  failed_ = false;
  // 16 bytes whatever the SRB says of its CDB; the buffer is all that can move.
  unit_->command(std::span(active_->srb).subspan(srb_at::cdb, kCdbBytes), active_->transfer_bytes());
}

void Lun::move_piece() {
  const bool in = piece_in_ != 0;
  std::vector<std::uint8_t> bytes(std::min(in ? piece_in_ : piece_out_, active_->transfer_bytes() - position_));
  piece_in_ = piece_out_ = 0;
  HostMemory& memory = host_.host_memory();
  if (in) {
    unit_->take(bytes);
    // STORVSP-52: the guest did not say that its memory may be written. STORVSP-53: there is none.
    if (!active_->may_write_memory() || !memory.write(active_->range, position_, bytes, active_->channel))
      return refuse_memory();
  } else {
    if (!memory.read(active_->range, position_, bytes, active_->channel)) return refuse_memory();  // STORVSP-53
    unit_->give(bytes);
  }
  position_ += static_cast<std::uint32_t>(bytes.size());
  unit_->resume(true);
}

void Lun::refuse_memory() {
  unit_->cancel();
  failed_ = true;
  ended_ = true;
}

void Lun::finish() {
  const StorRequest request = std::move(*active_);
  active_.reset();
  ended_ = false;
  piece_in_ = piece_out_ = 0;
  StorEnd end = failed_ ? invalid_field() : unit_end(status_, sense_);
  if (!failed_ && status_ == scsi::Status::good) end.moved_bytes = unit_->claimed_bytes().value_or(position_);
  position_ = 0;
  if (!request.orphan) host_.request_ended(request, end);
}

StorEnd Lun::unit_end(scsi::Status status, const scsi::Sense& sense) const {
  StorEnd end;
  end.scsi_status = static_cast<std::uint8_t>(status);
  if (status == scsi::Status::good) return end;
  end.srb_status = static_cast<std::uint8_t>(scsi::srb_status(status, sense, unit_->ending()));
  const auto key = static_cast<scsi::SenseKey>(sense.key);
  end.has_sense = key != scsi::SenseKey::no_sense;  // STORVSP-54
  if (!end.has_sense) return end;
  end.sense = scsi::SenseData(scsi::SenseCode{key, sense.asc, sense.ascq}).bytes();
  return end;
}

std::uint32_t Lun::count_of(std::uint8_t worker) const {
  const auto of = [&](const StorRequest& request) { return request.worker == worker && !request.orphan; };
  return static_cast<std::uint32_t>(std::count_if(waiting_.begin(), waiting_.end(), of)) +
         (active_ && of(*active_) ? 1 : 0);
}

bool Lun::workers_below(std::size_t count) const {
  const auto below = [&](const StorRequest& request) { return request.worker < count; };
  return std::all_of(waiting_.begin(), waiting_.end(), below) && (!active_ || below(*active_));
}

void Lun::abandon(std::uint8_t worker) {
  std::erase_if(waiting_, [&](const StorRequest& request) { return request.worker == worker; });
  if (active_ && active_->worker == worker) active_->orphan = true;
}

void Lun::flush_requests() {
  StorEnd flushed;
  flushed.srb_status = srb_status::request_flushed;
  const std::optional<StorRequest> active = std::move(active_);
  const std::vector<StorRequest> waiting = std::move(waiting_);
  if (active) unit_->cancel();
  reset_command();
  if (active && !active->orphan) host_.request_ended(*active, flushed);
  for (const StorRequest& request : waiting) host_.request_ended(request, flushed);
}

void Lun::reset_command() {
  active_.reset();
  waiting_.clear();
  piece_in_ = piece_out_ = position_ = 0;
  ended_ = failed_ = false;
}

void Lun::reset() {
  reset_command();
  unit_->reset(true);
}

}  // namespace coincide::hyperv
