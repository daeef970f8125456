#include "emu/ata/cfa.h"

#include "emu/ata/disk.h"

namespace coincide {

void Cfa::reset(ResetKind /*kind*/) {}

void Cfa::software_reset(bool /*revert*/) {}

}  // namespace coincide
