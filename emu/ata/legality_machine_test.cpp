// The machine against legality(): every opcode is written to a disk that stands alone, to one of two, and to one that
// is absent, in every state and address form, and what the ports then show is held to what the command table says.
#include <doctest/doctest.h>

#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "emu/ata/legality.h"
#include "emu/ata/task_file.h"
#include "emu/test_machine.h"

namespace coincide::testing {
namespace {

// --- what a disk is given -------------------------------------------------------------------------

/// Feature sets that the disk does not run yet, each with a command that says so. They are off in the machines below;
/// when a set is built, its line goes.
struct Waiting {
  Feature feature;
  std::uint8_t opcode, features;
};
constexpr Waiting kWaiting[] = {
    {Feature::smart, 0xb0, 0xd8},        {Feature::gpl, 0x2f, 0x00},        {Feature::overlap, 0xc7, 0x01},
    {Feature::cfa, 0x03, 0x00},          {Feature::media_card, 0xd1, 0x01}, {Feature::removable, 0xdf, 0x00},
    {Feature::media_status, 0xda, 0x00},
};

DeviceOptions built(std::initializer_list<Feature> more, std::initializer_list<Feature> less) {
  DeviceOptions options;
  for (const Feature feature : more) options.features.set(feature, true);
  for (const Feature feature : less) options.features.set(feature, false);
  for (const Waiting& row : kWaiting) options.features.set(row.feature, false);
  return options;
}

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
constexpr How kPlain{0, -1, 0x00, 0x01, 0x01, 0x02, 0x00};
// clang-format off
constexpr How kHow[] = {
    // opcode, Features, Features if any, count, low, mid, high, commands before
    {0x26, -1,   0x01, 0x00, 0x01, 0x02, 0x00, {{0xef, 0x5d}}},              // count in Features; ATA6-OVL-15
    {0x2f, -1,   0x00, 0x01, 0x00, 0x00, 0x00},                              // log directory
    {0x36, -1,   0x01, 0x00, 0x01, 0x02, 0x00, {{0xef, 0x5d}}},
    {0x37, -1,   0x00, 0x00, 0x00, 0x20, 0x00, {{0x27}}},                    // ATA6-HPA-2
    {0x3f, -1,   0x00, 0x01, 0x80, 0x00, 0x00},                              // a log of the host's
    {0x92, -1,   0x01, 0x01, 0x00, 0x00, 0x00},
    {0xb0, 0xd2, 0x00, 0xf1, 0x00, 0x4f, 0xc2},
    {0xb0, 0xd4, 0x00, 0x00, 0x00, 0x4f, 0xc2},                              // off-line routine
    {0xb0, 0xd5, 0x00, 0x01, 0x06, 0x4f, 0xc2},                              // self-test log
    {0xb0, 0xd6, 0x00, 0x01, 0x80, 0x4f, 0xc2},
    {0xb0, -1,   0x00, 0x00, 0x00, 0x4f, 0xc2},                              // ATA6-SMART-1
    {0xc7, -1,   0x01, 0x00, 0x01, 0x02, 0x00, {{0xef, 0x5d}}},
    {0xcc, -1,   0x01, 0x00, 0x01, 0x02, 0x00, {{0xef, 0x5d}}},
    {0xd1, -1,   0x01, 0x00, 0x00, 0x02, 0x00},
    {0xef, -1,   0x03, 0x0c, 0x01, 0x02, 0x00},                              // PIO mode 4
    {0xf4, -1,   0x00, 0x01, 0x01, 0x02, 0x00, {{0xf3}}},                    // ATA6-SEC-8
    {0xf9, 0x02, 0x00, 0x00, 0x00, 0x20, 0x00, {{0xf9, 0x01, true}}},
    {0xf9, 0x03, 0x00, 0x00, 0x00, 0x20, 0x00, {{0xf9, 0x01, true}, {0xf9, 0x02}}},
    {0xf9, 0x04, 0x00, 0x00, 0x00, 0x20, 0x00, {{0xf9, 0x01, true}}},
    {0xf9, 0x01, 0x00, 0x00, 0x00, 0x20, 0x00},
    {0xf9, -1,   0x00, 0x00, 0x00, 0x20, 0x00, {{0xf8}}},                    // ATA6-HPA-2
};
// clang-format on

How how_to(std::uint8_t opcode, std::uint8_t features) {
  for (const How& how : kHow) {
    if (how.opcode == opcode && (how.features < 0 || how.features == features)) return how;
  }
  return kPlain;
}

/// A command that takes its count and address from both halves of the registers, however the host wrote them.
bool reads_previous(std::uint8_t opcode) {
  const CommandRow* row = find_command(opcode, 0);
  return row != nullptr && (needs_lba48(*row) || row->set == FeatureSet::gpl);
}

/// Commands that the gate lets in and that then refuse, whatever they are given here: NOP always (ATA6-NOP-1), SERVICE
/// with no command released, DEVICE CONFIGURATION RESTORE in DCO0 (table in §6.21).
bool refuses(std::uint8_t opcode, std::uint8_t features) {
  return opcode == 0x00 || opcode == 0xa2 || (opcode == 0xb1 && features == 0xc0);
}

/// D2h-D4h belong to the card: the standard names no protocol.
bool is_the_cards(std::uint8_t opcode) { return opcode >= 0xd2 && opcode <= 0xd4; }

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
constexpr const char* kSeenNames[] = {"nothing",      "aborted", "failed",  "completed",  "PIO data-in",
                                      "PIO data-out", "DMA in",  "DMA out", "diagnostic", "something else"};

/// What an outcome looks like from outside.
Seen seen_of(Outcome outcome) {
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

constexpr std::uint16_t kFeatures = 0x1f1, kCount = 0x1f2, kLow = 0x1f3, kMid = 0x1f4, kHigh = 0x1f5, kDevice = 0x1f6,
                        kCommand = 0x1f7, kControl = 0x3f6;

/// How many disks there are, and which one the command is for.
struct Place {
  std::string_view name;
  bool disks[2];
  bool dev;
  bool other_sleeps = false;
  bool absent() const { return !disks[dev ? 1 : 0]; }
};
constexpr Place kPlaces[] = {
    {"D0 alone", {true, false}, false}, {"D1 absent", {true, false}, true}, {"D0 absent", {false, true}, false},
    {"D0 of two", {true, true}, false}, {"D1 of two", {true, true}, true},
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
      // What a 28-bit command finds in the previous halves is none of its business (ATA6-FIFO-4).
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
    if (interrupts() != 1 || (now & status::DRDY) == 0) return Seen::other;  // ATA6-CMD-1, ATA6-ND-2
    if ((now & status::ERR) != 0) return machine_.in(kFeatures) == error::ABRT ? Seen::aborted : Seen::failed;
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

  /// DRQ is 1: whose data, and by which way? An interrupt tells of PIO data-in (ATA6-INT-3, ATA6-PIO-OUT-1,
  /// ATA6-DMA-2); a drive that waits for the bus master takes no word by PIO (ATA6-DMA-1).
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

// --- the comparison -------------------------------------------------------------------------------

/// What the machine did otherwise; the first of each opcode and place in one line.
struct Departures {
  std::size_t compared = 0, count = 0;
  std::set<std::pair<std::string_view, std::uint8_t>> reported;
  std::string report;

  void note(const CommandWrite& command, const Place& place, CommandState state, Outcome table, Seen seen) {
    static constexpr const char* kForms[] = {"28-bit", "48-bit", "CHS"};
    static constexpr const char* kStates[] = {"idle",     "BSY",    "DRQ in", "DRQ out",
                                              "sleeping", "locked", "frozen", "after an error"};
    ++count;
    if (!reported.insert({place.name, command.opcode}).second || reported.size() > 20) return;
    char line[160];
    std::snprintf(line, sizeof line, "\n%02Xh Features %02Xh, %.*s, %s, %s: table %s, seen %s", command.opcode,
                  command.features, static_cast<int>(place.name.size()), place.name.data(),
                  kForms[static_cast<std::size_t>(command.form)], kStates[static_cast<std::size_t>(state)],
                  name_of(table), kSeenNames[static_cast<std::size_t>(seen)]);
    report += line;
  }
};

/// Features values that make a difference for an opcode: its subcommands, and one that is none.
std::set<std::uint8_t> features_of(std::uint8_t opcode) {
  std::set<std::uint8_t> values = {how_to(opcode, 0x00).set_features};
  for (const CommandRow& row : command_table()) {
    if (row.opcode == opcode && row.subcommand >= 0) values.insert(static_cast<std::uint8_t>(row.subcommand));
  }
  return values;
}

bool agrees(Outcome table, Seen seen, const CommandWrite& command) {
  if (seen == seen_of(table)) return true;
  const bool runs = table != Outcome::aborted && table != Outcome::ignored && table != Outcome::not_answered;
  if (runs && refuses(command.opcode, command.features)) return seen == Seen::aborted;
  if (runs && is_the_cards(command.opcode)) return true;
  // A queued command may be released at once (ATA6-OVL-3): BSY and DRQ are 0, and it interrupts.
  const bool queued = table == Outcome::queued_in || table == Outcome::queued_out;
  return queued && seen == Seen::completed;
}

void every_opcode(const Place& place, CommandState state, const DeviceOptions& options, Departures& departures) {
  Bench bench(place, state, options);
  REQUIRE(bench.ready());
  for (unsigned i = 0; i < 256 * 3; ++i) {
    const auto opcode = static_cast<std::uint8_t>(i / 3);
    for (const std::uint8_t features : features_of(opcode)) {
      const How how = how_to(opcode, features);
      const bool after_native_max = how.before[0].opcode == 0xf8;
      const CommandWrite command{opcode, features, static_cast<AddressForm>(i % 3), place.dev, after_native_max};
      const DeviceType type = place.absent() ? DeviceType::absent : DeviceType::disk;
      const Outcome table = legality(command, type, state, options);
      const Seen seen = bench.run(command, how);
      ++departures.compared;
      if (table == Outcome::indeterminate) {
        if (!bench.recovers()) departures.note(command, place, state, table, seen);
        continue;
      }
      // The disk at the other end of the cable runs 90h too (ATA6-SEL-4), which is then all there is to see.
      // A diagnostic of Device 1 alone interrupts nobody (ATA6-DIAG-2).
      const bool other_runs = place.disks[place.dev ? 0 : 1] && table != Outcome::diagnostic;
      if (opcode == 0x90 && (other_runs || place.other_sleeps)) continue;
      if (!agrees(table, seen, command)) departures.note(command, place, state, table, seen);
    }
  }
}

void check(const Departures& departures, std::size_t at_least) {
  const std::string message = std::to_string(departures.count) + " departures:" + departures.report;
  CHECK_MESSAGE(departures.count == 0, message);
  CHECK(departures.compared >= at_least);
}

// Removable Media excludes the Host Protected Area (ATA6-HPA-14).
DeviceOptions fixed() { return built({Feature::overlap, Feature::cfa, Feature::media_card}, {}); }
DeviceOptions removable() { return built({Feature::removable, Feature::media_status}, {Feature::hpa}); }

// asserts ATA6-CMD-1, ATA6-CMD-3, ATA6-CMD-4, ATA6-CMD-5, ATA6-SEL-11, ATA6-ABS-3, ATA6-DIAG-6
TEST_CASE("the disk does with every opcode what the command table says, in every state") {
  for (const CommandState state : {CommandState::idle, CommandState::sleeping, CommandState::after_error}) {
    Departures departures;
    for (const Place& place : kPlaces) every_opcode(place, state, fixed(), departures);
    check(departures, std::size_t{5} * 256 * 3);
  }
}

// asserts ATA6-SEL-11, ATA6-SEL-4
TEST_CASE("a disk does what the command table says while the other one on the cable sleeps") {
  Departures departures;
  every_opcode({"D0, D1 sleeps", {true, true}, false, true}, CommandState::idle, fixed(), departures);
  every_opcode({"D1, D0 sleeps", {true, true}, true, true}, CommandState::idle, fixed(), departures);
  check(departures, std::size_t{2} * 256 * 3);
}

TEST_CASE("a disk with removable media does what the command table says") {
  Departures departures;
  every_opcode(kPlaces[0], CommandState::idle, removable(), departures);
  check(departures, 256 * 3);
}

// asserts ATA6-RW-15
TEST_CASE("locked and frozen, the disk lets through what table 10 does") {
  if (!fixed().has(Feature::security)) return;
  for (const CommandState state : {CommandState::locked, CommandState::frozen}) {
    Departures departures;
    for (const Place& place : kPlaces) every_opcode(place, state, fixed(), departures);
    check(departures, std::size_t{5} * 256 * 3);
  }
}

TEST_CASE("no opcode written while BSY or DRQ is 1 keeps a software reset from working") {
  for (const CommandState state : {CommandState::busy, CommandState::drq_in, CommandState::drq_out}) {
    Departures departures;
    for (const Place& place : kPlaces) {
      if (!place.absent()) every_opcode(place, state, fixed(), departures);
    }
    check(departures, std::size_t{3} * 256 * 3);
  }
}

TEST_CASE("what waits to be built aborts though it is switched on; what is built is off the list") {
  for (const Waiting& row : kWaiting) {
    DeviceOptions options;
    options.features.set(row.feature, true);
    if (row.feature == Feature::hpa_security) options.features.set(Feature::hpa, true);
    Bench bench(kPlaces[0], CommandState::idle, options);
    How how = how_to(row.opcode, row.features);
    CAPTURE(row.opcode);
    CHECK(bench.run({row.opcode, row.features}, how) == Seen::aborted);
  }
}

}  // namespace
}  // namespace coincide::testing
