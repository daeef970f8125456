// What a drive says of itself, as far as a word can be wrong in itself (ATA6 §8.15, §8.16).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <utility>
#include <vector>

#include "conformance/monitor/checker.h"

namespace coincide::monitor {
namespace {

constexpr std::uint8_t kIdentify = 0xec, kIdentifyPacket = 0xa1;
constexpr std::size_t kBytes = 512;

class DeviceData final : public Checker {
 public:
  void step(const HostView& view, const Step& step, Findings& out) override {
    const unsigned index = step.access.channel;
    if (step.writes(HostRegister::status_command)) data_[index].clear();
    if (!step.reads(HostRegister::data)) return;
    const auto& command = view.commands().command(index);
    if (!command || (command->opcode != kIdentify && command->opcode != kIdentifyPacket)) return;
    std::vector<std::uint8_t>& data = data_[index];
    if (step.event.detail != 0) return data.clear();  // the source does not show the data
    if (step.event.kind == EventKind::port_read_block) {
      data.insert(data.end(), step.event.payload.begin(), step.event.payload.end());
    } else {
      for (unsigned i = 0; i < step.event.width; ++i)
        data.push_back(static_cast<std::uint8_t>(step.event.value >> (8 * i)));
    }
    if (data.size() < kBytes) return;
    identify(view, step, command->opcode == kIdentifyPacket, data, out);
    data.clear();
  }

 private:
  void identify(const HostView& view, const Step& step, bool packet, const std::vector<std::uint8_t>& data,
                Findings& out) {
    const auto word = [&](unsigned n) { return static_cast<unsigned>(data[2 * n] | data[2 * n + 1] << 8); };
    const auto told = [&](std::string_view rule, bool good, std::string what) {
      out.looked(rule);
      if (!good) out.broken(finding(rule, view, step, std::move(what)));
    };
    if (word(255) % 256 == 0xa5) {
      const unsigned sum = std::accumulate(data.begin(), data.begin() + kBytes, 0u);
      told("ATA6-ID-5", sum % 256 == 0,
           fmt::format("the integrity word says A5h, and the bytes add up to {:02X}h", sum % 256));
    }
    const unsigned ultra = (word(53) & 4) != 0 ? word(88) >> 8 & 0x3f : 0;  // word 88 is valid
    told("ATA6-ID-13", std::popcount(word(63) >> 8 & 7) + std::popcount(ultra) <= 1,
         fmt::format("words 63 and 88 show more than one DMA mode selected: {:04X}h, {:04X}h", word(63), word(88)));
    for (const auto& [first, last] : {std::pair{10u, 19u}, std::pair{23u, 26u}, std::pair{27u, 46u}}) {
      const auto begin = data.begin() + 2 * first, end = data.begin() + 2 * last + 2;
      const bool ascii = std::all_of(begin, end, [](std::uint8_t c) { return c >= 0x20 && c <= 0x7e; });
      told("ATA6-ID-2", ascii, fmt::format("words {}-{} are a string and hold other than 20h-7Eh", first, last));
    }
    // Words 82 and 83 that are both 0000h or FFFFh report nothing (ATA6-IDP-5).
    const bool reports = word(82) != word(83) || (word(82) != 0 && word(82) != 0xffff);
    if (packet && reports)
      told("ATA6-IDP-1", (word(82) & 0x10) != 0, fmt::format("word 82 is {:04X}h: bit 4 is 0", word(82)));
  }

  std::array<std::vector<std::uint8_t>, 2> data_;
};

}  // namespace

CheckerPtr device_data() { return std::make_unique<DeviceData>(); }

}  // namespace coincide::monitor
