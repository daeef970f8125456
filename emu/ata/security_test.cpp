// The state tables of the standard, held against a machine: Security (ATA6 r3a figure 9), SET MAX security (figure 10),
// Device Configuration Overlay (§6.21). Each cell is one story: bring the disk into the state, write the command, look.
#include <doctest/doctest.h>

#include <string>

#include "emu/test_machine.h"

namespace coincide::testing {
namespace {

constexpr std::uint8_t kAborted = 0xff;
constexpr std::uint8_t kUser = 0x55, kWrong = 0x56;

/// One disk and the commands of these sets.
class Subject {
 public:
  Subject() : m_(one_disk()) {}

  void reset(ResetKind kind) {
    m_.controller.reset(kind);
    m_.controller.config_write(0x04, 2, 0x0005);
    m_.controller.config_write(0x20, 4, kBmiba);
    m_.controller.config_write(0x40, 4, 0x80008000);
  }
  void software_reset() {
    m_.out(0x3f6, 0x04);
    m_.out(0x3f6, 0x00);
  }
  /// Writes a command without parameters; true if it ended without error.
  bool run(std::uint8_t opcode, std::uint8_t features = 0) {
    m_.out(0x1f6, 0xe0);
    m_.out(0x1f1, features);
    m_.out(0x1f7, opcode);
    return (m_.in(0x1f7) & 0x01) == 0;
  }
  /// The same with 512 bytes: identifier word, and a password of equal bytes.
  bool run_with(std::uint8_t opcode, std::uint8_t password, std::uint8_t features = 0, std::uint16_t word0 = 0) {
    std::vector<std::uint8_t> data(kSectorBytes, 0);
    data[0] = static_cast<std::uint8_t>(word0);
    data[1] = static_cast<std::uint8_t>(word0 >> 8);
    std::fill_n(data.begin() + 2, 32, password);
    return send(opcode, features, data);
  }
  bool send(std::uint8_t opcode, std::uint8_t features, std::span<const std::uint8_t> data) {
    if (!run(opcode, features)) return false;
    m_.controller.port_write_block(0x1f0, 2, data);
    return (m_.in(0x1f7) & 0x09) == 0;
  }
  bool read(std::uint8_t opcode, std::uint8_t features, std::vector<std::uint8_t>& data) {
    if (!run(opcode, features)) return false;
    data = m_.read_data(kSectorBytes);
    return true;
  }
  unsigned word(unsigned index) {
    std::vector<std::uint8_t> data;
    REQUIRE(read(0xec, 0, data));
    return data[2 * index] | data[2 * index + 1] << 8;
  }
  /// SET MAX ADDRESS to the native maximum, in the right order.
  bool set_max_address() {
    if (!run(0xf8)) return false;
    m_.command(0xf9, static_cast<std::uint32_t>(kSectors - 1), 0);
    return (m_.in(0x1f7) & 0x01) == 0;
  }

