#include "trace/import/qmp_lines.h"

#include "trace/import/import_test.h"

namespace coincide {
namespace {

const std::string kAccess = "memory_region_ops_read cpu 0 mr 0x1 addr 0x177 value 0x50 size 1 name 'ide'\n";
const std::string kChange =
    "# qmp: > {\"execute\": \"blockdev-change-medium\", \"arguments\": {\"id\": \"cd0\", \"filename\": \"cd1.iso\"}}\n";
const std::string kEject = "# qmp: > {\"execute\": \"eject\", \"arguments\": {\"id\": \"cd0\"}}\n";
const std::string kGood = "# qmp: < {\"return\": {}}\n";
const std::string kLocked =
    "# qmp: < {\"error\": {\"class\": \"GenericError\", \"desc\": \"Device 'cd0' is locked and force was not "
    "specified\"}}\n";

std::string tray(bool open) {
  return std::string("# qmp: < {\"event\": \"DEVICE_TRAY_MOVED\", \"data\": {\"device\": \"c0\", \"tray-open\": ") +
         (open ? "true" : "false") + ", \"id\": \"cd0\"}}\n";
}

/// The events without the notes.
std::string events(const std::string& log) {
  const Capture capture = imported(kAccess + log);
  std::string all;
  for (std::size_t i = 1; i < capture.events.size(); ++i) {
    const Event event = capture.events[i];
    if (event.kind == EventKind::note) continue;
    all += (all.empty() ? "" : " ") + brief(event);
    if (event.kind == EventKind::media_eject) all += event.value != 0 ? "/force" : "/button";
  }
  return all;
}

TEST_CASE("Q1: a medium goes in where the tray first moves while a change is under way, and the log names it") {
  CHECK(events(kChange + kAccess + tray(true) + tray(false) + kAccess + kGood) == "r177.1=50 media_insert r177.1=50");
  CHECK(events(kChange + kAccess + tray(false) + kAccess + kGood) == "r177.1=50 media_insert r177.1=50");
  const Capture capture = imported(kAccess + kChange + tray(true) + tray(false) + kGood);
  REQUIRE(capture.media_changes.size() == 1);
  CHECK(capture.media_changes[0].drive == "cd0");
  CHECK(capture.media_changes[0].file == "cd1.iso");
  CHECK(capture.events[capture.media_changes[0].event].kind == EventKind::media_insert);
}

TEST_CASE("an interrupt that the change raised follows it; one that was raised before does not") {
  const std::string rise = "x86_gsi_interrupt GSI interrupt #15 level:1\n";
  CHECK(events(kChange + rise + tray(true) + tray(false) + kGood) == "media_insert irq15=1");
  CHECK(events(kEject + rise + kLocked) == "media_eject/button irq15=1");
  CHECK(events(rise + kChange + tray(true) + tray(false) + kGood) == "irq15=1 media_insert");
}

TEST_CASE("Q2, Q3: an ejection by force where it is answered well, the button where the drive is locked") {
  CHECK(events(kEject + kAccess + kGood) == "r177.1=50 media_eject/force");
  CHECK(events(kEject + kAccess + kLocked) == "r177.1=50 media_eject/button");
  CHECK(events(kChange + kLocked) == "media_eject/button");
  CHECK(events(kEject + "# qmp: < {\"error\": {\"desc\": \"no such device\"}}\n").empty());
}

TEST_CASE("Q4: the guest's own tray moves, replies to other requests and second closings put nothing in") {
  CHECK(events(tray(true) + tray(false)).empty());
  CHECK(events("# qmp: > {\"execute\": \"qmp_capabilities\"}\n" + kGood + tray(false)).empty());
  CHECK(events(kChange + tray(false) + tray(false) + kGood + tray(false)) == "media_insert");
  CHECK(events(kEject + kGood + kGood) == "media_eject/force");
}

}  // namespace
}  // namespace coincide
