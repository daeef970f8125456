#include "replay/script_text.h"

#include <fmt/format.h>

#include <span>

namespace coincide {
namespace {

char width_letter(unsigned width) { return width == 1 ? 'b' : width == 2 ? 'w' : 'l'; }

std::string hex_data(std::span<const std::uint8_t> bytes) {
  std::string text = "0x";
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string completion_text(const Event& event) {
  const std::string request = event.where == 0 ? "oldest" : std::to_string(event.where);
  const auto outcome = static_cast<DiskOutcome>(event.width);
  const bool named = outcome == DiskOutcome::uncorrectable || outcome == DiskOutcome::not_found;
  const std::string lba = named ? fmt::format(" {:#x}", event.detail) : std::string();
  return fmt::format("disk_complete {} {}{}", request, disk_outcome_name(outcome), lba);
}

}  // namespace

std::optional<std::string> statement_text(const Event& event) {
  const char width = width_letter(event.width);
  switch (event.kind) {
    case EventKind::port_read:
      return fmt::format("in{} {:#x}", width, event.where);
    case EventKind::port_write:
      return fmt::format("out{} {:#x} {:#x}", width, event.where, event.value);
    case EventKind::port_read_block:
      return fmt::format("ins {:#x} {} {}", event.where, event.width, event.value);
    case EventKind::port_write_block:
      return fmt::format("outs {:#x} {} {}", event.where, event.width, hex_data(event.payload));
    case EventKind::config_read:
      return fmt::format("cfg_read{} {:#x}", width, event.where);
    case EventKind::config_write:
      return fmt::format("cfg_write{} {:#x} {:#x}", width, event.where, event.value);
    case EventKind::mem_read:
      return fmt::format("read {:#x} {:#x}", event.detail, event.value);
    case EventKind::mem_write:
      return fmt::format("mem_write {:#x} {}", event.detail, hex_data(event.payload));
    case EventKind::mem_map:
      return fmt::format("mem_map {:#x} {:#x}", event.detail, event.value);
    case EventKind::mem_unmap:
      return fmt::format("mem_unmap {:#x} {:#x}", event.detail, event.value);
    case EventKind::disk_complete:
      return completion_text(event);
    case EventKind::media_insert:
      return fmt::format("media_insert {}:{} {}", event.unit / 2, event.unit % 2, event.value);
    case EventKind::media_eject:
      return fmt::format("media_eject {}:{}{}", event.unit / 2, event.unit % 2, event.value != 0 ? " force" : "");
    case EventKind::vmbus_open:
    case EventKind::vmbus_close:
      return fmt::format("vmbus post {}", hex_data(event.payload));
    case EventKind::vmbus_signal:
      if (event.width == 0) return fmt::format("vmbus signal {:#x}", event.where);
      return fmt::format("vmbus post {}", hex_data(event.payload));
    case EventKind::clock_advance:
      return fmt::format("clock_step {}", event.value);
    case EventKind::reset:
      return event.width == static_cast<unsigned>(ResetKind::pci) ? "reset pci" : "reset power";
    default:
      return std::nullopt;
  }
}

}  // namespace coincide
