// Inputs that reach each command of the optical unit and each phase of PACKET (operations by PACKET.md).
#include "emu/scsi/command_table.h"
#include "tools/fuzz/seed_run.h"

namespace coincide::fuzz {
namespace {

constexpr std::uint8_t kDma = 0x20;
constexpr std::uint8_t kLimitCount = 0x40, kLimit2048 = 0x80, kLimit0 = 0xc0;
constexpr std::uint8_t kWhole = 0, kAlone = 4, kHalf = 6, kPhase = 8, kToTheEnd = 9;
constexpr std::uint8_t kShortAddress = 0x80;  ///< of the row

const Bytes kSense = {10};
const Bytes kFinish = {17, 9, 0xf1, 9};  // requests end well, phases to the end: where completion is scripted
const Bytes kDeviceReset = {18};
const Bytes kSoftwareReset = {19};
const Bytes kTray = {21, 0};
const Bytes kTakeOut = {0x35, 0};

std::uint8_t row_of(std::uint8_t opcode) {
  std::uint8_t row = 0;
  for (const scsi::PacketCommand& command : scsi::packet_commands()) {
    if (command.opcode == opcode) return row;
    ++row;
  }
  return 0;
}

Bytes command(std::uint8_t operation, std::uint8_t opcode, std::uint8_t option = 0, unsigned address = 0,
              unsigned count = 0, std::uint8_t row_bits = 0) {
  return {operation,
          static_cast<std::uint8_t>(row_of(opcode) | row_bits),
          option,
          static_cast<std::uint8_t>(address),
          static_cast<std::uint8_t>(address >> 8),
          static_cast<std::uint8_t>(count),
          static_cast<std::uint8_t>(count >> 8)};
}

Bytes insert(std::uint8_t medium) { return {0x55, medium}; }
Bytes regions_and_start(std::uint8_t direction) {
  return join({{0x2e, 0, 0, 8, 1, 0, 0x78}, {static_cast<std::uint8_t>(15 | direction << 5)}, kFinish, {28, 0x4f, 30}});
}

std::vector<Bytes> stories() {
  std::vector<Bytes> out;
  // Every command with a little room, with much, and with no limit.
  for (const scsi::PacketCommand& row : scsi::packet_commands()) {
    out.push_back(
        join({kSense, command(kWhole, row.opcode, 0, 0, 8), kFinish, command(kWhole, row.opcode, 1, 1, 0x1000), kFinish,
              command(kWhole | kLimit0, row.opcode, 2, 0xffff, 4), kSense,
              command(kWhole | kLimitCount, row.opcode, 0, 0x2a00, 0x22, kShortAddress), kSense}));
  }
  // Reading in each way, in pieces and over the end.
  out.push_back(join({kSense, command(kWhole | kLimit2048, 0x28, 0, 16, 2), kFinish, command(kWhole, 0x28, 0, 0, 70),
                      kFinish, command(kWhole, 0xa8, 0, 0, 4), kFinish, command(kWhole, 0x28, 0, 1023, 2), kSense}));
  out.push_back(join({kSense, command(kWhole, 0xbe, 0, 3, 0xf802), kFinish, command(kWhole, 0xbe, 8, 3, 0x1003),
                      kFinish, command(kWhole, 0xbe, 4, 3, 0x1001), kSense}));
  out.push_back(join({kSense, command(kAlone | kDma, 0x28, 0, 0, 40), kFinish, regions_and_start(0)}));
  out.push_back(join({kSense, command(kAlone | kDma, 0x55, 0x10, 0, 20), regions_and_start(1), kSense}));
  // Each phase moved wrongly, and left by each reset.
  for (std::uint8_t manner = 0; manner < 8; ++manner) {
    const Bytes phase = {static_cast<std::uint8_t>(kPhase | manner << 5)};
    out.push_back(
        join({kSense, command(kAlone | kLimit2048, 0x28, 0, 1, 3), kFinish, phase, {kToTheEnd}, kDeviceReset, kSense}));
    out.push_back(join({kSense, command(kAlone, 0x55, 0x10, 0, 20), phase, kSoftwareReset, kFinish, kSense, {29}}));
  }
  out.push_back(
      join({command(kHalf, 0x28, 0, 1, 3), kDeviceReset, command(kHalf, 0x12), kSoftwareReset, kFinish, kSense}));
  // Mode pages, changed well and badly.
  for (std::uint8_t page = 0; page < 7; ++page)
    out.push_back(join({kSense,
                        {11, page, 11, 3},
                        {11, page, 12, 0x20},
                        {0x4b, page, 0, 0},
                        command(kWhole, 0x5a, 0, 0x3f00, 255, kShortAddress)}));
  // The tray: button, lock, eject, load, other discs; in the middle of a read too.
  out.push_back(join({kSense,
                      kTray,
                      command(kWhole, 0x4a, 1, 0, 8),
                      command(kWhole, 0x1b, 0, 0, 3),
                      kFinish,
                      kSense,
                      command(kWhole, 0x1e, 0, 0, 1),
                      kTray,
                      command(kWhole, 0x1b, 0, 0, 2),
                      kSense,
                      command(kWhole, 0x1e),
                      command(kWhole, 0x1b, 1, 0, 2),
                      kFinish,
                      insert(1),
                      kSense,
                      command(kWhole, 0x25),
                      insert(2),
                      kSense,
                      command(kWhole, 0xad, 0, 0, 2052),
                      kSense}));
  out.push_back(join({kSense,
                      command(kAlone, 0x28, 0, 0, 70),
                      kTakeOut,
                      kFinish,
                      insert(2),
                      command(kAlone, 0x28, 0, 0, 70),
                      {kPhase},
                      kTakeOut,
                      kFinish,
                      kSense}));
  // Other commands beside, power, Sleep, device 1.
  out.push_back(join({{29},
                      {24, 3, 0x42, 0xef},
                      {24, 0, 0, 0xe6},
                      kSense,
                      kDeviceReset,
                      {24, 0, 0, 0xec},
                      {0x37},
                      kSense,
                      {29},
                      {24, 0, 0, 0x90},
                      kFinish,
                      {20},
                      kFinish,
                      kSense,
                      {0x34},
                      kFinish,
                      kSense}));
  out.push_back(join({{7, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {12, 255, 13, 255, 0x5a}, kSense}));
  return out;
}

}  // namespace

std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  for (const unsigned board : {0x01u, 0x00u, 0x02u, 0x03u, 0x09u, 0x45u, 0x31u, 0xe9u}) {
    for (const Bytes& story : stories()) out.push_back(join({{static_cast<std::uint8_t>(board)}, story}));
  }
  return out;
}

}  // namespace coincide::fuzz
