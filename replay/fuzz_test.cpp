// Fuzz inputs: every string of bytes is one, what it stands for can be written down, and what it did has a name.
#include <doctest/doctest.h>

#include "replay/fuzz_bytes.h"
#include "replay/fuzz_dir.h"
#include "replay/script_text.h"
#include "replay/session.h"
#include "trace/event_list.h"

namespace coincide {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes random_bytes(std::uint32_t seed, std::size_t size) {
  Bytes out(size);
  for (std::uint8_t& b : out) b = static_cast<std::uint8_t>((seed = seed * 1664525u + 1013904223u) >> 24);
  return out;
}

EventList run_bytes(const Bytes& input) {
  EventCollector collector;
  Controller controller(fuzz_board(input), Profile(), &collector);
  decode_fuzz_bytes(input, [&](const Event& event) { controller.apply(event); });
  return std::move(collector.list);
}

/// Without the numbers of ended requests: a script says which one `oldest` was.
EventList by_age(const EventList& events) {
  EventList out;
  for (std::size_t i = 0; i < events.size(); ++i) {
    Event event = events[i];
    if (event.kind == EventKind::disk_complete) event.where = 0;
    out.add(event, events.time_ns(i));
  }
  return out;
}

EventList run_text(std::string_view text) {
  const auto script = parse_script(text, "s", {});
  REQUIRE_MESSAGE(script.ok(), script.error().line());
  EventCollector collector;
  Session session(script->board, Profile(), &collector);
  const RunOutcome outcome = run_script(*script, session);
  CHECK_FALSE(outcome.error);
  return std::move(collector.list);
}

/// The stimuli behind `enable`, as statements.
std::vector<std::string> statements(Bytes operations) {
  operations.insert(operations.begin(), 0);
  std::vector<std::string> out;
  decode_fuzz_bytes(operations, [&](const Event& event) { out.push_back(statement_text(event).value()); });
  out.erase(out.begin(), out.begin() + 4);
  return out;
}

RunFlags flags_of(std::string_view text) {
  const auto script = parse_script(text, "s", {});
  REQUIRE_MESSAGE(script.ok(), script.error().line());
  OutcomeObserver observer;
  Session session(script->board, Profile(), &observer);
  const RunOutcome outcome = run_script(*script, session);
  CHECK_FALSE(outcome.error);
  return observer.outcome(session.controller());
}

TEST_CASE("every operation is what FUZZ.md says") {
  using Lines = std::vector<std::string>;
  CHECK(statements({0x07, 0xec}) == Lines{"outb 0x1f7 0xec"});
  CHECK(statements({0x20 | 0x07, 0xec}) == Lines{"outb 0x177 0xec"});
  CHECK(statements({0x00, 0x34, 0x12}) == Lines{"outw 0x1f0 0x1234"});
  CHECK(statements({0xc0 | 0x02, 1, 2, 3, 4}) == Lines{"outl 0x1f2 0x4030201"});
  CHECK(statements({0x08, 0x04, 0x09, 0x01, 0x0a, 0x06}) ==
        Lines{"outb 0x3f6 0x4", "outb 0xc000 0x1", "outb 0xc002 0x6"});
  CHECK(statements({0x80 | 0x0b, 0x34, 0x12}) == Lines{"outw 0xc004 0x1234"});
  CHECK(statements({0x0b, 0x0c, 1, 0, 2, 0x4c, 2, 0, 1, 0x0b, 0x0b, 0x0c, 0, 0, 0, 0x0b}) ==
        Lines{"outl 0xc004 0x1000", "mem_write 0x1000 0x0010020000020000", "mem_write 0x1008 0x0020020000010080",
              "outl 0xc004 0x1000", "outl 0xc004 0x1000", "mem_write 0x1010 0x0000020000000000", "outl 0xc004 0x1010"});
  CHECK(statements({0x8c, 5, 1, 2, 3, 4, 5, 6, 0x80}) == Lines{"mem_write 0x1028 0x0102030405060080"});
  CHECK(statements({0x0d, 0x00, 0x10, 0x00, 1, 0xaa, 0xbb}) == Lines{"mem_write 0x1000 0xaabb"});
  CHECK(statements({0x0e, 0x00, 0x00, 0x10, 3}) == Lines{"read 0x100000 0x4"});
  CHECK(statements({0x8e, 2, 1, 0xce, 2, 1}) == Lines{"mem_unmap 0x2000 0x2000", "mem_map 0x2000 0x2000"});
  CHECK(statements({0x0f, 1, 0x20, 4, 5, 6}) == Lines{"outb 0x1f6 0xf0", "outb 0x1f2 0x4", "outb 0x1f3 0x5",
                                                      "outb 0x1f4 0x6", "outb 0x1f5 0x0", "outb 0x1f7 0x20"});
  CHECK(statements({0x4f, 0, 0x24, 4, 5, 6}).size() == 10);
  CHECK(statements({0x8f, 0, 0x20, 4, 5, 6}).front() == "outb 0x1f6 0xa0");
  CHECK(statements({0xcf, 3, 0xef}) == Lines{"outb 0x1f1 0x3", "outb 0x1f7 0xef"});
  CHECK(statements({0xcf, 0xd0, 0xb0}) ==
        Lines{"outb 0x1f1 0xd0", "outb 0x1f4 0x4f", "outb 0x1f5 0xc2", "outb 0x1f7 0xb0"});
  CHECK(statements({0x10, 0x17, 0x18, 0x19, 0x1a, 0x1b}) ==
        Lines{"inw 0x1f0", "inb 0x1f7", "inb 0x3f6", "inb 0xc000", "inb 0xc002", "inl 0xc004"});
  CHECK(statements({0x1c, 255, 0x5c, 1, 0xdc, 0}) == Lines{"ins 0x1f0 2 256", "ins 0x1f0 4 2", "ins 0x1f0 2 256"});
  CHECK(statements({0x9c, 1, 0x5a}) == Lines{"outs 0x1f0 2 0x5a5a5a5a"});
  const std::string signed_sector = "outs 0x1f0 2 0x0000" + std::string(508 * 2, '2') + "a5e3";
  CHECK(statements({0x9c, 255, 0x22}) == Lines{signed_sector});
  CHECK(statements({0x1d, 4, 0x5d, 5, 1, 0x9d, 5, 1, 2, 0xdd, 7, 1, 2, 3, 4}) ==
        Lines{"cfg_readb 0x4", "cfg_writeb 0x5 0x1", "cfg_writew 0x4 0x201", "cfg_writel 0x4 0x4030201"});
  CHECK(statements({0x1e, 1, 0x5e, 0, 0x9e, 1, 7, 0, 0xde, 3}) == Lines{"clock_step 2000", "clock_step 10000000",
                                                                        "disk_complete oldest uncorrectable 0x7",
                                                                        "disk_complete 3 done"});
  CHECK(
      statements({0x9e, 9, 0, 0, 0xde, 0xf5, 0xde, 0xfa, 0xde, 0xff}) ==
      Lines{"disk_complete oldest write_protected", "media_eject 0:1", "media_eject 1:0 force", "media_insert 1:1 0"});
  CHECK(statements({0x1f, 0x9f, 0xdf}) ==
        Lines{"outb 0x3f6 0x4", "clock_step 5000", "outb 0x3f6 0x0", "clock_step 2000000", "reset pci", "reset power"});
  CHECK(statements({0x5f}) ==
        Lines{"cfg_writel 0x20 0xc000", "cfg_writew 0x40 0x8000", "cfg_writew 0x42 0x8000", "cfg_writew 0x4 0x5"});
  CHECK(statements({0x07}) == Lines{"outb 0x1f7 0x0"});  // the operand is missing
}

TEST_CASE("the first byte gives the disks what a board must ask for") {
  for (unsigned first = 0; first < 256; ++first) {
    const DeviceConfig device = fuzz_board(Bytes{static_cast<std::uint8_t>(first)}).devices[0];
    for (const Feature feature : {Feature::puis, Feature::puis_spin_up, Feature::overlap, Feature::cfa})
      CHECK(device.features.has(feature) == ((first & 0x20) != 0));
    for (const Feature feature : {Feature::removable, Feature::media_status})
      CHECK(device.features.has(feature) == ((first & 0x40) != 0));
    CHECK(device.features.has(Feature::media_card) == ((first & 0x80) != 0));
  }
}

TEST_CASE("every string of bytes has a run, the same each time") {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    const Bytes input = random_bytes(seed, seed % 97 * 4);
    CHECK(run_bytes(input) == run_bytes(input));
  }
}

