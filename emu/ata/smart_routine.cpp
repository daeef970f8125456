// SMART EXECUTE OFF-LINE IMMEDIATE (ATA6 r3a §8.51.4): the off-line routine and the self-tests.
#include <algorithm>

#include "emu/ata/disk.h"
#include "emu/ata/smart.h"

namespace coincide {
namespace {

constexpr std::uint64_t kSecondNs = 1'000'000'000;
constexpr std::uint16_t kOffLineSeconds = 300;
constexpr std::uint8_t kShortMinutes = 1, kExtendedMinutes = 30;
/// A short self-test reads this much of the medium, an extended one all of it.
constexpr std::uint64_t kShortTestSectors = 65536;
/// Off-line data collection status, byte 362.
constexpr std::uint8_t kCompleted = 0x02, kSuspended = 0x04, kAbortedByHost = 0x05, kAbortedByDevice = 0x06;

}  // namespace

SmartReport Smart::report() const {
  const auto& regs = disk_.regs();
  return {regs.byte(DeviceReg::smart_offline_status),
          regs.byte(DeviceReg::smart_self_test_status),
          kOffLineSeconds,
          kShortMinutes,
          kExtendedMinutes,
          disk_.has(Feature::smart_self_test),
          disk_.has(Feature::smart_error_log)};
}

void Smart::off_line_immediate() {
  const std::uint8_t number = disk_.regs().byte(DeviceReg::lba_low);
  const bool tests = disk_.has(Feature::smart_self_test);
  if (number != 0 && !tests) return disk_.abort();
  switch (number) {
    case 0:
      return start(Routine::off_line, number, false);
    case 1:
    case 129:
      return start(Routine::short_test, number, number >= 128);
    case 2:
    case 130:
      return start(Routine::extended_test, number, number >= 128);
    case 127:
      interrupt(Result::aborted);
      return end_quietly();
    default:
      return disk_.abort();
  }
}

void Smart::start(Routine routine, std::uint8_t number, bool captive) {
  interrupt(Result::aborted);   // ATA6-SMART-19
  if (!captive) end_quietly();  // ATA6-SMART-16: the command ends first
  disk_.set_power_mode(PowerMode::active);
  routine_ = routine;
  request_number_ = number;
  captive_ = captive;
  suspended_ = false;
  tenths_ = 9;
  if (routine != Routine::off_line) show(Result::running);
  if (captive) return verify();  // ATA6-SMART-17: BSY stays 1 until the request ends
  const std::uint64_t seconds = routine == Routine::off_line     ? kOffLineSeconds
                                : routine == Routine::short_test ? 60u * kShortMinutes
                                                                 : 60u * kExtendedMinutes;
  tenth_ns_ = seconds * kSecondNs / 10;
  deadline_ns_ = disk_.now_ns() + tenth_ns_;
}

void Smart::clock(std::uint64_t now_ns) {
  if (now_ns < deadline_ns_) return;
  if (tenths_ == 0) return verify();
  --tenths_;
  deadline_ns_ += tenth_ns_;
  if (routine_ != Routine::off_line) show(Result::running);
}

void Smart::verify() {
  deadline_ns_ = kNever;
  tenths_ = 0;
  const std::uint64_t all = disk_.overlay().sectors();
  request_ = disk_.issue(DiskOp::verify, 0, routine_ == Routine::short_test ? std::min(all, kShortTestSectors) : all);
}

void Smart::show(Result result) {
  disk_.regs().set(DeviceReg::smart_self_test_status, static_cast<unsigned>(result) << 4 | tenths_);
}

void Smart::verified(const FaultHit& end) {
  request_ = 0;
  const bool bad_sector = end.outcome == DiskOutcome::uncorrectable || end.outcome == DiskOutcome::not_found;
  if (bad_sector) ++off_line_uncorrectable_;
  const bool captive = captive_;
  if (end.outcome == DiskOutcome::done || (bad_sector && routine_ == Routine::off_line)) {
    finish(Result::passed, 0);
  } else {
    finish(bad_sector ? Result::read_failed : Result::fatal, bad_sector ? end.lba : 0);
  }
  if (!captive) return;
  const bool good = end.outcome == DiskOutcome::done;
  disk_.regs().set(DeviceReg::lba_mid, good ? 0x4f : 0xf4);  // ATA6-SMART-17
  disk_.regs().set(DeviceReg::lba_high, good ? 0xc2 : 0x2c);
  if (good) return disk_.complete(Disk::kOpenError | Disk::kOpenCount);
  disk_.fail(error::ABRT, Disk::kOpenCount);
}

/// The routine is over: status, and an entry in the self-test log.
void Smart::finish(Result result, std::uint64_t failing_lba) {
  if (routine_ == Routine::off_line) {
    std::uint8_t status = kCompleted;
    if (result == Result::fatal) status = kAbortedByDevice;
    if (result == Result::aborted || result == Result::reset) status = kAbortedByHost;
    disk_.regs().set(DeviceReg::smart_offline_status, status);
  } else {
    show(result);
    self_test_log_.add(
        {request_number_, disk_.regs().byte(DeviceReg::smart_self_test_status), power_on_hours(), failing_lba});
  }
  routine_ = Routine::none;
  captive_ = suspended_ = false;
  deadline_ns_ = kNever;
}

/// Ends a routine before its time, if one runs.
void Smart::interrupt(Result result) {
  if (routine_ == Routine::none) return;
  disk_.withdraw(request_);
  request_ = 0;
  finish(result, 0);
}

void Smart::suspend() {
  if (!running() || captive_) return;
  suspended_ = true;
  left_ns_ = deadline_ns_ == kNever ? 0 : deadline_ns_ - disk_.now_ns();
  deadline_ns_ = kNever;
  disk_.withdraw(request_);
  request_ = 0;
  if (routine_ == Routine::off_line) disk_.regs().set(DeviceReg::smart_offline_status, kSuspended);
}

void Smart::resume() {
  if (!suspended_) return;
  suspended_ = false;
  deadline_ns_ = disk_.now_ns() + left_ns_;
}

/// ATA6-SMART-22
void Smart::power_mode_changed(PowerMode old_mode, PowerMode mode) {
  const bool stood_still = old_mode == PowerMode::standby || old_mode == PowerMode::sleep;
  if (stood_still && (mode == PowerMode::active || mode == PowerMode::idle)) ++spin_ups_;
  switch (mode) {
    case PowerMode::active:
      return resume();
    case PowerMode::sleep:
      return interrupt(Result::aborted);
    default:
      return suspend();
  }
}

/// A reset, or EXECUTE DEVICE DIAGNOSTIC, takes back what is outstanding. After the latter a routine in the background
/// reads on.
void Smart::requests_cancelled() {
  if (request_ == 0) return;
  request_ = 0;
  if (captive_) return finish(Result::reset, 0);
  deadline_ns_ = disk_.now_ns() + kSecondNs;
}

}  // namespace coincide
