#include "emu/ata/overlap.h"

#include "emu/ata/disk.h"

namespace coincide {

void Overlap::reset(ResetKind /*kind*/) {}

void Overlap::software_reset(bool /*revert*/) {}

}  // namespace coincide
