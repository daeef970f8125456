// SMART error logging (ATA6 r3a §6.14.7): the last five commands, and the last errors with the five commands that led
// to each. One ring of errors serves all three logs; each shows as many as its form has room for.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "emu/registers.h"

namespace coincide {

/// The task file at one moment: index 0 of a pair holds the current half, 1 the previous one (ATA6 r3a §6.20).
struct TaskFileCopy {
  using Pair = std::array<std::uint8_t, 2>;
  Pair features{}, sector_count{}, lba_low{}, lba_mid{}, lba_high{};
  std::uint8_t device = 0, device_control = 0, command = 0, status = 0, error = 0;

  static TaskFileCopy of(const RegisterFile<DeviceReg>& regs);
  template <class Archive>
  void fields(Archive& archive) {
    archive(features, sector_count, lba_low, lba_mid, lba_high, device, device_control, command, status, error);
  }
};

struct LoggedCommand {
  TaskFileCopy task;
  std::uint32_t milliseconds = 0;  ///< since power-on

  template <class Archive>
  void fields(Archive& archive) {
    archive(task, milliseconds);
  }
};

/// State of the device when the error was reported (low nibble of the state byte).
enum class LoggedState : std::uint8_t { unknown = 0, sleep = 1, standby = 2, active_or_idle = 3, off_line = 4 };

constexpr std::size_t kLoggedCommands = 5;

struct LoggedError {
  std::array<LoggedCommand, kLoggedCommands> commands;  ///< the last one failed
  TaskFileCopy task;                                    ///< as the command left it
  LoggedState state = LoggedState::unknown;
  std::uint16_t power_on_hours = 0;

  template <class Archive>
  void fields(Archive& archive) {
    archive(commands, task, state, power_on_hours);
  }
};

class ErrorLog {
 public:
  /// Errors that are kept, and what the logs need for them.
  static constexpr unsigned kErrors = 20;
  static constexpr unsigned kComprehensiveSectors = kErrors / 5;
  static constexpr unsigned kExtendedSectors = kErrors / 4;

  /// A command was written.
  void command(const TaskFileCopy& task, std::uint32_t milliseconds);
  /// RESET-: an entry with FFh in place of Device Control.
  void hardware_reset(std::uint32_t milliseconds);
  /// A power cycle: what led to the next error begins anew.
  void forget_commands() { history_ = {}; }
  void error(const TaskFileCopy& task, LoggedState state, std::uint16_t power_on_hours);

  std::uint32_t count() const { return count_; }
  /// Logs 01h, 02h, 03h as whole sectors.
  std::vector<std::uint8_t> summary() const;
  std::vector<std::uint8_t> comprehensive() const;
  std::vector<std::uint8_t> extended() const;

  template <class Archive>
  void fields(Archive& archive) {
    archive(history_, errors_, count_);
  }

 private:
  /// How one of the logs lays errors out.
  struct Form {
    unsigned slots;       ///< errors that the log holds
    unsigned per_sector;  ///< of them in one sector
    unsigned bytes;       ///< of one error
    unsigned first;       ///< offset of the first in its sector
    unsigned index_bytes;
    unsigned index_at;
    unsigned count_at;
    void (*put)(std::span<std::uint8_t> out, const LoggedError& error);
  };
  std::vector<std::uint8_t> build(const Form& form) const;

  std::array<LoggedCommand, kLoggedCommands> history_;  ///< newest last
  std::array<LoggedError, kErrors> errors_;             ///< error number n (from 0) in slot n modulo kErrors
  std::uint32_t count_ = 0;                             ///< errors of the device's life
};

}  // namespace coincide
