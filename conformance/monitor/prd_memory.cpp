#include "conformance/monitor/prd_memory.h"

namespace coincide::monitor {
namespace {

constexpr std::size_t kMostEntries = 8192;
/// No PRD table is written in a larger piece; data that the CPU prepares for a transfer is.
constexpr std::size_t kLargestPiece = 65536;

}  // namespace

void PrdMemory::follow(const Event& event) {
  if (event.kind != EventKind::mem_write || event.payload.size() > kLargestPiece) return;
  for (std::size_t i = 0; i < event.payload.size(); ++i) bytes_[event.detail + i] = event.payload[i];
}

std::optional<std::uint32_t> PrdMemory::dword(std::uint64_t address) const {
  std::uint32_t value = 0;
  auto at = bytes_.find(address);
  for (unsigned i = 0; i < 4; ++i, ++at) {
    if (at == bytes_.end() || at->first != address + i) return std::nullopt;
    value |= std::uint32_t{at->second} << (8 * i);
  }
  return value;
}

std::optional<PrdTable> PrdMemory::table(std::uint32_t address) const {
  PrdTable out;
  out.address = address;
  while (!out.ends && out.entries.size() < kMostEntries) {
    const std::uint64_t at = address + std::uint64_t{8} * out.entries.size();
    const auto base = dword(at), control = dword(at + 4);
    if (!base || !control) return std::nullopt;
    out.entries.push_back({*base, *control});
    out.ends = out.entries.back().eot();
  }
  return out;
}

}  // namespace coincide::monitor
