// Two runs of a driver held against each other: a wrong register write is named, timing is not taken for one.
#include "replay/diff.h"

#include <doctest/doctest.h>

#include <functional>

#include "replay/diff_episode.h"
#include "replay/register_rules.h"
#include "replay/test_driver.h"

namespace coincide {
namespace {

Report compare(std::string_view a, std::string_view b, std::uint64_t sees_b = sees::everything) {
  const EventList events_a = run_driver(a);
  const EventList events_b = run_driver(b);
  return diff({"a", &events_a, sees::everything, {}}, {"b", &events_b, sees_b, {}});
}

/// kDriver against kDriver with a piece replaced.
Report with(std::string_view piece, std::string_view instead) { return compare(kDriver, driver_with(piece, instead)); }

std::string note(const Report& report, std::string_view label) {
  std::string out;
  for (const auto& [name, text] : report.notes) {
    if (name == label) out += (out.empty() ? "" : " / ") + text;
  }
  return out;
}

const Divergence& found(const Report& report) {
  REQUIRE(report.divergence.has_value());
  return *report.divergence;
}

TEST_CASE("a run coincides with itself, and everything of it is compared") {
  const Report report = compare(kDriver, kDriver);
  CHECK(report.coincide());
  CHECK(report.compared == report.events);
  CHECK(report.not_compared == 0);
}

TEST_CASE("a wrong register write is named with its command, both values, and the registers before it") {
  const Report report = with("lba_low 0x00", "lba_low 0x01");
  const Divergence& d = found(report);
  CHECK(d.unit == "primary master");
  CHECK(d.command == "READ DMA lba=0x100 count=8");
  CHECK(d.stimulus == "out  01F3h  LBA Low primary");
  CHECK(d.expected.value == "00h");
  CHECK(d.actual.value == "01h");
  CHECK(d.rules.at(0).id == "ATA6-ADDR-1");
  CHECK(d.registers.at(0) == std::pair<std::string, std::string>{"Status", "50h"});
  CHECK(note(report, "instead") == "primary master   READ DMA lba=0x101 count=8");
  CHECK(note(report, "since") == "1 command coincides");
  CHECK(note(report, "followed")
            .find("disk request of primary master: read lba=0x101 count=8 for read lba=0x100 count=8") !=
        std::string::npos);
  CHECK(note(report, "followed").find("the 4 commands after it coincide") != std::string::npos);
}

TEST_CASE("the event number leads to the write in either run") {
  const EventList a = run_driver(kDriver);
  const EventList b = run_driver(driver_with("lba_low 0x00", "lba_low 0x01"));
  const Divergence d = found(diff({"a", &a, sees::everything, {}}, {"b", &b, sees::everything, {}}));
  CHECK(a[d.event].kind == EventKind::port_write);
  CHECK(a[d.event].where == 0x1f3);
  CHECK(a[d.event].value == 0);
  CHECK(b[d.other_event.value()].where == 0x1f3);
  CHECK(b[d.other_event.value()].value == 1);
}

TEST_CASE("each way to get a command wrong is found where it is") {
  struct Row {
    const char* piece;
    const char* instead;
    const char* command;
    const char* stimulus;
    const char* expected;
    const char* actual;
  };
  const Row rows[] = {
      {"sector_count 8", "sector_count 9", "READ DMA lba=0x100 count=8", "out  01F2h  Sector Count primary", "08h",
       "09h"},
      {"op.READ_DMA\n", "op.READ_DMA_EXT\n", "READ DMA lba=0x100 count=8", "out  01F7h  Command primary", "C8h", "25h"},
      {"dma_prepare primary 0x1000 read", "dma_prepare primary 0x2000 read", "READ DMA lba=0x100 count=8",
       "out dword  C004h  BMIDTP primary", "00001000h", "00002000h"},
      {"outb primary.bmis 0x06\ncommand", "command", "READ DMA lba=0x100 count=8", "out  C002h  BMIS primary", "06h",
       "nothing"},
      {"prd 0x1000 (0x20000 0x1000 EOT)", "prd 0x1000 (0x20000 0x0800 EOT)", "READ DMA lba=0x100 count=8",
       "memory write  00001000h  8 bytes", "byte 5 of 8: 10 00 80", "byte 5 of 8: 08 00 80"},
      {"dma_start primary read\n", "dma_start primary write\n", "READ DMA lba=0x100 count=8",
       "out  C000h  BMIC primary", "09h", "01h"},
      {"device 0xe0", "device 0xa0", "READ DMA lba=0x100 count=8", "out  01F6h  Device primary", "E0h", "A0h"},
      {"inb secondary.status\n", "", "READ SECTOR(S) lba=0x10 count=1", "in  0177h  Status secondary", "58h",
       "nothing"},
      {"pattern NEW 1", "pattern NEX 1", "WRITE SECTOR(S) lba=0x200 count=2", "primary Data  1024 bytes",
       "byte 514 of 1024: 57 20 30 30 30 30 30 30 30 30 30 30 31 0a ee 0d",
       "byte 514 of 1024: 58 20 30 30 30 30 30 30 30 30 30 30 31 0a ef 0e"},
      {"enable\n", "enable\ncfg_writew IDETIM_PRIMARY 0x8001\n", "outside any command",
       "config write word  40h  IDETIM_PRIMARY", "nothing", "8001h"},
      {"lba=0x10 count=1\nwait irq 15 1", "lba=0x10 count=1\noutb secondary.features 0x55\nwait irq 15 1",
       "READ SECTOR(S) lba=0x10 count=1", "out  0171h  Features secondary", "nothing", "55h"},
      {"command primary 0 FLUSH_CACHE\nwait inb primary.status & 0x80 == 0 step=1000\n", "", "FLUSH CACHE",
       "out  01F7h  Command primary", "E7h", "nothing"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.instead);
    const Report report = with(row.piece, row.instead);
    const Divergence& d = found(report);
    CHECK(d.command == row.command);
    CHECK(d.stimulus == row.stimulus);
    CHECK(d.expected.value == std::string(row.expected));
    CHECK(d.actual.value == std::string(row.actual));
  }
}

TEST_CASE("what is only timing does not make two runs differ, and is counted") {
  struct Row {
    const char* what;
    const char* piece;
    const char* instead;
    const char* timing;
  };
  const Row rows[] = {
      {"extra looks at status and bus master", "inb primary.bmis\n",
       "inb primary.bmis\ninb primary.bmis\ninb primary.alt_status\n", "2 status looks more"},
      {"fewer looks", "inb primary.bmis\n", "", "1 status look fewer"},
      {"a slower drive, polled for longer", "completion latency 20000", "completion latency 21000", "clock +"},
      {"a transfer in pieces", "ins secondary.data 2 256",
       "ins secondary.data 2 128\ninw secondary.data\nins secondary.data 2 127", "1 transfer split otherwise"},
      {"a table written in two pieces", "prd 0x1000 (0x20000 0x1000 EOT)",
       "mem_write 0x1000 0x00000200\nmem_write 0x1004 0x00100080", ""},
      {"a look at status between two blocks", "outs primary.data 2 pattern NEW 1",
       "inb primary.alt_status\nouts primary.data 2 pattern NEW 1", "1 status look more"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Report report = with(row.piece, row.instead);
    if (report.divergence) MESSAGE(report_text(report, {}));
    CHECK(report.coincide());
    CHECK(note(report, "timing").find(row.timing) != std::string::npos);
  }
}

TEST_CASE("the order in which the two channels go on is no difference") {
  const char* const start_a = "command primary 0 READ_SECTORS lba=1 count=1\n";
  const char* const start_b = "command secondary 0 READ_SECTORS lba=2 count=1\n";
  const std::string head = "board disk 0:0 pattern:HD0 sectors=64\nboard disk 1:0 pattern:HD1 sectors=64\nenable\n";
  const char* const end_a = "inb primary.status\nins primary.data 2 256\n";
  const char* const end_b = "inb secondary.status\nins secondary.data 2 256\n";
  CHECK(compare(head + start_a + start_b + end_a + end_b, head + start_b + start_a + end_b + end_a).coincide());
  CHECK(compare(head + start_a + start_b + end_a + end_b, head + start_a + end_a + start_b + end_b).coincide());
}

TEST_CASE("with free addresses tables and buffers may lie elsewhere, and only that") {
  const EventList a = run_driver(kDriver);
  const auto against = [&](std::string_view table, std::string_view prd, bool free_addresses) {
    std::string text = driver_with("prd 0x1000 (0x20000 0x1000 EOT)", prd);
    const std::string_view prepare = "dma_prepare primary 0x1000";
    text.replace(text.find(prepare), prepare.size(), "dma_prepare primary " + std::string(table));
    const EventList b = run_driver(text);
    return diff({"a", &a, sees::everything, {}}, {"b", &b, sees::everything, {}}, {free_addresses});
  };
  const std::string_view moved = "prd 0x3000 (0x50000 0x1000 EOT)";
  CHECK_FALSE(against("0x3000", moved, false).coincide());
  const Report free = against("0x3000", moved, true);
  if (free.divergence) MESSAGE(report_text(free, {}));
  CHECK(free.coincide());
  CHECK(note(free, "timing").find("1 PRD table elsewhere in memory") != std::string::npos);
  // The same bytes in two regions of memory: an operating system's pages.
  CHECK(against("0x3000", "prd 0x3000 (0x50000 0x800) (0x60000 0x800 EOT)", true).coincide());
  // A table that describes fewer bytes is no matter of place.
  CHECK(found(against("0x3000", "prd 0x3000 (0x50000 0x800 EOT)", true)).command == "READ DMA lba=0x100 count=8");
  // Nor is a BMIDTP that does not lead to the table.
  CHECK_FALSE(against("0x4000", moved, true).coincide());
}

TEST_CASE("a bus-master window elsewhere is no difference in what is done to its registers") {
  const Report report = with("enable\n", "let bmiba = 0xd000\nenable\n");
  const Divergence& d = found(report);  // the write of BMIBA itself is one
  CHECK(d.stimulus == "config write dword  20h  BMIBA");
  CHECK(note(report, "followed").find("the 6 commands after it coincide") != std::string::npos);
}

TEST_CASE("going on before the drive is ready is a departure, not timing") {
  const Report report = with("wait inb primary.status & 0x88 == 0x08 step=1000\nouts primary.data 2 pattern NEW 1",
                             "inb primary.alt_status\nouts primary.data 2 pattern NEW 1");
  const Divergence& d = found(report);
  CHECK(d.command == "WRITE SECTOR(S) lba=0x200 count=2");
}

TEST_CASE("one stimulus stream on two drives is walked in step, to the first byte that differs") {
  const Report report = with("pattern:HD1", "pattern:HD2");
  const Divergence& d = found(report);
  CHECK(d.command == "READ SECTOR(S) lba=0x10 count=1");
  CHECK(d.stimulus == "ins word  0170h  Data secondary  256 times");
  CHECK(d.expected.value.starts_with("byte 2 of 512: 31 "));
  CHECK(d.actual.value.starts_with("byte 2 of 512: 32 "));
  CHECK(note(report, "followed").find("nothing: ") == 0);
}

TEST_CASE("in step, one observation more or less is a divergence") {
  const EventList a = run_driver(kDriver);
  for (const EventKind kind :
       {EventKind::irq, EventKind::register_change, EventKind::dma_write, EventKind::disk_request}) {
    CAPTURE(event_kind_name(kind));
    EventList b;
    bool left_out = false;
    std::size_t at = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!left_out && a[i].kind == kind) {
        left_out = true;
        at = i;
        continue;
      }
      b.add(a[i]);
    }
    const Divergence missing = found(diff({"a", &a, sees::everything, {}}, {"b", &b, sees::everything, {}}));
    CHECK(missing.event == at);
    const Divergence extra = found(diff({"b", &b, sees::everything, {}}, {"a", &a, sees::everything, {}}));
    CHECK(extra.event == at);
  }
}

/// kDriver's run with one event changed: the last of those that `chosen` takes.
EventList edited(const std::function<bool(const Event&)>& chosen, const std::function<void(Event&)>& edit) {
  const EventList a = run_driver(kDriver);
  std::size_t at = a.size();
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (chosen(a[i])) at = i;
  }
  REQUIRE(at < a.size());
  EventList out;
  for (std::size_t i = 0; i < a.size(); ++i) {
    Event event = a[i];
    if (i == at) edit(event);
    out.add(event);
  }
  return out;
}

