// Inputs that reach each operation of StorVSP and each command of a disk (operations by VMBUS.md).
#include "tools/fuzz/seed_run.h"

namespace coincide::fuzz {
namespace {

const Bytes kEnds = {11, 10, 11, 10, 12, 4, 10, 0x8a};

Bytes transfer(std::uint8_t row, std::uint8_t lba, std::uint8_t count, std::uint8_t page = 0, std::uint8_t more = 0) {
  return {0, row, lba, 0, count, page, more};
}
Bytes other(std::uint8_t row, Bytes cdb, std::uint8_t bytes, std::uint8_t bytes_high = 0) {
  cdb.resize(9);
  return join({{5, row}, cdb, {4, bytes, bytes_high}});
}

/// The row with its data going to the disk: rows are taken modulo 24, and 168 is a multiple of it.
std::uint8_t out_of(std::uint8_t row) { return static_cast<std::uint8_t>(168 + row); }

}  // namespace

std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  for (const unsigned first : {0x00u, 0x01u, 0x02u, 0x04u, 0x06u, 0x0au, 0x12u, 0x36u, 0x52u, 0x80u}) {
    const Bytes board = {static_cast<std::uint8_t>(first)};
    for (std::uint8_t row = 0; row < 10; ++row) {
      const auto fua = static_cast<std::uint8_t>(row + 0x82);
      out.push_back(join({board, other(0, {}, 0), kEnds, transfer(row, 3, 4), kEnds, transfer(row, 0, 0),
                          transfer(row, 9, 8, 250), transfer(fua, 1, 2, 7, 5), kEnds}));
    }
    for (std::uint8_t row = 0; row < 24; ++row) {
      out.push_back(join({board, other(0, {}, 0), kEnds, other(row, {0, 0, 0, 18}, 18), kEnds,
                          other(out_of(row), {0x10, 0, 0, 0, 0, 0, 0, 24}, 24), kEnds,
                          other(row, {1, 0x83, 0, 0, 0, 0, 0, 1}, 0, 2), kEnds}));
    }
    for (std::uint8_t operation = 0; operation < 16; ++operation)
      out.push_back(join({board,
                          transfer(2, 1, 1),
                          {7, operation, 64, 1, 0, 0, 0},
                          transfer(2, 1, 1),
                          kEnds,
                          {15, 0},
                          transfer(3, 2, 1),
                          kEnds}));
    for (std::uint8_t wrong = 0; wrong < 6; ++wrong)
      out.push_back(
          join({board, {8, wrong, 0, 2}, kEnds, {15, 0}, {8, static_cast<std::uint8_t>(wrong + 48), 88, 2}, kEnds}));
    // Both paths, resets and holes under requests.
    out.push_back(join({board,
                        other(0, {}, 0),
                        kEnds,
                        transfer(3, 5, 1),
                        {14, 1, 5, 0x77},
                        {11, 10, 11, 10},
                        transfer(2, 5, 1),
                        {14, 4, 0, 0},
                        {7, 6, 64, 0, 0, 0, 0},
                        kEnds,
                        {14, 5, 0, 0},
                        kEnds}));
    out.push_back(join({board,
                        transfer(2, 0, 16),
                        {13, 1},
                        transfer(3, 0, 16),
                        kEnds,
                        {13, 0x81},
                        transfer(2, 0, 16),
                        {15, 0},
                        kEnds,
                        transfer(2, 0, 1),
                        {15, 1},
                        kEnds}));
    Bytes many = board;
    for (unsigned i = 0; i < 70; ++i) many = join({many, transfer(2, 1, 1)});
    out.push_back(join({many, kEnds, {15, 0}, kEnds}));
  }
  return out;
}

}  // namespace coincide::fuzz
