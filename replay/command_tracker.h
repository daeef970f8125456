// What a stimulus stream says about commands: which device is selected, what its task file was told, and which
// command every later access belongs to. It listens to the host side alone, so it reads a capture as well as a run of
// the emulator, and it never asks what a device did with a command.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "emu/ata/command_table.h"
#include "emu/event.h"

namespace coincide {

/// Place of an I/O port on a channel.
struct ChannelAccess {
  enum class Block : std::uint8_t { command, control, bus_master };
  unsigned channel = 0;
  Block block = Block::command;
  unsigned reg = 0;  ///< command block: 0-7; bus master: offset inside the channel's 8 bytes
};
/// nullopt for a port that is no IDE port. `bmiba` is the base of the bus-master window, 0 = none.
std::optional<ChannelAccess> channel_access(std::uint16_t port, std::uint16_t bmiba);

/// One command as the host wrote it.
struct HostCommand {
  unsigned unit = 0;
  std::uint8_t opcode = 0;
  std::uint8_t features = 0;
  const CommandRow* row = nullptr;  ///< null: no command that the table knows
  bool lba48 = false;
  bool chs = false;
  std::uint64_t lba = 0;            ///< as written; in CHS: cylinder << 16 | head << 8 | sector
  std::uint32_t count_sectors = 0;  ///< 0 if the command has no count
  /// Registers as written, the current half first.
  std::array<std::uint8_t, 2> sector_count{}, lba_low{}, lba_mid{}, lba_high{};
  std::uint8_t device = 0;
  std::size_t event = 0;  ///< number of the event that wrote Command
  bool decoded = true;    ///< the channel's ports were enabled when it was written

  /// PACKET: the packet, as far as the host has given it. No packet command has a field beyond byte 11.
  std::array<std::uint8_t, 12> packet{};
  unsigned packet_bytes = 0;

  /// Opcode of the packet command, -1 if this is no PACKET or its packet has not begun.
  int packet_opcode() const { return packet_bytes != 0 ? packet[0] : -1; }
  /// Bytes that its data phase moves; 0 for commands whose registers or packet do not tell.
  std::uint64_t bytes() const;
  /// "READ DMA EXT lba=0x2000 count=8", "SMART READ LOG 06h self-test log count=1" (command_text.cpp).
  std::string text() const;
};

/// Something that a packet device may have to report by unit attention.
struct DriveNews {
  enum class Kind : std::uint8_t {
    reset,   ///< power-on, RST# or a self-test
    medium,  ///< a medium came or went
    tray,    ///< START STOP UNIT may have moved the tray
  };
  Kind kind = Kind::reset;
  unsigned packets = 0;
};

class CommandTracker {
 public:
  /// Each stimulus, in order. `event` is its number.
  void stimulus(const Event& event, std::size_t number);

  unsigned selected_unit(unsigned channel) const { return 2 * channel + channels_[channel].dev; }
  /// The last command of the channel since the last reset of it; nullopt before the first.
  const std::optional<HostCommand>& command(unsigned channel) const { return channels_[channel].command; }
  /// The channel's devices were reset (power-on, RST#, SRST) and have got no command since.
  bool after_reset(unsigned channel) const { return !channels_[channel].command.has_value(); }
  /// SRST is set, or was the last thing that ended.
  bool soft_reset(unsigned channel) const { return channels_[channel].soft_reset; }
  std::uint8_t device_control(unsigned channel) const { return channels_[channel].control; }
  /// Bytes that went through the Data register since the last Command write, the stimulus fed last not counted.
  std::uint64_t data_position(unsigned channel) const { return channels_[channel].data_before; }
  /// IOSE and the channel's IDETIM bit 15 as the host wrote them last (PIIX4-IO-01).
  bool decoded(unsigned channel) const;
  /// Offset in configuration space of an access to CFCh-CFFh.
  std::uint8_t config_offset(std::uint16_t port) const {
    return static_cast<std::uint8_t>((config_address_ & 0xfc) + (port & 3u));
  }
  /// Base of the bus-master window as the host last wrote BMIBA; 0 = none.
  std::uint16_t bmiba() const { return bmiba_; }
  std::uint32_t bmidtp(unsigned channel) const { return channels_[channel].bmidtp; }
  std::uint8_t bmic(unsigned channel) const { return channels_[channel].bmic; }
  /// The last thing that the unit's drive may have to report, and the packet commands that would report it (MMC-UA-4)
  /// since then.
  const DriveNews& news(unsigned unit) const { return news_[unit]; }
  /// A medium came or went, or the eject button was pressed, and the unit has got no command since.
  bool media_moved(unsigned unit) const { return media_moved_[unit]; }

 private:
  struct Channel {
    unsigned dev = 0;
    std::array<std::uint8_t, 8> current{};
    std::array<std::uint8_t, 8> previous{};
    std::uint8_t control = 0;
    bool soft_reset = false;
    std::uint64_t data = 0;
    std::uint64_t data_before = 0;
    std::optional<HostCommand> command;
    std::uint32_t bmidtp = 0;
    std::uint8_t bmic = 0;
  };
  void port_write(const Event& event, std::size_t number);
  void data_access(const Event& event);
  void packet_data(Channel& channel, const Event& event);
  void config_write(std::uint32_t offset, unsigned width, std::uint32_t value);
  void command_block_write(Channel& channel, unsigned index, unsigned reg, std::uint8_t value, std::size_t number);
  HostCommand decode(const Channel& channel, unsigned index, std::uint8_t opcode, std::size_t number) const;

  std::array<Channel, 2> channels_;
  std::array<DriveNews, 4> news_;
  std::array<bool, 4> media_moved_{};
  std::uint32_t config_address_ = 0;
  std::uint16_t bmiba_ = 0;
  std::uint8_t pcicmd_ = 0;
  std::uint32_t idetim_ = 0;  ///< 40h-43h
};

}  // namespace coincide
