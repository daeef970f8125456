// Puts a capture together, access by access, in the order of the log. Knows no log format.
//
// * Accesses to the data port of one width and direction that follow each other become one port_read_block or
//   port_write_block: drivers use rep ins/outs, and logs show the elements. A run ends at 512 bytes (the shortest
//   DRQ block of a disk) and wherever anything else stands between two elements.
// * Interrupt lines are told as levels; only changes become events.
// * Configuration accesses whose width the log does not tell get it from `config_width.h`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "trace/import/capture.h"

namespace coincide {

/// All payloads of a capture together. A short line can ask for many bytes (`memset`, `fill=`), so a hostile log is not
/// bounded by its own size.
inline constexpr std::size_t kMaxCaptureBytes = std::size_t{1} << 30;

class CaptureBuilder {
 public:
  explicit CaptureBuilder(std::string format) { capture_.format = std::move(format); }

  void port_read(std::uint16_t port, unsigned width, std::uint32_t value, std::uint32_t line);
  void port_write(std::uint16_t port, unsigned width, std::uint32_t value, std::uint32_t line);
  /// String I/O of which only the first element is known.
  void port_read_string(std::uint16_t port, unsigned width, std::uint32_t count, std::uint32_t first,
                        std::uint32_t line);
  void port_write_string(std::uint16_t port, unsigned width, std::uint32_t count, std::uint32_t first,
                         std::uint32_t line);
  /// A read that the source asks for without showing the answer.
  void port_read_unseen(std::uint16_t port, unsigned width, std::uint32_t line);
  /// width 0: the log does not tell it.
  void config_read(std::uint8_t offset, unsigned width, std::uint32_t value, std::uint32_t line);
  void config_write(std::uint8_t offset, unsigned width, std::uint32_t value, std::uint32_t line);
  void mem_read(std::uint64_t address, std::string_view bytes, std::uint32_t line);
  /// A look at memory without its outcome: the event has the number of bytes, but no payload.
  void mem_read_unseen(std::uint64_t address, std::uint64_t bytes, std::uint32_t line);
  void mem_write(std::uint64_t address, std::string_view bytes, std::uint32_t line);
  /// Part of the PRD area of `channel` as found after a transfer; consecutive parts join.
  void dma_result(unsigned channel, std::uint64_t address, std::string_view bytes, std::uint64_t offset,
                  std::uint64_t changed_end, std::uint32_t line);
  void clock_advance(std::uint64_t nanoseconds, std::uint32_t line);
  void reset(ResetKind kind, std::uint32_t line);
  void note(std::string_view text, std::uint32_t line);
  void media_insert(std::string drive, std::string file, std::uint32_t line);
  void media_eject(std::string drive, bool force, std::uint32_t line);

  /// The level of line 14 or 15 as the log tells it.
  void irq(unsigned line14_15, bool level, std::uint32_t line);
  bool irq_level(unsigned line14_15) const { return levels_[line14_15 & 1]; }

  void left_out(const std::string& what, std::uint64_t count = 1) { left_out_[what] += count; }
  /// What the guest read at 02h; anything but the DID of a PIIX IDE function is no whole word of it.
  void device_id(std::uint32_t did);
  void pci_device(std::uint32_t number) { capture_.pci_device = static_cast<std::uint8_t>(number & 31); }
  void sees(std::uint64_t bits) { capture_.sees |= bits; }
  void dma_tables_known() { capture_.dma_tables_known = true; }
  /// Number of guest accesses so far.
  std::uint64_t accesses() const { return accesses_; }

  /// Ends the capture. Error (at `name`): more payload than kMaxCaptureBytes.
  Result<Capture> finish(const std::string& name);

 private:
  struct Row {
    Event event;  ///< its payload span is not used: see offset, bytes
    std::uint32_t line = 0;
    std::size_t offset = 0;
    std::size_t bytes = 0;
  };
  void add(const Event& event, std::string_view payload, std::uint32_t line);
  void access(bool write, std::uint16_t port, unsigned width, std::uint32_t value, std::uint32_t line);
  void end_run();
  void media_change(const Event& event, std::string drive, std::string file, std::uint32_t line);

  Capture capture_;
  std::vector<Row> rows_;
  std::string payloads_;
  std::map<std::string, std::uint64_t> left_out_;
  bool levels_[2] = {false, false};
  std::uint64_t accesses_ = 0;
  bool too_large_ = false;
  struct Run {
    bool open = false;
    bool write = false;
    std::uint16_t port = 0;
    unsigned width = 0;
    std::uint32_t line = 0;
    std::string bytes;
  } run_;
};

/// Ports of the two channels' command blocks and their place: channel 0/1, register 0-7, 8 = control block.
struct ChannelPort {
  unsigned channel = 0;
  unsigned reg = 0;
};
constexpr bool channel_port(std::uint32_t port, ChannelPort& where) {
  const std::uint32_t base = port & ~7u;
  if (base == 0x1f0 || base == 0x170) {
    where = {base == 0x1f0 ? 0u : 1u, port & 7};
    return true;
  }
  if (port == 0x3f6 || port == 0x376) {
    where = {port == 0x3f6 ? 0u : 1u, 8};
    return true;
  }
  return false;
}

}  // namespace coincide
