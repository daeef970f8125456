#include "replay/board_text.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace coincide {
namespace {

MediaSearch corpus() { return {{COINCIDE_SOURCE_DIR "/corpus/media"}}; }

std::string canonical(std::string_view text) {
  const auto board = parse_board(text, "b", corpus());
  REQUIRE_MESSAGE(board.ok(), board.error().line());
  return print_board(*board);
}

std::string error_of(std::string_view text) {
  const auto board = parse_board(text, "b", corpus());
  return board ? "" : board.error().line();
}

/// A directory of the test's own, gone at the end.
struct Directory {
  Directory() : path(std::filesystem::temp_directory_path() / "coincide-board-test") {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Directory() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(path / name, std::ios::binary) << content;
    return (path / name).string();
  }
  std::filesystem::path path;
};

TEST_CASE("board: no line is the default board") {
  CHECK(canonical("# nothing\n") ==
        "board chip piix4\nboard ram 0x0 67108864\nboard disk 0:0 pattern:HD0 sectors=16384\nboard completion "
        "immediate\n");
}

TEST_CASE("board: lines in any order give one canonical text, and that text itself again") {
  const std::string text = canonical(
      "board completion latency 5000\n"
      "board disk 1:1 zero sectors=0x1000000000000 read_only\n"
      "board disk 0:0 recipe:hd0.media multiple=8 max_udma=none firmware=\"2\\\"\\\\\" serial=S model=\"A # B\" "
      "look_ahead=off fua=on write_cache=on\n"
      "board fault 0:0 any 7.. crc\n"
      "board fault 0:0 read 100..107 uncorrectable times=1\n"
      "board ram 4G 1M\n"
      "board ram 0x0 64M\n"
      "board pci_device 10\n"
      "board int13\n"
      "board chip piix3\n");
  CHECK(text ==
        "board chip piix3\n"
        "board pci_device 10\n"
        "board ram 0x0 67108864\n"
        "board ram 0x100000000 1048576\n"
        "board disk 0:0 recipe:hd0.media hash=9d44f4cfc4148808102b5fb4e3b2ea65 model=\"A # B\" serial=\"S\" "
        "firmware=\"2\\\"\\\\\" multiple=8 look_ahead=off fua=on max_udma=none\n"
        "board fault 0:0 any 7.. crc\n"
        "board fault 0:0 read 100..107 uncorrectable times=1\n"
        "board disk 1:1 zero sectors=281474976710656 read_only\n"
        "board int13\n"
        "board completion latency 5000\n");
  CHECK(canonical(text) == text);
}

TEST_CASE("board: further media stand after their disk") {
  const std::string text =
      "board chip piix4\nboard ram none\n"
      "board disk 1:0 pattern:HD0 sectors=16 queue_depth=4 card_type=2 power_eject=off features=+removable\n"
      "board medium 1:0 1 zero sectors=8 read_only\n"
      "board medium 1:0 2 pattern:RM2 sectors=9\n"
      "board fault 1:0 read 1..1 write_protected\n"
      "board completion immediate\n";
  CHECK(canonical(text) == text);
  CHECK(error_of("board medium 0:0 1 zero sectors=8") == "b:1:14: no line for this unit yet");
  const std::string disk = "board disk 0:0 zero sectors=8\n";
  CHECK(error_of(disk + "board medium 0:0 2 zero sectors=8") == "b:2:18: the next medium of this unit is 1");
  CHECK(error_of(disk + "board medium 0:0 1 zero sectors=8 locked") == "b:2:35: unknown field 'locked'");
}

TEST_CASE("board: every field of a disk goes round") {
  const std::string text =
      "board chip piix4\nboard ram none\n"
      "board disk 0:1 pattern:A-1 sectors=1 model=\"m\" serial=\"s\" firmware=\"f\" cylinders=10 heads=4 "
      "sectors_per_track=17 multiple=128 multiple_default=4 lba48=off write_cache=off look_ahead=off fua=on "
      "power_management=off max_udma=2 read_only\n"
      "board completion scripted\n";
  CHECK(canonical(text) == text);
  const Board board = *parse_board(text, "b", corpus());
  CHECK(board.ram.empty());
  CHECK(board.devices[0].kind == DeviceKind::none);
  const DeviceConfig& disk = board.devices[1];
  CHECK(disk.kind == DeviceKind::disk);
  CHECK(disk.medium->sectors() == 1);
  CHECK(disk.cylinders == 10);
  CHECK(disk.heads == 4);
  CHECK(disk.sectors_per_track == 17);
  CHECK(disk.multiple_limit == 128);
  CHECK(disk.multiple_default == 4);
  CHECK_FALSE(disk.lba48);
  CHECK(disk.fua);
  CHECK(disk.max_udma == 2);
  CHECK(disk.read_only);
}

TEST_CASE("board: what a disk says of itself on its StorVSP channel") {
  const std::string line =
      "board disk 0:0 zero sectors=64 scsi_serial=\"S 1\" scsi_sectors=32 accelerator=on scsi_unmap=off scsi_odx=on "
      "scsi_lba_status=on scsi_reservations=on scsi_write_cache=off";
  const std::string text = "board chip piix4\nboard ram none\n" + line + "\nboard completion immediate\n";
  CHECK(canonical(text) == text);
  const DeviceConfig disk = parse_board(text, "b", corpus())->devices[0];
  CHECK(disk.scsi_serial == "S 1");
  CHECK(disk.scsi_sectors == 32);
  CHECK_FALSE(disk.scsi_unmap);
  CHECK(disk.scsi_odx);
  CHECK(disk.scsi_lba_status);
  CHECK(disk.scsi_reservations);
  CHECK_FALSE(disk.scsi_write_cache);
  CHECK(error_of("board disk 0:0 zero sectors=1 scsi_odx=on") == "b:1:31: scsi_odx needs accelerator=on");
  CHECK(error_of("board disk 0:0 zero sectors=1 accelerator=on scsi_sectors=0x1000000000001") ==
        "b:1:46: scsi_sectors takes 0 to 281474976710656");
  CHECK_FALSE(parse_board("board cdrom 1:0 none scsi_odx=on\n", "b", {}).ok());
}

TEST_CASE("board: a packet device, its fields and its canonical text") {
  const std::string text =
      "board chip piix4\nboard ram 0x0 67108864\n"
      "board cdrom 1:0 none model=\"A B\" max_udma=none packet=16 drq=interrupt byte_count=16\n"
      "board cdrom 1:1 pattern:CD0 sectors=64\nboard completion immediate\n";
  const auto board = parse_board(text, "b", {});
  REQUIRE(board.ok());
  CHECK(board->devices[2].kind == DeviceKind::packet);
  CHECK(board->devices[2].medium == nullptr);
  CHECK(board->devices[2].packet_bytes == 16);
  CHECK(board->devices[2].packet_drq == PacketDrq::interrupt);
  CHECK(board->devices[3].model == "COINCIDE DVD-ROM");
  CHECK(print_board(*board) == text);
  for (const char* line : {"board cdrom 1:0 zero sectors=0", "board cdrom 1:0 pattern:CD0 sectors=64 accelerator=on"}) {
    CAPTURE(line);
    const auto drive = parse_board(std::string(line) + "\n", "b", {});
    REQUIRE(drive.ok());
    CHECK(print_board(*drive).find(std::string(line) + "\n") != std::string::npos);
  }
  CHECK_FALSE(parse_board("board cdrom 1:0 pattern:CD0 sectors=0\n", "b", {}).ok());
  CHECK_FALSE(parse_board("board disk 0:0 zero sectors=0\n", "b", {}).ok());
  for (const char* field : {"heads=4", "packet=13", "drq=slow", "byte_count=3", "read_only"}) {
    CAPTURE(field);
    CHECK_FALSE(parse_board(std::string("board cdrom 1:0 none ") + field + "\n", "b", {}).ok());
  }
  CHECK_FALSE(parse_board("board disk 1:0 none\n", "b", {}).ok());
  CHECK_FALSE(parse_board("board disk 1:0 pattern:HD0 sectors=64 packet=16\n", "b", {}).ok());
}

TEST_CASE("board: errors name the word") {
  CHECK(error_of("board chip piix5") == "b:1:12: board chip piix4 or piix3");
  CHECK(error_of("inb 1") == "b:1:1: only board lines stand here");
  CHECK(error_of("board disk 2:0 zero sectors=1") == "b:1:12: a unit is 0:0, 0:1, 1:0 or 1:1");
  CHECK(error_of("board disk 0:0 zero") == "b:1:16: this medium needs sectors=N");
  CHECK(error_of("board disk 0:0 zero sectors=0x1000000000001") == "b:1:21: sectors= takes 1 to 2^48");
  CHECK(error_of("board disk 0:0 pattern:HD sectors=1") == "b:1:16: pattern:TAG takes three printable characters");
  CHECK(error_of("board disk 0:0 zero sectors=1 multiple=3") == "b:1:31: multiple takes 1 to 128, a power of two");
  CHECK(error_of("board disk 0:0 zero sectors=1 heads=17") == "b:1:31: heads takes 1 to 16");
  CHECK(error_of("board disk 0:0 zero sectors=1 colour=red") == "b:1:31: unknown field 'colour'");
  CHECK(error_of("board disk 0:0 zero sectors=1 serial=123456789012345678901") ==
        "b:1:31: serial takes at most 20 characters");
  CHECK(error_of("board disk 0:0 zero sectors=1 fua=on fua=off") == "b:1:38: fua is given twice");
  CHECK(error_of("board disk 0:0 zero sectors=1\nboard disk 0:0 zero sectors=1") == "b:2:12: unit 0:0 is given twice");
  CHECK(error_of("board ram 0 64M\nboard ram 0x3ffffff 1") == "b:2:11: the range overlaps RAM at 0x0");
  CHECK(error_of("board ram 0xffffffffffffffff 2") == "b:1:30: the range passes the end of the address space");
  CHECK(error_of("board ram 0 5G") == "b:1:13: more than 4G of RAM");
  CHECK(error_of("board fault 0:0 read 1 done") == "b:1:13: no disk or cdrom line for this unit yet");
  CHECK(error_of("board disk 0:0 zero sectors=9\nboard fault 0:0 read 2..1 crc") ==
        "b:2:22: an LBA range is FIRST..LAST, FIRST.. or FIRST");
}

TEST_CASE("board: images are named by base name and content") {
  const Directory directory;
  const std::string path = directory.file("my disk.img", std::string(700, 'x'));
  const std::string line = "board disk 0:0 image:\"" + path + "\"";
  const auto board = parse_board(line, "b", {});
  REQUIRE(board.ok());
  // A last partial sector is filled with zeros.
  CHECK(board->devices[0].medium->sectors() == 2);
  std::vector<std::uint8_t> bytes(1024);
  board->devices[0].medium->read(0, bytes);
  CHECK(bytes[699] == 'x');
  CHECK(bytes[700] == 0);
  const std::string text = print_board(*board);
  CHECK(text.find("image:\"my disk.img\" hash=") != std::string::npos);
  CHECK(text.find(directory.path.string()) == std::string::npos);

  const MediaSearch here{{directory.path.string()}};
  const auto again = parse_board(text, "b", here);
  REQUIRE_MESSAGE(again.ok(), again.error().line());
  CHECK(print_board(*again) == text);

  directory.file("my disk.img", std::string(700, 'y'));
  const auto changed = parse_board(text, "b", here);
  REQUIRE_FALSE(changed.ok());
  CHECK(changed.error().what.find("its content is") != std::string::npos);
}

TEST_CASE("board: a CUE sheet is named by base name, and its hash is of sheet and image") {
  const Directory directory;
  const std::string sheet_text =
      "FILE \"two tracks.bin\" BINARY\n  TRACK 01 MODE1/2048\n    INDEX 01 00:00:00\n"
      "  TRACK 02 AUDIO\n    INDEX 01 00:00:02\n";
  const std::string sheet = directory.file("two.cue", sheet_text);
  // The last sector of audio ends 448 bytes into the last sector of the medium.
  directory.file("two tracks.bin", std::string(2 * 2048 + 2 * 2352, 'x'));
  const auto board = parse_board(
      "board cdrom 1:0 cue:" + sheet + "\nboard cdrom 1:1 none\nboard medium 1:1 1 cue:" + sheet + " read_only", "b",
      {});
  REQUIRE_MESSAGE(board.ok(), board.error().line());
  for (const auto* tracks : {&board->devices[2].medium_tracks, &board->devices[3].media[0].tracks}) {
    REQUIRE(tracks->size() == 2);
    CHECK((*tracks)[1].form == TrackForm::audio);
    CHECK((*tracks)[1].end_lba == 4);
  }
  const std::string text = print_board(*board);
  CHECK(text.find("board cdrom 1:0 cue:two.cue hash=") != std::string::npos);
  CHECK(text.find(directory.path.string()) == std::string::npos);
  const MediaSearch here{{directory.path.string()}};
  const auto again = parse_board(text, "b", here);
  REQUIRE_MESSAGE(again.ok(), again.error().line());
  CHECK(print_board(*again) == text);

  // Another image, and another sheet.
  directory.file("two tracks.bin", std::string(2 * 2048 + 2 * 2352, 'y'));
  CHECK(parse_board(text, "b", here).error().what.find("its content is") != std::string::npos);
  directory.file("two tracks.bin", std::string(2 * 2048 + 2 * 2352, 'x'));
  CHECK(parse_board(text, "b", here).ok());
  directory.file("two.cue", sheet_text + "REM\n");
  CHECK(parse_board(text, "b", here).error().what.find("its content is") != std::string::npos);
}

TEST_CASE("board: what is wrong with a CUE sheet is told with its line") {
  const Directory directory;
  const std::string at = directory.path.string();
  directory.file("a.bin", std::string(2352, 'x'));
  const auto error = [&](const std::string& sheet) {
    directory.file("s.cue", sheet);
    return parse_board("board cdrom 1:0 cue:s.cue", "b", {{at}}).error().line();
  };
  CHECK(error("REM\nTRACK 01 AUDIO\n") == "b:1:17: " + at + "/s.cue:2: TRACK before FILE");
  CHECK(error("FILE a.bin BINARY\nTRACK 02 SOUND\n") == "b:1:17: " + at + "/s.cue:2: track mode");
  CHECK(error("REM\nFILE b.bin BINARY\n") == "b:1:17: " + at + "/s.cue:2: b.bin: not found; looked in " + at);
  CHECK(error("FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:01\n") ==
        "b:1:17: " + at + "/s.cue:4: image ends before the last track");
  CHECK(parse_board("board disk 0:0 cue:s.cue", "b", {{at}}).error().line() == "b:1:16: a CUE sheet is for a cdrom");
  CHECK(parse_board("board cdrom 1:0 cue:none.cue", "b", {{at}}).error().line() ==
        "b:1:17: none.cue: not found; looked in " + at);
}

TEST_CASE("board: media that cannot be had are an error, in words") {
  const Directory directory;
  directory.file("empty.img", "");
  const std::string at = directory.path.string();
  const auto error = [&](const std::string& path) {
    return parse_board("board disk 0:0 image:" + path, "b", {{at}}).error().what;
  };
  CHECK(error("missing.img") == "missing.img: not found; looked in " + at);
  CHECK(error("empty.img") == at + "/empty.img: is empty");
  CHECK(error(at) == at + ": is a directory");
  CHECK(error("/dev/null") == "/dev/null: is no regular file");
  CHECK(parse_board("board disk 0:0 image: sectors=1", "b", {}).error().place == "b:1:16");
}

}  // namespace
}  // namespace coincide
