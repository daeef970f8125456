// Bits of the recorded register `media_state`: what a drive with removable media has to tell (ATA6 r3a §6.17).
#pragma once

namespace coincide::media_state {

inline constexpr unsigned kPresent = 0x01;
inline constexpr unsigned kLocked = 0x02;
inline constexpr unsigned kChanged = 0x04;  ///< MC is to be reported
inline constexpr unsigned kRequest = 0x08;  ///< MCR is to be reported
inline constexpr unsigned kButton = 0x10;   ///< a press while locked waits for MEDIA UNLOCK

/// LBA High after SET FEATURES 95h (ATA6 r3a §8.46.16).
inline constexpr unsigned kPowerEject = 0x04, kCanLock = 0x02, kWasEnabled = 0x01;

}  // namespace coincide::media_state
