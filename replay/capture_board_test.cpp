#include "replay/capture_board.h"

#include "replay/board_text.h"
#include "replay/capture_fixture.h"

namespace coincide {
namespace {

const CaptureBoardOptions kCorpus{1u << 20, {{COINCIDE_SOURCE_DIR "/corpus/media"}}};

CaptureBoard board_of(const Capture& capture) {
  auto board = board_of_capture(capture, kCorpus);
  REQUIRE_MESSAGE(board.ok(), board.error().line());
  return std::move(*board);
}

/// IDENTIFY PACKET DEVICE of the secondary master as a log shows it: 256 words, those of the list not 0.
std::string identify(std::initializer_list<std::pair<unsigned, unsigned>> words) {
  std::string log = "outb 0x176 0xa0\noutb 0x177 0xa1\ninb 0x177 = 0x58\n";
  for (unsigned w = 0; w < 256; ++w) {
    unsigned value = 0;
    for (const auto& [at, is] : words) value = at == w ? is : value;
    char line[32];
    std::snprintf(line, sizeof line, "inw 0x170 = 0x%04x\n", value);
    log += line;
  }
  return log;
}

// "CAPCD0" and then spaces
constexpr std::pair<unsigned, unsigned> kSerial[] = {{10, 0x4341}, {11, 0x5043}, {12, 0x4430}};

std::string capacity(const char* last) {
  return "outb 0x177 0xa0\noutw 0x170 0x25\noutw 0x170 0\noutw 0x170 0\noutw 0x170 0\noutw 0x170 0\noutw 0x170 0\n"
         "inw 0x170 = 0\n" +
         std::string("inw 0x170 = ") + last + "\ninw 0x170 = 0\ninw 0x170 = 0x0008\n";
}

const std::string kSignature =
    "outb 0x176 0xa0\noutb 0x177 0xec\ninb 0x177 = 0x41\ninb 0x174 = 0x14\ninb 0x175 = 0xeb\n";

}  // namespace

TEST_CASE("a packet device says of itself what it is, and its serial number finds its medium") {
  const CaptureBoard board = board_of(capture_of(identify(
      {{0, 0x85a1}, kSerial[0], kSerial[1], kSerial[2], {27, 0x4142}, {82, 0x0218}, {88, 0x0007}, {125, 0x800}})));
  const DeviceConfig& device = board.board.devices[2];
  CHECK(device.kind == DeviceKind::packet);
  CHECK(device.serial == "CAPCD0");
  CHECK(device.model == "AB");
  CHECK(device.packet_bytes == 16);
  CHECK(device.packet_drq == PacketDrq::interrupt);
  CHECK(device.max_udma == 2);
  CHECK(device.power_management);
  CHECK(device.byte_count_default == 0x800);
  CHECK(device.medium_name == "recipe:cd0.media");
  CHECK_FALSE(board.medium_unknown[2]);
  const CaptureBoard none = board_of(capture_of(identify({kSerial[0], kSerial[1], kSerial[2], {82, 0x0210}})));
  CHECK_FALSE(none.board.devices[2].power_management);
  CHECK(none.board.devices[2].max_udma == 0xff);
}

TEST_CASE("the size that READ CAPACITY told must be the medium's; else a stand-in of that size is in the drive") {
  const std::string named = identify({kSerial[0], kSerial[1], kSerial[2]});
  CHECK(board_of(capture_of(named + capacity("0xff00"))).board.devices[2].medium_name == "recipe:cd0.media");
  const CaptureBoard other = board_of(capture_of(named + capacity("0xfe00")));
  CHECK(other.board.devices[2].medium_name == "zero");
  CHECK(other.board.devices[2].medium->sectors() == 255 * 4);
  CHECK(other.medium_unknown[2]);
}

TEST_CASE("a packet device that shows no more than its signature is on the board all the same") {
  const CaptureBoard board = board_of(capture_of(kSignature));
  CHECK(board.board.devices[2].kind == DeviceKind::packet);
  CHECK(board.board.devices[2].model == "QEMU DVD-ROM");
  CHECK(board.medium_unknown[2]);
  CHECK(board.board.devices[2].medium->sectors() == 0x8000 * 4);
  CHECK(board.board.devices[0].kind == DeviceKind::none);
}

TEST_CASE("media that go in later are those that the log names, each once; 0 is the first one") {
  Capture capture = capture_of(identify({kSerial[0], kSerial[1], kSerial[2]}));
  capture.media_changes = {{10, "cd0", "cd1.iso"}, {11, "cd0", ""}, {12, "cd0", "dir/cd0.iso"}, {13, "cd0", "cd1.iso"}};
  const CaptureBoard board = board_of(capture);
  REQUIRE(board.board.devices[2].media.size() == 1);
  CHECK(board.board.devices[2].media[0].name == "recipe:cd1.media");
  REQUIRE(board.media_changes.size() == 4);
  const std::uint64_t media[] = {1, 0, 0, 1};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(board.media_changes[i].event == 10 + i);
    CHECK(board.media_changes[i].unit == 2);
    CHECK(board.media_changes[i].medium == media[i]);
  }
  CHECK_FALSE(board.medium_unknown[2]);
  capture.media_changes = {{10, "cd0", "no-such.iso"}};
  CHECK(board_of(capture).medium_unknown[2]);
}

TEST_CASE("with no drive or several nothing tells which one a change is about: it is left out and counted") {
  Capture capture = capture_of(kSignature + "outb 0x1f6 0xa0\noutb 0x1f7 0xec\ninb 0x1f4 = 0x14\ninb 0x1f5 = 0xeb\n");
  capture.media_changes = {{10, "cd0", "cd1.iso"}};
  const CaptureBoard board = board_of(capture);
  CHECK(board.board.devices[0].kind == DeviceKind::packet);
  CHECK(board.media_changes.empty());
  CHECK(board.media_changes_left_out == 1);
}

}  // namespace coincide
