#include "replay/replayer.h"

#include "replay/capture_fixture.h"
#include "replay/quirk_selectors.h"
#include "replay/replay_report.h"

using namespace coincide;

namespace {

Profile qemu() { return *Profile::find("qemu"); }

ReplayResult replay_under(const RecordedRun& run, std::size_t limit = 100) {
  ReplayOptions options;
  options.profile = run.profile;
  options.limit = limit;
  return replay(run, options);
}

ReplayResult replay_capture(const std::string& commands, const Profile& profile = Profile()) {
  return replay_under(run_of(capture_of(kEnable + commands), disk_board(), profile));
}

std::vector<std::string> names(const ReplayResult& result) {
  std::vector<std::string> list;
  for (const QuirkCount& known : result.quirks) {
    list.emplace_back(quirk_table()[static_cast<std::size_t>(known.quirk)].name);
  }
  return list;
}

const std::string kRead =
    "outb 0x1f6 0xe0\noutb 0x1f2 1\noutb 0x1f3 5\noutb 0x1f4 0\noutb 0x1f5 0\noutb 0x1f7 0x20\n"
    "inb 0x3f6 = 0xd0\ninb 0x1f7 = 0x58\nIRQ raise 14\nIRQ lower 14\n";

}  // namespace

TEST_CASE("a capture of what the standard asks for coincides, and every answer was compared") {
  const ReplayResult result = replay_capture(kRead + "inw 0x1f0 = 0x4448\n");
  CHECK(result.coincide());
  CHECK(result.tally.compared == 5);  // three reads, two edges
  CHECK(result.known == 0);
}

TEST_CASE("a wrong data word, status bit, edge or memory byte is a difference") {
  CHECK(replay_capture(kRead + "inw 0x1f0 = 0x4449\n").counted == 1);
  CHECK(replay_capture("outb 0x1f7 0xe7\ninb 0x1f7 = 0x51\nIRQ raise 14\nIRQ lower 14\n").counted == 1);
  CHECK(replay_capture("irq_intercept_in ioapic\noutb 0x1f7 0xe7\ninb 0x3f6 = 0x50\n").counted ==
        1);                                                                // the edge is missing in the capture
  CHECK(replay_capture("inb 0x1f7 = 0x50\nIRQ raise 14\n").counted == 1);  // and here it is too much
  CHECK(replay_capture("write 0x1000 2 0x1234\nread 0x1000 2 = 0x1235\n").counted == 1);
}

TEST_CASE(
    "a known quirk of the source is named, not counted; --strict counts it; the profile that has it differs in "
    "nothing") {
  const std::string rid = "outl 0xcf8 0x80000920\ninl 0xcfc = 0xc001\noutl 0xcfc 0xffffffff\ninl 0xcfc = 0xfffffff1\n";
  const ReplayResult spec = replay_capture(rid);
  CHECK(spec.coincide());
  CHECK(spec.known == 1);
  CHECK(names(spec) == std::vector<std::string>{"qemu-config"});
  ReplayOptions strict;
  strict.strict = true;
  CHECK(replay(run_of(capture_of(kEnable + rid), disk_board(), Profile()), strict).counted == 1);
  CHECK(replay_capture(rid, qemu()).known == 0);
}

TEST_CASE("a quirk explains only the bits that its rows name") {
  // BMIBA: the upper half is QEMU's, bit 4 is not
  CHECK(replay_capture("outl 0xcf8 0x80000920\noutl 0xcfc 0xffffffff\ninl 0xcfc = 0xffffffe1\n").counted == 1);
  // IDENTIFY word 0 is nobody's quirk
  CHECK(replay_capture("outb 0x3f6 2\noutb 0x1f7 0xec\ninb 0x1f7 = 0x58\ninw 0x1f0 = 0x8040\n").counted == 1);
  // Error after READ DMA has nothing to do with SMART
  CHECK(replay_capture("outb 0x3f6 2\noutb 0x1f7 0xb0\ninb 0x1f7 = 0x50\n").coincide());
  CHECK(replay_capture("outb 0x3f6 2\noutb 0x1f7 0x99\ninb 0x1f7 = 0x50\n").counted == 1);
}

TEST_CASE("an absent Device 1 and a channel that is not enabled have their own rows") {
  const ReplayResult absent =
      replay_capture("outb 0x3f6 6\noutb 0x3f6 2\ninb 0x1f7 = 0x50\noutb 0x1f6 0xb0\ninb 0x1f4 = 0xff\n");
  CHECK(absent.coincide());
  CHECK(names(absent) == std::vector<std::string>{"qemu-absent-own-registers"});
  const RecordedRun closed = run_of(capture_of("inb 0x1f7 = 0x50\n"), disk_board(), Profile());
  CHECK(replay_under(closed).coincide());
  CHECK(names(replay_under(closed)) == std::vector<std::string>{"qemu-ports-always-decoded"});
}

TEST_CASE("the report names event, command, rules, registers, and the line that shows it again") {
  const RecordedRun run = run_of(capture_of(kEnable + kRead + "inb 0x1f7 = 0x59\n"), disk_board(), Profile());
  ReplayOptions options;
  const Report report = report_of_replay(run, options, replay(run, options), "coincide replay x");
  REQUIRE(report.divergence);
  CHECK(report.divergence->unit == "primary master");
  CHECK(report.divergence->command == "READ SECTOR(S) lba=0x5 count=1");
  CHECK(report.divergence->expected.value == "59h");
  CHECK(report.divergence->actual.value == "58h");
  CHECK(report.divergence->stimulus == "in  01F7h  Status primary");
  CHECK(report.divergence->stimulus_note.starts_with("line "));
  REQUIRE_FALSE(report.divergence->rules.empty());
  CHECK(report.divergence->rules[0].id == "ATA6-STAT-13");
  CHECK(report.divergence->again == "coincide replay x --to " + std::to_string(report.divergence->event));
  CHECK(report.divergence->registers.at(0) == std::pair<std::string, std::string>{"Status", "58h"});
}