Report by_command_against(const EventList& b) {
  const EventList a = run_driver(kDriver);
  return diff_by_command({"a", &a, sees::everything, {}}, {"b", &b, sees::everything, {}});
}

TEST_CASE("command by command, the last look at a status counts, except for bits that the standard leaves open") {
  const auto status = [](const Event& e) { return e.kind == EventKind::port_read && e.where == 0x177; };
  const Report error = by_command_against(edited(status, [](Event& e) { e.value |= 0x01; }));
  CHECK(found(error).stimulus == "in  0177h  Status secondary");
  CHECK(found(error).actual.bits == ".R.SQ..E");
  CHECK(by_command_against(edited(status, [](Event& e) {
          e.value |= 0x02;
          e.detail |= 0x02;
        })).coincide());
  const auto bus_master = [](const Event& e) { return e.kind == EventKind::port_read && e.where == 0xc002; };
  CHECK(found(by_command_against(edited(bus_master, [](Event& e) { e.value ^= 0x04; }))).stimulus ==
        "in  C002h  BMIS primary");
}

TEST_CASE("command by command, what the device did is compared even where the host did the same") {
  struct Row {
    EventKind kind;
    const char* command;
  };
  const Row rows[] = {{EventKind::disk_request, "READ SECTOR(S) lba=0x200 count=1"},
                      {EventKind::disk_data, "WRITE SECTOR(S) lba=0x200 count=2"},
                      {EventKind::dma_write, "READ DMA lba=0x100 count=8"}};
  for (const Row& row : rows) {
    CAPTURE(event_kind_name(row.kind));
    const auto of_kind = [&](const Event& e) { return e.kind == row.kind; };
    CHECK(found(by_command_against(edited(of_kind, [](Event& e) { e.detail += 2; }))).command == row.command);
  }
  // Data that an event farther on of one transfer holds.
  std::vector<std::uint8_t> bytes;
  const EventList data = edited([](const Event& e) { return e.kind == EventKind::disk_data; },
                                [&](Event& e) {
                                  bytes.assign(e.payload.begin(), e.payload.end());
                                  bytes.back() ^= 1;
                                  e.payload = bytes;
                                });
  CHECK(found(by_command_against(data)).actual.value == "other data");
  const auto error = [](const Event& e) {
    return e.kind == EventKind::register_change && e.where == register_id(Scope::device0, 0) && e.value == 0x50;
  };
  const Report left = by_command_against(edited(error, [](Event& e) { e.value = 0x51; }));
  CHECK(found(left).expected.value == "50h");
  CHECK(found(left).actual.value == "51h");
}

