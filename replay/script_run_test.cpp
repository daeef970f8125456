// Scripts on the real emulator.
#include "replay/script_run.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "replay/session.h"

namespace coincide {
namespace {

/// Stimuli and notes as text: "port_write 1 1f6 e0".
class Listing final : public Observer {
 public:
  void stimulus(const Event& e) override {
    if (!silent) text += line(e);
  }
  void answer(std::uint64_t, std::uint64_t, std::span<const std::uint8_t>) override {}
  void observe(const Event& e) override {
    if (e.kind == EventKind::note) text += line(e);
  }
  std::string text;
  bool silent = false;

 private:
  static std::string line(const Event& e) {
    const std::uint64_t where = e.where != 0 ? e.where : e.detail;
    std::string out =
        fmt::format("{} {} {:x} {:x}", event_kind_name(e.kind), e.width, where, is_read(e.kind) ? 0 : e.value);
    if (e.kind == EventKind::disk_complete) out += fmt::format(" lba {:x}", e.detail);
    for (const std::uint8_t byte : e.payload.first(std::min<std::size_t>(8, e.payload.size())))
      out += fmt::format(" {:02x}", byte);
    return out + "\n";
  }
};

struct Ran {
  Script script;
  RunOutcome outcome;
  std::string listing;
  const ExpectationResult& at(std::size_t i) const { return outcome.expectations.at(i); }
};

Ran ran(std::string_view text, const RunLimits& limits = {}) {
  auto script = parse_script(text, "s", {});
  REQUIRE_MESSAGE(script.ok(), script.error().line());
  Listing listing;
  Session session(script->board, Profile(), &listing);
  listing.text.clear();
  RunOutcome outcome = run_script(*script, session, limits);
  return {std::move(*script), std::move(outcome), listing.text};
}

std::string listing_of(std::string_view text) {
  const Ran run = ran(text);
  CHECK_MESSAGE(!run.outcome.error, run.outcome.error->line());
  return run.listing;
}

std::string run_error(std::string_view text, const RunLimits& limits = {}) {
  const Ran run = ran(text, limits);
  return run.outcome.error ? run.outcome.error->line() : "";
}

TEST_CASE("run: the qtest protocol") {
  CHECK(listing_of("outb 0x1f6 0x1e0\noutw 0x1f0 65536\noutl 0xcf8 0x80000904\ninb 0x1f7") ==
        "port_write 1 1f6 e0\nport_write 2 1f0 0\nport_write 4 cf8 80000904\nport_read 1 1f7 0\n");
  CHECK(listing_of("writeb 0x10 0x11\nwritew 0x10 0x2211\nwritel 16 0x44332211\nwriteq 020 0x8877665544332211") ==
        "mem_write 0 10 1 11\nmem_write 0 10 2 11 22\nmem_write 0 10 4 11 22 33 44\n"
        "mem_write 0 10 8 11 22 33 44 55 66 77 88\n");
  CHECK(listing_of("readb 1\nreadq 2\nread 3 100\nb64read 4 1") ==
        "mem_read 0 1 0\nmem_read 0 2 0\nmem_read 0 3 0\nmem_read 0 4 0\n");
  // Short data are filled with zeros, long are cut, an odd digit is none.
  CHECK(listing_of("write 0x10 0x3 0xAabb\nwrite 0x10 1 0xaabb\nwrite 0x10 1 0x5\nb64write 0x10 2 aGk=") ==
        "mem_write 0 10 3 aa bb 00\nmem_write 0 10 1 aa\nmem_write 0 10 1 00\nmem_write 0 10 2 68 69\n");
  CHECK(listing_of("memset 0x10 3 0x1ff\nmemset 0x10 0 1") == "mem_write 0 10 3 ff ff ff\n");
  CHECK(listing_of("clock_step\nclock_step 7\nclock_set 1000010\nclock_set 5") ==
        "clock_advance 0 0 f4240\nclock_advance 0 0 7\nclock_advance 0 0 3\n");
  CHECK(listing_of("board completion latency 77\nclock_step") == "clock_advance 0 0 4d\n");
  CHECK(listing_of("irq_intercept_in ioapic\nirq_intercept_out /x[1]\nset_irq_in a b 1 1\nendianness").empty());
}

TEST_CASE("run: the other stimuli") {
  CHECK(listing_of("ins 0x1f0 2 256\nouts 0x1f0 2 0x01020304\nouts primary.data 4 pattern HD0 3 1") ==
        "port_read_block 2 1f0 0\nport_write_block 2 1f0 2 01 02 03 04\n"
        "port_write_block 4 1f0 80 48 44 30 20 30 30 30 30\n");
  CHECK(listing_of("cfg_writel BMIBA 0xd000\ncfg_readw PCICMD") == "config_write 4 20 d000\nconfig_read 2 4 0\n");
  CHECK(listing_of("mem_map 1G 4K\nmem_unmap 0x1000 1K") == "mem_map 0 40000000 1000\nmem_unmap 0 1000 400\n");
  CHECK(listing_of("disk_complete 3 uncorrectable 9\ndisk_complete oldest done") ==
        "disk_complete 1 3 0 lba 9\ndisk_complete 0 0 0 lba 0\n");
  CHECK(listing_of("media_insert 0:0 3\nmedia_insert 0:0\nmedia_eject 0:0\nmedia_eject 0:0 force") ==
        "media_insert 0 0 3\nmedia_insert 0 0 0\nmedia_eject 0 0 0\nmedia_eject 0 0 1\n");
  CHECK(listing_of("reset pci\nreset power") == "reset 0 0 0\nreset 1 0 0\n");
  CHECK(listing_of("note don't (") == "note 0 0 7 64 6f 6e 27 74 20 28\n");
  CHECK(listing_of("let v = 0x1234\nmem_write 0x20 words v 1 v") == "mem_write 0 20 6 34 12 01 00 34 12\n");
  CHECK(listing_of("mem_write 0x20 (text \"a\") (fill 1 2)") == "mem_write 0 20 3 61 01 01\n");
}

TEST_CASE("run: long memory accesses are several events") {
  CHECK(listing_of("memset 0 0x180000 0") ==
        "mem_write 0 0 100000 00 00 00 00 00 00 00 00\nmem_write 0 100000 80000 00 00 00 00 00 00 00 00\n");
}

TEST_CASE("run: shorthands are what SCRIPT.md says they are") {
  const auto same = [](const char* shorthand, const char* plain) {
    CHECK_MESSAGE(listing_of(shorthand) == listing_of(plain), shorthand);
  };
  same("enable",
       "cfg_writel BMIBA bmiba\ncfg_writew IDETIM_PRIMARY 0x8000\ncfg_writew IDETIM_SECONDARY 0x8000\n"
       "cfg_writew PCICMD 0x0005");
  same("let bmiba = 0xd000\nenable secondary",
       "cfg_writel BMIBA 0xd000\ncfg_writew IDETIM_SECONDARY 0x8000\ncfg_writew PCICMD 0x0005");
  same("select secondary 1", "outb 0x176 0xb0");
  same("prd 0x1000 (0x2000 0x10000) (0x3001 512 EOT) (raw 1 2)",
       "write 0x1000 24 0x0020000000000000013000000002008001000000020000");
  same("dma_prepare secondary 0x1000 read", "outb 0xc008 8\noutl 0xc00c 0x1000\noutb 0xc00a 6");
  same("dma_prepare primary 0x1000 write", "outb 0xc000 0\noutl 0xc004 0x1000\noutb 0xc002 6");
  same("dma_start primary read\ndma_start secondary write\ndma_stop primary",
       "outb 0xc000 9\noutb 0xc008 1\noutb 0xc000 0");
  same("srst primary", "outb 0x3f6 4\nclock_step 5000\noutb 0x3f6 0\nclock_step 2000000");
  same("command primary 1 READ_DMA lba=0xabcdef1 count=256",
       "outb 0x1f6 0xfa\noutb 0x1f2 0\noutb 0x1f3 0xf1\noutb 0x1f4 0xde\noutb 0x1f5 0xbc\noutb 0x1f7 0xc8");
  same("command primary 0 READ_DMA_EXT lba=0x665544332211 count=0x1234",
       "outb 0x1f6 0xe0\noutb 0x1f2 0x12\noutb 0x1f3 0x44\noutb 0x1f4 0x55\noutb 0x1f5 0x66\n"
       "outb 0x1f2 0x34\noutb 0x1f3 0x11\noutb 0x1f4 0x22\noutb 0x1f5 0x33\noutb 0x1f7 0x25");
  same("command secondary 0 0x20 cyl=0x102 head=5 sector=7 count=1",
       "outb 0x176 0xa5\noutb 0x172 1\noutb 0x173 7\noutb 0x174 2\noutb 0x175 1\noutb 0x177 0x20");
  same("command primary 0 SET_FEATURES features=3 count=0x42",
       "outb 0x1f6 0xa0\noutb 0x1f1 3\noutb 0x1f2 0x42\noutb 0x1f7 0xef");
  same("command primary 0 SMART_READ_DATA mid=0x4f high=0xc2",
       "outb 0x1f6 0xa0\noutb 0x1f1 0xd0\noutb 0x1f4 0x4f\noutb 0x1f5 0xc2\noutb 0x1f7 0xb0");
  same("command primary 0 0xc8 device=0x4f lba=0x1ffffff",
       "outb 0x1f6 0x4f\noutb 0x1f3 0xff\noutb 0x1f4 0xff\noutb 0x1f5 0xff\noutb 0x1f7 0xc8");
  same("enable\nidentify primary 0",
       "enable\ncommand primary 0 IDENTIFY_DEVICE\nwait_drq primary\ninb 0x1f7\nins 0x1f0 2 256");
  same("enable\nlet n = 2\ncommand primary 0 READ_SECTORS lba=1 count=n\npio_in primary n width=4",
       "enable\ncommand primary 0 READ_SECTORS lba=1 count=2\nwait_drq primary\ninb 0x1f7\nins 0x1f0 4 128\n"
       "wait_drq primary\ninb 0x1f7\nins 0x1f0 4 128");
  same("enable\ncommand primary 0 WRITE_SECTORS lba=1 count=2\npio_out primary pattern ABC 1 2",
       "enable\ncommand primary 0 WRITE_SECTORS lba=1 count=2\nwait_drq primary\nouts 0x1f0 2 pattern ABC 1 1\n"
       "wait_drq primary\nouts 0x1f0 2 pattern ABC 2 1");
}

TEST_CASE("run: repeat counts, nests, and may be on one line") {
  CHECK(listing_of("let n = 2\nrepeat n as i {\n  repeat 2 as j { outb i j }\n}\nrepeat 0 { inb 1 }\nrepeat 5 { }") ==
        "port_write 1 0 0\nport_write 1 0 1\nport_write 1 1 0\nport_write 1 1 1\n");
}

TEST_CASE("run: a driver's DMA read, with everything looked at") {
  const Ran run = ran(
      "board disk 0:0 pattern:HD0 sectors=16384\nenable\nprd 0x1000 (0x20000 0x1000 EOT)\n"
      "dma_prepare primary 0x1000 read\ncommand primary 0 READ_DMA lba=0x100 count=8\ndma_start primary read\n"
      "wait irq 14 1\nexpect inb primary.bmis & 7 == 4\nexpect inb primary.status & 0x89 0\nexpect irq 14 0\n"
      "dma_stop primary\nexpect mem 0x20000 pattern HD0 0x100 8\nexpect reg primary.bmic 0\nexpect reg 0:0.error 0\n"
      "expect edges 14 1\nexpect count dma_write_primary 4096\nexpect count disk_requests > 0\nexpect count bus_faults "
      "0\n"
      "clear_counts\nexpect count dma_write_primary 0\nexpect pending 0\nexpect reg pci.pcicmd 5\nexpect clock < 1000");
  for (std::size_t i = 0; i < run.outcome.expectations.size(); ++i) {
    CHECK_MESSAGE(run.at(i).passed == 1, run.script.expectations[i].text << " found " << run.at(i).actual);
  }
  CHECK(run.outcome.passed());
}

TEST_CASE("run: scripted completion, and what is outstanding") {
  const Ran run =
      ran("board disk 0:0 pattern:HD0 sectors=16384\nboard completion scripted\nenable\n"
          "command primary 0 READ_SECTORS lba=0x10 count=4\nexpect pending 1\nexpect request oldest read 0x10\n"
          "expect inb primary.alt_status & 0x80 == 0x80\nkeep n count disk_requests\nexpect request n read\nexpect "
          "request 99 read\n"
          "disk_complete oldest uncorrectable 0x11\nexpect inb primary.status & 0x81 in 0 1");
  CHECK(run.at(0).passed == 1);
  CHECK(run.at(1).passed == 1);
  CHECK(run.at(2).passed == 1);
  CHECK(run.at(4).failed == 1);
  CHECK(run.at(4).actual == "no such request is outstanding");
  CHECK(run.at(5).passed == 1);
}

TEST_CASE("run: IDENTIFY data by words, strings and checksum; the medium") {
  const Ran run =
      ran("board disk 0:0 pattern:HD0 sectors=16384 serial=\"SER 1\"\nenable\nidentify primary 0\n"
          "expect word 60 16384\nexpect words 10..19 string \"SER 1\"\nexpect words 10..19 string \"SER 2\"\nexpect "
          "checksum 0\n"
          "expect byte 511 != 0\nexpect buffer at 20 0x4553\ncommand primary 0 WRITE_SECTORS lba=5 count=1\n"
          "pio_out primary pattern XYZ 0\nexpect medium 0:0 5 pattern XYZ 0\nexpect medium 0:0 6 pattern HD0 6\n"
          "expect medium 0:0 16384 0x00\nexpect medium 1:1 0 0x00\n");
  CHECK(run.at(1).passed == 1);
  CHECK(run.at(2).passed == 1);
  CHECK(run.at(3).failed == 1);
  CHECK(run.at(3).expected == "'SER 2               '");
  CHECK(run.at(3).actual == "'SER 1               '");
  CHECK(run.at(4).passed == 1);
  CHECK(run.at(5).passed == 1);
  CHECK(run.at(6).passed == 1);
  CHECK(run.at(8).passed == 1);
  CHECK(run.at(9).passed == 1);
  CHECK(run.at(10).not_judged == 1);  // there is no such sector
  CHECK(run.at(11).not_judged == 1);
}

TEST_CASE("run: a failure says what, where and when, and the run goes on") {
  const Ran run =
      ran("enable\nexpect cfg_readw PCICMD == 0x0004 # PIIX4-CFG-04\nexpect mem 0x10 0x00017f\ncfg_readb 0");
  CHECK_FALSE(run.outcome.passed());
  CHECK(run.outcome.failures() == 2);
  CHECK(run.at(0).expected == "0x0004");
  CHECK(run.at(0).actual == "0x0005");
  CHECK(run.at(1).expected == "017f at byte 1");
  CHECK(run.at(1).actual == "0000 at byte 1");
  CHECK(run.listing.ends_with("config_read 1 0 0\n"));
  // Registers are told in their width, and bit by bit where bits have names.
  const Ran bits =
      ran("enable\nexpect reg 0:0.status 0\nexpect inb primary.alt_status & 0x40 == 0\nexpect reg primary.bmidtp 1");
  CHECK(bits.at(0).expected == "0x00");
  CHECK(bits.at(0).actual == "0x50  .R.S....");
  CHECK(bits.at(1).expected == "0x00 under mask 0x40");
  CHECK(bits.at(1).actual == "0x50  .R.S....");
  CHECK(bits.at(2).actual == "0x00000000");
  // Matches of every kind.
  const Ran matches =
      ran("expect clock != 0\nexpect clock < 0\nexpect clock <= 0\nexpect clock > 0\nexpect clock >= 0\n"
          "expect clock in 1 0\nexpect clock & 1 == 1\nexpect clock 1");
  const std::uint64_t wanted[] = {1, 1, 0, 1, 0, 0, 1, 1};
  for (std::size_t i = 0; i < std::size(wanted); ++i) CHECK(matches.at(i).failed == wanted[i]);
  CHECK(matches.at(6).expected == "1 under mask 0x01");
}

TEST_CASE("run: waits are bounded, and one that runs out is a failure") {
  const Ran run =
      ran("wait inb 0x80 0 max=3 step=5\nwait irq 14 1 max_ns=100 step=60\nexpect clock 110\nwait inb 0x80 & 1 == 1");
  CHECK(run.at(0).failed == 1);
  CHECK(run.at(0).actual == "0xff after 3 looks");
  CHECK(run.at(1).failed == 1);
  CHECK(run.at(1).actual == "IRQ14 0 after 100 ns");
  CHECK(run.at(2).passed == 1);
  CHECK(run.at(3).passed == 1);
  CHECK(run.listing ==
        "port_read 1 80 0\nclock_advance 0 0 5\nport_read 1 80 0\nclock_advance 0 0 5\nport_read 1 80 0\n"
        "clock_advance 0 0 3c\nclock_advance 0 0 28\nport_read 1 80 0\n");
}

TEST_CASE("run: bits that the standard leaves open are told") {
  const Ran run = ran("board none\nenable\nexpect inb primary.status & 0x80 in 0 0x80");
  CHECK(run.at(0).passed == 1);
  CHECK((run.at(0).open_bits & ~std::uint64_t{0x80}) == 0);
}

TEST_CASE("run: what only shows when it runs is an error with its place") {
  CHECK(run_error("let p = 0xffff\n  inb p+1") == "s:2:3: a port is at most 0xffff, not 0x10000");
  CHECK(run_error("cfg_readb 0x100") == "s:1:1: an offset in configuration space is at most 0xff, not 0x100");
  CHECK(run_error("read 0 0") == "s:1:1: a read of 0 bytes");
  CHECK(run_error("read 0xffffffffffffffff 2") == "s:1:1: the range passes the end of the address space");
  CHECK(run_error("write 0xffffffffffffffff 2 0x00") == "s:1:1: the range passes the end of the address space");
  CHECK(run_error("memset 0 0x4000001 0") == "s:1:1: a statement moves at most 64 MiB");
  CHECK(run_error("read 0 0x4000001") == "s:1:1: a statement moves at most 64 MiB");
  CHECK(run_error("ins 0x1f0 2 0") == "s:1:1: a string access of 0 elements");
  CHECK(run_error("ins 0x1f0 2 0xffffffffffffffff") == "s:1:1: a string access moves at most 1048576 bytes");
  CHECK(run_error("outs 0x1f0 4 0x0000") == "s:1:1: 2 bytes are no whole number of elements of 4");
  CHECK(run_error("pio_in primary 0xffffffffffffffff") == "s:1:1: a statement moves at most 64 MiB");
  CHECK(run_error("expect word 0 1") == "s:1:1: the buffer has 0 bytes only");
  CHECK(run_error("expect words 0..9 string \"\"") == "s:1:1: the buffer has 0 words only");
  CHECK(run_error("mem_map 0 0") == "s:1:1: the range is empty or passes the end of the address space");
  CHECK(run_error("clock_step 0xffffffffffffffff\nclock_step 5\nexpect clock 0xffffffffffffffff").empty());
}

TEST_CASE("run: every run ends") {
  CHECK(run_error("repeat 0xffffffffffffffff { }", {1000, 1000}) == "s:1:1: the run takes more than 1000 statements");
  CHECK(run_error("repeat 9999 {\nrepeat 9999 { inb 1 }\n}", {1000, 1000}) ==
        "s:2:15: the run takes more than 1000 statements");
  CHECK(run_error("wait inb 1 0 max=0xffffffffffffffff", {1000, 1000}) ==
        "s:1:1: the run takes more than 1000 statements");
  CHECK(run_error("wait irq 14 1 max_ns=0xffffffffffffffff step=1", {1000, 1000}) ==
        "s:1:1: the run takes more than 1000 statements");
  CHECK(run_error("repeat 9 { memset 0 0x80000 0 }", {1000, 1 << 20}) == "s:1:12: the run moves more than 1 MiB");
}

}  // namespace
}  // namespace coincide
