// Any stimuli are legal (DESIGN, determinism contract 5): bytes become stimuli by replay/FUZZ.md, and a machine with an
// observer must do what one without does.
#include <cstdlib>
#include <span>

#include "emu/controller.h"
#include "replay/fuzz_bytes.h"
#include "trace/event_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coincide;
  const ByteSpan input(data, size);
  const Board board = fuzz_board(input);
  EventCollector seen;
  Controller watched(board, Profile(), &seen);
  Controller silent(board, Profile(), nullptr);
  decode_fuzz_bytes(input, [&](const Event& stimulus) {
    const Event a = watched.apply(stimulus);
    const Event b = silent.apply(stimulus);
    if (a.value != b.value || a.detail != b.detail) std::abort();
  });
  return 0;
}