TEST_CASE("command by command, an answer that is no status counts too") {
  const auto data = [](const Event& e) { return e.kind == EventKind::port_read_block && e.where == 0x170; };
  std::vector<std::uint8_t> bytes;
  const Report report = by_command_against(edited(data, [&](Event& e) {
    bytes.assign(e.payload.begin(), e.payload.end());
    bytes[7] ^= 0x10;
    e.payload = bytes;
  }));
  CHECK(found(report).expected.value.starts_with("byte 7 of 512"));
}

TEST_CASE("what a command before left in a register is no difference of the commands after it") {
  const Report report = with("command primary 0 FLUSH_CACHE",
                             "command primary 0 0xff\ninb primary.status\ncommand primary 0 FLUSH_CACHE");
  CHECK(found(report).actual.value == "FFh");
  CHECK(note(report, "followed") == "the 3 commands after it coincide");
}

TEST_CASE("in step, every byte of a payload counts, unless one side cannot see them") {
  std::vector<std::uint8_t> bytes;
  const EventList b = edited([](const Event& e) { return e.kind == EventKind::dma_write; },
                             [&](Event& e) {
                               bytes.assign(e.payload.begin(), e.payload.end());
                               bytes[4000] ^= 1;
                               e.payload = bytes;
                             });
  const EventList a = run_driver(kDriver);
  const Report report = diff_in_step({"a", &a, sees::everything, {}}, {"b", &b, sees::everything, {}});
  CHECK(found(report).expected.value.starts_with("byte 4000 of 4096"));
  CHECK(diff_in_step({"a", &a, sees::everything, {}}, {"b", &b, sees::everything & ~sees::dma_bytes, {}}).coincide());
}

