// The one vocabulary of stimuli and observations. Everything that is fed to the controller, everything it
// answers, and every row of a trace is an Event; the numbers below are part of the trace format.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace coincide {

/// What happened. Numbers are stable: they stand in traces. Stimuli are below 32, observations from 32 to 63,
/// annotations from 64. See `Event` for the meaning of the fields by kind.
enum class EventKind : std::uint8_t {
  none = 0,
  // Stimuli: the world acts on the controller.
  port_read = 1,         ///< one I/O read; the value column is what was read
  port_write = 2,        ///< one I/O write
  port_read_block = 3,   ///< string input (rep ins): one event, one payload
  port_write_block = 4,  ///< string output (rep outs)
  config_read = 5,       ///< direct configuration read of function 1
  config_write = 6,
  mem_read = 7,    ///< a look at guest memory by the CPU; the payload is what was found
  mem_write = 8,   ///< guest memory written by the CPU
  mem_map = 9,     ///< RAM appears at an address range
  mem_unmap = 10,  ///< RAM goes away: a hole
  disk_complete = 11,
  media_insert = 12,
  media_eject = 13,
  vmbus_open = 14,
  vmbus_close = 15,
  vmbus_signal = 16,
  clock_advance = 17,
  reset = 18,
  // Observations: what the controller did.
  register_change = 32,
  irq = 33,
  dma_read = 34,   ///< the bus master read guest memory (data to the drive)
  dma_write = 35,  ///< the bus master wrote guest memory (data from the drive)
  disk_request = 36,
  disk_data = 37,  ///< bytes that reached the medium
  vmbus_interrupt = 38,
  port_write_deferred = 39,  ///< a write to an enlightened port waits: its instruction has not ended
  port_write_done = 40,      ///< it has ended
  bus_fault = 41,            ///< an access that no memory answered (master abort)
  vmbus_read = 42,           ///< the host read data from guest memory for a VMBus channel
  vmbus_write = 43,          ///< the host wrote guest memory for a VMBus channel: data, packets, ring control
  // Annotations: neither fed nor compared.
  note = 64,  ///< text (payload, UTF-8) from the source of the run
};

/// First kind that is an observation; first kind that is an annotation.
inline constexpr std::uint8_t kFirstObservation = 32;
inline constexpr std::uint8_t kFirstAnnotation = 64;

constexpr bool is_stimulus(EventKind k) {
  return k != EventKind::none && static_cast<std::uint8_t>(k) < kFirstObservation;
}
constexpr bool is_observation(EventKind k) {
  return static_cast<std::uint8_t>(k) >= kFirstObservation && static_cast<std::uint8_t>(k) < kFirstAnnotation;
}
/// A stimulus that is answered: its value or payload is an observation.
constexpr bool is_read(EventKind k) {
  return k == EventKind::port_read || k == EventKind::port_read_block || k == EventKind::config_read ||
         k == EventKind::mem_read;
}

/// Name used in scripts, listings and JSON ("port_read"). Empty for a number that is no kind.
std::string_view event_kind_name(EventKind kind);

/// What a drive asks of its medium.
enum class DiskOp : std::uint8_t {
  none = 0,
  read = 1,
  write = 2,
  verify = 3,
  flush = 4,
  seek = 5,
  diagnose = 6,  ///< power-on, reset or EXECUTE DEVICE DIAGNOSTIC self-test
  spin = 7,      ///< a change of power mode that needs the spindle
  transfer = 8,  ///< no request: the bursts of a packet command over the cable, for fault plans alone
};
std::string_view disk_op_name(DiskOp op);

/// How a disk request ended.
enum class DiskOutcome : std::uint8_t {
  done = 0,
  uncorrectable = 1,  ///< unrecoverable data error; the LBA names the first bad sector
  write_fault = 2,    ///< device fault (DF)
  aborted = 3,
  no_medium = 4,
  not_found = 5,      ///< address not found (IDNF); the LBA names the sector
  crc = 6,            ///< Ultra DMA CRC error on the cable (ICRC); as `done` where no Ultra DMA burst is involved
  media_changed = 7,  ///< MC: the medium is another one
  media_change_request = 8,  ///< MCR: the operator wants to change the medium
  write_protected = 9,       ///< WP
};
std::string_view disk_outcome_name(DiskOutcome outcome);

