// Inputs that reach each flow and each gate of the enlightened ports (operations by int13_bytes.h).
#include "tools/fuzz/seed_run.h"

namespace coincide::fuzz {
namespace {

constexpr std::uint8_t kSecondary = 0x80;
const Bytes kTableOfOne = {7, 0, 0x20, 0x00, 0x10};
const Bytes kShortTable = {7, 0, 0x20, 0x00, 0x02};
const Bytes kTableToHole = {7, 1, 0x20, 0x00, 0x02, 0xff, 0x00, 0x02};
const Bytes kEnds = {11, 10, 11, 10, 11, 10, 12, 3};

/// `row` as in int13_bytes.cpp: READ DMA, WRITE DMA EXT ...
Bytes call(std::uint8_t row, std::uint8_t device, std::uint8_t lba, std::uint8_t count) {
  return {0, row, 0, device, lba, 0, count, 0, 0, 0, 0, 0, 0, 0};
}
Bytes disc(std::uint8_t lba, std::uint8_t count, std::uint8_t buffer, std::uint8_t head) {
  return {kSecondary, 0, 0, 0xa0, lba, 0, count, buffer, 0, 0x10, head, 0, 4, 0};
}

}  // namespace

std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  for (std::uint8_t board = 0; board < 8; ++board) {
    for (std::uint8_t row = 0; row < 9; ++row)
      out.push_back(join({{board}, kEnds, kTableOfOne, call(row, 0xe0, 9, 8), kEnds, call(row, 0xf0, 9, 8), kEnds}));
    out.push_back(join({{board}, kEnds, kShortTable, call(0, 0xe0, 1, 8), kEnds, call(4, 0xe0, 1, 1), kEnds}));
    out.push_back(join({{board}, kEnds, kTableToHole, call(2, 0xe0, 1, 2), kEnds, call(0, 0xe0, 1, 1), kEnds}));
    // A disc, after its unit attention; one block, many, none, without memory behind it, without a disc.
    out.push_back(join({{board},
                        kEnds,
                        disc(1, 1, 0x20, 0),
                        kEnds,
                        disc(1, 1, 0x20, 7),
                        kEnds,
                        disc(2, 40, 0x30, 0),
                        kEnds,
                        disc(3, 0, 0x20, 0),
                        disc(1, 2, 0xff, 0),
                        kEnds,
                        {13, 1},
                        disc(1, 1, 0x20, 0),
                        kEnds}));
    // Doorbells without a packet, a second one, registers and resets under a command.
    out.push_back(join({{board},
                        kEnds,
                        {6, 2, 0xf8, 0xff, 0x0f, 0},
                        {6, 0, 0, 0, 1, 0},
                        kTableOfOne,
                        call(0, 0xe0, 1, 8),
                        call(0, 0xf0, 1, 8),
                        {8, 8, 0},
                        kEnds,
                        call(0, 0xe0, 1, 8),
                        {15, 0, 0},
                        kEnds,
                        call(0, 0xe0, 1, 8),
                        {15, 2, 0, 15, 1, 0},
                        kEnds,
                        call(0, 0xe0, 1, 8),
                        {10, 0, 0},
                        kEnds,
                        call(0, 0xe0, 1, 8),
                        {15, 4, 1},
                        kEnds,
                        {8, 7, 0xe6},
                        call(0, 0xe0, 1, 8),
                        kEnds}));
  }
  return out;
}

}  // namespace coincide::fuzz
