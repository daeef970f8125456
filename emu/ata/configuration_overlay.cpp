#include "emu/ata/configuration_overlay.h"

#include "emu/ata/disk.h"

namespace coincide {

void ConfigurationOverlay::reset(ResetKind /*kind*/) {}

void ConfigurationOverlay::software_reset(bool /*revert*/) {}

}  // namespace coincide
