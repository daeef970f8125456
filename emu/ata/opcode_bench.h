// For tests only: a machine that is brought into a state once, takes one command after the other there, and says in one
// word what the ports show of each.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "emu/ata/legality.h"
#include "emu/ata/task_file.h"
#include "emu/test_machine.h"

namespace coincide::testing {

// --- what a command is given ----------------------------------------------------------------------

/// A command that has to come before another.
struct Before {
  std::uint8_t opcode = 0, features = 0;
  bool data = false;  ///< and takes 512 bytes
};
/// What a command wants so that nothing but the gate stands in its way. All others get `kPlain`.
struct How {
  std::uint8_t opcode;
  std::int16_t features;  ///< of the row; -1 = any
  std::uint8_t set_features, count, low, mid, high;
  Before before[2] = {};
};
inline constexpr How kPlain{0, -1, 0x00, 0x01, 0x01, 0x02, 0x00};
// clang-format off
inline constexpr How kHow[] = {
    // opcode, Features, Features if any, count, low, mid, high, commands before
    {0x26, -1,   0x01, 0x00, 0x01, 0x02, 0x00, {{0xef, 0x5d}}},              // count in Features; §8.27.6
    {0x2f, -1,   0x00, 0x01, 0x00, 0x00, 0x00},                              // log directory
    {0x36, -1,   0x01, 0x00, 0x01, 0x02, 0x00, {{0xef, 0x5d}}},
    {0x37, -1,   0x00, 0x00, 0x00, 0x20, 0x00, {{0x27}}},                    // §8.47.1.7
    {0x3f, -1,   0x00, 0x01, 0x80, 0x00, 0x00},                              // a log of the host's
    {0x92, -1,   0x01, 0x01, 0x00, 0x00, 0x00},
    {0xb0, 0xd2, 0x00, 0xf1, 0x00, 0x4f, 0xc2},
    {0xb0, 0xd4, 0x00, 0x00, 0x00, 0x4f, 0xc2},                              // off-line routine
    {0xb0, 0xd5, 0x00, 0x01, 0x06, 0x4f, 0xc2},                              // self-test log
    {0xb0, 0xd6, 0x00, 0x01, 0x80, 0x4f, 0xc2},
    {0xb0, -1,   0x00, 0x00, 0x00, 0x4f, 0xc2},                              // §8.51
    {0xc7, -1,   0x01, 0x00, 0x01, 0x02, 0x00, {{0xef, 0x5d}}},
    {0xcc, -1,   0x01, 0x00, 0x01, 0x02, 0x00, {{0xef, 0x5d}}},
    {0xd1, -1,   0x01, 0x00, 0x00, 0x02, 0x00},
    {0xef, -1,   0x03, 0x0c, 0x01, 0x02, 0x00},                              // PIO mode 4
    {0xf4, -1,   0x00, 0x01, 0x01, 0x02, 0x00, {{0xf3}}},                    // §8.40.8
    {0xf9, 0x02, 0x00, 0x00, 0x00, 0x20, 0x00, {{0xf9, 0x01, true}}},
    {0xf9, 0x03, 0x00, 0x00, 0x00, 0x20, 0x00, {{0xf9, 0x01, true}, {0xf9, 0x02}}},
    {0xf9, 0x04, 0x00, 0x00, 0x00, 0x20, 0x00, {{0xf9, 0x01, true}}},
    {0xf9, 0x01, 0x00, 0x00, 0x00, 0x20, 0x00},
    {0xf9, -1,   0x00, 0x00, 0x00, 0x20, 0x00, {{0xf8}}},                    // §8.47.1.7
};
// clang-format on

inline How how_to(std::uint8_t opcode, std::uint8_t features) {
  for (const How& how : kHow) {
    if (how.opcode == opcode && (how.features < 0 || how.features == features)) return how;
  }
  return kPlain;
}

inline bool is_queued(std::uint8_t opcode) {
  const CommandRow* row = find_command(opcode, 0);
  return row != nullptr && (row->protocol == Protocol::queued_in || row->protocol == Protocol::queued_out);
}

/// A command that takes its count and address from both halves of the registers, however the host wrote them.
inline bool reads_previous(std::uint8_t opcode) {
  const CommandRow* row = find_command(opcode, 0);
  return row != nullptr && (needs_lba48(*row) || row->set == FeatureSet::gpl);
}

// --- what the ports show --------------------------------------------------------------------------

enum class Seen : std::uint8_t {
  nothing,
  aborted,
  failed,
  completed,
  pio_in,
  pio_out,
  dma_in,
  dma_out,
  diagnostic,
  other
};
inline constexpr const char* kSeenNames[] = {"nothing",      "aborted", "failed",  "completed",  "PIO data-in",
                                             "PIO data-out", "DMA in",  "DMA out", "diagnostic", "something else"};

/// What an outcome looks like from outside.
inline Seen seen_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::not_answered:
    case Outcome::ignored:
      return Seen::nothing;
    case Outcome::aborted:
      return Seen::aborted;
    case Outcome::non_data:
      return Seen::completed;
    case Outcome::pio_in:
      return Seen::pio_in;
    case Outcome::pio_out:
      return Seen::pio_out;
    case Outcome::dma_in:
    case Outcome::queued_in:
      return Seen::dma_in;
    case Outcome::dma_out:
    case Outcome::queued_out:
      return Seen::dma_out;
    case Outcome::diagnostic:
      return Seen::diagnostic;
    default:
      return Seen::other;
  }
}

