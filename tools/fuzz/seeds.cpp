// Inputs that reach each feature set of the disk (pieces by replay/FUZZ.md section 2).
#include "tools/fuzz/seed_run.h"

namespace coincide::fuzz {
namespace {

// Pieces, by replay/FUZZ.md section 2.
const Bytes kSectorIn = {0x17, 0xdc, 0};     // Status, 256 words
const Bytes kSectorOut = {0x9c, 255, 0x22};  // a sector of 22h with signature and checksum: a password too
const Bytes kPowerCycle = {0xdf, 0x5e, 99, 0x5f};
const Bytes kEndRequest = {0x9e, 0, 0, 0};  // the oldest request, well; nothing unless completion is scripted

Bytes plain(std::uint8_t opcode, std::uint8_t count = 1, std::uint8_t low = 0, std::uint8_t mid = 0) {
  return {0x0f, 0, opcode, count, low, mid};
}
Bytes extended(std::uint8_t opcode, std::uint8_t count = 1, std::uint8_t low = 0) {
  return {0x4f, 0, opcode, count, low, 0};
}
Bytes with_features(std::uint8_t features, std::uint8_t opcode) { return {0xcf, features, opcode}; }
Bytes set(std::uint8_t reg, std::uint8_t value) { return {reg, value}; }

/// A bus-master transfer of one command.
Bytes dma(const Bytes& command, std::uint8_t direction) {
  return join({{0x4c, 1, 0, 8, 0x0b, 0x0a, 0x06},
               command,
               {0x09, static_cast<std::uint8_t>(direction | 1)},
               kEndRequest,
               {0x1e, 20, 0x1a, 0x17, 0x09, 0}});
}

std::vector<Bytes> stories() {
  return {
      join({plain(0xec), kSectorIn, plain(0x20, 2), kEndRequest, kSectorIn, kSectorIn, plain(0x30, 1), kSectorOut,
            kEndRequest}),
      join({dma(plain(0xc8, 4), 8), dma(plain(0xca, 4), 0), dma(extended(0x25, 4), 8), dma(extended(0x35, 4), 0)}),
      // SMART: enable, data, thresholds, directory and logs, self-tests, status, off
      join({with_features(0xd8, 0xb0),
            with_features(0xd0, 0xb0),
            kSectorIn,
            with_features(0xd1, 0xb0),
            kSectorIn,
            set(2, 1),
            set(3, 0),
            with_features(0xd5, 0xb0),
            kSectorIn,
            set(2, 1),
            set(3, 1),
            with_features(0xd5, 0xb0),
            kSectorIn,
            set(3, 2),
            with_features(0xd4, 0xb0),
            {0x5e, 200},
            set(3, 0x81),
            with_features(0xd4, 0xb0),
            kEndRequest,
            set(2, 1),
            set(3, 0x80),
            with_features(0xd6, 0xb0),
            kSectorOut,
            with_features(0xda, 0xb0),
            with_features(0xd9, 0xb0)}),
      join({extended(0x2f, 1, 0), kSectorIn, extended(0x2f, 1, 3), kSectorIn, extended(0x3f, 1, 0x80), kSectorOut}),
      // Security: password, locked by a power cycle, refused, unlocked, erased, frozen
      join({plain(0xf1), kSectorOut, kPowerCycle, plain(0x20), plain(0xf2), kSectorOut, plain(0x20), kEndRequest,
            plain(0xf3), plain(0xf4), kSectorOut, kEndRequest, plain(0xf1), kSectorOut, plain(0xf6), kSectorOut,
            plain(0xf5), plain(0xf1)}),
      join({plain(0xf8), plain(0xf9, 0, 0x80, 1), plain(0x20, 1, 0x90, 1), kEndRequest, extended(0x27),
            extended(0x37, 1, 9), set(1, 1), plain(0xf9), kSectorOut, set(1, 2), plain(0xf9), set(1, 3), plain(0xf9),
            kSectorOut, kPowerCycle}),
      join({with_features(0xc2, 0xb1), kSectorIn, with_features(0xc3, 0xb1), kSectorOut, with_features(0xc0, 0xb1),
            with_features(0xc1, 0xb1), kPowerCycle}),
      // SET FEATURES: transfer mode, APM, acoustic, cache; power management; buffers
      join({set(2, 0x45),
            with_features(0x03, 0xef),
            set(2, 1),
            with_features(0x05, 0xef),
            with_features(0x42, 0xef),
            with_features(0x82, 0xef),
            with_features(0x02, 0xef),
            plain(0x30),
            kSectorOut,
            kEndRequest,
            plain(0xe7),
            kEndRequest,
            plain(0xe3, 1),
            {0x5e, 255},
            plain(0xe5),
            plain(0xe0),
            plain(0xe6),
            {0x1f}}),
      join({plain(0xe8),
            kSectorOut,
            plain(0xe4),
            kSectorIn,
            with_features(7, 0x92),
            plain(0xc6, 4),
            plain(0xc4, 4),
            kEndRequest,
            {0xdc, 3},
            plain(0xc5, 4),
            {0x9c, 255, 1, 0x9c, 255, 2},
            kEndRequest,
            plain(0x40, 9),
            kEndRequest,
            plain(0x90)}),
      // Overlap and queue: release, SERVICE, an interrupt; NOP that ends the queue
      join({with_features(0x5d, 0xef),
            with_features(0x5e, 0xef),
            set(1, 1),
            plain(0xc7, 8),
            set(1, 1),
            plain(0xcc, 16),
            kEndRequest,
            {0x17, 0x0f, 0, 0xa2, 0, 0, 0},
            {0x09, 9},
            kEndRequest,
            {0x09, 0},
            with_features(1, 0x00)}),
      join({plain(0x03), plain(0xcd), kSectorOut, plain(0xc0), kEndRequest, plain(0x38), kSectorOut, kEndRequest,
            plain(0x87), kSectorIn, with_features(0x07, 0xef), plain(0xd1)}),
      // Removable media: notification, eject, lock, change
      join({with_features(0x95, 0xef),
            plain(0xda),
            plain(0xde),
            {0xde, 0xf4},
            plain(0xda),
            plain(0xdf),
            plain(0xed),
            kEndRequest,
            plain(0x20),
            kEndRequest,
            {0xde, 0xf8, 0xde, 0xfc},
            plain(0x20),
            kEndRequest,
            plain(0xda)}),
  };
}

}  // namespace

/// Each story on every board that the first byte makes, but for its disks beyond the second.
std::vector<Bytes> seeds() {
  std::vector<Bytes> out;
  for (const unsigned board : {0x00u, 0x01u, 0x05u, 0x09u, 0x21u, 0x29u, 0x41u, 0x89u, 0xe1u}) {
    for (const Bytes& story : stories()) out.push_back(join({{static_cast<std::uint8_t>(board)}, story}));
  }
  return out;
}

}  // namespace coincide::fuzz