TEST_CASE("with free addresses a table that describes fewer bytes is found by ports and memory alone") {
  const std::uint64_t sees =
      sees::read_values | sees::open_bits | sees::block_data | sees::write_data | sees::config | sees::memory;
  const EventList a = run_driver(kDriver);
  const EventList b = run_driver(driver_with("prd 0x1000 (0x20000 0x1000 EOT)", "prd 0x1000 (0x20000 0x1004 EOT)"));
  const Divergence d = found(diff({"a", &a, sees, {}}, {"b", &b, sees, {}}, {true}));
  CHECK(d.stimulus == "memory write  00001000h  8 bytes");
}

TEST_CASE("completions that an importer placed are not compared") {
  const char* const head =
      "board disk 0:0 pattern:HD0 sectors=64\nboard completion scripted\nenable\ndisk_complete oldest done\n"
      "command primary 0 READ_VERIFY_SECTORS lba=0 count=1\n";
  const EventList a = run_driver(std::string(head) + "disk_complete oldest done\n");
  const EventList b = run_driver(std::string(head) + "disk_complete oldest uncorrectable 0\n");
  const std::uint64_t ports = sees::read_values | sees::open_bits;
  CHECK(diff_by_command({"a", &a, ports, {}}, {"b", &b, ports, {}}).coincide());
  CHECK_FALSE(diff_by_command({"a", &a, ports | sees::disk_requests, {}}, {"b", &b, ports | sees::disk_requests, {}})
                  .coincide());
}