inline constexpr std::uint16_t kFeatures = 0x1f1, kCount = 0x1f2, kLow = 0x1f3, kMid = 0x1f4, kHigh = 0x1f5,
                               kDevice = 0x1f6, kCommand = 0x1f7, kControl = 0x3f6;

/// How many disks there are, and which one the command is for.
struct Place {
  std::string_view name;
  bool disks[2];
  bool dev;
  bool other_sleeps = false;
  bool absent() const { return !disks[dev ? 1 : 0]; }
};

/// One machine, brought into a state once and put back into it before each command.
class Bench {
 public:
  Bench(const Place& place, CommandState state, const DeviceOptions& options)
      : place_(place), machine_(board(place, state, options)) {
    ready_ = prepare(state);
    prepared_ = machine_.controller.save();
  }
  bool ready() const { return ready_; }

  Seen run(const CommandWrite& command, const How& how) {
    machine_.controller.restore(prepared_);
    for (const Before& before : how.before) {
      if (before.opcode == 0) continue;
      write({before.opcode, before.features, AddressForm::lba28, place_.dev}, how);
      if (before.data) write_sector();
    }
    machine_.in(kCommand);  // no interrupt is pending
    machine_.log.events.clear();
    write(command, how);
    return look(command);
  }

  /// A software reset brings the disk back, whatever was done to it.
  bool recovers() {
    machine_.out(kControl, 0x04);
    machine_.out(kControl, 0x00);
    while (!machine_.controller.pending().empty()) machine_.controller.disk_complete(0, DiskOutcome::done, 0);
    machine_.out(kDevice, device_byte(AddressForm::lba28, place_.dev));
    return (machine_.in(kControl) & (status::BSY | status::DRQ | status::ERR)) == 0;
  }

 private:
  static Board board(const Place& place, CommandState state, const DeviceOptions& options) {
    Board board =
        one_disk(state == CommandState::busy ? CompletionPolicy::Kind::scripted : CompletionPolicy::Kind::immediate);
    board.devices[0].features = options.features;
    board.devices[0].lba48 = options.lba48;
    board.devices[0].multiple_default = 16;
    board.devices[1] = board.devices[0];
    for (std::size_t i = 0; i < 2; ++i) {
      if (!place.disks[i]) board.devices[i] = {};
    }
    return board;
  }
  static std::uint8_t device_byte(AddressForm form, bool dev) {
    return static_cast<std::uint8_t>(0xa0 | (form == AddressForm::chs ? 0 : device_bits::LBA) |
                                     (dev ? device_bits::DEV : 0));
  }

  void write(const CommandWrite& command, const How& how) {
    machine_.out(kDevice, device_byte(command.form, command.dev));
    const std::uint8_t values[] = {command.features, how.count, how.low, how.mid, how.high};
    for (std::uint16_t i = 0; i < 5; ++i) {
      const auto port = static_cast<std::uint16_t>(kFeatures + i);
      // What a 28-bit command finds in the previous halves is none of its business (§6.20).
      machine_.out(port, command.form == AddressForm::lba48 || reads_previous(command.opcode) ? 0x00 : 0xa5);
      machine_.out(port, values[i]);
    }
    machine_.out(kCommand, command.opcode);
  }
  void write_sector() {
    const std::vector<std::uint8_t> zeros(kSectorBytes);
    machine_.controller.port_write_block(0x1f0, 2, zeros);
  }
  std::size_t interrupts() const {
    std::size_t n = 0;
    for (const Event& e : machine_.log.events) n += e.kind == EventKind::irq && e.value == 1 ? 1 : 0;
    return n;
  }

