#include "emu/ata/smart.h"

#include "emu/ata/disk.h"

namespace coincide {

void Smart::reset(ResetKind /*kind*/) {}

void Smart::software_reset(bool /*revert*/) {}

}  // namespace coincide
