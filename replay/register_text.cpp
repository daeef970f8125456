#include "replay/register_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "replay/ports.h"

namespace coincide {

std::vector<std::pair<std::string, std::string>> register_text(unsigned unit, const RegisterLookup& lookup) {
  const unsigned channel = unit / 2;
  const auto device = [&](DeviceReg reg) {
    return lookup(register_id(device_scope(unit), static_cast<unsigned>(reg)));
  };
  const auto of_channel = [&](ChannelReg reg) {
    return lookup(register_id(channel_scope(channel), static_cast<unsigned>(reg)));
  };
  std::vector<std::pair<std::string, std::string>> out;
  const auto put = [&](std::string name, const std::optional<std::uint64_t>& value, unsigned bytes) {
    if (value) out.emplace_back(std::move(name), hex_text(*value, bytes));
  };

  put("Status", device(DeviceReg::status), 1);
  put("Error", device(DeviceReg::error), 1);
  put("Count", device(DeviceReg::sector_count), 1);
  const auto low = device(DeviceReg::lba_low);
  const auto mid = device(DeviceReg::lba_mid);
  const auto high = device(DeviceReg::lba_high);
  if (low || mid || high) {
    const std::uint64_t lba = low.value_or(0) | mid.value_or(0) << 8 | high.value_or(0) << 16;
    out.emplace_back("LBA", fmt::format("{:06X}h", lba));
  }
  put("Device", device(DeviceReg::device), 1);
  put("BMIC", of_channel(ChannelReg::bmic), 1);
  put("BMIS", of_channel(ChannelReg::bmis), 1);
  put("BMIDTP", of_channel(ChannelReg::bmidtp), 4);
  if (const auto line = of_channel(ChannelReg::intrq)) {
    out.emplace_back(channel == 0 ? "IRQ14" : "IRQ15", *line != 0 ? "1" : "0");
  }
  return out;
}

RegisterHistory::RegisterHistory(const EventList& events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event event = events[i];
    if (event.kind != EventKind::register_change) continue;
    changes_.push_back({event.where, static_cast<std::uint32_t>(i), event.detail, event.value});
  }
  std::stable_sort(changes_.begin(), changes_.end(), [](const Change& x, const Change& y) { return x.id < y.id; });
}

std::optional<std::uint64_t> RegisterHistory::before(RegisterId id, std::size_t event) const {
  const auto behind = std::partition_point(changes_.begin(), changes_.end(), [&](const Change& change) {
    return change.id < id || (change.id == id && change.event < event);
  });
  if (behind != changes_.begin() && std::prev(behind)->id == id) return std::prev(behind)->new_value;
  if (behind != changes_.end() && behind->id == id) return behind->old_value;  // its first change is still to come
  return std::nullopt;
}

}  // namespace coincide
