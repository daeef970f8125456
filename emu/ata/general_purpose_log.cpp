#include "emu/ata/general_purpose_log.h"

#include "emu/ata/disk.h"

namespace coincide {

void GeneralPurposeLog::reset(ResetKind /*kind*/) {}

void GeneralPurposeLog::software_reset(bool /*revert*/) {}

}  // namespace coincide
