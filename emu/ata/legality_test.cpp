// The command table against a second reading of the standard's tables (opcode_matrix.h), for every opcode, device,
// address form and state. legality_machine_test.cpp holds the machine to the same.
#include "emu/ata/legality.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "emu/ata/opcode_matrix.h"

namespace coincide {
namespace {

constexpr DeviceType kTypes[] = {DeviceType::disk, DeviceType::packet, DeviceType::absent};
constexpr AddressForm kForms[] = {AddressForm::lba28, AddressForm::lba48, AddressForm::chs};
constexpr std::size_t kStates = static_cast<std::size_t>(CommandState::count);

DeviceOptions with(bool everything) {
  DeviceOptions options;
  for (const FeatureRow& row : feature_table()) options.features.set(row.feature, everything);
  options.lba48 = options.power_management = everything;
  return options;
}

/// Departures of the two readings; the first of each opcode in one line.
class Departures {
 public:
  void compare(const CommandWrite& command, DeviceType type, CommandState state, const DeviceOptions& options,
               std::string_view device) {
    static constexpr const char* kTypeNames[] = {"disk", "packet device", "absent"};
    static constexpr const char* kFormNames[] = {"28-bit", "48-bit", "CHS"};
    static constexpr const char* kStateNames[] = {"idle",     "BSY",    "DRQ in", "DRQ out",
                                                  "sleeping", "locked", "frozen", "after an error"};
    const Outcome table = legality(command, type, state, options);
    const opcode_matrix::Verdict standard = opcode_matrix::verdict(command, type, state, options);
    ++compared_;
    if (standard.allows(table)) return;
    ++departures_;
    if (!reported_.insert(command.opcode).second || reported_.size() > 20) return;
    char line[200];
    std::snprintf(line, sizeof line, "\n%02Xh Features %02Xh, %s, DEV %d, %s, %s%s, %.*s: table %s, standard %s",
                  command.opcode, command.features, kTypeNames[static_cast<std::size_t>(type)], command.dev,
                  kFormNames[static_cast<std::size_t>(command.form)], kStateNames[static_cast<std::size_t>(state)],
                  command.after_read_native_max ? " after F8h" : "", static_cast<int>(device.size()), device.data(),
                  name_of(table), name_of(standard.outcome));
    report_ += line;
  }
  void check(std::size_t at_least) const {
    const std::string message = std::to_string(departures_) + " departures:" + report_;
    CHECK_MESSAGE(departures_ == 0, message);
    CHECK(compared_ >= at_least);
  }

