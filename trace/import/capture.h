// What an importer makes of somebody else's log: stimuli with the answers that were seen, the observations that
// were seen, and what the source could not see. No completions yet: a log does not say when a drive was done,
// only what the guest saw of it (replay/settle.h places them).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emu/event.h"
#include "trace/error.h"
#include "trace/event_list.h"
#include "trace/message.h"

namespace coincide {

/// Something that the source has and the events have not: never silent, always counted.
struct LeftOut {
  std::string what;
  std::uint64_t count = 0;
};

/// A mem_read event that stands for "these bytes lay there after the transfer of that channel". The log shows the
/// whole area that the PRD table describes; how much of it the transfer filled, the command says.
struct DmaResult {
  std::size_t event = 0;
  std::uint8_t channel = 0;
  std::uint64_t offset = 0;       ///< of its first byte within the PRD area
  std::uint64_t changed_end = 0;  ///< bytes of the area from its start to the last byte that the transfer changed
};

/// A media_insert or media_eject event. Its unit and medium index are 0: which drive and which medium that is, the
/// board says.
struct MediaChange {
  std::size_t event = 0;
  std::string drive;  ///< as the source names it
  std::string file;   ///< that was put in; empty for an ejection
};

struct Capture {
  std::string format;  ///< "QEMU trace log", "kvm_pio trace", "qtest log", "qtest commands"
  EventList events;
  std::vector<std::uint32_t> lines;  ///< line of the source for each event
  std::uint64_t sees = 0;            ///< bits of trace/message.h
  bool dma_tables_known = false;     ///< PRD tables and outgoing DMA bytes stand as mem_write events
  std::uint16_t device_id = 0;       ///< DID that the guest read (7010h, 7111h), 0 if it read none
  std::uint8_t pci_device = 1;       ///< device number of the function on bus 0
  std::vector<LeftOut> left_out;
  std::vector<DmaResult> dma_results;
  std::vector<MediaChange> media_changes;
  /// port_write_block events whose payload the source does not tell beyond the first element.
  std::vector<std::size_t> unknown_output;
};

/// Options of every importer.
struct ImportOptions {
  std::string name;  ///< how messages call the input
};

/// True for gzip files and for text that begins like a log. Bare qtest commands are no log: they are a script.
bool looks_like_log(std::string_view bytes);

/// Reads a log of any known format (trace/import/*.h), which its content tells. The text must outlive the call only.
Result<Capture> import_capture(std::string_view text, const ImportOptions& options);

}  // namespace coincide
