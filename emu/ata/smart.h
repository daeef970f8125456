// SMART (ATA6 r3a §6.14, §8.51): attributes that count what has happened, error and self-test logs, and routines that
// run in the background of other commands.
//
// smart.cpp           the subcommands of B0h
// smart_routine.cpp   off-line routine and self-tests on the virtual clock
// smart_qemu.cpp      the data of QEMU's disk (quirk qemu-smart)
// smart_data, error_log, self_test_log, log_table: what is sent
//
// A routine in the background (off-line mode) takes its time on the virtual clock, a tenth at a time, and ends in one
// disk request of kind `verify`; a captive self-test is that request alone, with BSY=1. So the board's fault plan and
// completion policy decide how it ends, and when.
#pragma once

#include <vector>

#include "emu/ata/error_log.h"
#include "emu/ata/feature_set.h"
#include "emu/ata/log_table.h"
#include "emu/ata/self_test_log.h"
#include "emu/ata/smart_data.h"
#include "emu/media/fault_plan.h"

namespace coincide {

enum class PowerMode : std::uint8_t;

class Smart final : public FeatureSetState {
 public:
  using FeatureSetState::FeatureSetState;

  void reset(ResetKind kind);
  void software_reset(bool revert);

  /// B0h, and the data of WRITE LOG.
  void execute();
  void log_received();

  // --- what the disk tells ------------------------------------------------------------------------
  void command_received();
  /// A command has ended with an error of the medium or of the cable; the registers tell it.
  void error_reported(DiskOutcome outcome);
  void power_mode_changed(PowerMode old_mode, PowerMode mode);
  bool owns(std::uint32_t request) const { return request_ != 0 && request_ == request; }
  void verified(const FaultHit& end);
  void requests_cancelled();
  void clock(std::uint64_t now_ns);
  std::uint64_t next_deadline_ns() const { return deadline_ns_; }
  /// The device may not change its power mode by itself (ATA6-SMART-21).
  bool running() const { return routine_ != Routine::none && !suspended_; }

  // --- logs, for General Purpose Logging too ------------------------------------------------------
  bool enabled() const;
  /// All sectors of a log of the log table, in the form of SMART READ LOG or of READ LOG EXT.
  std::vector<std::uint8_t> log(std::uint8_t address, bool ext) const;
  void write_host_log(std::uint8_t address, std::size_t first_sector, std::span<const std::uint8_t> data);

  /// Snapshot: the whole state that is no register.
  template <class Archive>
  void fields(Archive& archive) {
    archive(error_log_, self_test_log_, host_logs_, power_on_ns_, power_cycles_, spin_ups_, uncorrectable_,
            off_line_uncorrectable_, interface_crc_, log_written_, qemu_self_tests_, routine_, request_number_,
            captive_, suspended_, tenths_, tenth_ns_, deadline_ns_, left_ns_, request_);
  }

 private:
  enum class Routine : std::uint8_t { none, off_line, short_test, extended_test };
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};
  /// Self-test execution status, bits 7:4 of byte 363.
  enum class Result : std::uint8_t { passed = 0, aborted = 1, reset = 2, fatal = 3, read_failed = 7, running = 15 };

  // smart.cpp
  void read_log();
  void write_log();
  void autosave();
  void return_status();
  void end_quietly();
  SmartCounters counters() const;
  std::uint16_t power_on_hours() const;
  std::uint32_t milliseconds() const;

  // smart_routine.cpp
  void off_line_immediate();
  void start(Routine routine, std::uint8_t number, bool captive);
  void verify();
  void show(Result result);
  void finish(Result result, std::uint64_t failing_lba);
  void interrupt(Result result);
  void suspend();
  void resume();
  SmartReport report() const;

  // smart_qemu.cpp
  bool qemu(std::uint8_t subcommand);

  ErrorLog error_log_;
  SelfTestLog self_test_log_;
  std::array<std::vector<std::uint8_t>, kHostLogs> host_logs_;  ///< empty: never written
  std::uint64_t power_on_ns_ = 0;
  std::uint64_t power_cycles_ = 0;
  std::uint64_t spin_ups_ = 0;
  std::uint64_t uncorrectable_ = 0;
  std::uint64_t off_line_uncorrectable_ = 0;
  std::uint64_t interface_crc_ = 0;
  std::uint8_t log_written_ = 0;  ///< by the WRITE LOG under way
  std::uint8_t qemu_self_tests_ = 0;

  Routine routine_ = Routine::none;
  std::uint8_t request_number_ = 0;  ///< LBA Low of the command that started it
  bool captive_ = false;
  bool suspended_ = false;
  std::uint8_t tenths_ = 0;             ///< that remain
  std::uint64_t tenth_ns_ = 0;          ///< length of one
  std::uint64_t deadline_ns_ = kNever;  ///< end of the present tenth
  std::uint64_t left_ns_ = 0;           ///< of the present tenth, while suspended
  std::uint32_t request_ = 0;           ///< the verify request, while outstanding
};

}  // namespace coincide
