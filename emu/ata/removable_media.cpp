#include "emu/ata/removable_media.h"

#include "emu/ata/disk.h"

namespace coincide {

void RemovableMedia::reset(ResetKind /*kind*/) {}

void RemovableMedia::software_reset(bool /*revert*/) {}

}  // namespace coincide