TEST_CASE("what one source cannot see is counted as not compared, and only that") {
  const EventList a = run_driver(kDriver);
  EventList ports_only;
  std::uint64_t left_out = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (is_observation(a[i].kind)) {
      ++left_out;
    } else {
      ports_only.add(a[i]);
    }
  }
  const std::uint64_t sees =
      sees::read_values | sees::open_bits | sees::block_data | sees::write_data | sees::config | sees::memory;
  const Report report = diff({"a", &a, sees::everything, {}}, {"b", &ports_only, sees, {}});
  CHECK(report.coincide());
  CHECK(report.not_compared == left_out);
  std::uint64_t told = 0;
  for (const auto& [why, count] : report.not_compared_why) told += count;
  CHECK(told == left_out);

  const Report by_command = diff_by_command({"a", &a, sees::everything, {}}, {"b", &ports_only, sees, {}});
  CHECK(by_command.coincide());
  CHECK(by_command.not_compared == left_out);
}

TEST_CASE("values that a source did not see are not compared") {
  const EventList a = run_driver(kDriver);
  EventList blind;
  for (std::size_t i = 0; i < a.size(); ++i) {
    Event event = a[i];
    if (event.kind == EventKind::port_read || event.kind == EventKind::config_read) event.value = 0;
    if (!is_observation(event.kind)) blind.add(event);
  }
  CHECK(diff({"a", &a, sees::everything, {}}, {"b", &blind, sees::block_data | sees::memory | sees::config, {}})
            .coincide());
  CHECK_FALSE(diff({"a", &a, sees::everything, {}}, {"b", &blind, sees::read_values, {}}).coincide());
}

