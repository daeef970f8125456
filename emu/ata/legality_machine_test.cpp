// The machine against legality(): every opcode is written to a disk that stands alone, to one of two, and to one that
// is absent, in every state and address form, and what the ports then show is held to what the command table says.
#include <doctest/doctest.h>

#include <cstdio>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "emu/ata/legality.h"
#include "emu/ata/opcode_bench.h"

namespace coincide::testing {
namespace {

// --- what a disk is given -------------------------------------------------------------------------

DeviceOptions built(std::initializer_list<Feature> more, std::initializer_list<Feature> less) {
  DeviceOptions options;
  for (const Feature feature : more) options.features.set(feature, true);
  for (const Feature feature : less) options.features.set(feature, false);
  return options;
}

constexpr Place kPlaces[] = {
    {"D0 alone", {true, false}, false}, {"D1 absent", {true, false}, true}, {"D0 absent", {false, true}, false},
    {"D0 of two", {true, true}, false}, {"D1 of two", {true, true}, true},
};

/// Commands that the gate lets in and that then refuse, whatever they are given here: NOP always (ATA6-NOP-1), SERVICE
/// with no command released, DEVICE CONFIGURATION RESTORE in DCO0 (table in §6.21), the commands of a media card that
/// CHECK MEDIA CARD TYPE has not enabled (ATA6-MCPT-2).
bool refuses(std::uint8_t opcode, std::uint8_t features) {
  return opcode == 0x00 || opcode == 0xa2 || (opcode == 0xb1 && features == 0xc0) || (opcode >= 0xd2 && opcode <= 0xd4);
}

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
  return runs && refuses(command.opcode, command.features) && seen == Seen::aborted;
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

}  // namespace
}  // namespace coincide::testing
