#include "emu/ata/smart_data.h"

#include <algorithm>

namespace coincide {
namespace {

using C = SmartCounters;
constexpr std::uint64_t kBest = 100, kSpinUpTimeMs = 4200, kCelsius = 34;

/// Pre-failure warning, updated on-line, performance, error rate, event count, self-preserving.
enum Flags : std::uint8_t { kPreFail = 1, kOnline = 2, kPerformance = 4, kRate = 8, kCount = 16, kKeep = 32 };

struct AttributeRow {
  std::uint8_t id;
  unsigned flags;
  std::uint8_t threshold;
  std::uint64_t (*lost)(const C&);  ///< how far the value is below its best
  std::uint64_t (*raw)(const C&);
};

constexpr auto zero = [](const C&) -> std::uint64_t { return 0; };
constexpr auto uncorrectable = [](const C& c) { return c.uncorrectable; };

// A drive of 2002. Five errors that a host was told of bring the first one to its threshold.
constexpr AttributeRow kAttributes[] = {
    {1, kPreFail | kOnline | kRate, 51, [](const C& c) { return 10 * c.uncorrectable; },
     uncorrectable},                                                                           // raw read error rate
    {3, kPreFail | kOnline | kPerformance, 21, zero, [](const C&) { return kSpinUpTimeMs; }},  // spin-up time
    {4, kOnline | kCount | kKeep, 0, zero, [](const C& c) { return c.spin_ups; }},             // start/stop count
    {5, kPreFail | kOnline | kCount | kKeep, 36, zero, zero},                                  // reallocated sectors
    {7, kPreFail | kOnline | kRate, 51, zero, zero},                                           // seek error rate
    {9, kOnline | kCount | kKeep, 0, [](const C& c) { return c.power_on_hours / 720; },
     [](const C& c) { return c.power_on_hours; }},                                       // power-on hours
    {10, kPreFail | kOnline | kCount, 97, zero, zero},                                   // spin retry count
    {12, kOnline | kCount | kKeep, 0, zero, [](const C& c) { return c.power_cycles; }},  // power cycle count
    {187, kOnline | kCount | kKeep, 0, uncorrectable, uncorrectable},  // reported uncorrectable errors
    {194, kOnline | kKeep, 0, [](const C&) { return kBest - kCelsius; }, [](const C&) { return kCelsius; }},
    {197, kOnline | kCount, 0, zero, [](const C& c) { return c.uncorrectable + c.off_line_uncorrectable; }},  // pending
    {198, kCount, 0, zero, [](const C& c) { return c.off_line_uncorrectable; }},  // off-line uncorrectable
    {199, kOnline | kRate | kCount | kKeep, 0, [](const C& c) { return c.interface_crc; },
     [](const C& c) { return c.interface_crc; }},  // Ultra DMA CRC errors
};
constexpr std::size_t kFirst = 2, kEntryBytes = 12;
static_assert(std::size(kAttributes) <= 30);

std::uint8_t value_of(const AttributeRow& row, const C& counters) {
  return static_cast<std::uint8_t>(kBest - std::min(row.lost(counters), kBest - 1));
}

}  // namespace

void put_le(std::span<std::uint8_t> out, std::size_t at, unsigned bytes, std::uint64_t value) {
  for (unsigned i = 0; i < bytes; ++i) out[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

void seal_sectors(std::span<std::uint8_t> sectors) {
  for (std::size_t at = 0; at + kLogSectorBytes <= sectors.size(); at += kLogSectorBytes) {
    unsigned sum = 0;
    for (std::size_t i = 0; i < kLogSectorBytes - 1; ++i) sum += sectors[at + i];
    sectors[at + kLogSectorBytes - 1] = static_cast<std::uint8_t>(0u - sum);  // ATA6-SMART-18
  }
}

std::vector<std::uint8_t> smart_data(const SmartCounters& counters, const SmartReport& report) {
  std::vector<std::uint8_t> out(kLogSectorBytes);
  put_le(out, 0, 2, 0x0010);  // revision of the vendor's part
  std::size_t at = kFirst;
  for (const AttributeRow& row : kAttributes) {
    out[at] = row.id;
    put_le(out, at + 1, 2, row.flags);
    out[at + 3] = value_of(row, counters);
    out[at + 4] = out[at + 3];  // the worst so far: no count ever falls
    put_le(out, at + 5, 6, row.raw(counters));
    at += kEntryBytes;
  }
  out[362] = report.off_line_status;
  out[363] = report.self_test_status;
  put_le(out, 364, 2, report.off_line_seconds);
  // Off-line capability: the command, a read scan, self-tests; a new command does not end a routine (bit 2).
  out[367] = static_cast<std::uint8_t>(0x09u | (report.self_test ? 0x10u : 0u));
  put_le(out, 368, 2, 0x0003);  // attributes are saved before a power saving mode, and by the autosave timer
  out[370] = report.error_log ? 0x01 : 0x00;
  out[372] = report.short_minutes;
  out[373] = report.extended_minutes;
  seal_sectors(out);
  return out;
}

std::vector<std::uint8_t> smart_thresholds() {
  std::vector<std::uint8_t> out(kLogSectorBytes);
  put_le(out, 0, 2, 0x0010);
  std::size_t at = kFirst;
  for (const AttributeRow& row : kAttributes) {
    out[at] = row.id;
    out[at + 1] = row.threshold;
    at += kEntryBytes;
  }
  seal_sectors(out);
  return out;
}

bool threshold_exceeded(const SmartCounters& counters) {
  return std::ranges::any_of(kAttributes, [&](const AttributeRow& row) {
    return (row.flags & kPreFail) != 0 && value_of(row, counters) <= row.threshold;
  });
}

}  // namespace coincide
