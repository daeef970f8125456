#include "conformance/monitor/monitor.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <set>
#include <sstream>

#include "conformance/catalogue.h"
#include "replay/test_driver.h"
#include "trace/message.h"

namespace coincide {
namespace {

const std::string kBoards =
    "board disk 0:0 pattern:HD0 sectors=16384\nboard disk 0:1 pattern:HD1 sectors=16384\n"
    "board cdrom 1:0 pattern:CD0 sectors=4000\n";
/// BIOS and driver have found the drives.
const std::string kFound =
    kBoards +
    "enable\nclock_step 1\nwait_ready primary\nwait_ready secondary\nidentify primary 0\nidentify secondary 0 packet\n"
    "packet secondary 0 0x03000000120000000000\npacket_in secondary 18\n"
    "wait_ready secondary\ninb secondary.status\n";

/// The same where a request takes 20 us, so that what comes right after a command finds the drive busy.
const std::string kFoundSlow =
    "board completion latency 20000\n" + kBoards + "enable\nclock_step 20000\nwait_ready primary\nidentify primary 0\n";

/// How often each rule is broken by a driver that does this.
std::map<std::string, std::uint64_t> broken_by(const std::string& script, std::uint64_t sees = sees::everything) {
  const auto parsed = parse_script(script, "driver", {});
  REQUIRE_MESSAGE(parsed.ok(), parsed.error().line());
  RecordedRun run;
  run.name = "driver";
  run.board = parsed->board;
  run.sees = sees;
  run.events = run_driver(script);
  std::map<std::string, std::uint64_t> out;
  for (const monitor::Judgement& one : monitor::monitor(run).rules) {
    if (one.broken != 0) out[std::string(one.rule->id)] = one.broken;
  }
  return out;
}

struct Row {
  const char* rule;
  const char* breaks;  ///< what a driver does
  const char* keeps;   ///< what it should do
  bool slow = false;
};
// Both halves run after kFound.
constexpr Row kRows[] = {
    {"ATA6-REG-6",
     "outb primary.device_control 2\ncommand primary 0 READ_VERIFY_SECTORS lba=1 count=1\noutb primary.device 0xe0",
     "command primary 0 READ_VERIFY_SECTORS lba=1 count=1\nwait_ready primary\noutb primary.device 0xe0"},
    {"ATA6-HOST-7",
     "outb primary.device_control 2\ncommand primary 0 READ_VERIFY_SECTORS lba=1 count=1\noutb primary.command 0xe7",
     "command primary 0 READ_VERIFY_SECTORS lba=1 count=1\nwait_ready primary\noutb primary.command 0xe7"},
    {"ATA6-REG-7",
     "command primary 0 READ_SECTORS lba=1 count=1\nwait_drq primary\nins primary.data 2 256\nwait_ready primary\ninw "
     "primary.data",
     "command primary 0 READ_SECTORS lba=1 count=1\npio_in primary 1\nwait_ready primary"},
    {"ATA6-REG-7", "command primary 0 READ_SECTORS lba=1 count=2\nwait_drq primary\nins primary.data 2 512",
     "command primary 0 READ_SECTORS lba=1 count=2\npio_in primary 2"},
    {"ATA6-REG-9", "command primary 0 READ_SECTORS lba=1 count=1\nwait_drq primary\ninb primary.lba_low",
     "command primary 0 READ_SECTORS lba=1 count=1\npio_in primary 1\nwait_ready primary\ninb primary.lba_low"},
    {"ATA6-HOST-1", "command primary 0 FLUSH_CACHE\nclock_step 300\ninb primary.status",
     "command primary 0 FLUSH_CACHE\nclock_step 400\ninb primary.status"},
    {"ATA6-HOST-2",
     "outb primary.device_control 4\nclock_step 5000\noutb primary.device_control 0\nclock_step 1999999\ninb "
     "primary.status",
     "outb primary.device_control 4\nclock_step 5000\noutb primary.device_control 0\nclock_step 2000000\ninb "
     "primary.status"},
    {"ATA6-HOST-8", "outb primary.device_control 4\nclock_step 4999\noutb primary.device_control 0",
     "outb primary.device_control 4\nclock_step 5000\noutb primary.device_control 0"},
    {"ATA6-HOST-4", "packet secondary 0 0x12000000240000000000\nwait_drq secondary\nins secondary.data 2 18",
     "packet secondary 0 0x12000000240000000000\npacket_in secondary 36"},
    {"ATA6-HOST-5", "outb primary.device_control 0\ncommand primary 0 FLUSH_CACHE\ninb primary.status",
     "outb primary.device_control 0\ncommand primary 0 FLUSH_CACHE\ninb primary.alt_status", true},
    {"ATA6-HOST-6", "srst primary\nwait_ready primary\ncommand primary 0 FLUSH_CACHE",
     "srst primary\nwait_ready primary\nidentify primary 0"},
    {"ATA6-BUF-2", "command primary 0 READ_BUFFER\npio_in primary 1",
     "command primary 0 WRITE_BUFFER\npio_out primary pattern HD0 0\nwait_ready primary\ncommand primary 0 "
     "READ_BUFFER\npio_in primary 1"},
    {"ATA6-OUT-5",
     "command primary 0 READ_SECTORS lba=20000 count=1\nwait_ready primary\noutb primary.device_control 0x80\ninb "
     "primary.lba_low",
     "command primary 0 READ_SECTORS lba=20000 count=1\nwait_ready primary\ninb primary.lba_low"},
    {"ATA6-RW-10", "command primary 0 READ_SECTORS cyl=0 head=0 sector=1 count=1\npio_in primary 1",
     "command primary 0 READ_SECTORS lba=1 count=1\npio_in primary 1"},
    {"ATA6-SRST-11", "command secondary 0 PACKET high=0x80\noutb secondary.device_control 4",
     "outb secondary.device_control 4"},
    {"ATAPI-BC-5",
     "packet secondary 0 0x12000000240000000000\nwait_drq secondary\ninb secondary.lba_mid\ninb "
     "secondary.lba_high\nins secondary.data 2 10\ninb secondary.status",
     "packet secondary 0 0x12000000240000000000\npacket_in secondary 36\ninb secondary.status"},
    {"ATAPI-BCL-4", "packet secondary 0 0x28000000000000000100 limit=2047",
     "packet secondary 0 0x28000000000000000100 limit=2046"},
    {"PIIX4-IO-14",
     "cfg_writew IDETIM_PRIMARY 0x8004\ncommand primary 0 READ_SECTORS lba=1 count=1\nwait_drq primary\ninl "
     "primary.data\ninw primary.data",
     "cfg_writew IDETIM_PRIMARY 0x8004\ncommand primary 0 READ_SECTORS lba=1 count=1\npio_in primary 1 width=4"},
    {"PIIX4-IO-18", "cfg_writew IDETIM_SECONDARY 0x8004\npacket secondary 0 0x000000000000000000",
     "cfg_writew IDETIM_SECONDARY 0x8000\npacket secondary 0 0x000000000000000000"},
    {"PIIX4-IRQ-05",
     "outb primary.device_control 2\nprd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\n"
     "command primary 0 READ_DMA lba=1 count=1\ndma_start primary read\nrepeat 4 { inb primary.bmis }",
     "outb primary.device_control 0\nprd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\n"
     "command primary 0 READ_DMA lba=1 count=1\ndma_start primary read\nrepeat 4 { inb primary.bmis }",
     true},
    {"PIIX4-TIM-06",
     "command primary 0 SET_FEATURES features=3 count=0x22\nwait_ready primary\ncfg_writeb 0x48 1\nprd 0x1000 (0x20000 "
     "512 EOT)\n"
     "dma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 count=1\ndma_start primary read",
     "command primary 0 SET_FEATURES features=3 count=0x42\nwait_ready primary\ncfg_writeb 0x48 1\nprd 0x1000 (0x20000 "
     "512 EOT)\n"
     "dma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 count=1\ndma_start primary read"},
    {"PIIX4-RST-09",
     "command primary 0 SET_FEATURES features=3 count=0x42\nwait_ready primary\nreset pci\nenable\nwait_ready primary\n"
     "cfg_writeb 0x48 1\ncommand primary 0 READ_DMA lba=1 count=1",
     "command primary 0 SET_FEATURES features=3 count=0x42\nwait_ready primary\nreset pci\nenable\nwait_ready primary\n"
     "command primary 0 SET_FEATURES features=3 count=0x42\nwait_ready primary\ncfg_writeb 0x48 1\n"
     "command primary 0 READ_DMA lba=1 count=1"},
    {"BM-4",
     "prd 0x1000 (0x20001 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary read",
     "prd 0x1000 (0x20002 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary read"},
    {"BM-7",
     "prd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ndma_start primary read\ncommand primary 0 "
     "READ_DMA lba=1 count=1",
     "prd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary read"},
    {"BM-7",
     "prd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary write",
     ""},
    {"BMIDE-10",
     "prd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary read\n"
     "wait irq 14 1\ninb primary.bmis\ninb primary.status\ncommand primary 0 READ_DMA lba=2 count=1",
     "prd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary read\n"
     "wait irq 14 1\ninb primary.bmis\ninb primary.status\ndma_stop primary\ncommand primary 0 READ_DMA lba=2 count=1"},
    {"BMIDE-14",
     "prd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary read\noutb primary.bmic 1",
     "prd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary read\noutb primary.bmic 9"},
    {"BMIDE-46", "outl primary.bmidtp 0x1002", "outl primary.bmidtp 0x1004"},
    {"BMIDE-47",
     "prd 0x1fff8 (0x30000 512) (0x30200 512 EOT)\ndma_prepare primary 0x1fff8 read\ncommand primary 0 READ_DMA lba=1 "
     "count=2\ndma_start primary read",
     "prd 0x1fff0 (0x30000 512) (0x30200 512 EOT)\ndma_prepare primary 0x1fff0 read\ncommand primary 0 READ_DMA lba=1 "
     "count=2\ndma_start primary read"},
    {"BMIDE-54",
     "prd 0x1000 (0x2ff00 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary read",
     "prd 0x1000 (0x2fe00 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary read"},
    {"BMIDE-56",
     "prd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=2\ndma_start primary read",
     "prd 0x1000 (0x20000 1024 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=2\ndma_start primary read"},
    {"PIT-22",
     "prd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary read\n"
     "wait irq 14 1\ninb primary.status\ndma_stop primary\ncommand primary 0 FLUSH_CACHE",
     "prd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary read\n"
     "wait irq 14 1\ninb primary.bmis\ninb primary.status\ndma_stop primary\ncommand primary 0 FLUSH_CACHE"},
    {"PIT-23",
     "cfg_writew PCICMD 1\nprd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA "
     "lba=1 count=1\ndma_start primary read",
     "prd 0x1000 (0x20000 512 EOT)\ndma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=1 "
     "count=1\ndma_start primary read"},
};

/// Breaches that the text adds to those of kFound, which polls Status as small drivers do.
std::uint64_t breaches(const char* rule, const std::string& text, bool slow) {
  const std::string& found = slow ? kFoundSlow : kFound;
  const auto before = broken_by(found);
  const auto all = broken_by(found + text);
  const auto at = all.find(rule);
  const auto old = before.find(rule);
  return (at == all.end() ? 0 : at->second) - (old == before.end() ? 0 : old->second);
}

TEST_CASE("a driver that breaks a rule is told so, and one that keeps it is not") {
  for (const Row& row : kRows) {
    CAPTURE(std::string(row.rule));
    CAPTURE(std::string(row.breaks));
    CHECK(breaches(row.rule, row.breaks, row.slow) > 0);
    CHECK(breaches(row.rule, row.keeps, row.slow) == 0);
  }
}

/// A log of a drive that we did not make: "in 1f7 50", "out 1f7 ec", "irq 14 1", one a line.
std::map<std::string, std::uint64_t> broken_in(const std::string& log) {
  RecordedRun run;
  run.name = "log";
  run.sees = sees::everything & ~(sees::open_bits | sees::time | sees::registers);
  std::istringstream lines(log);
  std::string verb;
  unsigned where = 0, value = 0;
  while (lines >> verb >> std::hex >> where >> value) {
    Event event;
    event.where = where;
    event.value = value;
    event.width = where == 0x1f0 || where == 0x170 ? 2 : 1;
    if (verb == "in") event.kind = EventKind::port_read;
    if (verb == "out") event.kind = EventKind::port_write;
    if (verb == "cfg") event.kind = EventKind::config_read;
    if (verb == "irq") event = {EventKind::irq, 0, 0, where == 0x14 ? 14u : 15u, 0, value, {}};
    REQUIRE(event.kind != EventKind::none);
    run.events.add(event);
  }
  std::map<std::string, std::uint64_t> out;
  for (const monitor::Judgement& one : monitor::monitor(run).rules) {
    if (one.broken != 0) out[std::string(one.rule->id)] = one.broken;
  }
  return out;
}

/// 256 words of IDENTIFY data: 0, and blanks where strings stand, but for those given.
std::string identify_words(const std::map<unsigned, unsigned>& given) {
  std::string out;
  for (unsigned n = 0; n < 256; ++n) {
    const auto at = given.find(n);
    const bool string = (n >= 10 && n <= 19) || (n >= 23 && n <= 46);
    out += fmt::format("in 1f0 {:x}\n", at != given.end() ? at->second : string ? 0x2020u : 0u);
  }
  return out;
}

struct DeviceRow {
  const char* rule;
  std::string breaks, keeps;
};

TEST_CASE("a drive or a controller that breaks a rule is told so, and one that keeps it is not") {
  const std::string alive = "out 1f7 e7\nirq 14 1\nin 1f7 50\nirq 14 0\n";
  const std::string reset = "out 3f6 4\nout 3f6 0\n";
  const std::string packet = reset + "in 1f7 0\nin 1f4 14\nin 1f5 eb\n";
  const std::string to_packet = "out 1f1 0\nout 1f4 0\nout 1f5 8\nout 1f7 a0\nin 1f7 58\n";
  const std::string cdb = "out 1f0 0\nout 1f0 0\nout 1f0 0\nout 1f0 0\nout 1f0 0\nout 1f0 0\n";
  const std::string read =
      alive + "out 1f2 1\nout 1f6 e0\nout 1f7 20\nirq 14 1\nin 1f7 58\nirq 14 0\n" + identify_words({});
  const std::string identify = alive + "out 1f7 ec\nin 1f7 58\n";
  const std::string identify_packet = packet + "out 1f7 a1\nin 1f7 58\n";
  const DeviceRow rows[] = {
      {"ATA6-OUT-1", alive + "out 1f7 e7\nirq 14 1\nin 1f7 10\n", alive},
      {"ATA6-PIO-IN-6", read + "in 1f7 58\n", read + "in 1f7 50\n"},
      {"ATA6-STAT-2", alive + "in 1f7 d0\n", alive + "in 1f7 50\n"},
      {"ATA6-SIG-1", alive + reset + "in 1f7 50\nin 1f2 0\n", alive + reset + "in 1f7 50\nin 1f2 1\n"},
      {"ATA6-SIG-2", packet + "in 1f3 0\n", packet + "in 1f3 1\n"},
      {"ATA6-INT-1", alive + "out 1f7 e7\nin 1f7 50\nout 1f7 e7\n", alive + alive},
      {"ATA6-INT-19", alive + "out 1f7 c8\nirq 14 1\nirq 14 0\nirq 14 1\nin 1f7 50\nout 1f7 e7\n",
       alive + "out 1f7 c8\nirq 14 1\nin 1f7 50\nirq 14 0\nout 1f7 e7\n"},
      {"ATA6-INT-20", alive + reset + "irq 14 1\n", alive + reset + "in 1f7 50\n"},
      {"ATA6-PKT-1", packet + "out 1f7 a0\nirq 14 1\nin 1f7 58\n" + cdb,
       packet + "out 1f7 a0\nin 1f7 58\n" + cdb + "irq 14 1\n"},
      {"ATA6-ID-2", identify + identify_words({{27, 0x2000}}), identify + identify_words({{27, 0x2041}})},
      {"ATA6-ID-5", identify + identify_words({{255, 0x00a5}}), identify + identify_words({{255, 0xdba5}})},
      {"ATA6-ID-13", identify + identify_words({{63, 0x0400}, {53, 4}, {88, 0x0400}}),
       identify + identify_words({{63, 0x0400}, {53, 4}})},
      {"ATA6-IDP-1", identify_packet + identify_words({{82, 1}}), identify_packet + identify_words({{82, 0x10}})},
      {"ATAPI-PKT-1", packet + to_packet + "in 1f2 2\n", packet + to_packet + "in 1f2 1\n"},
      {"ATAPI-IR-1", packet + to_packet + cdb + "in 1f7 58\nin 1f2 3\n",
       packet + to_packet + cdb + "in 1f7 58\nin 1f2 2\n"},
      {"ATAPI-IR-2", packet + to_packet + cdb + "in 1f7 50\nin 1f2 2\n",
       packet + to_packet + cdb + "in 1f7 50\nin 1f2 3\n"},
      {"ATAPI-BC-1", packet + to_packet + cdb + "in 1f7 58\nin 1f4 1\nin 1f5 8\n",
       packet + to_packet + cdb + "in 1f7 58\nin 1f4 0\nin 1f5 8\n"},
      {"PIIX4-CFG-01", "cfg 0 87\n", "cfg 0 86\n"},
      {"PIIX4-CFG-04", "cfg 4 7\n", "cfg 4 5\n"},
      {"PIIX4-CFG-06", "cfg 5 1\n", "cfg 5 0\n"},
      {"PIIX4-CFG-13", "cfg 7 0\n", "cfg 7 2\n"},
      {"PIIX4-CFG-15", "cfg b 2\n", "cfg b 1\n"},
      {"PIIX4-CFG-16", "cfg 9 85\n", "cfg 9 80\n"},
      {"PIIX4-CFG-17", "cfg 9 0\n", "cfg 9 80\n"},
      {"PIIX4-CFG-31", "cfg 41 84\n", "cfg 41 83\n"},
      {"PIIX4-CFG-35", "cfg 48 10\n", "cfg 48 f\n"},
      {"PIIX4-CFG-36", "cfg 4b 4\n", "cfg 4b 33\n"},
      {"BMIDE-02", "in c000 4\n", "in c000 9\n"},
      {"BMIDE-18", "in c002 80\n", "in c002 67\n"},
      {"BMIDE-21", "in c002 8\n", "in c002 67\n"},
  };
  std::set<std::string> covered;
  for (const DeviceRow& row : rows) {
    CAPTURE(std::string(row.rule));
    CHECK(broken_in(row.breaks).contains(row.rule));
    CHECK_FALSE(broken_in(row.keeps).contains(row.rule));
    covered.insert(row.rule);
  }
  for (const Row& row : kRows) covered.insert(row.rule);
  for (const monitor::MonitorRule& rule : monitor::monitor_rules()) {
    CHECK_MESSAGE(covered.contains(std::string(rule.id)), rule.id);
  }
}

TEST_CASE("what a source does not see is not judged, and says so") {
  RecordedRun run;
  run.events = run_driver(kFound);
  run.sees = sees::read_values;
  for (const monitor::Judgement& one : monitor::monitor(run).rules) {
    if ((one.rule->needs & ~sees::read_values) != 0) {
      CHECK_MESSAGE(!one.cannot.empty(), one.rule->id);
      CHECK(one.looked == 0);
    } else {
      CHECK_MESSAGE(one.cannot.empty(), one.rule->id);
    }
  }
}

TEST_CASE("every rule of the monitor is in the catalogue, and stands in its table once") {
  const auto catalogue = Catalogue::load(std::string(COINCIDE_SOURCE_DIR) + "/conformance/rules");
  REQUIRE(catalogue.ok());
  std::set<std::string_view> seen;
  for (const monitor::MonitorRule& rule : monitor::monitor_rules()) {
    CHECK_MESSAGE(catalogue->find(rule.id) != nullptr, rule.id);
    CHECK_MESSAGE(seen.insert(rule.id).second, rule.id);
  }
}

}  // namespace
}  // namespace coincide
