// Any stimuli are legal (DESIGN, determinism contract 5): bytes become stimuli by replay/FUZZ.md.
#include <span>

#include "replay/fuzz_bytes.h"
#include "replay/fuzz_dir.h"
#include "tools/fuzz/seed_run.h"
#include "tools/fuzz/twins.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coincide;
  const ByteSpan input(data, size);
  Twins twins(fuzz_board(input));
  decode_fuzz_bytes(input, [&](const Event& stimulus) { twins.apply(stimulus); });
  return 0;
}

std::string coincide::fuzz::script_of(std::span<const std::uint8_t> input) { return fuzz_script_text(input, "input"); }