enum class ResetKind : std::uint8_t { pci = 0, power_cycle = 1 };

/// One event. Fields that a kind does not use are 0 and empty.
///
/// | kind | width | unit | where | detail | value | payload |
/// |---|---|---|---|---|---|---|
/// | port_read | 1,2,4 | 0 | port | open bits (1 = the standard leaves it open) | value read | - |
/// | port_write | 1,2,4 | 0 | port | 0 | value | - |
/// | port_read_block | 1,2,4 | 0 | port | open bytes at the end (no data behind them) | elements | data, LSB first |
/// | port_write_block | 1,2,4 | 0 | port | 0 | elements | data |
/// | config_read / config_write | 1,2,4 | 0 | offset 00h-FFh | open bits / 0 | value | - |
/// | mem_read / mem_write | 0 | 0 | 0 | guest address | bytes | data |
/// | mem_map / mem_unmap | 0 | 0 | 0 | guest address | bytes | - |
/// | disk_complete | DiskOutcome | 0 | request number | first bad LBA | 0 | - |
/// | media_insert | 0 | unit | 0 | 0 | medium index | - |
/// | media_eject | 0 | unit | 0 | 0 | 0 = eject button, 1 = taken out by force | - |
/// | clock_advance | 0 | 0 | 0 | 0 | nanoseconds | - |
/// | reset | ResetKind | 0 | 0 | 0 | 0 | - |
/// | register_change | register bytes | 0 | RegisterId | old | new | - |
/// | irq | 0 | 0 | line (14, 15) | 0 | level 0/1 | - |
/// | dma_read / dma_write | 0 | channel | index of the PRD in its table (all ones: none) | address | bytes | data |
/// | disk_request | DiskOp | unit | request number | LBA | sectors | - |
/// | disk_data | 0 | unit | request number | LBA | sectors | data |
/// | port_write_deferred | 4 | channel | port | address of the packet | 0 | - |
/// | port_write_done | 4 | channel | port | address of the packet | its result_status, 0 = none stored | - |
/// | bus_fault | 0 | channel, 254 = VMBus, 255 = CPU | 0, VMBus: channel ID | guest address | bytes asked for | - |
/// | vmbus_open | 0 | 0 | channel ID | 0 | 0 | the guest's OpenChannel message |
/// | vmbus_close | 0 | 0 | channel ID | 0 | 0 | its CloseChannel message |
/// | vmbus_signal | 0 = a signal | 0 | connection ID | 0 | 0 | - |
/// | vmbus_signal | 1 = any other message | 0 | message type | 0 | 0 | the message that the guest posts |
/// | vmbus_interrupt | 0 = an event flag | 0 | flag = channel ID | 0 | target VP | - |
/// | vmbus_interrupt | 1 = a message | 0 | message type | 0 | 0 | the message that the guest gets |
/// | vmbus_read / vmbus_write | 0 | 0 | channel ID | guest address | bytes | data |
/// | note | 0 | 0 | 0 | 0 | bytes | text |
///
/// unit = 2 * channel + device (0 primary master ... 3 secondary slave). Requests to a medium also come from the
/// accelerators, unit = 4 + 2 * channel + device.
struct Event {
  EventKind kind = EventKind::none;
  std::uint8_t width = 0;
  std::uint8_t unit = 0;
  std::uint32_t where = 0;
  std::uint64_t detail = 0;
  std::uint64_t value = 0;
  std::span<const std::uint8_t> payload{};
};

/// Largest payload of one event in bytes; longer transfers are several events.
inline constexpr std::size_t kMaxPayload = 1u << 20;
/// Most elements of one string I/O event (kMaxPayload / 4).
inline constexpr std::uint32_t kMaxElements = 1u << 18;
inline constexpr std::uint8_t kCpuUnit = 255;
/// `where` of a dma_read or dma_write that no PRD describes: an enlightened packet, its result, the data of a disc.
inline constexpr std::uint32_t kNoDescriptor = 0xffffffff;
inline constexpr std::uint8_t kVmbusUnit = 254;

}  // namespace coincide
