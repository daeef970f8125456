// The lines of a QEMU trace log, one by one: what stands behind the event's name. What the lines mean together, and in
// which order things happened, is qemu_log.cpp's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "trace/import/text_source.h"

namespace coincide {

/// `cpu 0 mr 0x55 addr 0x1f7 value 0x50 size 1 name 'ide'`
struct QemuRegionLine {
  std::uint64_t address = 0;
  std::uint64_t value = 0;
  std::uint64_t bytes = 0;
  std::string_view region;
};
bool scan_region_line(LineScanner rest, QemuRegionLine& line);

/// `IDE PIO rd @ 0x1f7 (Status); val 0x50; …`; the event's name tells direction and width.
struct QemuIdeLine {
  std::uint64_t port = 0;
  std::uint64_t value = 0;
  bool write = false;
  unsigned width = 1;
};
bool scan_ide_line(std::string_view event, LineScanner rest, QemuIdeLine& line);

/// `piix3-ide 00:01.1 @0x40 -> 0x8000`
struct QemuConfigLine {
  std::string_view device;
  std::uint64_t slot = 1;  ///< device number on its bus
  std::uint64_t offset = 0;
  std::uint64_t value = 0;
};
bool scan_config_line(bool write, LineScanner rest, QemuConfigLine& line);

/// `GSI interrupt #14 level:1`, or `master 0 irq 6 level 1` of the interrupt controllers (pins 6 and 7 of the slave are
/// lines 14 and 15). irq 0: another line.
struct QemuLevelLine {
  unsigned irq = 0;
  bool level = false;
};
bool scan_gsi_line(LineScanner rest, QemuLevelLine& line);
bool scan_pic_line(LineScanner rest, QemuLevelLine& line);

/// `ch=0 idx=0 at=0x03531000 addr=0x03526000 ctl=0x80001000`
struct QemuPrdLine {
  std::uint64_t at = 0;
  std::string bytes;  ///< the descriptor as it lies in memory
};
bool scan_prd_line(LineScanner rest, QemuPrdLine& line);

/// `ch=0 out gpa=0x03526000 len=256 data=fa31…`, `ch=0 after gpa=… len=4096 fill=00`, `… len=N unmapped`
struct QemuMemoryLine {
  unsigned channel = 0;
  bool after = false;
  bool unmapped = false;
  std::uint64_t address = 0;
  std::uint64_t length = 0;  ///< at most 64 KiB, the size of a region
  std::string bytes;         ///< empty if unmapped
};
bool scan_memory_line(LineScanner rest, QemuMemoryLine& line);

/// `ch=0 seen=irq bytes=4096 changed=0..4095`
struct QemuDmaDoneLine {
  unsigned channel = 0;
  std::uint64_t changed_end = 0;  ///< one past the last byte that changed
};
bool scan_dma_done_line(LineScanner rest, QemuDmaDoneLine& line);

}  // namespace coincide
