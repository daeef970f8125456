#include "emu/media/cd_sector.h"

#include <algorithm>

namespace coincide {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kData = 16;
constexpr std::size_t kEdc = 2064;
constexpr std::size_t kParityP = 2076;
constexpr std::size_t kParityQ = 2248;

// ECMA-130 §14.3: P(x) = (x^16 + x^15 + x^2 + 1)(x^16 + x^2 + x + 1), least significant bit first.
constexpr std::uint32_t kEdcPolynomial = 0xd8018001;

constexpr std::array<std::uint32_t, 256> edc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t edc = i;
    for (int bit = 0; bit < 8; ++bit) edc = edc >> 1 ^ ((edc & 1) != 0 ? kEdcPolynomial : 0);
    table[i] = edc;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> kEdcTable = edc_table();

/// ECMA-130 Annex A: GF(2^8) over x^8 + x^4 + x^3 + x^2 + 1.
constexpr std::uint8_t times_alpha(std::uint8_t a) {
  return static_cast<std::uint8_t>(a << 1 ^ ((a & 0x80) != 0 ? 0x1d : 0));
}
/// 1 / (alpha + 1) times each element: the step that solves the two parity equations.
constexpr std::array<std::uint8_t, 256> solve_table() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i)
    table[i ^ times_alpha(static_cast<std::uint8_t>(i))] = static_cast<std::uint8_t>(i);
  return table;
}
constexpr std::array<std::uint8_t, 256> kSolve = solve_table();

/// One product code of Annex A. Vector v begins at byte v / 2 * start + v % 2 after the sync and takes every `step`th
/// byte, modulo the bytes that the code covers. Two parity bytes follow from the sum and from the sum weighted with
/// powers of alpha.
struct ProductCode {
  unsigned vectors;
  unsigned symbols;
  unsigned start;
  unsigned step;
  std::size_t parity;
};
constexpr ProductCode kP{86, 24, 2, 86, kParityP};
constexpr ProductCode kQ{52, 43, 86, 88, kParityQ};

void add_parity(const ProductCode& code, std::span<std::uint8_t, kRawBytes> sector) {
  const unsigned covered = code.vectors * code.symbols;
  for (unsigned v = 0; v < code.vectors; ++v) {
    unsigned at = v / 2 * code.start + v % 2;
    std::uint8_t weighted = 0;
    std::uint8_t sum = 0;
    for (unsigned n = 0; n < code.symbols; ++n) {
      const std::uint8_t symbol = sector[kHeader + at];
      weighted = times_alpha(static_cast<std::uint8_t>(weighted ^ symbol));
      sum ^= symbol;
      at += code.step;
      if (at >= covered) at -= covered;
    }
    const std::uint8_t first = kSolve[times_alpha(weighted) ^ sum];
    sector[code.parity + v] = first;
    sector[code.parity + code.vectors + v] = first ^ sum;
  }
}

}  // namespace

Msf msf_of_frames(std::uint32_t frames) {
  return {static_cast<std::uint8_t>(std::min<std::uint32_t>(frames / kFramesPerMinute, 255)),
          static_cast<std::uint8_t>(frames / kFramesPerSecond % 60),
          static_cast<std::uint8_t>(frames % kFramesPerSecond)};
}

Msf msf_of_lba(std::uint32_t lba) { return msf_of_frames(lba + kPregapFrames); }

std::int64_t lba_of_msf(const Msf& msf) {
  return std::int64_t{msf.minute} * kFramesPerMinute + msf.second * kFramesPerSecond + msf.frame - kPregapFrames;
}

std::uint32_t cd_edc(std::span<const std::uint8_t> bytes) {
  std::uint32_t edc = 0;
  for (const std::uint8_t byte : bytes) edc = edc >> 8 ^ kEdcTable[(edc ^ byte) & 0xff];
  return edc;
}

void seal_mode1_sector(std::uint32_t lba, std::span<std::uint8_t, kRawBytes> sector) {
  std::fill_n(sector.begin(), kHeader, std::uint8_t{0xff});
  sector[0] = sector[11] = 0;
  const Msf msf = msf_of_lba(lba);
  sector[kHeader] = to_bcd(msf.minute);
  sector[kHeader + 1] = to_bcd(msf.second);
  sector[kHeader + 2] = to_bcd(msf.frame);
  sector[kHeader + 3] = 1;
  const std::uint32_t edc = cd_edc(sector.first(kEdc));
  for (unsigned i = 0; i < 4; ++i) sector[kEdc + i] = static_cast<std::uint8_t>(edc >> (8 * i));
  std::fill_n(sector.begin() + kEdc + 4, 8, std::uint8_t{0});
  static_assert(kData + kBlockBytes == kEdc);
  add_parity(kP, sector);
  add_parity(kQ, sector);
}

std::array<std::uint8_t, 12> q_channel(const QPosition& position) {
  // On the disc CTL stands above ADR, and numbers are BCD; AAh is no number.
  const auto number = [](std::uint8_t track) { return track == 0xaa ? track : to_bcd(track); };
  std::array<std::uint8_t, 12> q{static_cast<std::uint8_t>(position.control << 4 | position.control >> 4),
                                 number(position.track),
                                 to_bcd(position.index),
                                 to_bcd(position.relative.minute),
                                 to_bcd(position.relative.second),
                                 to_bcd(position.relative.frame),
                                 0,
                                 to_bcd(position.absolute.minute),
                                 to_bcd(position.absolute.second),
                                 to_bcd(position.absolute.frame)};
  // ECMA-130 §22.3.6: x^16 + x^12 + x^5 + 1 over the ten bytes, inverted on the disc.
  std::uint16_t crc = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    crc = static_cast<std::uint16_t>(crc ^ q[i] << 8);
    for (int bit = 0; bit < 8; ++bit)
      crc = static_cast<std::uint16_t>((crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1);
  }
  q[10] = static_cast<std::uint8_t>(~crc >> 8);
  q[11] = static_cast<std::uint8_t>(~crc);
  return q;
}

}  // namespace coincide
