#include "tools/fuzz/vmbus_bytes.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "emu/media/pattern.h"
#include "replay/board_text.h"
#include "replay/script_text.h"
#include "tools/fuzz/twins.h"

namespace coincide::fuzz {
namespace {

constexpr std::uint64_t kRamBytes = 1u << 18;
constexpr std::uint64_t kSectors = 512;
constexpr std::uint64_t kLatencyNs = 10'000;
constexpr unsigned kStimuliBetweenSaves = 307;  // a packet is a dozen of them

/// A machine whose messages are kept.
class Messages final : public Observer {
 public:
  void stimulus(const Event&) override {}
  void answer(std::uint64_t, std::uint64_t, ByteSpan) override {}
  void observe(const Event& event) override {
    if (event.kind == EventKind::vmbus_interrupt && event.width == 1)
      list.emplace_back(event.payload.begin(), event.payload.end());
  }
  std::vector<std::vector<std::uint8_t>> list;
};

std::uint8_t first_of(ByteSpan input) { return input.empty() ? std::uint8_t{0} : input[0]; }

}  // namespace

Board vmbus_board(ByteSpan input) {
  const std::uint8_t first = first_of(input);
  Board board;
  board.ram = {{0, kRamBytes}};
  board.completion.kind = (first & 3) == 0   ? CompletionPolicy::Kind::immediate
                          : (first & 3) == 1 ? CompletionPolicy::Kind::latency
                                             : CompletionPolicy::Kind::scripted;
  board.completion.latency_ns = (first & 3) == 1 ? kLatencyNs : 0;
  for (unsigned unit = 0; unit < 4; ++unit) {
    DeviceConfig& device = board.devices[unit];
    device = DeviceConfig::standard(unit == 2 ? DeviceKind::packet : DeviceKind::disk);
    device.medium = make_pattern_medium(kSectors, {'H', 'D', static_cast<char>('0' + unit)});
    device.medium_name = std::string("pattern:HD") + static_cast<char>('0' + unit);
    device.accelerator = unit == 0 || unit == 3;
    device.accelerator_depth = (first & 8) != 0 ? 1 : 256;
  }
  return board;
}

Profile vmbus_profile(ByteSpan input) { return *Profile::find((first_of(input) & 4) != 0 ? "openvmm" : "spec"); }

std::uint16_t stor_version(ByteSpan input) {
  static constexpr std::uint16_t kVersions[] = {0x0600, 0x0501, 0x0402, 0x0200, 0x0602, 0x0600, 0x0600, 0x0501};
  return kVersions[first_of(input) >> 5];
}

std::uint32_t ring_bytes(ByteSpan input) { return (first_of(input) & 16) != 0 ? 0x1000 : 0x4000; }

void run_vmbus_twins(ByteSpan input, void (*run)(ByteSpan, const VmbusGuest&)) {
  Twins twins(vmbus_board(input), vmbus_profile(input), kStimuliBetweenSaves);
  run(input, {[&](const Event& stimulus) { return twins.apply(stimulus); }, [&] { return twins.take_messages(); },
              [&](RegisterId id) { return twins.machine().register_value(id); },
              [](std::string_view rule) {
                fmt::print(stderr, "broken: {}\n", rule);
                std::abort();
              }});
}

std::string vmbus_script_of(ByteSpan input, void (*run)(ByteSpan, const VmbusGuest&)) {
  const Board board = vmbus_board(input);
  const Profile profile = vmbus_profile(input);
  std::string text =
      fmt::format("# {} bytes, by VMBUS.md\nprofile {}\n{}", input.size(), profile.name(), print_board(board));
  Messages messages;
  Controller machine(board, profile, &messages);
  run(input,
      {[&](const Event& stimulus) {
         text += statement_text(stimulus).value_or("# a stimulus without a statement") + '\n';
         return machine.apply(stimulus);
       },
       [&] { return std::exchange(messages.list, {}); }, [&](RegisterId id) { return machine.register_value(id); },
       [&](std::string_view rule) { text += fmt::format("# broken: {}\n", rule); }});
  return text;
}

}  // namespace coincide::fuzz
