#include "emu/media/cue_sheet.h"

#include <doctest/doctest.h>

namespace coincide {
namespace {

TEST_CASE("a sheet of two sessions: where tracks start, where they lie in the image") {
  const CueSheet sheet = parse_cue_sheet(
      "FILE \"my disc.bin\" BINARY\r\n"
      "  TRACK 01 MODE1/2352\r\n    INDEX 01 00:00:00\r\n"
      "  TRACK 02 AUDIO\r\n    TITLE \"x\"\r\n    INDEX 00 00:01:00\r\n    INDEX 01 00:01:10\r\n"
      "REM SESSION 02\n"
      "  TRACK 03 MODE1/2048\n    PREGAP 00:02:00\n    INDEX 01 00:02:00\n",
      150 * 2352 + 30 * 2048 + 5);
  REQUIRE(sheet.ok());
  CHECK(sheet.file == "my disc.bin");
  REQUIRE(sheet.tracks.size() == 3);
  CHECK(sheet.tracks[0].end_lba == 75);
  CHECK(sheet.tracks[1].start_lba == 75);
  CHECK(sheet.tracks[1].first_lba == 85);
  CHECK(sheet.tracks[1].end_lba == 150);
  CHECK(sheet.tracks[1].offset == 75 * 2352);
  CHECK(sheet.tracks[1].control == 0);
  CHECK(sheet.tracks[2].session == 2);
  CHECK(sheet.tracks[2].start_lba == 300);  // the image has no data for the pregap
  CHECK(sheet.tracks[2].first_lba == 300);
  CHECK(sheet.tracks[2].end_lba == 330);
  CHECK(sheet.tracks[2].offset == 150 * 2352);
}

TEST_CASE("lines without a place are passed over, and a byte order mark; flags are bits of CTL") {
  const std::string_view text =
      "\xef\xbb\xbfREM GENRE none\n\nCATALOG 1234567890123\nFILE a BINARY\n"
      "TRACK 01 AUDIO\nISRC AAAAA0000001\nFLAGS DCP PRE SCMS\nINDEX 01 00:00:00\n"
      "TRACK 02 MODE1/2048\nFLAGS DCP 4CH\nINDEX 01 00:00:10\nINDEX 02 00:00:12\n";
  const CueSheet sheet = parse_cue_sheet(text, 1'000'000);
  REQUIRE_MESSAGE(sheet.ok(), sheet.error);
  CHECK(sheet.tracks[0].control == 3);
  CHECK(sheet.tracks[1].control == 14);
  CHECK(sheet.tracks[1].first_lba == 10);
  CHECK(cue_sheet_file(text).name == "a");
  CHECK(cue_sheet_file(text).line == 4);
  CHECK(cue_sheet_file("TRACK 01 AUDIO\n").name.empty());
  const CueSheet unmarked = parse_cue_sheet("\xef\xbbREM\nFILE a BINARY\n", 1);
  CHECK(unmarked.error_line == 1);
}

TEST_CASE("what is wrong with a sheet is told with its line") {
  const auto line = [](std::string_view text) { return parse_cue_sheet(text, 1'000'000).error_line; };
  CHECK(line("") == 1);
  CHECK(line("FILE a.wav WAVE\n") == 1);
  CHECK(line("FILE a BINARY\nTRAKC 01 AUDIO\n") == 2);
  CHECK(line("FILE a BINARY\nFLAGS DCP\n") == 2);
  CHECK(line("FILE a BINARY\nTRACK 01 AUDIO\nFLAGS COPY\n") == 3);
  CHECK(line("FILE a BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nPOSTGAP 00:02:00\n") == 4);
  CHECK(line("FILE a BINARY\nTRACK 01 MODE9/1\n") == 2);
  CHECK(line("FILE a BINARY\nTRACK 01 AUDIO\nINDEX 01 00:60:00\n") == 3);
  CHECK(line("FILE a BINARY\nTRACK 01 AUDIO\nTRACK 02 AUDIO\n") == 3);
  CHECK(line("FILE a BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 03 AUDIO\n") == 4);
  CHECK(line("FILE a BINARY\nTRACK 01 AUDIO\nINDEX 01 59:00:00\n") == 4);
  CHECK(line("FILE a BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n") == 0);
}

}  // namespace
}  // namespace coincide
