// The sector of a CD as it lies on the disc: sync, header, user data, EDC and ECC (ECMA-130 §14, Annex A), and the Q
// channel beside it (ECMA-130 §22).
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace coincide {

inline constexpr std::uint32_t kBlockBytes = 2048;   ///< user data of Mode 1 and of Mode 2 Form 1
inline constexpr std::uint32_t kRawBytes = 2352;     ///< a whole sector
inline constexpr std::uint32_t kPregapFrames = 150;  ///< LBA 0 is 00:02:00
inline constexpr std::uint32_t kFramesPerSecond = 75;
inline constexpr std::uint32_t kFramesPerMinute = 60 * kFramesPerSecond;

struct Msf {
  std::uint8_t minute = 0;
  std::uint8_t second = 0;
  std::uint8_t frame = 0;
  bool operator==(const Msf&) const = default;
};
/// Absolute time of an LBA; past 255 minutes (on a DVD) the minute is cut off at 255.
Msf msf_of_lba(std::uint32_t lba);
/// A length in frames, without the pregap.
Msf msf_of_frames(std::uint32_t frames);
/// Negative below 00:02:00.
std::int64_t lba_of_msf(const Msf& msf);

constexpr std::uint8_t to_bcd(std::uint8_t value) {
  return static_cast<std::uint8_t>(value / 10 % 10 << 4 | value % 10);
}

/// Error detection code of ECMA-130 §14.3, as the four bytes stand in the sector (least significant first).
std::uint32_t cd_edc(std::span<const std::uint8_t> bytes);

/// Fills in everything but the user data of a Mode 1 sector, which stands at byte 16.
void seal_mode1_sector(std::uint32_t lba, std::span<std::uint8_t, kRawBytes> sector);

/// 12 bytes of the Q channel in mode 1 with their CRC.
struct QPosition {
  std::uint8_t control = 0;  ///< ADR/CTL as READ TOC gives it: ADR 7:4, CTL 3:0
  std::uint8_t track = 0;    ///< AAh is the lead-out
  std::uint8_t index = 0;
  Msf relative;
  Msf absolute;
};
std::array<std::uint8_t, 12> q_channel(const QPosition& position);

}  // namespace coincide