TEST_CASE("any two lists of events compare, whatever their columns say") {
  std::uint32_t seed = 7;
  const auto draw = [&] { return (seed = seed * 1664525u + 1013904223u) >> 8; };
  const auto hostile = [&] {
    EventList list;
    constexpr std::uint32_t kPlaces[] = {0x1f0,  0x1f1,  0x1f6,  0x1f7, 0x170, 0x3f6,
                                         0xc000, 0xc002, 0xc004, 0xcf8, 0xcfc, 0x20};
    std::uint8_t bytes[16] = {};
    for (int i = 0; i < 120; ++i) {
      Event event;
      const std::uint32_t kind = draw() % 64;
      event.kind = static_cast<EventKind>(kind < 20 ? kind + 1 : kind < 32 ? 1 + kind % 2 : kind);
      event.width = static_cast<std::uint8_t>(draw());
      event.unit = static_cast<std::uint8_t>(draw());
      event.where = draw() % 3 == 0 ? draw() * 257 : kPlaces[draw() % std::size(kPlaces)];
      event.detail = draw() % 2 == 0 ? ~std::uint64_t{0} - draw() % 9 : draw();
      event.value = draw() % 2 == 0 ? ~std::uint64_t{0} : draw();
      bytes[0] = static_cast<std::uint8_t>(draw());
      event.payload = {bytes, draw() % 17};
      list.add(event);
    }
    return list;
  };
  for (int round = 0; round < 60; ++round) {
    const EventList a = hostile();
    const EventList b = round % 3 == 0 ? a : hostile();
    for (const bool free_addresses : {false, true}) {
      const Report report = diff({"a", &a, sees::everything, {}}, {"b", &b, sees::everything, {}}, {free_addresses});
      CHECK(report.coincide() == (round % 3 == 0));
      CHECK_FALSE(report_text(report, {false, 80}).empty());
      diff_by_command({"a", &a, sees::everything, {}}, {"b", &a, sees::everything, {}}, {free_addresses});
    }
  }
}

TEST_CASE("an empty run parts from any other at its first event") {
  const EventList none;
  const EventList some = run_driver("outb primary.device_control 0x02\n");
  CHECK(diff({"a", &none, sees::everything, {}}, {"b", &none, sees::everything, {}}).coincide());
  CHECK_FALSE(diff({"a", &none, sees::everything, {}}, {"b", &some, sees::everything, {}}).coincide());
  CHECK_FALSE(diff({"a", &some, sees::everything, {}}, {"b", &none, sees::everything, {}}).coincide());
}

TEST_CASE("rules named for an event are about the bits that differ, and about the direction") {
  const HostAccess status_read{HostRegister::bmis, 0, 0, false};
  const HostAccess status_write{HostRegister::bmis, 0, 0, true};
  using Rules = std::vector<std::string_view>;
  CHECK(rules_of_event({EventKind::port_read, 1, 0, 0xc002, 0, 0, {}}, status_read, 0x02) == Rules{"BMIDE-30"});
  CHECK(rules_of_event({EventKind::port_write, 1, 0, 0xc002, 0, 0, {}}, status_write, 0x02) == Rules{"BMIDE-31"});
  CHECK(rules_of_event({EventKind::mem_write, 0, 0, 0, 0, 0, {}}, {}, 0).empty());
}

}  // namespace
}  // namespace coincide
