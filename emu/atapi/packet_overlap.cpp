// PACKET with OVL=1 (ATA6 r3a §6.9, §6.10, §8.23, §8.45): a command gives the bus back, and asks for it with SERV.
//
// What the standard leaves to the device (ATA6-OVL-3), this one does so: with the release interrupt enabled a command
// that does not end at once is released as soon as its packet has come; with it disabled only when the unit still has
// another to do. The unit does one command at a time, in the order they came, so that the board or the script decides
// when each asks for service. Data move in one go once the host has taken up the service request.
#include <algorithm>
#include <utility>

#include "emu/atapi/packet_device.h"

namespace coincide {

void PacketDevice::show_queue() {
  regs_.set(DeviceReg::queued_commands, waiting_.size() + (released_ != Released::none ? 1 : 0));
  service_ = released_ == Released::data || released_ == Released::ended;
}

/// ATA6-OVL-7, ATA6-OVL-6. More commands than word 75 tells are as wrong.
bool PacketDevice::queue_refuses() const {
  if (queue_empty()) return false;
  if (!job_.overlaps || waiting_.size() + 1 >= config_.queue_depth || head_.tag == job_.tag) return true;
  return std::any_of(waiting_.begin(), waiting_.end(), [&](const Job& job) { return job.tag == job_.tag; });
}

void PacketDevice::run_overlapped() {
  regs_.set(DeviceReg::tag, job_.tag);
  if (!queue_empty()) {
    waiting_.push_back(job_);
    show_queue();
    return release_bus();
  }
  if (regs_.get(DeviceReg::release_interrupt) == 0) return logical_unit_->command(job_.cdb, kNoLimit);
  stage_ = Stage::none;
  head_ = job_;
  released_ = Released::running;
  logical_unit_->command(head_.cdb, kNoLimit);
  if (released_ != Released::ended) return release_bus();  // ATA6-OVL-2
  released_ = Released::none;                              // no data and no wait: nothing to release it for
  show_queue();
  done(head_status_, head_sense_);
}

/// ATA6-OVL-1
void PacketDevice::release_bus() {
  stage_ = Stage::none;
  drop_data_phase();
  set_reason(interrupt_reason::REL);
  show_queue();
  set_open(kOpenError | kOpenLba);
  set_status(idle_status());
  if (regs_.get(DeviceReg::release_interrupt) != 0) set_pending(true);  // ATA6-INT-7
}

/// ATA6-OVL-17: SERV alone changes. A busy device tells it when it is done.
void PacketDevice::ask_for_service(Released what) {
  released_ = what;
  show_queue();
  if (busy() || drq()) return;
  set_status(static_cast<std::uint8_t>(status() | status::SERV));
  set_pending(true);  // ATA6-OVL-4, ATA6-INT-8
}

void PacketDevice::service() {
  if (!service_) return abort();  // nothing asked for it
  const Released what = std::exchange(released_, Released::none);
  job_ = std::exchange(head_, {});
  show_queue();
  regs_.set(DeviceReg::tag, job_.tag);
  stage_ = Stage::running;
  if (what == Released::ended) return done(head_status_, head_sense_);
  if (regs_.get(DeviceReg::service_interrupt) != 0) set_pending(true);  // ATA6-INT-9: PIO data have theirs anyway
  data_phase(head_bytes_);
}

void PacketDevice::begin_next() {
  if (released_ != Released::none || waiting_.empty()) return;
  head_ = std::move(waiting_.front());
  waiting_.erase(waiting_.begin());
  released_ = Released::running;
  show_queue();
  logical_unit_->command(head_.cdb, kNoLimit);
}

void PacketDevice::discard_queue() {
  if (released_ == Released::running || released_ == Released::data) logical_unit_->cancel();
  released_ = Released::none;
  head_ = {};
  waiting_.clear();
  show_queue();
}

}  // namespace coincide
