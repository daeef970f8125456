// The host kernel's view of a guest under KVM: ftrace text with kvm_pio and kvm_set_irq events.
//
// It shows ports only. Of string I/O it tells the first element and the count: the rest of the payload is marked as not
// seen. Every level change of a line appears several times; only changes count. Nothing tells PRD tables or DMA bytes.
#pragma once

#include <string_view>

#include "trace/import/capture.h"

namespace coincide {

Result<Capture> import_kvm_pio(std::string_view text, const ImportOptions& options);

}  // namespace coincide
