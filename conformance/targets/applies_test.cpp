#include "conformance/targets/applies.h"

#include <doctest/doctest.h>

#include "conformance/targets/child_process.h"

namespace coincide {
namespace {

std::string why(const std::string& text, Chip chip = Chip::piix4) {
  const auto script = parse_script(text, "t", {});
  REQUIRE_MESSAGE(script.ok(), script.error().line());
  PlainMachine machine;
  machine.chip = chip;
  return cannot_run(*script, machine);
}

TEST_CASE("a plain machine runs what needs plain drives") {
  CHECK(why("enable\nidentify primary 0\n").empty());
  CHECK(why("board disk 0:0 pattern:HD0 sectors=64 model=\"A B\" serial=\"S\"\nenable\n").empty());
}

TEST_CASE("what a plain machine cannot run has a reason") {
  const std::string disk = "board disk 0:0 pattern:HD0 sectors=64";
  CHECK(why("profile openvmm\nenable\n") == "tells what profile openvmm does");
  CHECK(why("board int13\n" + disk + "\nenable\n") == "enlightened ports");
  CHECK(why(disk + "\nboard completion scripted\nenable\n") == "disk requests that end on demand");
  CHECK(why(disk + "\nboard fault 0:0 read 1..1 uncorrectable\nenable\n") == "media that fail on demand");
  CHECK(why("board disk 0:0 pattern:HD0 sectors=2000000\nenable\n") == "a large medium");
  CHECK(why(disk + " lba48=off\nenable\n") == "a drive with lba48=off");
  CHECK(why("repeat 2 {\nmedia_eject 0:0\n}\n") == "media that come and go");
  CHECK(why("mem_unmap 0 4096\n") == "memory that comes and goes");
  CHECK(why("expect cfg_readw VID == 0x8086  # PIIX4-CFG-01\n").empty());
  CHECK(why("expect cfg_readw VID == 0x8086  # PIIX4-CFG-01\n", Chip::piix3) == "registers of a PIIX4");
}

TEST_CASE("a command line is split as a shell would") {
  const auto words = split_command(R"(a "b c" d\ e 'f "g' "h \" i" '')");
  REQUIRE(words.ok());
  CHECK(*words == std::vector<std::string>{"a", "b c", "d e", "f \"g", "h \" i", ""});
  CHECK(split_command("a 'b").error().what == "a quote is not closed");
  CHECK_FALSE(split_command("  ").ok());
}

}  // namespace
}  // namespace coincide
