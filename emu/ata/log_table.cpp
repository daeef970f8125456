#include "emu/ata/log_table.h"

#include "emu/ata/error_log.h"
#include "emu/ata/self_test_log.h"

namespace coincide {
namespace {

// clang-format off
// ATA6-SMART-10: SMART READ LOG knows nothing of 03h and 07h; ATA6-GPL-2: nor READ LOG EXT of 02h and 06h.
constexpr LogRow kLogs[] = {
    // first, last, name, feature, sectors of SMART READ LOG, of READ LOG EXT, writable
    {0x00, 0x00, "directory", Feature::smart, 1, 1, false},
    {0x01, 0x01, "summary error log", Feature::smart_error_log, 1, 0, false},
    {0x02, 0x02, "comprehensive error log", Feature::smart_error_log, ErrorLog::kComprehensiveSectors, 0, false},
    {0x03, 0x03, "extended comprehensive error log", Feature::smart_error_log, 0, ErrorLog::kExtendedSectors, false},
    {0x06, 0x06, "self-test log", Feature::smart_self_test, 1, 0, false},
    {0x07, 0x07, "extended self-test log", Feature::smart_self_test, 0, SelfTestLog::kExtendedSectors, false},
    {0x80, 0x9f, "host vendor log", Feature::smart, kHostLogSectors, kHostLogSectors, true},
};
// clang-format on

}  // namespace

const LogRow* find_log(std::uint8_t address) {
  for (const LogRow& row : kLogs) {
    if (address >= row.first && address <= row.last) return &row;
  }
  return nullptr;
}

}  // namespace coincide
