// Any stimuli are legal (DESIGN, determinism contract 5): bytes become stimuli by replay/FUZZ.md. A machine with an
// observer must do what one without does, and so must one that is saved now and then and goes on in a new machine.
#include <cstdlib>
#include <memory>
#include <span>

#include "emu/controller.h"
#include "replay/fuzz_bytes.h"
#include "trace/event_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coincide;
  constexpr unsigned kStimuliBetweenSaves = 37;  // prime: no operation's number of stimuli keeps step with it
  const ByteSpan input(data, size);
  const Board board = fuzz_board(input);
  EventCollector seen;
  Controller watched(board, Profile(), &seen);
  auto moved = std::make_unique<Controller>(board, Profile(), nullptr);
  unsigned stimuli = 0;
  decode_fuzz_bytes(input, [&](const Event& stimulus) {
    const Event a = watched.apply(stimulus);
    const Event b = moved->apply(stimulus);
    if (a.value != b.value || a.detail != b.detail) std::abort();
    if (++stimuli % kStimuliBetweenSaves != 0) return;
    const auto state = watched.save();
    auto next = std::make_unique<Controller>(board, Profile(), nullptr);
    if (moved->save() != state || !next->restore(state) || next->save() != state) std::abort();
    moved = std::move(next);
  });
  return 0;
}
