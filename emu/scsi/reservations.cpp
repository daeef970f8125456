#include "emu/scsi/reservations.h"

namespace coincide::scsi {

Reservations::Result Reservations::set_key(const Request& request) {
  const bool ignores = request.action == Action::register_ignoring_key;
  if (!ignores && request.key != key_.value_or(0)) return Result::conflict;
  if (request.service_action_key == 0 && !key_) return Result::good;  // nothing to take away
  ++generation_;
  persists_ = request.activate_through_power_loss;
  if (request.service_action_key == 0) {
    key_.reset();
    held_.reset();  // its only holder is gone
    all_target_ports_ = false;
    return Result::good;
  }
  key_ = request.service_action_key;
  all_target_ports_ = request.all_target_ports;
  return Result::good;
}

Reservations::Result Reservations::preempt(const Request& request) {
  if (request.service_action_key == 0) {
    if (!all_registrants()) return Result::invalid_key;
    held_ = request.type;
  } else {
    if (request.service_action_key != *key_) return Result::conflict;
    // The initiator itself stays registered.
    if (held_ && !all_registrants()) held_ = request.type;
  }
  ++generation_;
  return Result::good;
}

Reservations::Result Reservations::apply(const Request& request) {
  if (request.action == Action::register_key || request.action == Action::register_ignoring_key)
    return set_key(request);
  if (!key_ || request.key != *key_) return Result::conflict;
  switch (request.action) {
    case Action::reserve:
      if (held_ && *held_ != request.type) return Result::conflict;
      held_ = request.type;
      return Result::good;
    case Action::release:
      if (!held_) return Result::good;
      if (*held_ != request.type) return Result::invalid_release;
      held_.reset();
      return Result::good;
    case Action::clear:
      ++generation_;
      key_.reset();
      held_.reset();
      all_target_ports_ = false;
      return Result::good;
    default:
      return preempt(request);
  }
}

void Reservations::power_cycle() {
  if (!persists_) *this = {};
}

}  // namespace coincide::scsi
