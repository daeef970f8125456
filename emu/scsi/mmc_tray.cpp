// The tray: lock, eject button, START STOP UNIT, events, MECHANISM STATUS.
#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {

const OpticalDisc* OpticalUnit::disc() const {
  if (has(Quirk::openvmm_dvd_media_state)) {  // OVMM-DVD-27: on the open tray too
    return counts_as_present_ && disc_index_ ? config_.discs[*disc_index_].get() : nullptr;
  }
  return tray_open_ || !disc_index_ ? nullptr : config_.discs[*disc_index_].get();
}

void OpticalUnit::stop_reading(const SenseCode& why) {
  if (command_ == nullptr || command_->needs == Needs::nothing) return;
  if (plan_.count_blocks == 0 && request_ == 0) return;
  plan_.count_blocks = 0;
  failure_ = why;
}

void OpticalUnit::tray_open() {
  if (disc() != nullptr) media_event_ = MediaEvent::media_removal;  // MMC-GESN-6, MMC-SSU-3
  tray_open_ = true;
  stop_reading(sense::no_medium_tray_open);
}

void OpticalUnit::tray_close() {
  tray_open_ = false;
  if (disc() == nullptr) return;
  media_event_ = MediaEvent::new_media;         // MMC-GESN-6
  attention_.raise(Attention::medium_changed);  // MMC-UA-2
}

void OpticalUnit::medium_inserted(std::uint32_t index) {
  if (index >= config_.discs.size()) return;
  if (has(Quirk::openvmm_dvd_media_state)) return OpenVmmDvd::inserted(*this, index);
  stop_reading(sense::medium_changed);
  disc_index_ = index;
  tray_close();
  empty_first_ = has(Quirk::qemu_change_shows_empty) && disc() != nullptr;
}

void OpticalUnit::medium_removed() {
  if (has(Quirk::openvmm_dvd_media_state)) return OpenVmmDvd::removed(*this);
  tray_open();
  disc_index_.reset();
}

void OpticalUnit::eject_pressed() {
  if (has(Quirk::openvmm_dvd_media_state)) return OpenVmmDvd::removed(*this);
  if (locked()) {  // MMC-PAMR-1: the tray stays; the host is told what the user wants (MMC-GESN-6)
    media_event_ = MediaEvent::eject_request;
    if (!events_polled_) attention_.raise(Attention::removal_request);
  } else if (tray_open_) {
    tray_close();
  } else {
    tray_open();
  }
}

void OpticalUnit::start_stop_unit() {
  const std::uint8_t power_condition = cdb_[4] >> 4;
  const bool immediate = (cdb_[1] & 1) != 0;
  const bool load_eject = (cdb_[4] & 2) != 0;
  const bool start = (cdb_[4] & 1) != 0;
  if (power_condition != 0) {  // MMC-SSU-2: active, idle, standby, sleep; LoEj and Start do not count
    if (power_condition > 5 || power_condition == 4) return fail_field(4, 7);
    return good();
  }
  if (spin_request_ != 0) return fail(sense::becoming_ready);
  if (load_eject && !start && locked()) return fail(sense::removal_prevented);  // MMC-SSU-1
  tray_move_ = !load_eject ? TrayMove::none : start ? TrayMove::close : TrayMove::open;
  if (!immediate) return issue(DiskOp::spin, 0, 0);
  spin_request_ = queue_.issue(unit_, DiskOp::spin, 0, 0);
  good();
}

void OpticalUnit::spin_done(const FaultHit& end, bool immediate) {
  const TrayMove move = std::exchange(tray_move_, TrayMove::none);
  if (immediate) spin_request_ = 0;
  if (end.outcome != DiskOutcome::done) {
    const SenseData why = end.outcome == DiskOutcome::uncorrectable ? sense::no_seek_complete : sense_of(end);
    if (!immediate) return fail(why);
    deferred_ = why;  // its command has ended well: a later one reports it
    deferred_->deferred = true;
    return;
  }
  if (has(Quirk::qemu_silent_tray) && move != TrayMove::none) {
    tray_open_ = move == TrayMove::open;
  } else if (move == TrayMove::open && !tray_open_) {
    tray_open();
  } else if (move == TrayMove::close && tray_open_) {
    tray_close();
  }
  if (!immediate) good();
}

void OpticalUnit::prevent_allow_medium_removal() {
  const bool prevent = (cdb_[4] & 1) != 0;
  const bool persistent = (cdb_[4] & 2) != 0;
  (persistent ? persistent_prevent_ : prevent_) = prevent;
  good();
}

void OpticalUnit::get_event_status_notification() {
  constexpr std::uint8_t kMediaClass = 4;
  constexpr std::uint8_t kSupported = 1u << kMediaClass;
  constexpr std::uint8_t kNoEventAvailable = 0x80;
  constexpr std::uint32_t kHeaderBytes = 4;
  if ((cdb_[1] & 1) == 0) return fail_field(1, 0);  // MMC-GESN-1: events are polled for
  events_polled_ = true;
  const std::uint32_t allocation_length = cdb_.u16(7);
  Reply reply;
  if ((cdb_[4] & kSupported) == 0) {  // MMC-GESN-2
    reply.zeros(2).bytes({kNoEventAvailable, kSupported});
    return send(reply.set_length16(), allocation_length);  // MMC-GESN-3
  }
  const auto status = static_cast<std::uint8_t>((disc() != nullptr ? 2 : 0) | (tray_open_ ? 1 : 0));
  reply.zeros(2).bytes({kMediaClass, kSupported, static_cast<std::uint8_t>(media_event_), status, 0, 0});
  // MMC-GESN-4: told once. A host that leaves no room for the event has not been told.
  if (allocation_length > kHeaderBytes) media_event_ = MediaEvent::none;
  reply.set_length16(has(Quirk::qemu_event_length) ? 2 : 0);
  send(reply, allocation_length);  // MMC-GESN-3
}

void OpticalUnit::mechanism_status() {
  const std::uint8_t door = tray_open_ ? 0x10 : 0;
  // MMC-MECH-1: one slot, and no table of slots.
  send(Reply().bytes({0, door}).u24(head_lba_).bytes({1}).u16(0), cdb_.u16(8));
}

}  // namespace coincide::scsi
