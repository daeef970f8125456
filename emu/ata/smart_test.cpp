// SMART's logs past the point where they go round, and what a disk that was never told to stop keeps.
#include <doctest/doctest.h>

#include <numeric>

#include "emu/ata/error_log.h"
#include "emu/ata/self_test_log.h"
#include "emu/ata/smart_data.h"

using namespace coincide;

namespace {

/// asserts ATA6-SMART-18
bool sealed(const std::vector<std::uint8_t>& log) {
  for (std::size_t at = 0; at < log.size(); at += kLogSectorBytes) {
    unsigned sum = 0;
    for (std::size_t i = 0; i < kLogSectorBytes; ++i) sum += log[at + i];
    if (sum % 256 != 0) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("the self-test log goes round after 21 entries, its extended form after 36") {
  SelfTestLog log;
  CHECK(log.standard()[508] == 0);
  for (unsigned n = 1; n <= 40; ++n) log.add({static_cast<std::uint8_t>(n), 0x70, 0x1234, 0x123456789abc});
  const std::vector<std::uint8_t> standard = log.standard();
  CHECK(standard[508] == 40 - 21);
  CHECK(standard[2 + 24 * 18] == 40);
  CHECK(standard[2 + 24 * 19] == 20);  // the oldest that it still holds
  CHECK(standard[2 + 24 * 18 + 2] == 0x34);
  CHECK(standard[2 + 24 * 18 + 5] == 0xbc);
  CHECK(standard[2 + 24 * 18 + 8] == 0x56);
  CHECK(standard[2 + 24 * 18 + 9] == 0);  // four bytes of LBA here
  CHECK(sealed(standard));
  const std::vector<std::uint8_t> extended = log.extended();
  CHECK(extended.size() == 1024);
  CHECK(extended[2] == 4);
  CHECK(extended[4 + 26 * 3] == 40);
  CHECK(extended[4 + 26 * 3 + 10] == 0x12);
  CHECK(extended[512 + 4] == 19);
  CHECK(sealed(extended));
}

TEST_CASE("each error stands in the three logs with the five commands before it") {
  ErrorLog log;
  TaskFileCopy task;
  for (unsigned n = 1; n <= 22; ++n) {
    task.command = static_cast<std::uint8_t>(n);
    task.lba_high = {0x12, 0x34};
    log.command(task, 1000 * n);
    task.error = static_cast<std::uint8_t>(0x80 + n);
    log.error(task, LoggedState::active_or_idle, 7);
  }
  const std::vector<std::uint8_t> summary = log.summary();
  CHECK(summary[1] == 2);
  CHECK(summary[452] == 22);
  CHECK(summary[2 + 90 + 48 + 7] == 22);  // the command that failed is the fifth
  CHECK(summary[2 + 90 + 36 + 7] == 21);
  CHECK(summary[2 + 90 + 48 + 8] == (22000 & 0xff));
  CHECK(summary[2 + 90 + 60 + 1] == 0x80 + 22);
  CHECK(summary[2 + 90 + 60 + 27] == 3);
  CHECK(summary[2 + 90 + 60 + 28] == 7);
  CHECK(sealed(summary));
  const std::vector<std::uint8_t> comprehensive = log.comprehensive();
  CHECK(comprehensive[1] == 2);                        // of twenty
  CHECK(comprehensive[2 + 180 + 60 + 1] == 0x80 + 3);  // the oldest
  CHECK(comprehensive[512 * 3 + 2 + 360 + 61] == 0x80 + 20);
  CHECK(sealed(comprehensive));
  const std::vector<std::uint8_t> extended = log.extended();
  CHECK(extended[2] == 2);
  CHECK(extended[500] == 22);
  CHECK(extended[4 + 124 + 4 * 18 + 12] == 22);
  CHECK(extended[4 + 124 + 90 + 1] == 0x80 + 22);
  CHECK(extended[4 + 124 + 90 + 8] == 0x12);
  CHECK(extended[4 + 124 + 90 + 9] == 0x34);
  CHECK(sealed(extended));
}

TEST_CASE("a hardware reset among the commands shows FFh where Device Control stands") {
  ErrorLog log;
  log.hardware_reset(5);
  log.command({}, 6);
  log.error({}, LoggedState::active_or_idle, 0);
  CHECK(log.summary()[2 + 36] == 0xff);
  CHECK(log.summary()[2 + 48] == 0x00);
}

TEST_CASE("five errors that were reported bring an attribute to its threshold, four do not") {
  SmartCounters counters;
  counters.interface_crc = 1000;
  counters.power_cycles = 1000000;
  counters.uncorrectable = 4;
  CHECK_FALSE(threshold_exceeded(counters));
  counters.uncorrectable = 5;
  CHECK(threshold_exceeded(counters));
  CHECK(sealed(smart_data(counters, {})));
  CHECK(sealed(smart_thresholds()));
}
