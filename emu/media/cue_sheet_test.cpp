#include "emu/media/cue_sheet.h"

#include <doctest/doctest.h>

#include <string>

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

TEST_CASE("every error of a sheet has its line and its words") {
  const std::string begin = "FILE a BINARY\nTRACK 01 AUDIO\n";
  const std::string track = begin + "INDEX 01 00:00:02\n";
  struct Row {
    std::string text;
    std::uint32_t line;
    std::string_view error;
  };
  const Row rows[] = {
      {"", 1, "no track"},
      {"FILE a BINARY\nFILE b BINARY\n", 2, "more than one FILE"},
      {"FILE\n", 1, "FILE of type BINARY"},
      {"FILE \"\" BINARY\n", 1, "FILE of type BINARY"},
      {"FILE a\n", 1, "FILE of type BINARY"},
      {"\nTRACK 01 AUDIO\n", 2, "TRACK before FILE"},
      {"FILE a BINARY\nTRACK 00 AUDIO\n", 2, "track number 1 to 99"},
      {"FILE a BINARY\nTRACK 100 AUDIO\n", 2, "track number 1 to 99"},
      {"FILE a BINARY\nTRACK 0x1 AUDIO\n", 2, "track number 1 to 99"},
      {"FILE a BINARY\nTRACK 00001 AUDIO\n", 2, "track number 1 to 99"},
      {"FILE a BINARY\nTRACK 1/ AUDIO\n", 2, "track number 1 to 99"},
      {"FILE a BINARY\nTRACK 1: AUDIO\n", 2, "track number 1 to 99"},
      {"FILE a BINARY\nTRACK\n", 2, "track number 1 to 99"},
      {"FILE a BINARY\nTRACK 01\n", 2, "track mode"},
      {track + "TRACK 01 AUDIO\n", 4, "tracks in order"},
      {track + "TRACK 03 AUDIO\n", 4, "tracks in order"},
      {begin + "TRACK 02 AUDIO\n", 3, "track without INDEX 01"},
      {begin + "INDEX 00 00:00:00\nTRACK 02 AUDIO\n", 4, "track without INDEX 01"},
      {begin + "INDEX 00 00:00:00\n", 4, "track without INDEX 01"},
      {"INDEX 01 00:00:00\n", 1, "INDEX before TRACK"},
      {begin + "INDEX\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX xx 00:00:00\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01 0:00:000\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01 00:00:0\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01 00:00:000\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01 00.00:00\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01 00:00.00\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01 00;00:00\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01 00:00;00\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01 x0:00:00\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01 00:x0:00\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01 00:00:x0\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01 00:60:00\n", 3, "INDEX NN MM:SS:FF"},
      {begin + "INDEX 01 00:00:75\n", 3, "INDEX NN MM:SS:FF"},
      {track + "INDEX 02 00:00:01\n", 4, "times in order"},
      {track + "TRACK 02 AUDIO\nINDEX 01 00:00:01\n", 5, "times in order"},
      {"PREGAP 00:02:00\n", 1, "PREGAP MM:SS:FF before INDEX"},
      {track + "PREGAP 00:02:00\n", 4, "PREGAP MM:SS:FF before INDEX"},
      {begin + "PREGAP 150\n", 3, "PREGAP MM:SS:FF before INDEX"},
      {"FLAGS DCP\n", 1, "FLAGS before TRACK"},
      {begin + "FLAGS DCP COPY\n", 3, "FLAGS PRE, DCP, 4CH or SCMS"},
      {"REM SESSION 0\n", 1, "sessions count up to 99"},
      {"REM SESSION 100\n", 1, "sessions count up to 99"},
      {"REM SESSION one\n", 1, "sessions count up to 99"},
      {"REM SESSION 2\nREM SESSION 1\n", 2, "sessions count up to 99"},
      {"REMARK\n", 1, "FILE, TRACK, INDEX, PREGAP, FLAGS, or a line without a place"},
      {"SESSION 1\n", 1, "FILE, TRACK, INDEX, PREGAP, FLAGS, or a line without a place"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const CueSheet sheet = parse_cue_sheet(row.text, 1'000'000);
    CHECK(sheet.error_line == row.line);
    CHECK(sheet.error == row.error);
    CHECK(sheet.tracks.empty());
    CHECK_FALSE(sheet.ok());
  }
}

TEST_CASE("the last things that a sheet may say") {
  const CueSheet sheet = parse_cue_sheet(
      "REM SESSION 99\nTITLE\nPERFORMER\nSONGWRITER\nCATALOG\nCDTEXTFILE\nFILE\ta\tBINARY\nTRACK 99 MODE2/2352\n"
      "INDEX 01 00:00:00\nINDEX 99 99:59:74",
      2352);
  REQUIRE_MESSAGE(sheet.ok(), sheet.error);
  CHECK(sheet.tracks[0].number == 99);
  CHECK(sheet.tracks[0].session == 99);
  CHECK(sheet.tracks[0].form == TrackForm::data_2352);
  CHECK(sheet.tracks[0].control == 4);
  CHECK(sheet.tracks[0].first_lba == 0);
  CHECK(sheet.tracks[0].end_lba == 1);
}

TEST_CASE("the image ends behind the first sector of the last track, and within 100 minutes") {
  const auto with = [](std::string_view index, std::uint64_t bytes) {
    return parse_cue_sheet("FILE a BINARY\nTRACK 01 MODE1/2048\nINDEX 00 00:00:00\nINDEX 01 " + std::string(index),
                           bytes);
  };
  constexpr std::uint64_t kMost = 100 * 60 * 75;
  CHECK(with("00:00:10", 11 * 2048).tracks.at(0).end_lba == 11);
  CHECK(with("00:00:10", 11 * 2048 - 1).error == "image ends before the last track");
  CHECK(with("00:00:10", 10 * 2048).error_line == 5);
  CHECK(with("00:00:00", 0).error == "image ends before the last track");
  CHECK(with("00:00:00", kMost * 2048).tracks.at(0).end_lba == kMost);
  CHECK(with("00:00:00", (kMost + 1) * 2048).error == "longer than a CD");
  const CueSheet beyond = parse_cue_sheet(
      "FILE a BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:00:10\n", 9 * 2352);
  CHECK(beyond.error == "image ends before the last track");
}

TEST_CASE("pregaps add up, and a pregap goes before the pause that the image has") {
  const CueSheet sheet = parse_cue_sheet(
      "FILE a BINARY\nTRACK 01 MODE1/2048\nINDEX 01 00:00:00\n"
      "TRACK 02 AUDIO\nPREGAP 00:00:02\nINDEX 00 00:00:10\nINDEX 01 00:00:14\n"
      "TRACK 03 MODE1/2352\nPREGAP 00:00:03\nINDEX 01 00:00:20\n"
      "TRACK 04 AUDIO\nINDEX 01 01:02:03\n",
      100'000'000);
  REQUIRE_MESSAGE(sheet.ok(), sheet.error);
  const auto& t = sheet.tracks;
  CHECK(t[0].end_lba == 10);
  CHECK(t[1].start_lba == 12);
  CHECK(t[1].first_lba == 16);
  CHECK(t[1].end_lba == 22);
  CHECK(t[1].offset == 10 * 2048);
  CHECK(t[2].start_lba == 25);
  CHECK(t[2].first_lba == 25);
  CHECK(t[2].end_lba == 4653 + 5);
  CHECK(t[2].offset == 10 * 2048 + 10 * 2352);
  CHECK(t[3].start_lba == 4653 + 5);
  CHECK(t[3].offset == 10 * 2048 + 4643 * 2352);
  CHECK(t[3].end_lba == 4658 + (100'000'000 - 10 * 2048) / 2352 - 4643);
}

TEST_CASE("the file of a sheet, wherever its line stands") {
  CHECK(cue_sheet_file("").name.empty());
  CHECK(cue_sheet_file("").line == 0);
  CHECK(cue_sheet_file("REM FILE x\n\n  FILE \"a b\" BINARY").name == "a b");
  CHECK(cue_sheet_file("REM FILE x\n\n  FILE \"a b\" BINARY").line == 3);
  CHECK(cue_sheet_file("FILE \"open").name == "open");
}

}  // namespace
}  // namespace coincide
