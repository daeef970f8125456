#include "emu/ata/host_protected_area.h"

#include "emu/ata/disk.h"

namespace coincide {

void HostProtectedArea::reset(ResetKind /*kind*/) {}

void HostProtectedArea::software_reset(bool /*revert*/) {}

}  // namespace coincide