 private:
  Machine m_;
};

// --- Security -------------------------------------------------------------------------------------

enum class SecurityAction : std::uint8_t {
  hardware_reset,
  software_reset,
  set_password,
  unlock,
  erase,
  disable,
  freeze,
  power_cycle
};

/// SEC1, SEC2, SEC4, SEC5, SEC6 as word 128 tells them.
std::uint8_t security_state(Subject& s) {
  switch (s.word(128) & 0x000e) {
    case 0x0:
      return 1;
    case 0x8:
      return 2;
    case 0x6:
      return 4;
    case 0x2:
      return 5;
    case 0xa:
      return 6;
    default:
      return 0;
  }
}

void enter_security(Subject& s, std::uint8_t state) {
  if (state >= 4) REQUIRE(s.run_with(0xf1, kUser));
  if (state == 4) s.reset(ResetKind::pci);
  if (state == 2 || state == 6) REQUIRE(s.run(0xf5));
  REQUIRE(security_state(s) == state);
}

std::uint8_t act(Subject& s, SecurityAction action) {
  bool good = true;
  switch (action) {
    case SecurityAction::hardware_reset:
      s.reset(ResetKind::pci);
      break;
    case SecurityAction::power_cycle:
      s.reset(ResetKind::power_cycle);
      break;
    case SecurityAction::software_reset:
      s.software_reset();
      break;
    case SecurityAction::set_password:
      good = s.run_with(0xf1, kUser);
      break;
    case SecurityAction::unlock:
      good = s.run_with(0xf2, kUser);
      break;
    case SecurityAction::erase:
      good = s.run(0xf3) && s.run_with(0xf4, kUser);
      break;
    case SecurityAction::disable:
      good = s.run_with(0xf6, kUser);
      break;
    case SecurityAction::freeze:
      good = s.run(0xf5);
      break;
  }
  return good ? security_state(s) : kAborted;
}

// asserts ATA6-SEC-1 ATA6-SEC-10 ATA6-SEC-11 ATA6-SEC-12 ATA6-SEC-13
TEST_CASE("Security: every state meets every command as figure 9 has it") {
  using A = SecurityAction;
  constexpr std::uint8_t kOpen = 0;  // SEC1 may abort or do nothing
  const struct {
    std::uint8_t state;
    std::uint8_t after[8];  // in the order of SecurityAction
  } rows[] = {
      // RESET-, SRST, F1h user, F2h, F3h F4h, F6h, F5h, power cycle
      {1, {1, 1, 5, kOpen, kOpen, kOpen, 2, 1}},
      {2, {1, 2, kAborted, kAborted, kAborted, kAborted, 2, 1}},
      {4, {4, 4, kAborted, 5, 1, kAborted, kAborted, 4}},
      {5, {4, 5, 5, 5, 1, 1, 6, 4}},
      {6, {4, 6, kAborted, kAborted, kAborted, kAborted, 6, 4}},
  };
  for (const auto& row : rows) {
    for (unsigned i = 0; i < 8; ++i) {
      Subject s;
      enter_security(s, row.state);
      const std::uint8_t after = act(s, static_cast<A>(i));
      CAPTURE(+row.state);
      CAPTURE(i);
      if (row.after[i] == kOpen) {
        CHECK(security_state(s) == row.state);
      } else {
        CHECK(+after == +row.after[i]);
        if (after == kAborted) CHECK(security_state(s) == row.state);
      }
    }
  }
}

// --- SET MAX security -----------------------------------------------------------------------------

/// SM0 to SM3, by trying what tells them apart.
void enter_set_max(Subject& s, std::uint8_t state) {
  if (state >= 1) REQUIRE(s.run_with(0xf9, kUser, 0x01));
  if (state == 2) REQUIRE(s.run(0xf9, 0x02));
  if (state == 3) REQUIRE(s.run(0xf9, 0x04));
}

std::uint8_t set_max_state(Subject& s) {
  if ((s.word(86) & 0x0100) == 0) return 0;
  if (s.set_max_address()) return 1;
  return s.run_with(0xf9, kUser, 0x03) ? 2 : 3;  // UNLOCK works in SM2 only
}

// asserts ATA6-HPA-16 ATA6-HPA-19
TEST_CASE("SET MAX security: every state meets every command as figure 10 has it") {
  const struct {
    std::uint8_t state;
    std::uint8_t after[9];
  } rows[] = {
      // SET MAX ADDRESS, SET PASSWORD, LOCK, UNLOCK, UNLOCK with another password, FREEZE, RESET-, SRST, power cycle
      {0, {0, 1, kAborted, kAborted, kAborted, kAborted, 0, 0, 0}},
      {1, {1, 1, 2, kAborted, kAborted, 3, 1, 1, 0}},
      {2, {kAborted, kAborted, 2, 1, kAborted, 3, 2, 2, 0}},
      {3, {kAborted, kAborted, kAborted, kAborted, kAborted, kAborted, 3, 3, 0}},
  };
  for (const auto& row : rows) {
    for (unsigned i = 0; i < 9; ++i) {
      Subject s;
      enter_set_max(s, row.state);
      bool good = true;
      if (i == 0) good = s.set_max_address();
      if (i == 1) good = s.run_with(0xf9, kUser, 0x01);
      if (i == 2) good = s.run(0xf9, 0x02);
      if (i == 3) good = s.run_with(0xf9, kUser, 0x03);
      if (i == 4) good = s.run_with(0xf9, kWrong, 0x03);
      if (i == 5) good = s.run(0xf9, 0x04);
      if (i == 6) s.reset(ResetKind::pci);
      if (i == 7) s.software_reset();
      if (i == 8) s.reset(ResetKind::power_cycle);
      CAPTURE(+row.state);
      CAPTURE(i);
      CHECK(good == (row.after[i] != kAborted));
      CHECK(+set_max_state(s) == (row.after[i] == kAborted ? +row.state : +row.after[i]));
    }
  }
}

// --- Device Configuration Overlay -----------------------------------------------------------------

/// SET with what IDENTIFY gave, and one sector less.
bool reduce(Subject& s) {
  std::vector<std::uint8_t> data;
  if (!s.read(0xb1, 0xc2, data)) return s.run(0xb1, 0xc3);
  --data[6];
  ++data[511];
  return s.send(0xb1, 0xc3, data);
}

std::uint8_t overlay_state(Subject& s) {
  std::vector<std::uint8_t> data;
  if (!s.read(0xb1, 0xc2, data)) return 1;
  return s.word(60) == kSectors ? 0 : 2;
}

// asserts ATA6-DCO-1 ATA6-DCO-2 ATA6-DCO-4
TEST_CASE("Device Configuration Overlay: every state meets every command as §6.21 has it") {
  const struct {
    std::uint8_t state;
    std::uint8_t after[7];
  } rows[] = {
      // RESTORE, FREEZE LOCK, IDENTIFY, SET, RESET-, SRST, power cycle
      {0, {kAborted, 1, 0, 2, 0, 0, 0}},
      {1, {kAborted, kAborted, kAborted, kAborted, 1, 1, 0}},
      {2, {0, 1, 2, kAborted, 2, 2, 2}},
  };
  for (const auto& row : rows) {
    for (unsigned i = 0; i < 7; ++i) {
      Subject s;
      if (row.state == 1) REQUIRE(s.run(0xb1, 0xc1));
      if (row.state == 2) REQUIRE(reduce(s));
      std::vector<std::uint8_t> data;
      bool good = true;
      if (i == 0) good = s.run(0xb1, 0xc0);
      if (i == 1) good = s.run(0xb1, 0xc1);
      if (i == 2) good = s.read(0xb1, 0xc2, data);
      if (i == 3) good = reduce(s);
      if (i == 4) s.reset(ResetKind::pci);
      if (i == 5) s.software_reset();
      if (i == 6) s.reset(ResetKind::power_cycle);
      CAPTURE(+row.state);
      CAPTURE(i);
      CHECK(good == (row.after[i] != kAborted));
      CHECK(+overlay_state(s) == (row.after[i] == kAborted ? +row.state : +row.after[i]));
    }
  }
}

}  // namespace
}  // namespace coincide::testing
