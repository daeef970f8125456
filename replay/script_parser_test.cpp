#include <doctest/doctest.h>
#include <fmt/format.h>

#include "replay/script.h"

namespace coincide {
namespace {

std::string error_of(std::string_view text) {
  const auto script = parse_script(text, "s", {});
  return script ? "" : script.error().line();
}

Script parsed(std::string_view text) {
  auto script = parse_script(text, "s", {});
  REQUIRE_MESSAGE(script.ok(), script.error().line());
  return std::move(*script);
}

TEST_CASE("parser: malformed statements name line and column") {
  struct Row {
    const char* text;
    const char* error;
  };
  const Row rows[] = {
      {"frob", "s:1:1: unknown statement 'frob'"},
      {"inb", "s:1:4: something is missing: inb PORT"},
      {"inb 0x1f7 1", "s:1:11: unexpected '1'"},
      {"inb 0x10000", "s:1:5: a port is at most 0xffff"},
      {"inb \"1\"", "s:1:5: a number is wanted here, not text"},
      {"outb 1", "s:1:7: something is missing: outb PORT VALUE"},
      {"outb 1 2z", "s:1:8: '2z' is no number"},
      {"write 0 1 zz", "s:1:11: 0x and hex digits are wanted"},
      {"b64write 0 1 ?", "s:1:14: this is no base64"},
      {"ins 0x1f0 3 1", "s:1:11: a width is 1, 2 or 4"},
      {"outs 0x1f0 2 pattern", "s:1:21: pattern TAG FIRST [COUNT]"},
      {"outs 0x1f0 2 pattern HDX0 1", "s:1:22: a pattern's tag is three printable characters"},
      {"outs 0x1f0 2 bytes", "s:1:14: 'bytes' is no data: 0x..., pattern, fill, text, words or dwords"},
      {"mem_write 0 ( )", "s:1:13: there are no data between these parentheses"},
      {"mem_write 0 (text \"a\" 1)", "s:1:23: unexpected '1'"},
      {"disk_complete 1 maybe",
       "s:1:17: an outcome is done, uncorrectable LBA, not_found LBA, write_fault, aborted, no_medium, crc, "
       "media_changed, media_change_request or write_protected"},
      {"media_insert 2:0", "s:1:14: a unit is 0:0, 0:1, 1:0 or 1:1"},
      {"media_eject 0:0 gently", "s:1:17: unexpected 'gently'"},
      {"disk_complete oldest uncorrectable", "s:1:35: something is missing: disk_complete N|oldest OUTCOME [LBA]"},
      {"reset hard", "s:1:7: reset pci or reset power"},
      {"let x 1", "s:1:7: let NAME = EXPRESSION"},
      {"let x = x", "s:1:9: unknown name 'x'"},
      {"expect frob 1", "s:1:8: 'frob' is nothing to look at"},
      {"expect inb 1", "s:1:13: something is missing: expect SUBJECT MATCH"},
      {"expect inb 1 & 2 ==", "s:1:20: something is missing: expect SUBJECT MATCH"},
      {"expect irq 13 1", "s:1:8: a line is 14 or 15"},
      {"expect reg primary.frob 1", "s:1:12: unknown register 'primary.frob'"},
      {"expect reg status 1",
       "s:1:12: a register is pci.NAME, primary.NAME, secondary.NAME, 0:0.NAME or 0:0.vmbus.NAME"},
      {"expect count frob 1", "s:1:14: unknown counter 'frob'"},
      {"expect words 1 string \"a\"", "s:1:14: words FIRST..LAST string \"...\""},
      {"wait inb 1 2 most=3", "s:1:14: unknown option 'most=3'"},
      {"wait irq 14",
       "s:1:12: something is missing: wait SUBJECT MATCH [max=N] [step=NS], or irq LINE LEVEL "
       "[max_ns=NS] [step=NS]"},
      {"command primary 2 READ_DMA", "s:1:17: a device is 0 or 1"},
      {"command tertiary 0 READ_DMA", "s:1:9: a channel is primary or secondary"},
      {"command primary 0 READ_EVERYTHING", "s:1:19: 'READ_EVERYTHING' is no command"},
      {"command primary 0 READ_DMA lba=", "s:1:32: a number is missing"},
      {"command primary 0 READ_DMA lba=1 lba=2", "s:1:34: lba is given twice"},
      {"command primary 0 READ_DMA cyl=1", "s:1:19: cyl=, head= and sector= go together, in mode chs"},
      {"prd 0x1000 0x2000 4", "s:1:12: a descriptor is (BASE COUNT), (BASE COUNT EOT) or (raw DWORD0 DWORD1)"},
      {"prd 0x1000 (1 q)", "s:1:15: unknown name 'q'"},
      {"dma_start primary up", "s:1:19: a direction is read or write"},
      {"repeat 3 inb 1", "s:1:10: repeat N [as NAME] {"},
      {"repeat 3 {\ninb 1", "s:1:10: '{' has no '}'"},
      {"}", "s:1:1: '}' without '{'"},
      {"inb 1\nboard none", "s:2:1: board lines stand before the first statement"},
      {"profile a\nprofile b", "s:2:1: the profile is given twice"},
  };
  for (const Row& row : rows) CHECK_MESSAGE(error_of(row.text) == row.error, row.text);
}

TEST_CASE("parser: repeat nests 32 deep, not deeper") {
  const auto nested = [](unsigned depth) {
    std::string text;
    for (unsigned i = 0; i < depth; ++i) text += "repeat 1 {\n";
    for (unsigned i = 0; i < depth; ++i) text += "}\n";
    return text;
  };
  CHECK(error_of(nested(32)).empty());
  CHECK(error_of(nested(33)) == "s:33:1: repeat is nested more than 32 deep");
}

TEST_CASE("parser: rules come from the comment, the headline from the first") {
  const Script script = parsed(
      "# What this proves.\n"
      "expect inb 1 2 # BMIDE-25 (PIIX4-IRQ-04), ATA6-PIO-IN-3: as CD-ROM, UTF-x and BMIDE- do not\n"
      "wait inb 1 2 # TRAP-7\n"
      "identify primary 0 # ATA6-ID-1\n");
  CHECK(script.headline == "What this proves.");
  REQUIRE(script.expectations.size() == 3);
  CHECK(script.expectations[0].rules == std::vector<std::string>{"BMIDE-25", "PIIX4-IRQ-04", "ATA6-PIO-IN-3"});
  CHECK(script.expectations[0].text == "expect inb 1 2");
  CHECK(script.expectations[1].rules == std::vector<std::string>{"TRAP-7"});
  CHECK(script.expectations[2].text == "identify primary 0");
  CHECK(script.expectations[2].line == 4);
}

TEST_CASE("parser: board, profile, variables") {
  CHECK_FALSE(parsed("inb 1").board_given);
  const Script script = parsed("let n = 3\nboard none\nprofile qemu\nlet m = n+1\nrepeat m as i { inb i }");
  CHECK(script.board_given);
  CHECK(script.board.devices[0].kind == DeviceKind::none);
  CHECK(script.profile == "qemu");
  CHECK(script.variables == 4);
}

TEST_CASE("parser: a script has so many statements and no more, shorthands and blocks counted") {
  const auto error = [](const std::string& text) {
    const auto script = parse_script(text, "s", {}, 9);
    return script ? "" : script.error().line();
  };
  const std::string eight = "enable\nenable\n";  // four statements each
  CHECK(error(eight + "inb 1").empty());
  CHECK(error(eight + "inb 1\ninb 1") == "s:4:1: more than 9 statements");
  CHECK(error(eight + "inb 1\nrepeat 2 { }") == "s:4:1: more than 9 statements");
}

TEST_CASE("parser: no cut of a good script, and no changed byte of it, does worse than an error") {
  const std::string good =
      "# t\nboard disk 0:0 pattern:HD0 sectors=16 serial=\"a\"\nboard fault 0:0 read 1..2 crc times=1\nlet a = (1 + "
      "2)\n"
      "enable\nprd 0x10 (1 2 EOT) (raw 1 2)\ncommand primary 0 READ_DMA lba=a count=1\nmem_write 0 (0x00) (text "
      "\"x\")\n"
      "repeat 2 as i { expect inb i & 1 in 2 3 } # A-1\nwait irq 14 1 max_ns=5\nexpect words 1..2 string \"x\"\n";
  REQUIRE(error_of(good).empty());
  for (std::size_t i = 0; i <= good.size(); ++i) (void)error_of(std::string_view(good).substr(0, i));
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'\0', '"', '(', ')', '#', '\n', ' ', '=', '.', '\x80', '9', '{', '}'}) {
      std::string bad = good;
      bad[i] = c;
      (void)error_of(bad);
    }
  }
}

}  // namespace
}  // namespace coincide
