#include "emu/ata/security.h"

#include "emu/ata/disk.h"

namespace coincide {

void Security::reset(ResetKind /*kind*/) {}

void Security::software_reset(bool /*revert*/) {}

}  // namespace coincide
