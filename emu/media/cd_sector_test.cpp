#include "emu/media/cd_sector.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "emu/media/optical.h"
#include "emu/media/pattern.h"

namespace coincide {
namespace {

std::uint8_t multiply(unsigned a, unsigned b) {  // GF(2^8) over x^8 + x^4 + x^3 + x^2 + 1, by the book
  unsigned product = 0;
  for (; b != 0; b >>= 1, a = a << 1 ^ ((a & 0x80) != 0 ? 0x11d : 0))
    if ((b & 1) != 0) product ^= a;
  return static_cast<std::uint8_t>(product);
}

/// ECMA-130 Annex A: both checks of a code word of the given symbols are zero.
bool checks(const std::vector<std::uint8_t>& word) {
  unsigned sum = 0;
  unsigned weighted = 0;
  for (const std::uint8_t symbol : word) {
    sum ^= symbol;
    weighted = multiply(weighted, 2) ^ symbol;
  }
  return sum == 0 && weighted == 0;
}

std::array<std::uint8_t, kRawBytes> sector_of(std::uint32_t lba) {
  const OpticalDisc disc(make_pattern_medium(4000, {'E', 'C', 'C'}));
  std::array<std::uint8_t, kRawBytes> sector;
  disc.read_raw(lba, sector);
  return sector;
}

TEST_CASE("a Mode 1 sector has sync, its address in BCD, and the user data") {
  const auto sector = sector_of(700);
  CHECK(sector[0] == 0x00);
  CHECK(sector[1] == 0xff);
  CHECK(sector[10] == 0xff);
  CHECK(sector[11] == 0x00);
  CHECK(sector[12] == 0x00);  // 850 frames: 00:11:25
  CHECK(sector[13] == 0x11);
  CHECK(sector[14] == 0x25);
  CHECK(sector[15] == 0x01);
  CHECK(std::string(sector.begin() + 16, sector.begin() + 32) == "ECC 00000002800\n");
}

TEST_CASE("the EDC is the remainder that ECMA-130 defines, bit by bit") {
  const auto sector = sector_of(3);
  std::uint32_t edc = 0;
  for (std::size_t i = 0; i < 2064; ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      const std::uint32_t in = (edc ^ sector[i] >> bit) & 1;
      edc = edc >> 1 ^ (in != 0 ? 0xd8018001u : 0);
    }
  }
  for (unsigned i = 0; i < 4; ++i) CHECK(sector[2064 + i] == static_cast<std::uint8_t>(edc >> (8 * i)));
  for (unsigned i = 0; i < 8; ++i) CHECK(sector[2068 + i] == 0);
  CHECK(cd_edc(std::span(sector).first(2068)) == 0);  // what a drive looks at
}

TEST_CASE("every P and Q code word of a sector checks, and one changed bit is noticed") {
  auto sector = sector_of(999);
  const auto p_word = [&](unsigned column, unsigned byte) {
    std::vector<std::uint8_t> word;
    for (unsigned row = 0; row < 26; ++row) word.push_back(sector[12 + 2 * (43 * row + column) + byte]);
    return word;
  };
  const auto q_word = [&](unsigned diagonal, unsigned byte) {
    std::vector<std::uint8_t> word;
    for (unsigned m = 0; m < 43; ++m) word.push_back(sector[12 + 2 * ((44 * m + 43 * diagonal) % 1118) + byte]);
    word.push_back(sector[12 + 2 * (1118 + diagonal) + byte]);
    word.push_back(sector[12 + 2 * (1118 + 26 + diagonal) + byte]);
    return word;
  };
  for (unsigned byte = 0; byte < 2; ++byte) {
    for (unsigned column = 0; column < 43; ++column) REQUIRE(checks(p_word(column, byte)));
    for (unsigned diagonal = 0; diagonal < 26; ++diagonal) REQUIRE(checks(q_word(diagonal, byte)));
  }
  sector[16] ^= 1;
  CHECK_FALSE(checks(p_word(2, 0)));
}

TEST_CASE("addresses go to minutes, seconds and frames and back") {
  CHECK(msf_of_lba(0) == Msf{0, 2, 0});
  CHECK(msf_of_lba(4350) == Msf{1, 0, 0});
  CHECK(lba_of_msf(msf_of_lba(123456)) == 123456);
  CHECK(lba_of_msf({0, 0, 0}) == -150);
}

TEST_CASE("the Q channel carries its position in BCD and a CRC that comes to nothing") {
  const auto q = q_channel({0x14, 12, 1, {1, 2, 3}, {10, 59, 74}});
  CHECK(q[0] == 0x41);
  CHECK(q[1] == 0x12);
  CHECK(q[9] == 0x74);
  unsigned crc = 0;
  for (unsigned i = 0; i < 12; ++i) {
    crc ^= static_cast<unsigned>(i < 10 ? q[i] : q[i] ^ 0xff) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = ((crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1) & 0xffff;
  }
  CHECK(crc == 0);
}

TEST_CASE("an image is a CD or a DVD by its length; a last partial block is filled with zeros") {
  CHECK(OpticalDisc(make_pattern_medium(4ull * 360000, {'A', 'B', 'C'})).kind() == DiscKind::cd_rom);
  CHECK(OpticalDisc(make_pattern_medium(4ull * 360001, {'A', 'B', 'C'})).kind() == DiscKind::dvd_rom);
  const OpticalDisc disc(make_pattern_medium(5, {'A', 'B', 'C'}));
  REQUIRE(disc.blocks() == 2);
  std::array<std::uint8_t, kBlockBytes> block;
  REQUIRE(disc.read_block(1, block));
  CHECK(block[0] == 'A');
  CHECK(block[512] == 0);
  CHECK(OpticalDisc::blank()->blocks() == 0);
}

TEST_CASE("a DVD-9 reads at its end") {
  const OpticalDisc disc(make_pattern_medium(4ull * 4'100'000, {'D', 'V', '9'}));
  CHECK(disc.layers() == 2);
  std::array<std::uint8_t, kBlockBytes> block;
  REQUIRE(disc.read_block(4'099'999, block));
  CHECK(std::string(block.begin(), block.begin() + 16) == "DV9 00016399996\n");
}

TEST_CASE("tracks of a raw image: types by their headers, user data where they have them") {
  auto bytes = std::make_shared<std::vector<std::uint8_t>>(4 * kRawBytes, std::uint8_t{0x5a});
  const auto at = [&](std::size_t sector, std::size_t byte) -> std::uint8_t& {
    return (*bytes)[sector * kRawBytes + byte];
  };
  at(0, 15) = 1;  // Mode 1
  at(0, 16) = 0x11;
  for (const std::size_t s : {1u, 2u}) {
    at(s, 15) = 2;
    for (const std::size_t b : {16u, 17u, 18u, 19u, 20u, 21u, 22u, 23u}) at(s, b) = 0;
  }
  at(1, 18) = at(1, 22) = 0x08;  // Form 1
  at(1, 24) = 0x22;
  at(2, 18) = at(2, 22) = 0x20;  // Form 2
  DiscTrack data{1, 1, TrackForm::data_2352, 4, 0, 0, 3, 0};
  DiscTrack audio{2, 1, TrackForm::audio, 0, 3, 3, 100, 3 * kRawBytes};
  const OpticalDisc disc(make_bytes_medium(*bytes, bytes), {data, audio});
  CHECK(disc.blocks() == 4);  // cut off where the image ends
  CHECK(disc.type_of(0) == SectorType::mode1);
  CHECK(disc.type_of(1) == SectorType::mode2_form1);
  CHECK(disc.type_of(2) == SectorType::mode2_form2);
  CHECK(disc.type_of(3) == SectorType::cd_da);
  std::array<std::uint8_t, kBlockBytes> block;
  REQUIRE(disc.read_block(0, block));
  CHECK(block[0] == 0x11);
  REQUIRE(disc.read_block(1, block));
  CHECK(block[0] == 0x22);
  CHECK_FALSE(disc.read_block(2, block));
  CHECK_FALSE(disc.read_block(3, block));
}

}  // namespace
}  // namespace coincide
