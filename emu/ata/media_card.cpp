#include "emu/ata/media_card.h"

#include "emu/ata/disk.h"

namespace coincide {

void MediaCard::reset(ResetKind /*kind*/) {}

void MediaCard::software_reset(bool /*revert*/) {}

}  // namespace coincide
