// What the host can know of a channel: from what it wrote and what it read, and from the interrupt line where the
// source shows it. Nothing here is taken from the emulator, so that a capture is read as well as a trace.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "replay/command_tracker.h"
#include "replay/ports.h"
#include "replay/unit_survey.h"
#include "trace/event_list.h"

namespace coincide::monitor {

/// What made the last Status of a drive old news.
enum class Since : std::uint8_t { start, reset, command, packet, block };

/// What a drive's data phase expects of the host.
struct DriveView {
  /// The last (Alternate) Status that the host read with the drive selected; none since what `since` says.
  std::optional<std::uint8_t> status;
  Since since = Since::start;
  bool interrupted = false;  ///< the line went up since then
  bool running = false;      ///< a command was written and the host has not seen its end
  bool packet_sent = false;  ///< PACKET: all of the packet was given
  bool touched = false;      ///< a task-file register was written since Command: results are gone (ATA6-SIG-5)
  bool count_read = false;   ///< PACKET: both byte count registers were read since DRQ was seen
  std::array<std::optional<std::uint8_t>, 2> byte_count{};  ///< LBA Mid and High as read then
  std::uint64_t block_moved = 0;                            ///< bytes of the DRQ block so far
  std::uint8_t widths = 0;                                  ///< widths of the Data accesses of the block, ORed
  std::uint32_t multiple = 0;                               ///< sectors as SET MULTIPLE MODE said, 0 = not known
  std::optional<std::uint8_t> mode;  ///< SET FEATURES 03h: Sector Count of the DMA mode told last
  bool told_since_reset = false;     ///< ... after the last hard reset

  bool known(std::uint8_t bits) const { return status && (*status & bits) != 0; }
  /// A bus that nobody drives, or a channel that is not decoded (PIIX4-IO-19).
  bool absent() const { return status && (*status == 0xff || *status == 0x7f); }
};

struct ChannelView {
  std::array<DriveView, 2> drives;
  unsigned dev = 0;
  std::uint8_t control = 0;  ///< Device Control as written last; HOB as it stands now (ATA6-DC-5)
  bool level = false;        ///< the interrupt line
  unsigned edges = 0;        ///< rising edges since the last Command write or reset
  std::uint8_t bmic = 0;
  std::uint64_t data = 0;  ///< bytes through Data since the last Command write

  DriveView& drive() { return drives[dev]; }
  const DriveView& drive() const { return drives[dev]; }
  bool nien() const { return (control & 0x02) != 0; }
  bool srst() const { return (control & 0x04) != 0; }
  bool hob() const { return (control & 0x80) != 0; }
};

/// An event on its way through the checkers: what it reaches, and what was known before it.
struct Step {
  const Event& event;
  std::size_t number;
  std::uint64_t time_ns;
  HostAccess access;

  bool reads(HostRegister reg) const { return access.reg == reg && !access.write; }
  bool writes(HostRegister reg) const { return access.reg == reg && access.write; }
  bool looks_at_status() const { return reads(HostRegister::status_command) || reads(HostRegister::alternate_control); }
  std::uint8_t value() const { return static_cast<std::uint8_t>(event.value); }
  /// Bytes that a Data access moves.
  std::uint64_t data_bytes() const {
    const bool block = event.kind == EventKind::port_read_block || event.kind == EventKind::port_write_block;
    return block ? event.width * event.value : event.width;
  }
};

class HostView {
 public:
  /// `pci_device`: number of the function's device on bus 0, for configuration mechanism #1.
  HostView(const std::array<UnitEvidence, 4>& units, unsigned pci_device);

  /// Takes an event in, after the checkers had it.
  void follow(const Step& step);
  HostAccess decode(const Event& event) const;

  const ChannelView& channel(unsigned index) const { return channels_[index]; }
  const CommandTracker& commands() const { return commands_; }
  /// Bytes of the drive's present DRQ block; nullopt where the host cannot know.
  std::optional<std::uint64_t> block_bytes(unsigned channel) const;
  /// Bytes of a command packet of the unit.
  unsigned packet_bytes(unsigned unit) const { return packet_bytes_[unit]; }
  /// A byte of the function's configuration space as the host last wrote or read it.
  std::optional<std::uint8_t> config(unsigned offset) const { return config_[offset]; }

  /// Offset in the function's configuration space of an access to it, by either mechanism; else nullopt.
  std::optional<unsigned> config_offset(const Step& step) const;

  /// "primary master" of the drive that is selected.
  std::string unit_text(unsigned channel) const;
  /// The channel's last command as text; empty before the first.
  std::string command_text(unsigned channel) const;

 private:
  void port(const Step& step);
  void status_read(ChannelView& channel, std::uint8_t value);
  void command_written(unsigned index);
  void data_moved(unsigned index, const Step& step);
  void control_written(ChannelView& channel, std::uint8_t value);
  void config_seen(const Step& step, unsigned offset);
  void reset();

  unsigned pci_device_;
  std::uint32_t config_address_ = 0;
  CommandTracker commands_;
  PortMap ports_;
  std::array<ChannelView, 2> channels_;
  std::array<unsigned, 4> packet_bytes_{};
  std::array<std::optional<std::uint8_t>, 256> config_{};
};

}  // namespace coincide::monitor