 private:
  std::size_t compared_ = 0, departures_ = 0;
  std::set<std::uint8_t> reported_;
  std::string report_;
};

// asserts ATA6-CMD-1, ATA6-CMD-5
TEST_CASE("the command table says what the standard's tables say, for every opcode, device, address and state") {
  Departures departures;
  const std::pair<std::string_view, DeviceOptions> devices[] = {
      {"as boards have it", {}}, {"everything on", with(true)}, {"everything off", with(false)}};
  for (const auto& [name, options] : devices) {
    for (unsigned opcode = 0; opcode < 256; ++opcode) {
      for (std::size_t i = 0; i < 3 * 3 * 2 * kStates; ++i) {
        const DeviceType type = kTypes[i % 3];
        const AddressForm form = kForms[i / 3 % 3];
        const bool dev = i / 9 % 2 != 0;
        const auto state = static_cast<CommandState>(i / 18);
        for (const std::uint8_t features : {0x00, 0x01, 0xd8, 0xc2}) {
          const auto code = static_cast<std::uint8_t>(opcode);
          departures.compare({code, features, form, dev, false}, type, state, options, name);
          if (code == 0xf9) departures.compare({code, features, form, dev, true}, type, state, options, name);
        }
      }
    }
  }
  departures.check(std::size_t{3} * 256 * 3 * 3 * 2 * kStates * 4);
}

TEST_CASE("every value of Features, where it may select a subcommand") {
  Departures departures;
  for (const CommandState state : {CommandState::idle, CommandState::locked, CommandState::frozen}) {
    for (const DeviceType type : {DeviceType::disk, DeviceType::packet}) {
      for (unsigned i = 0; i < 256 * 256; ++i) {
        const auto opcode = static_cast<std::uint8_t>(i >> 8);
        if (state != CommandState::idle && opcode != 0xb0 && opcode != 0xb1 && opcode != 0xf9) continue;
        departures.compare({opcode, static_cast<std::uint8_t>(i)}, type, state, {}, "as boards have it");
      }
    }
  }
  departures.check(std::size_t{2} * 256 * 256);
}

TEST_CASE("each feature for itself, there or missing") {
  Departures departures;
  const auto all_opcodes = [&](const DeviceOptions& options, std::string_view name) {
    for (unsigned opcode = 0; opcode < 256; ++opcode) {
      for (const std::uint8_t features : {0x00, 0x01, 0xd8, 0xc2}) {
        for (const DeviceType type : {DeviceType::disk, DeviceType::packet}) {
          departures.compare({static_cast<std::uint8_t>(opcode), features}, type, CommandState::idle, options, name);
        }
      }
    }
  };
  for (const FeatureRow& row : feature_table()) {
    DeviceOptions alone = with(false);
    alone.features.set(row.feature, true);
    all_opcodes(alone, row.name);
    alone.lba48 = true;
    all_opcodes(alone, row.name);
    DeviceOptions missing = with(true);
    missing.features.set(row.feature, false);
    all_opcodes(missing, row.name);
  }
  departures.check(feature_table().size() * 3 * 256 * 4 * 2);
}

// asserts ATA6-CMD-4
TEST_CASE("what table E.1 does not define aborts on both device types, however much a device has") {
  const DeviceOptions all = with(true);
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    const char letter = opcode_matrix::letter(static_cast<std::uint8_t>(opcode));
    if (letter != 'R' && letter != 'E' && letter != 'V' && letter != 'A') continue;
    for (const std::uint8_t features : {0x00, 0x01, 0xd8, 0xff}) {
      const CommandWrite command{static_cast<std::uint8_t>(opcode), features};
      CAPTURE(opcode);
      CHECK(legality(command, DeviceType::disk, CommandState::idle, all) == Outcome::aborted);
      CHECK(legality(command, DeviceType::packet, CommandState::idle, all) == Outcome::aborted);
    }
  }
}

TEST_CASE("tables E.1 and E.2 tell of the same codes") {
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    const char letter = opcode_matrix::letter(static_cast<std::uint8_t>(opcode));
    bool has_line = false;
    for (const opcode_matrix::Line& line : opcode_matrix::kLines) has_line = has_line || line.code == opcode;
    CAPTURE(opcode);
    if (letter == 'C' || letter == 'F' || letter == 'M') {
      // 87h and C0h are F for the CFA commands alone.
      CHECK(has_line);
    } else if (letter != 'O') {  // obsolete ones may have a line
      CHECK_FALSE(has_line);
    }
  }
}

// asserts ATA6-CMD-3
TEST_CASE("codes of later standards abort, on both device types") {
  const DeviceOptions all = with(true);
  for (const std::uint8_t opcode : {0x06, 0x2a, 0x2b, 0x3a, 0x3b, 0x3d, 0x3e, 0x45, 0x51, 0x60, 0x61, 0xce}) {
    CAPTURE(opcode);
    CHECK(legality({opcode}, DeviceType::disk, CommandState::idle, all) == Outcome::aborted);
    CHECK(legality({opcode}, DeviceType::packet, CommandState::idle, all) == Outcome::aborted);
  }
}

TEST_CASE("a read-only disk has no command that writes the medium, and all others") {
  DeviceOptions options = with(true);
  options.read_only = true;
  const DeviceOptions writable = with(true);
  constexpr std::string_view kWrites = "\x30\x31\x34\x35\x36\x38\x39\xc0\xc5\xca\xcb\xcc\xcd";
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    const CommandWrite command{static_cast<std::uint8_t>(opcode)};
    const bool writes = kWrites.find(static_cast<char>(opcode)) != std::string_view::npos;
    const Outcome expected =
        writes ? Outcome::aborted : legality(command, DeviceType::disk, CommandState::idle, writable);
    CAPTURE(opcode);
    CHECK(legality(command, DeviceType::disk, CommandState::idle, options) == expected);
  }
}

}  // namespace
}  // namespace coincide
