// Inputs that reach the messages, the GPADLs, the rings and each way to break them (operations by VMBUS.md).
#include "tools/fuzz/seed_run.h"

namespace coincide::fuzz {
namespace {

const Bytes kReady = {14, 11};
const Bytes kEnds = {12, 10, 12, 10, 11};

/// An in-band packet of 64 bytes for StorVSP with an operation, changed by XOR.
Bytes stor(std::uint8_t operation, Bytes change = {0, 0, 0, 0}, std::uint8_t ranges = 0) {
  return join({{5}, change, {ranges, 64, operation, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}});
}
Bytes read_sectors(std::uint8_t ranges, Bytes change = {0, 0, 0, 0}) {
  Bytes payload = {3, 0, 0, 0, 1,  0,    0, 0, 0, 0, 0, 0, 0x34, 0, 0, 0,
                   0, 0, 0, 0, 10, 0x14, 1, 0, 0, 0, 0, 0, 0x25, 0, 0, 0};
  return join({{5}, change, {ranges, 64}, payload});
}

}  // namespace

std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  for (const unsigned first : {0x00u, 0x01u, 0x02u, 0x04u, 0x06u, 0x0au, 0x12u, 0x36u, 0x52u, 0x80u}) {
    const Bytes board = {static_cast<std::uint8_t>(first)};
    out.push_back(join({board, kReady, stor(4), stor(13), stor(7), kEnds, {11}}));
    out.push_back(join({board, kReady, read_sectors(1), read_sectors(33), kEnds, read_sectors(0x41), kEnds}));
    for (unsigned byte = 0; byte < 4; ++byte) {
      for (const std::uint8_t bit : {1, 2, 8, 0x10, 0x80}) {
        Bytes change(4);
        change[byte] = bit;
        out.push_back(join({board, kReady, stor(4, change), stor(4), {15, 0}, kReady, read_sectors(1, change), kEnds}));
      }
    }
    // GPADLs: one page, many, wrong lengths and ranges; opened, closed, opened again.
    for (const Bytes& gpadl : {Bytes{0, 40, 9, 0x30, 0, 0},
                               {0, 41, 39, 0x30, 0, 0},
                               {0, 42, 9, 0x30, 2, 0},
                               {0, 43, 9, 0x30, 0x10, 0},
                               {0, 44, 9, 0x30, 0, 1},
                               {0, 45, 9, 0xfc, 0, 0}}) {
      out.push_back(join({board,
                          {2, 0, 0},
                          gpadl,
                          {1, gpadl[1], 5, 0},
                          kReady,
                          stor(4),
                          {2, 1, gpadl[1]},
                          {2, 3, 0},
                          {2, 0, 0},
                          {1, gpadl[1], 0, 0},
                          {1, gpadl[1], 10, 0}}));
    }
    out.push_back(join({board,
                        kReady,
                        {8, 0, 4, 0, 0, 0},
                        {10},
                        {15, 0},
                        {8, 1, 0xff, 0xff, 0, 0},
                        {10},
                        {15, 0},
                        {8, 0x82, 1, 0, 0, 0},
                        stor(4),
                        {8, 0x81, 1, 0, 0, 0},
                        stor(4),
                        {15, 2},
                        kReady}));
    out.push_back(
        join({board, kReady, {13, 0}, stor(4), {13, 0x80}, {15, 0}, kReady, {13, 6}, stor(4), {15, 1}, kReady}));
    out.push_back(
        join({board, {4, 3}, {4, 0x83}, {3, 3, 0}, {3, 14, 8, 3, 0, 0, 0, 0, 0, 0, 0}, {2, 4, 0}, {15, 1}, kReady}));
    // Nobody takes what the host writes.
    Bytes many = join({board, kReady});
    for (unsigned i = 0; i < 60; ++i) many = join({many, stor(4)});
    out.push_back(join({many, kEnds, {10, 11, 10, 11}}));
  }
  return out;
}

}  // namespace coincide::fuzz
