// Names and bits of the task file (ATA6 r3a §7).
#pragma once

#include <cstdint>

namespace coincide {

/// Command block registers by offset from 1F0h / 170h.
enum class TaskReg : std::uint8_t {
  data = 0,
  error_features = 1,
  sector_count = 2,
  lba_low = 3,
  lba_mid = 4,
  lba_high = 5,
  device = 6,
  status_command = 7,
};

namespace status {
inline constexpr std::uint8_t BSY = 0x80, DRDY = 0x40, DF = 0x20, DSC = 0x10, DRQ = 0x08, ERR = 0x01;
/// Bit 4 while a device has queued commands.
inline constexpr std::uint8_t SERV = DSC, DMRD = DF;
/// Bits 2 and 1 are obsolete and must not be relied on.
inline constexpr std::uint8_t obsolete = 0x06;
}  // namespace status

namespace error {
inline constexpr std::uint8_t ICRC = 0x80, UNC = 0x40, MC = 0x20, IDNF = 0x10, MCR = 0x08, ABRT = 0x04, NM = 0x02;
/// Bit 6 of commands that write and of those for removable media; bit 0 of CFA commands.
inline constexpr std::uint8_t WP = 0x40, MED = 0x01;
/// Diagnostic code of a device that passed (ATA6 r3a table 26).
inline constexpr std::uint8_t passed = 0x01;
}  // namespace error

namespace device_bits {
inline constexpr std::uint8_t LBA = 0x40, DEV = 0x10, head = 0x0f;
/// Bits 7 and 5 (ATA6-SEL-13).
inline constexpr std::uint8_t obsolete = 0xa0;
}  // namespace device_bits

/// What Sector Count says while a PACKET or a queued command runs (ATA6 r3a §8.23, §8.27.5): command or status, to the
/// host, bus released; the tag stands above them.
namespace interrupt_reason {
inline constexpr std::uint8_t CD = 0x01, IO = 0x02, REL = 0x04;
inline constexpr unsigned tag_shift = 3;
}  // namespace interrupt_reason

/// Features of PACKET (§8.23.4).
namespace packet_features {
inline constexpr std::uint8_t DMA = 0x01, OVL = 0x02;
}  // namespace packet_features

namespace device_control {
inline constexpr std::uint8_t HOB = 0x80, SRST = 0x04, nIEN = 0x02;
}  // namespace device_control

}  // namespace coincide
