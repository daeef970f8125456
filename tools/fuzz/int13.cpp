// A guest of the enlightened ports, from bytes by int13_bytes.h: the twins of twins.h must agree, and in profile `spec`
// every write that was accepted ends (OVMM-INT13-10).
#include <fmt/format.h>

#include <cstdlib>

#include "replay/board_text.h"
#include "replay/script_text.h"
#include "tools/fuzz/int13_bytes.h"
#include "tools/fuzz/seed_run.h"
#include "tools/fuzz/twins.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coincide;
  const ByteSpan input(data, size);
  const Profile profile = fuzz::int13_profile(input);
  Twins twins(fuzz::int13_board(input), profile);
  fuzz::run_int13_bytes(input, [&](const Event& stimulus) { return twins.apply(stimulus); });
  const Controller& machine = twins.machine();
  if (profile.name() == "spec" && (machine.port_write_deferred(0) || machine.port_write_deferred(1))) {
    fmt::print(stderr, "broken: OVMM-INT13-10\n");
    std::abort();
  }
  return 0;
}

std::string coincide::fuzz::script_of(std::span<const std::uint8_t> input) {
  const Board board = int13_board(input);
  const Profile profile = int13_profile(input);
  std::string text =
      fmt::format("# {} bytes, by int13_bytes.h\nprofile {}\n{}", input.size(), profile.name(), print_board(board));
  Controller machine(board, profile, nullptr);
  run_int13_bytes(input, [&](const Event& stimulus) {
    text += statement_text(stimulus).value_or("# a stimulus without a statement") + '\n';
    return machine.apply(stimulus);
  });
  return text;
}
