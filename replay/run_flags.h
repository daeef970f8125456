// What became of a run, in a few words that other runs share: for telling thousands of fuzz inputs apart by what they
// did rather than by what they are (FUZZ.md section 3).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emu/controller.h"
#include "emu/observer.h"

namespace coincide {

/// In the order in which they are told.
enum class RunFlag : std::uint8_t {
  malformed,
  diverged,
  failed,
  bus_fault,
  hole,
  aborted,
  uncorrectable,
  not_found,
  crc,
  device_fault,
  table_short,
  cancelled,
  left_busy,
  left_drq,
  left_active,
  left_interrupt,
  count
};
std::string_view run_flag_name(RunFlag flag);

/// A set of flags.
class RunFlags {
 public:
  void set(RunFlag flag) { bits_ |= 1u << static_cast<unsigned>(flag); }
  bool has(RunFlag flag) const { return (bits_ >> static_cast<unsigned>(flag) & 1) != 0; }
  /// "bus fault, left BSY"; "clean".
  std::string text() const;
  std::vector<std::string_view> names() const;
  bool operator==(const RunFlags&) const = default;

 private:
  std::uint32_t bits_ = 0;
};

/// Watches a run. Hands every event on to `next`, if there is one.
class OutcomeObserver final : public Observer {
 public:
  explicit OutcomeObserver(Observer* next = nullptr) : next_(next) {}
  void stimulus(const Event& event) override;
  void answer(std::uint64_t value, std::uint64_t open, std::span<const std::uint8_t> payload) override;
  void observe(const Event& event) override;

  /// What was seen, and how `controller` is left now.
  RunFlags outcome(const Controller& controller) const;
  std::uint64_t events() const { return events_; }
  std::uint64_t stimuli() const { return stimuli_; }

 private:
  struct Channel {
    bool stopping = false;    ///< SSBM fell in this stimulus
    bool used_up = false;     ///< ACTIVE fell by itself: the PRD table has ended
    bool drive_done = false;  ///< the drive's interrupt came since SSBM rose
  };
  void register_change(const Event& event);
  void device_change(unsigned unit, DeviceReg reg, std::uint64_t before, std::uint64_t value);
  void bus_master_change(Channel& channel, ChannelReg reg, std::uint64_t before, std::uint64_t value);
  /// A table has ended and a drive of the channel still waits to move data, once everything has settled.
  bool table_short(unsigned channel) const;

  Observer* next_;
  RunFlags flags_;
  std::array<Channel, 2> channels_{};
  std::array<std::uint64_t, 4> error_{};
  std::array<std::uint64_t, 4> status_{};
  std::uint64_t events_ = 0;
  std::uint64_t stimuli_ = 0;
};

}  // namespace coincide
