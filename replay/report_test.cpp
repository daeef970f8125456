#include "replay/report.h"

#include <doctest/doctest.h>

#include <sstream>

namespace coincide {
namespace {

Report short_transfer() {
  Report report;
  report.input = "linux-6.1-dma.log";
  report.events = 51330;
  report.compared = 40000;
  report.not_compared = 12;
  report.not_compared_why = {{"DMA bytes: the source does not see them", 12}};
  Divergence d;
  d.event = 18204;
  d.unit = "primary master";
  d.command = "READ DMA EXT lba=0x2000 count=8";
  d.rules = {{"BMIDE-63", "after a transfer that ends before its PRD table, Active and Interrupt are both 1"}};
  d.stimulus = "in  C002h  BMIS primary";
  d.stimulus_note = "2 polls folded into 1";
  d.expected = {"05h", ".....I.A"};
  d.actual = {"04h", ".....I.."};
  d.registers = {{"Status", "50h"}, {"IRQ14", "1"}};
  d.again = "coincide replay linux-6.1-dma.log --to 18204 --profile spec";
  report.divergence = d;
  report.notes = {{"since", "18 204 events coincide"}};
  return report;
}

TEST_CASE("a divergence is told in one fixed layout, with both values under each other") {
  CHECK(report_text(short_transfer(), {}) ==
        "DIVERGED   linux-6.1-dma.log   event 18 204 of 51 330   primary master   READ DMA EXT lba=0x2000 count=8\n"
        "rule       BMIDE-63   after a transfer that ends before its PRD table, Active and Interrupt are both 1\n"
        "stimulus   in  C002h  BMIS primary   (2 polls folded into 1)\n"
        "expected   05h  .....I.A\n"
        "actual     04h  .....I..\n"
        "registers  Status 50h  IRQ14 1\n"
        "since      18 204 events coincide\n"
        "compared   40 000, 12 not\n"
        "not        12 DMA bytes: the source does not see them\n"
        "again      coincide replay linux-6.1-dma.log --to 18204 --profile spec\n");
}

TEST_CASE("no line is wider than the terminal, except the command that is there to be copied") {
  for (const unsigned columns : {40u, 80u, 100u}) {
    std::istringstream lines(report_text(short_transfer(), {false, columns}));
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("again")) CHECK(line.size() <= columns);
      CHECK(line.find_last_not_of(' ') + 1 == line.size());
    }
  }
}

TEST_CASE("JSON has the members that scripts count on, null where there is no divergence") {
  const std::string json = report_json(short_transfer());
  for (const char* member :
       {"\"input\":\"linux-6.1-dma.log\"", "\"events\":51330", "\"compared\":40000", "\"not_compared\":12",
        "\"coincide\":false", "\"event\":18204", "\"stimulus\":\"in  C002h  BMIS primary\"", "\"expected\":\"05h\"",
        "\"actual\":\"04h\"", "\"rules\":[\"BMIDE-63\"]", "\"command\":\"READ DMA EXT lba=0x2000 count=8\"",
        "\"registers\":{\"Status\":\"50h\",\"IRQ14\":\"1\"}"}) {
    CHECK_MESSAGE(json.find(member) != std::string::npos, member);
  }
  Report same = short_transfer();
  same.divergence.reset();
  CHECK(report_json(same).find("\"coincide\":true,\"divergence\":null") != std::string::npos);
  CHECK(report_text(same, {}).starts_with("COINCIDE   linux-6.1-dma.log   51 330 events   40 000 compared, 12 not\n"));
}

TEST_CASE("numbers are grouped by three") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1 000");
  CHECK(grouped(1234567) == "1 234 567");
}

}  // namespace
}  // namespace coincide