TEST_CASE("each operation byte is reached, and no input runs longer than the bound") {
  for (unsigned op = 0; op < 256; ++op) {
    std::size_t stimuli = 0;
    CHECK(decode_fuzz_bytes(Bytes{0x10, static_cast<std::uint8_t>(op)}, [&](const Event&) { ++stimuli; }) == 1);
    CHECK(stimuli >= 1);
    CHECK(stimuli <= 10);
  }
  CHECK(decode_fuzz_bytes(Bytes(1u << 20, 0x17), [](const Event&) {}) == kMaxFuzzOperations);
  CHECK(decode_fuzz_bytes({}, [](const Event&) {}) == 0);
}

TEST_CASE("what bytes stand for can be written as a script, which runs the same") {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const Bytes input = random_bytes(seed, 120);
    CHECK(by_age(run_text(fuzz_script_text(input, "x"))) == by_age(run_bytes(input)));
  }
}

TEST_CASE("a file is told by its content, text that is no script by its name") {
  const auto kind = [](std::string_view content, std::string_view name) {
    return tell_fuzz_kind({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()}, name);
  };
  CHECK(kind("outb 0x1f7 0xec\n", "id:0001") == FuzzKind::script);
  CHECK(kind("# a comment\n\n  enable # words\n", "x") == FuzzKind::script);
  CHECK(kind("board none\r\n", "x") == FuzzKind::script);
  CHECK(kind("hello\n", "x") == FuzzKind::bytes);
  CHECK(kind("hello\n", "x.qtest") == FuzzKind::script);
  CHECK(kind("outb\x01", "x") == FuzzKind::bytes);
  CHECK(kind("", "x") == FuzzKind::bytes);
  CHECK(kind("[R +0.1] outb 0x1f7 0xec\n[S +0.2] OK\n", "x") == FuzzKind::capture);
  CHECK(kind("\x89"
             "CTRC\r\n\x1a",
             "x") == FuzzKind::trace);
}