  /// False if this disk cannot come into the state.
  bool prepare(CommandState state) {
    // The state is that of the disk there is; an absent Device 1 is selected afterwards.
    const bool dev = place_.absent() ? !place_.dev : place_.dev;
    const auto command = [&](std::uint8_t opcode, std::uint8_t features, How how) {
      write({opcode, features, AddressForm::lba28, dev}, how);
    };
    const auto status_now = [&] { return machine_.in(kCommand); };
    if (place_.other_sleeps) {
      write({0xe6, 0, AddressForm::lba28, !dev}, kPlain);
      if (status_now() != (status::DRDY | status::DSC)) return false;
    }
    switch (state) {
      case CommandState::busy:
        command(0x20, 0, kPlain);
        return (status_now() & status::BSY) != 0;
      case CommandState::drq_in:
        command(0x20, 0, kPlain);
        return (status_now() & status::DRQ) != 0;
      case CommandState::drq_out:
        command(0x30, 0, kPlain);
        return (status_now() & status::DRQ) != 0;
      case CommandState::sleeping:
        command(0xe6, 0, kPlain);
        return status_now() == (status::DRDY | status::DSC);
      case CommandState::locked:
        command(0xf1, 0, kPlain);
        write_sector();
        if ((status_now() & status::ERR) != 0) return false;
        machine_.controller.reset(ResetKind::pci);
        machine_.enable();
        return true;
      case CommandState::frozen:
        command(0xf5, 0, kPlain);
        return (status_now() & status::ERR) == 0;
      case CommandState::after_error: {
        How beyond = kPlain;
        beyond.high = 0xff;
        command(0x20, 0, beyond);
        return (status_now() & status::ERR) != 0;
      }
      default:
        return true;
    }
  }

  Seen look(const CommandWrite& command) {
    const std::uint8_t now = machine_.in(kControl);
    bool anything = false;
    for (const Event& e : machine_.log.events) {
      const bool registers = e.kind == EventKind::register_change && changes_status(e);
      anything = anything || e.kind == EventKind::irq || e.kind == EventKind::disk_request || registers;
    }
    if (!anything) return Seen::nothing;
    if ((now & status::BSY) != 0) return Seen::other;
    if ((now & status::DRQ) != 0) return data_phase();
    if (interrupts() != 1 || (now & status::DRDY) == 0) return Seen::other;  // §6.3
    if ((now & status::ERR) != 0) return machine_.in(kFeatures) == error::ABRT ? Seen::aborted : Seen::failed;
    if (is_queued(command.opcode)) return serviced();
    const bool signature = machine_.in(kCount) == 1 && machine_.in(kLow) == 1 && machine_.in(kMid) == 0 &&
                           machine_.in(kHigh) == 0 && machine_.in(kFeatures) == error::passed &&
                           (machine_.in(kDevice)&device_bits::DEV) == 0;
    if (command.opcode == 0x90) return signature ? Seen::diagnostic : Seen::other;
    return Seen::completed;
  }
  /// A register of a device that says a command was taken.
  static bool changes_status(const Event& e) {
    for (unsigned unit = 0; unit < 2; ++unit) {
      for (const DeviceReg reg : {DeviceReg::status, DeviceReg::command, DeviceReg::interrupt_pending}) {
        if (e.where == register_id(device_scope(unit), static_cast<unsigned>(reg))) return true;
      }
    }
    return false;
  }

  /// A queued command was released at once (§6.9): REL alone stands in Sector Count, and SERVICE brings its data.
  Seen serviced() {
    if ((machine_.in(kCount)&0x07) != 0x04) return Seen::other;
    machine_.in(kCommand);
    machine_.log.events.clear();
    machine_.out(kCommand, 0xa2);
    return (machine_.in(kControl)&status::DRQ) != 0 ? data_phase() : Seen::other;
  }

  /// DRQ is 1: whose data, and by which way? An interrupt tells of PIO data-in (§6.3,
  /// §9.7); a drive that waits for the bus master takes no word by PIO (§9.7).
  Seen data_phase() {
    if (interrupts() == 1) {
      machine_.read_data(kSectorBytes);
      return moved(1) ? Seen::pio_in : Seen::other;
    }
    if (interrupts() != 0) return Seen::other;
    write_sector();
    if (moved(0)) return Seen::pio_out;
    machine_.descriptor(0x1000, 0x2000, kSectorBytes);
    machine_.out(kBmiba, 0x09);
    if (moved(0)) return Seen::dma_in;
    machine_.out(kBmiba, 0x00);
    machine_.descriptor(0x1000, 0x2000, kSectorBytes);
    machine_.out(kBmiba, 0x01);
    return moved(0) ? Seen::dma_out : Seen::other;
  }
  bool moved(std::size_t interrupts_before) {
    return interrupts() > interrupts_before || (machine_.in(kControl)&status::DRQ) == 0;
  }

  Place place_;
  Machine machine_;
  bool ready_ = false;
  std::vector<std::uint8_t> prepared_;
};

}  // namespace coincide::testing
