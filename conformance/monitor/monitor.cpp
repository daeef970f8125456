#include "conformance/monitor/monitor.h"

#include <algorithm>
#include <array>
#include <memory>

#include "conformance/monitor/checker.h"
#include "trace/message.h"

namespace coincide::monitor {
namespace {

constexpr std::uint64_t kAnswers = sees::read_values;

// clang-format off
constexpr MonitorRule kRules[] = {
    // The host.
    {"ATA6-REG-6", kAnswers, "wait until Status shows BSY=0 and DRQ=0, then write it"},
    {"ATA6-REG-7", kAnswers, "move Data only while Status shows DRQ=1, and no more than the block"},
    {"ATA6-REG-9", kAnswers, "read it when Status shows BSY=0 and DRQ=0"},
    {"ATA6-HOST-1", kAnswers | sees::time, "wait 400 ns, or read Alternate Status first"},
    {"ATA6-HOST-2", kAnswers | sees::time, "wait 2 ms before the first look at Status"},
    {"ATA6-HOST-4", kAnswers, "read LBA Mid and LBA High while DRQ=1, and move that many bytes"},
    {"ATA6-HOST-5", kAnswers | sees::irq, "poll Alternate Status, or set nIEN"},
    {"ATA6-HOST-6", 0, "send IDENTIFY (PACKET) DEVICE first"},
    {"ATA6-HOST-7", kAnswers, "wait until Status shows BSY=0 and DRQ=0, then write Command"},
    {"ATA6-HOST-8", sees::time, "hold SRST for 5 us or more"},
    {"ATA6-BUF-2", 0, "send WRITE BUFFER right before"},
    {"ATA6-OUT-5", kAnswers, "clear HOB before the results of a 28-bit command are read"},
    {"ATA6-RW-10", 0, "set the LBA bit in Device, and give an LBA"},
    {"ATA6-SRST-11", kAnswers, "end the packet command first, or use DEVICE RESET"},
    {"ATAPI-BC-5", kAnswers, "move all bytes of the block before the next look at Status"},
    {"ATAPI-BCL-4", sees::write_data, "give an even byte count limit"},
    {"PIIX4-IO-14", sees::config, "read one sector with one width, or turn prefetch off"},
    {"PIIX4-IO-18", sees::config, "turn prefetch and posting off for a packet device"},
    {"PIIX4-IRQ-05", kAnswers, "clear nIEN, or poll the drive's Status"},
    {"PIIX4-RST-09", sees::config, "set the transfer mode again after a hard reset"},
    {"PIIX4-TIM-06", sees::config, "set UDMACTL to what the drive was told by SET FEATURES 03h"},
    {"BM-4", sees::memory, "give even addresses and counts"},
    {"BM-7", kAnswers, "clear INT and ERR, write the command, then start, in the direction of the command"},
    {"BMIDE-10", 0, "clear SSBM before the next transfer"},
    {"BMIDE-14", 0, "leave RWCON until the transfer has ended"},
    {"BMIDE-46", 0, "align the PRD table to 4 bytes"},
    {"BMIDE-47", sees::memory, "keep the PRD table in one 64 KB page, and end it with EOT"},
    {"BMIDE-54", sees::memory, "split the region at the 64 KB boundary"},
    {"BMIDE-56", sees::memory, "give a table for all of the transfer"},
    {"PIT-22", sees::irq, "read BMIS before the end of the transfer is believed"},
    {"PIT-23", sees::config, "set PCICMD bit 2 before the first transfer"},
    // The device and the controller.
    {"ATA6-OUT-1", kAnswers, "the drive should show DRDY=1 at the end of a command"},
    {"ATA6-PIO-IN-6", kAnswers, "the drive should show BSY=0 and DRQ=0 at once"},
    {"ATA6-STAT-2", kAnswers, "the drive should stay idle until a command is written"},
    {"ATA6-SIG-1", kAnswers, "the disk should show 01h 01h 00h 00h"},
    {"ATA6-SIG-2", kAnswers, "the packet device should show 01h 01h 14h EBh"},
    {"ATA6-INT-1", kAnswers | sees::irq, "the drive should interrupt once"},
    {"ATA6-INT-19", kAnswers | sees::irq, "the drive should interrupt once, at the end"},
    {"ATA6-INT-20", sees::irq, "the drive should not interrupt for a reset"},
    {"ATA6-PKT-1", sees::irq, "the drive should not interrupt before the packet, unless word 0 says so"},
    {"ATA6-ID-2", kAnswers | sees::block_data, "the drive should pad its strings with spaces"},
    {"ATA6-ID-5", kAnswers | sees::block_data, "the drive should make the sum 0"},
    {"ATA6-ID-13", kAnswers | sees::block_data, "the drive should show one DMA mode selected, or none"},
    {"ATA6-IDP-1", kAnswers | sees::block_data, "the drive should announce the PACKET feature set"},
    {"ATAPI-PKT-1", kAnswers, "the drive should show C/D=1 and I/O=0"},
    {"ATAPI-IR-1", kAnswers, "the drive should show C/D=0"},
    {"ATAPI-IR-2", kAnswers, "the drive should show C/D=1 and I/O=1"},
    {"ATAPI-BC-1", kAnswers, "the drive should give a count from 1 to the limit"},
    {"PIIX4-CFG-01", sees::config, "the function should show 8086h"},
    {"PIIX4-CFG-04", sees::config, "the function should keep bits 0 and 2 alone"},
    {"PIIX4-CFG-06", sees::config, "the function should show 00h"},
    {"PIIX4-CFG-13", sees::config, "the function should show those bits as they are"},
    {"PIIX4-CFG-15", sees::config, "the function should show class code 01h 01h"},
    {"PIIX4-CFG-16", sees::config, "the function should show compatibility mode"},
    {"PIIX4-CFG-17", sees::config, "the function should announce bus mastering"},
    {"PIIX4-CFG-31", sees::config, "the function should show bits 11:10 as 0"},
    {"PIIX4-CFG-35", sees::config, "the function should show bits 7:4 as 0"},
    {"PIIX4-CFG-36", sees::config, "the function should keep mask 3333h"},
    {"BMIDE-02", kAnswers, "the function should keep mask 09h"},
    {"BMIDE-18", kAnswers, "the function should show bit 7 as 0"},
    {"BMIDE-21", kAnswers, "the function should show bits 4:3 as 0"},
};
// clang-format on

struct NeedRow {
  std::uint64_t bit;
  std::string_view why;
};
constexpr NeedRow kNeeds[] = {
    {sees::read_values, "the source does not show what was read"},
    {sees::block_data, "the source does not show the data"},
    {sees::write_data, "the source does not show the packets"},
    {sees::irq, "the source does not show the interrupt line"},
    {sees::config, "the source does not show configuration space"},
    {sees::memory, "the source does not show memory"},
    {sees::time, "the source has no clock of the host's"},
};

/// A script's clock stands still unless it says otherwise: a run that never moves it tells nothing of times.
bool has_time(const RecordedRun& run) {
  if ((run.sees & sees::time) == 0) return false;
  for (std::size_t i = 0; i < run.events.size(); ++i) {
    if (run.events[i].kind == EventKind::clock_advance) return true;
  }
  return false;
}

std::vector<CheckerPtr> all_checkers(const std::array<UnitEvidence, 4>& units, std::uint64_t seen, bool piix4) {
  std::vector<CheckerPtr> out;
  out.push_back(host_registers(units));
  out.push_back(host_waits((seen & sees::irq) != 0, (seen & sees::time) != 0));
  out.push_back(host_packets());
  out.push_back(host_bus_master());
  if (piix4) out.push_back(host_modes());  // PIIX3 has no Ultra DMA registers
  out.push_back(device_status(units));
  out.push_back(device_interrupts());
  out.push_back(device_packets());
  out.push_back(device_data());
  out.push_back(controller_registers(piix4));
  return out;
}

}  // namespace

std::span<const MonitorRule> monitor_rules() { return kRules; }

MonitorReport monitor(const RecordedRun& run) {
  const std::uint64_t seen = has_time(run) ? run.sees : run.sees & ~sees::time;
  const std::array<UnitEvidence, 4> units = survey_units(run.events);
  const std::vector<CheckerPtr> checkers = all_checkers(units, seen, run.board.chip == Chip::piix4);
  HostView view(units, run.board.pci_device);
  Findings found;
  for (std::size_t number = 0; number < run.events.size(); ++number) {
    const Event event = run.events[number];
    const HostAccess access = view.decode(event);
    // What settling put into a capture, no host did.
    const bool put_in = !run.lines.empty() && run.lines[number] == 0;
    if (put_in && access.reg != HostRegister::none) continue;
    const Step step{event, number, run.events.time_ns(number), access};
    for (const CheckerPtr& checker : checkers) checker->step(view, step, found);
    view.follow(step);
  }

  MonitorReport report;
  for (const MonitorRule& rule : kRules) {
    Judgement one;
    one.rule = &rule;
    for (const NeedRow& need : kNeeds) {
      if ((rule.needs & need.bit & ~seen) != 0 && one.cannot.empty()) one.cannot = need.why;
    }
    if (one.cannot.empty()) one.looked = found.times_looked(rule.id);
    report.rules.push_back(one);
  }
  for (Finding& finding : found.take()) {
    const auto at = std::find_if(report.rules.begin(), report.rules.end(),
                                 [&](const Judgement& j) { return j.rule->id == finding.rule; });
    if (at == report.rules.end() || !at->cannot.empty()) continue;
    ++at->broken;
    report.findings.push_back(std::move(finding));
  }
  return report;
}

}  // namespace coincide::monitor
