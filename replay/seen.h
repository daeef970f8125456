// Which sees bit (trace/message.h) says that the source of a recording could see a kind of event.
#pragma once

#include <cstdint>
#include <string_view>

#include "emu/event.h"
#include "trace/message.h"

namespace coincide {

struct SeenRow {
  EventKind kind;
  std::uint64_t bit;
  std::string_view what;  ///< in the plural
};
inline constexpr SeenRow kSeenRows[] = {
    {EventKind::register_change, sees::registers, "register changes"},
    {EventKind::irq, sees::irq, "interrupt edges"},
    {EventKind::dma_read, sees::dma_addresses, "bus-master transfers"},
    {EventKind::dma_write, sees::dma_addresses, "bus-master transfers"},
    {EventKind::disk_request, sees::disk_requests, "disk requests"},
    {EventKind::disk_data, sees::disk_data, "writes to a medium"},
    {EventKind::bus_fault, sees::bus_faults, "bus faults"},
    {EventKind::vmbus_interrupt, sees::vmbus, "VMBus interrupts"},
    {EventKind::vmbus_read, sees::vmbus, "VMBus accesses to memory"},
    {EventKind::vmbus_write, sees::vmbus, "VMBus accesses to memory"},
    {EventKind::port_write_deferred, sees::deferred, "deferred writes"},
    {EventKind::port_write_done, sees::deferred, "deferred writes"},
    {EventKind::config_read, sees::config, "configuration accesses"},
    {EventKind::config_write, sees::config, "configuration accesses"},
    {EventKind::mem_read, sees::memory, "memory accesses of the CPU"},
    {EventKind::mem_write, sees::memory, "memory accesses of the CPU"},
};

/// The row of a kind; nullptr for what every source sees (ports, clock, resets) and for annotations.
constexpr const SeenRow* find_seen(EventKind kind) {
  for (const SeenRow& row : kSeenRows) {
    if (row.kind == kind) return &row;
  }
  return nullptr;
}

}  // namespace coincide
