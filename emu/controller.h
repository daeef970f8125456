// The whole machine: PCI function, two channels, their devices, guest memory. Stimuli go in through these calls
// and nothing else; observations go to the observer. Any stimulus is legal: nothing here throws or aborts.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "emu/answer.h"
#include "emu/board.h"
#include "emu/event.h"
#include "emu/media/disk_request.h"
#include "emu/observer.h"
#include "emu/profile.h"
#include "emu/registers.h"

namespace coincide {

class Controller {
 public:
  /// `observer` may be null. The machine starts as after a power cycle.
  Controller(const Board& board, const Profile& profile, Observer* observer);
  ~Controller();
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  /// I/O ports. width is 1, 2 or 4 bytes. A port that nothing claims reads all ones.
  Answer port_read(std::uint16_t port, unsigned width);
  void port_write(std::uint16_t port, unsigned width, std::uint32_t value);
  /// String I/O: out.size() (in.size()) must be a multiple of width and at most kMaxPayload.
  void port_read_block(std::uint16_t port, unsigned width, std::span<std::uint8_t> out);
  void port_write_block(std::uint16_t port, unsigned width, std::span<const std::uint8_t> in);

  /// Configuration space of function 1. offset + width must stay inside one dword, else the access is cut there.
  Answer config_read(std::uint8_t offset, unsigned width);
  void config_write(std::uint8_t offset, unsigned width, std::uint32_t value);

  /// Guest memory. A hole answers ones and drops writes, with a bus_fault observation.
  void mem_read(std::uint64_t address, std::span<std::uint8_t> out);
  void mem_write(std::uint64_t address, std::span<const std::uint8_t> in);
  void mem_map(std::uint64_t address, std::uint64_t bytes);
  void mem_unmap(std::uint64_t address, std::uint64_t bytes);

  /// Ends request `number` (0 = the oldest outstanding). A number that is not outstanding does nothing.
  void disk_complete(std::uint32_t number, DiskOutcome outcome, std::uint64_t lba);
  /// Puts medium `index` of the board into a drive (0 is the one it begins with). A full drive, a drive whose medium is
  /// fixed and an index that the board does not have do nothing.
  void media_insert(unsigned unit, std::uint64_t index);
  /// The operator presses the eject button, or with `force` takes the medium out whatever the drive says.
  void media_eject(unsigned unit, bool force);
  /// The guest posts a VMBus control message (HvPostMessage): anything of at most 240 bytes. Without an accelerator on
  /// the board nobody hears it.
  void vmbus_post(std::span<const std::uint8_t> message);
  /// The guest signals a connection (HvSignalEvent).
  void vmbus_signal(std::uint32_t connection);
  void clock_advance(std::uint64_t nanoseconds);
  void reset(ResetKind kind);

  /// Feeds any stimulus event, recording it. Reads write their data into an internal buffer whose span is the
  /// payload of the returned event; value and detail are filled in. Kinds that are no stimulus are ignored.
  Event apply(const Event& stimulus);

  /// The whole state as bytes (DESIGN §6): all that is not the board's or the profile's. The same state gives the same
  /// bytes on every machine.
  std::vector<std::uint8_t> save();
  /// Brings a saved state back, observing nothing. False, and a machine that has to be thrown away, if `state` was not
  /// saved by a machine of the same board.
  bool restore(std::span<const std::uint8_t> state);

  // Looking in from outside, without any effect on the run.
  std::uint64_t now_ns() const;
  bool irq(unsigned channel) const;
  /// A write to the channel's enlightened port has not ended yet.
  bool port_write_deferred(unsigned channel) const;
  std::uint64_t register_value(RegisterId id) const;
  /// Outstanding disk requests, oldest first.
  std::span<const DiskRequest> pending() const;
  /// Size of the medium in a device, or of the last one that was in it.
  std::uint64_t medium_sectors(unsigned unit) const;
  /// Bytes of that medium as the run has changed them.
  void read_medium(unsigned unit, std::uint64_t offset, std::span<std::uint8_t> out) const;

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace coincide
