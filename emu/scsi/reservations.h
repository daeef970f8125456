// Persistent reservations of a logical unit with one initiator (SPC-3 5.6): its key, the reservation it holds, and the
// generation that counts changes of the registrations.
#pragma once

#include <cstdint>
#include <optional>

namespace coincide::scsi {

class Reservations {
 public:
  /// Service actions of PERSISTENT RESERVE OUT.
  enum class Action : std::uint8_t {
    register_key = 0,
    reserve = 1,
    release = 2,
    clear = 3,
    preempt = 4,
    preempt_and_abort = 5,
    register_ignoring_key = 6,
    count,
  };
  struct Request {
    Action action = Action::register_key;
    std::uint8_t type = 0;  ///< of the reservation, one for which type_known() is true
    std::uint64_t key = 0;
    std::uint64_t service_action_key = 0;
    bool activate_through_power_loss = false;
    bool all_target_ports = false;
  };
  enum class Result : std::uint8_t { good, conflict, invalid_release, invalid_key };

  static bool type_known(std::uint8_t type) { return type < 16 && (kTypes >> type & 1) != 0; }
  /// Does what a request says, or nothing if it does not end well.
  Result apply(const Request& request);
  /// A power cycle: all is lost unless APTPL was set.
  void power_cycle();

  std::uint32_t generation() const { return generation_; }
  std::optional<std::uint64_t> key() const { return key_; }
  /// Type of the reservation, if there is one.
  std::optional<std::uint8_t> held() const { return held_; }
  /// Key that READ RESERVATION shows: reservations of all registrants have none of their own.
  std::uint64_t holder_key() const { return all_registrants() ? 0 : key_.value_or(0); }
  bool persists() const { return persists_; }
  bool all_target_ports() const { return all_target_ports_; }

  template <class Archive>
  void fields(Archive& archive) {
    archive(generation_, key_, held_, persists_, all_target_ports_);
    if constexpr (!Archive::kSaving) {
      if (held_ && (!key_ || !type_known(*held_))) archive.fail();
    }
  }

 private:
  static constexpr unsigned kTypes = 1u << 1 | 1u << 3 | 1u << 5 | 1u << 6 | 1u << 7 | 1u << 8;
  bool all_registrants() const { return held_ && *held_ >= 7; }
  Result set_key(const Request& request);
  Result preempt(const Request& request);

  std::uint32_t generation_ = 0;
  std::optional<std::uint64_t> key_;
  std::optional<std::uint8_t> held_;
  bool persists_ = false;
  bool all_target_ports_ = false;
};

}  // namespace coincide::scsi
