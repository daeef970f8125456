#include "replay/event_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "emu/ata/command_table.h"
#include "replay/vmbus_text.h"

namespace coincide {

namespace {

constexpr std::size_t kBytesShown = 16;
constexpr std::string_view kUnitNames[] = {"primary master",         "primary slave",        "secondary master",
                                           "secondary slave",        "primary master VMBus", "primary slave VMBus",
                                           "secondary master VMBus", "secondary slave VMBus"};

std::string place_text(const Event& event, const HostAccess& access) {
  std::string name = host_register_name(access);
  if (name.empty()) name = "no register";
  const bool channel = access.reg >= HostRegister::data && access.reg <= HostRegister::bmidtp;
  if (channel) name += access.channel == 0 ? " primary" : " secondary";
  const unsigned digits = event.kind == EventKind::config_read || event.kind == EventKind::config_write ? 1 : 2;
  return fmt::format("{}  {}", hex_text(event.where, digits), name);
}

/// Which PRD a transfer belongs to.
std::string prd_text(const Event& event) {
  return event.where == kNoDescriptor ? std::string(", no PRD") : fmt::format(", PRD {}", event.where);
}

}  // namespace

std::string event_text(const Event& event, const HostAccess& access) {
  const auto size = [&] { return event.width == 1 ? "" : event.width == 2 ? " word" : " dword"; };
  const auto sized = [&](std::string_view what) {
    return fmt::format("{}{}  {}", what, size(), place_text(event, access));
  };
  const auto area = [&](std::string_view what, std::string_view gap) {
    return fmt::format("{}{}{}  {} bytes", what, gap, hex_text(event.detail, event.detail > 0xffffffff ? 8 : 4),
                       event.value);
  };
  switch (event.kind) {
    case EventKind::port_read:
      return sized("in");
    case EventKind::port_write:
      return sized("out");
    case EventKind::port_read_block:
      return fmt::format("{}  {} times", sized("ins"), event.value);
    case EventKind::port_write_block:
      return fmt::format("{}  {} times", sized("outs"), event.value);
    case EventKind::config_read:
      return sized("config read");
    case EventKind::config_write:
      return sized("config write");
    case EventKind::mem_read:
      return area("memory read", "  ");
    case EventKind::mem_write:
      return area("memory write", "  ");
    case EventKind::mem_map:
      return area("memory map", "  ");
    case EventKind::mem_unmap:
      return area("memory unmap", "  ");
    case EventKind::disk_complete:
      return fmt::format("disk request {} ends", event.where);
    case EventKind::media_insert:
      return fmt::format("medium {} into {}", event.value, kUnitNames[event.unit & 3]);
    case EventKind::media_eject:
      return fmt::format("{} {}", event.value != 0 ? "medium taken out of" : "eject button of",
                         kUnitNames[event.unit & 3]);
    case EventKind::clock_advance:
      return "clock";
    case EventKind::reset:
      return "reset";
    case EventKind::register_change:
      return "register " + register_name(event.where);
    case EventKind::irq:
      return fmt::format("IRQ{}", event.where);
    case EventKind::dma_read:
      return area("bus master reads", " ") + prd_text(event);
    case EventKind::dma_write:
      return area("bus master writes", " ") + prd_text(event);
    case EventKind::disk_request:
      return fmt::format("disk request of {}", kUnitNames[event.unit & 7]);
    case EventKind::disk_data:
      return fmt::format("data to the medium of {}", kUnitNames[event.unit & 7]);
    case EventKind::port_write_deferred:
      return fmt::format("write to {} waits", hex_text(event.where, 2));
    case EventKind::port_write_done:
      return fmt::format("write to {} ends", hex_text(event.where, 2));
    case EventKind::bus_fault:
      if (event.unit == kVmbusUnit) return fmt::format("bus fault of VMBus channel {}", event.where);
      return event.unit == kCpuUnit ? "bus fault of the CPU" : "bus fault of the bus master";
    case EventKind::vmbus_open:
      return fmt::format("OpenChannel, channel {}", event.where);
    case EventKind::vmbus_close:
      return fmt::format("CloseChannel, channel {}", event.where);
    case EventKind::vmbus_signal:
      return event.width == 0 ? fmt::format("signal to connection {:X}h", event.where)
                              : vmbus_message_name(event.where);
    case EventKind::vmbus_interrupt:
      return event.width == 0 ? fmt::format("event flag {}", event.where) : vmbus_message_name(event.where);
    case EventKind::vmbus_read:
      return fmt::format("{}, channel {}", area("VMBus reads", " "), event.where);
    case EventKind::vmbus_write:
      return fmt::format("{}, channel {}", area("VMBus writes", " "), event.where);
    default:
      return std::string(event_kind_name(event.kind));
  }
}

ValueText plain_value(const Event& event, const HostAccess& access) {
  switch (event.kind) {
    case EventKind::port_read:
    case EventKind::port_write:
    case EventKind::config_read:
    case EventKind::config_write: {
      ValueText text{hex_text(event.value, event.width), {}};
      if (event.width == 1) text.bits = bits_text(access, event.value);
      if (access.write && access.reg == HostRegister::status_command) {
        const CommandRow* row = find_command(static_cast<std::uint8_t>(event.value), 0);
        if (row != nullptr) text.bits = std::string(row->name);
      }
      return text;
    }
    case EventKind::disk_complete: {
      const auto outcome = static_cast<DiskOutcome>(event.width);
      const bool bad_sector = outcome == DiskOutcome::uncorrectable || outcome == DiskOutcome::not_found;
      const std::string lba = bad_sector ? fmt::format(" at lba={:#x}", event.detail) : std::string();
      return {std::string(disk_outcome_name(outcome)) + lba, {}};
    }
    case EventKind::media_insert:
    case EventKind::media_eject:
      return {};
    case EventKind::clock_advance:
      return {fmt::format("+{} ns", grouped(event.value)), {}};
    case EventKind::reset:
      return {static_cast<ResetKind>(event.width) == ResetKind::pci ? "RST#" : "power cycle", {}};
    case EventKind::register_change:
      return {hex_text(event.value, event.width), bits_text(static_cast<RegisterId>(event.where), event.value)};
    case EventKind::irq:
      return {event.value != 0 ? "rises" : "falls", {}};
    case EventKind::disk_request:
      return {fmt::format("{} lba={:#x} count={}", disk_op_name(static_cast<DiskOp>(event.width)), event.detail,
                          event.value),
              {}};
    case EventKind::disk_data:
      return {fmt::format("lba={:#x} count={}", event.detail, event.value), {}};
    case EventKind::port_write_deferred:
      return {"packet at " + hex_text(event.detail, 4), {}};
    case EventKind::port_write_done:
      return {fmt::format("packet at {}, result {}", hex_text(event.detail, 4), hex_text(event.value, 1)), {}};
    case EventKind::bus_fault:
      return {fmt::format("{} bytes at {}", event.value, hex_text(event.detail, 4)), {}};
    case EventKind::vmbus_interrupt:
    case EventKind::vmbus_signal:
      if (event.width == 0) return {event.kind == EventKind::vmbus_signal ? "" : fmt::format("VP {}", event.value), {}};
      return bytes_text(event.payload, 0);
    default:
      return bytes_text(event.payload, 0);
  }
}

std::string stimulus_text(const Event& event, const PortMap& ports) {
  const HostAccess access = ports.decode(event);
  const std::string text = event_text(event, access);
  switch (event.kind) {
    case EventKind::port_write:
    case EventKind::config_write:
    case EventKind::clock_advance:
    case EventKind::reset:
      return text + "  " + plain_value(event, access).value;
    case EventKind::disk_complete:
      return text + ": " + plain_value(event, access).value;
    default:
      return text;
  }
}

ValueText bytes_text(std::span<const std::uint8_t> bytes, std::size_t first_difference) {
  ValueText text;
  if (first_difference >= bytes.size()) return {fmt::format("{} bytes", bytes.size()), {}};
  text.value = fmt::format("byte {} of {}:", first_difference, bytes.size());
  const std::size_t end = std::min(bytes.size(), first_difference + kBytesShown);
  for (std::size_t i = first_difference; i < end; ++i) text.value += fmt::format(" {:02x}", bytes[i]);
  return text;
}

std::pair<ValueText, ValueText> differing_bytes(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto at = static_cast<std::size_t>(left - a.begin());
  return {bytes_text(a, at), bytes_text(b, at)};
}

ValueText value_text(const Event& event, const PortMap& ports) {
  switch (event.kind) {
    case EventKind::none:
      return {"nothing", {}};
    case EventKind::port_read:
    case EventKind::config_read:
      return {hex_text(event.value, event.width), event.width == 1 ? bits_text(ports.decode(event), event.value) : ""};
    case EventKind::irq:
      return {fmt::format("IRQ{} {}", event.where, event.value != 0 ? "rises" : "falls"), {}};
    case EventKind::register_change:
      return {fmt::format("{} {} -> {}", register_name(event.where), hex_text(event.detail, event.width),
                          hex_text(event.value, event.width)),
              bits_text(static_cast<RegisterId>(event.where), event.value)};
    case EventKind::dma_read:
    case EventKind::dma_write:
      return {fmt::format("{} {} bytes at {}{}", event_kind_name(event.kind), event.value, hex_text(event.detail, 4),
                          prd_text(event)),
              {}};
    case EventKind::disk_request:
      return {fmt::format("request {}: {} lba={:#x} count={}", event.where,
                          disk_op_name(static_cast<DiskOp>(event.width)), event.detail, event.value),
              {}};
    case EventKind::disk_data:
      return {fmt::format("{} sectors stored at lba={:#x}", event.value, event.detail), {}};
    case EventKind::port_write_deferred:
      return {fmt::format("write to {} waits, packet at {}", hex_text(event.where, 2), hex_text(event.detail, 4)), {}};
    case EventKind::port_write_done:
      return {fmt::format("write to {} ends, packet at {}, result {}", hex_text(event.where, 2),
                          hex_text(event.detail, 4), hex_text(event.value, 1)),
              {}};
    case EventKind::bus_fault:
      return {fmt::format("bus fault at {}, {} bytes", hex_text(event.detail, 4), event.value), {}};
    case EventKind::vmbus_interrupt:
    case EventKind::vmbus_read:
    case EventKind::vmbus_write:
      return {event_text(event, {}), {}};
    default:
      return {std::string(event_kind_name(event.kind)), {}};
  }
}

}  // namespace coincide