TEST_CASE("what a run did is told by flags") {
  const std::string board = "board ram 0 1M\nboard disk 0:0 pattern:HD0 sectors=64\n";
  const std::string dma =
      "dma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=0 count=2\ndma_start primary read\n";
  const auto told = [&](const std::string& text) { return flags_of(board + text).text(); };
  CHECK(told("enable\n") == "clean");
  CHECK(told("enable\nprd 0x1000 (0x2000 1024 EOT)\n" + dma + "dma_stop primary\ninb primary.status\n") == "clean");
  CHECK(told("enable\nprd 0x1000 (0x2000 2048 EOT)\n" + dma + "dma_stop primary\ninb primary.status\n") == "clean");
  CHECK(told("enable\nprd 0x1000 (0x2000 512 EOT)\n" + dma) == "table short, left DRQ");
  CHECK(told("enable\nprd 0x1000 (0x2000 512 EOT)\n" + dma + "dma_stop primary\nsrst primary\n") == "table short");
  CHECK(told("enable\nprd 0x1000 (0x200000 1024 EOT)\n" + dma + "dma_stop primary\nsrst primary\n") == "bus fault");
  CHECK(told("enable\nprd 0x1000 (0x2000 2048 EOT)\n" + dma + "inb primary.status\n") == "left active");
  CHECK(told("enable\noutb primary.bmic 9\noutb primary.bmic 0\n") == "cancelled");
  CHECK(told("readb 0x200000\n") == "hole");
  CHECK(told("enable\ncommand primary 0 0xff\ninb primary.status\n") == "aborted");
  CHECK(told("enable\ncommand primary 0 READ_SECTORS lba=64 count=1\ninb primary.status\n") == "not found");
  CHECK(told("enable\ncommand primary 0 READ_SECTORS lba=0 count=1\ninb primary.status\n") == "left DRQ");
  CHECK(told("board completion scripted\nenable\nclock_step 1000000\ndisk_complete oldest done\ncommand primary 0 "
             "READ_SECTORS lba=0 count=1\n") == "left BSY");
  CHECK(told("enable\ncommand primary 0 FLUSH_CACHE\n") == "left interrupt");
  CHECK(
      told(
          "board fault 0:0 verify 5..5 uncorrectable\nenable\ncommand primary 0 READ_VERIFY_SECTORS lba=5 count=1\ninb "
          "primary.status\n") == "uncorrectable");
  CHECK(told("board fault 0:0 write 5..5 write_fault\nenable\ncommand primary 0 WRITE_SECTORS lba=5 count=1\npio_out "
             "primary "
             "pattern NEW 0 1\ninb primary.status\n")
            .find("device fault") != std::string::npos);
}

TEST_CASE("a polled DMA transfer with interrupts off is no short table") {
  const RunFlags flags = flags_of(
      "board disk 0:0 pattern:HD0 sectors=64\nenable\noutb primary.device_control 0x02\nprd 0x1000 (0x2000 512 EOT)\n"
      "dma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=0 count=1\ndma_start primary read\n"
      "dma_stop primary\ninb primary.status\n");
  CHECK(flags.text() == "clean");
}

TEST_CASE("groups are counted, the largest first") {
  std::vector<FuzzResult> results(5);
  for (std::size_t i = 0; i < results.size(); ++i) results[i].name = std::string(1, static_cast<char>('a' + i));
  results[1].flags.set(RunFlag::aborted);
  results[3].error = Error{"d", "is unreadable"};
  const auto groups = group_by_outcome(results);
  REQUIRE(groups.size() == 3);
  CHECK(groups[0].outcome == "clean");
  CHECK(groups[0].count == 3);
  CHECK(groups[0].example == "a");
  CHECK(groups[1].outcome == "aborted");
  CHECK(groups[2].outcome == "unjudged");
}

}  // namespace
}  // namespace coincide
