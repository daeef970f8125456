// A driver of an optical drive, from bytes by PACKET.md: the twins of twins.h must agree, and no rule may break.
#include <fmt/format.h>

#include <cstdlib>

#include "replay/board_text.h"
#include "replay/script_text.h"
#include "tools/fuzz/packet_bytes.h"
#include "tools/fuzz/seed_run.h"
#include "tools/fuzz/twins.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coincide;
  const ByteSpan input(data, size);
  Twins twins(fuzz::packet_board(input));
  fuzz::run_packet_bytes(
      input, [&](const Event& stimulus) { return twins.apply(stimulus); },
      [](std::string_view rule) {
        fmt::print(stderr, "broken: {}\n", rule);
        std::abort();
      });
  return 0;
}

std::string coincide::fuzz::script_of(std::span<const std::uint8_t> input) {
  const Board board = packet_board(input);
  std::string text = fmt::format("# {} bytes, by PACKET.md\n{}", input.size(), print_board(board));
  Controller machine(board, Profile(), nullptr);
  const auto apply = [&](const Event& stimulus) {
    text += statement_text(stimulus).value_or("# a stimulus without a statement") + '\n';
    return machine.apply(stimulus);
  };
  run_packet_bytes(input, apply, [&](std::string_view rule) { text += fmt::format("# broken: {}\n", rule); });
  return text;
}
