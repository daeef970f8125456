// A guest of VMBus, from bytes by the table `ring` of VMBUS.md: the twins of twins.h must agree.
#include "tools/fuzz/seed_run.h"
#include "tools/fuzz/vmbus_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  coincide::fuzz::run_vmbus_twins({data, size}, coincide::fuzz::run_ring_bytes);
  return 0;
}

std::string coincide::fuzz::script_of(std::span<const std::uint8_t> input) {
  return vmbus_script_of(input, run_ring_bytes);
}
