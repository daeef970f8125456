#include "replay/event_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace coincide {

namespace {

constexpr std::size_t kBytesShown = 16;

std::string place_text(const Event& event, const HostAccess& access) {
  std::string name = host_register_name(access);
  if (name.empty()) name = "no register";
  const bool channel = access.reg >= HostRegister::data && access.reg <= HostRegister::bmidtp;
  if (channel) name += access.channel == 0 ? " primary" : " secondary";
  const unsigned digits = event.kind == EventKind::config_read || event.kind == EventKind::config_write ? 1 : 2;
  return fmt::format("{}  {}", hex_text(event.where, digits), name);
}

}  // namespace

std::string stimulus_text(const Event& event, const PortMap& ports) {
  const HostAccess access = ports.decode(event);
  const auto size = [&] { return event.width == 1 ? "" : event.width == 2 ? " word" : " dword"; };
  switch (event.kind) {
    case EventKind::port_read:
      return fmt::format("in{}  {}", size(), place_text(event, access));
    case EventKind::port_write:
      return fmt::format("out{}  {}  {}", size(), place_text(event, access), hex_text(event.value, event.width));
    case EventKind::port_read_block:
      return fmt::format("ins{}  {}  {} times", size(), place_text(event, access), event.value);
    case EventKind::port_write_block:
      return fmt::format("outs{}  {}  {} times", size(), place_text(event, access), event.value);
    case EventKind::config_read:
      return fmt::format("config read{}  {}", size(), place_text(event, access));
    case EventKind::config_write:
      return fmt::format("config write{}  {}  {}", size(), place_text(event, access),
                         hex_text(event.value, event.width));
    case EventKind::mem_read:
      return fmt::format("memory read  {}  {} bytes", hex_text(event.detail, 4), event.value);
    case EventKind::mem_write:
      return fmt::format("memory write  {}  {} bytes", hex_text(event.detail, 4), event.value);
    case EventKind::disk_complete:
      return fmt::format("disk request {} ends: {}", event.where,
                         disk_outcome_name(static_cast<DiskOutcome>(event.width)));
    case EventKind::clock_advance:
      return fmt::format("clock  +{} ns", grouped(event.value));
    case EventKind::reset:
      return static_cast<ResetKind>(event.width) == ResetKind::pci ? "reset  RST#" : "reset  power cycle";
    default:
      return std::string(event_kind_name(event.kind));
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
      return {fmt::format("{} {} bytes at {}, PRD {}", event_kind_name(event.kind), event.value,
                          hex_text(event.detail, 4), event.where),
              {}};
    case EventKind::disk_request:
      return {fmt::format("request {}: {} lba={:#x} count={}", event.where,
                          disk_op_name(static_cast<DiskOp>(event.width)), event.detail, event.value),
              {}};
    case EventKind::disk_data:
      return {fmt::format("{} sectors stored at lba={:#x}", event.value, event.detail), {}};
    case EventKind::bus_fault:
      return {fmt::format("bus fault at {}, {} bytes", hex_text(event.detail, 4), event.value), {}};
    default:
      return {std::string(event_kind_name(event.kind)), {}};
  }
}

}  // namespace coincide
