// QEMU's trace log (back end "log"): what a guest did to a PIIX IDE function, as `-trace` shows it, and the lines
// that a DMA tap adds to it ("x_": PRD tables and the bytes that were moved).
//
// Read from it: memory_region_ops_read/_write of the regions `ide`, `piix-bmdma` and `bmdma` (every port access, with
// width and channel); pci_cfg_read/_write; x86_gsi_interrupt of inputs 14, 15 or pic_set_irq of the slave's pins 6, 7;
// x_prd, x_mem, x_dma_done; comment lines. The ide_* access lines tell the same accesses without width and are read
// only if the log has no memory_region_ops lines; bmdma_* lines then name no channel and are left out, counted.
//
// Order. A write is logged before its effects, a read after them. So a fall of the line right before a Status read is
// that read's doing, a rise before a data-port read on the same thread too; all other changes stand where they are
// logged. The DMA tap's lines of what a start of the bus master found follow the write that starts it: as stimuli
// they come before it.
#pragma once

#include <string_view>

#include "trace/import/capture.h"

namespace coincide {

Result<Capture> import_qemu_log(std::string_view text, const ImportOptions& options);

}  // namespace coincide
