#include "emu/event.h"

#include <algorithm>
#include <array>

namespace coincide {
namespace {

struct KindName {
  EventKind kind;
  std::string_view name;
};

constexpr std::array kKindNames{
    KindName{EventKind::port_read, "port_read"},
    KindName{EventKind::port_write, "port_write"},
    KindName{EventKind::port_read_block, "port_read_block"},
    KindName{EventKind::port_write_block, "port_write_block"},
    KindName{EventKind::config_read, "config_read"},
    KindName{EventKind::config_write, "config_write"},
    KindName{EventKind::mem_read, "mem_read"},
    KindName{EventKind::mem_write, "mem_write"},
    KindName{EventKind::mem_map, "mem_map"},
    KindName{EventKind::mem_unmap, "mem_unmap"},
    KindName{EventKind::disk_complete, "disk_complete"},
    KindName{EventKind::media_insert, "media_insert"},
    KindName{EventKind::media_eject, "media_eject"},
    KindName{EventKind::vmbus_open, "vmbus_open"},
    KindName{EventKind::vmbus_close, "vmbus_close"},
    KindName{EventKind::vmbus_signal, "vmbus_signal"},
    KindName{EventKind::clock_advance, "clock_advance"},
    KindName{EventKind::reset, "reset"},
    KindName{EventKind::register_change, "register_change"},
    KindName{EventKind::irq, "irq"},
    KindName{EventKind::dma_read, "dma_read"},
    KindName{EventKind::dma_write, "dma_write"},
    KindName{EventKind::disk_request, "disk_request"},
    KindName{EventKind::disk_data, "disk_data"},
    KindName{EventKind::vmbus_interrupt, "vmbus_interrupt"},
    KindName{EventKind::port_write_deferred, "port_write_deferred"},
    KindName{EventKind::port_write_done, "port_write_done"},
    KindName{EventKind::bus_fault, "bus_fault"},
    KindName{EventKind::vmbus_read, "vmbus_read"},
    KindName{EventKind::vmbus_write, "vmbus_write"},
    KindName{EventKind::note, "note"},
};

constexpr std::array<std::string_view, 9> kOpNames{"none", "read",     "write", "verify",  "flush",
                                                   "seek", "diagnose", "spin",  "transfer"};
constexpr std::array<std::string_view, 10> kOutcomeNames{
    "done", "uncorrectable", "write_fault",          "aborted",        "no_medium", "not_found",
    "crc",  "media_changed", "media_change_request", "write_protected"};

template <class Names>
std::string_view by_number(const Names& names, std::uint8_t number) {
  return number < names.size() ? names[number] : std::string_view{};
}

}  // namespace

std::string_view event_kind_name(EventKind kind) {
  const auto* row =
      std::find_if(kKindNames.begin(), kKindNames.end(), [&](const KindName& n) { return n.kind == kind; });
  return row == kKindNames.end() ? std::string_view{} : row->name;
}

std::string_view disk_op_name(DiskOp op) { return by_number(kOpNames, static_cast<std::uint8_t>(op)); }

std::string_view disk_outcome_name(DiskOutcome outcome) {
  return by_number(kOutcomeNames, static_cast<std::uint8_t>(outcome));
}

}  // namespace coincide
