// Log addresses of SMART READ LOG / WRITE LOG and READ LOG EXT / WRITE LOG EXT, once (ATA6 r3a tables 31 and 55). The
// two pairs of commands share the host's logs, and each has error and self-test logs of its own form.
#pragma once

#include <cstdint>
#include <string_view>

#include "emu/features.h"

namespace coincide {

namespace log_address {
constexpr std::uint8_t directory = 0x00, summary_error = 0x01, comprehensive_error = 0x02,
                       extended_comprehensive_error = 0x03, self_test = 0x06, extended_self_test = 0x07,
                       first_host = 0x80, last_host = 0x9f;
}  // namespace log_address

/// Sectors of each host vendor specific log (ATA6-SMART-11, ATA6-GPL-4).
constexpr unsigned kHostLogSectors = 16;
constexpr unsigned kHostLogs = log_address::last_host - log_address::first_host + 1;

struct LogRow {
  std::uint8_t first;
  std::uint8_t last;
  std::string_view name;
  Feature feature;             ///< that the log belongs to
  std::uint8_t smart_sectors;  ///< as SMART READ LOG sees it; 0: aborts
  std::uint8_t ext_sectors;    ///< as READ LOG EXT sees it; 0: aborts
  bool writable;
};

/// nullptr: reserved, or the vendor's affair. No vendor log (A0h-BFh) is implemented.
const LogRow* find_log(std::uint8_t address);

}  // namespace coincide
