// PERSISTENT RESERVE IN and OUT, by the names of the tests that OpenVMM has for them (sheet 7.3).
#include "emu/scsi/reservations.h"

#include <doctest/doctest.h>

#include "emu/scsi/test_disk.h"

namespace coincide::scsi {
namespace {

using testing::TestDisk;
using Bytes = std::vector<std::uint8_t>;
using Action = Reservations::Action;

constexpr std::uint8_t kTypes[] = {1, 3, 5, 6, 7, 8};
constexpr std::uint64_t kKey = 0x0102030405060708;
constexpr std::uint64_t kNewKey = 0xfff0000000000001;

DiskUnitConfig config(std::string_view profile = "openvmm") {
  DiskUnitConfig out = TestDisk::with(profile);
  out.reservations = true;
  return out;
}
Bytes list(std::uint64_t key, std::uint64_t service_action_key, std::uint8_t flags = 0) {
  Bytes out;
  for (const std::uint64_t value : {key, service_action_key}) {
    for (int i = 7; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  out.resize(24);
  out[20] = flags;
  return out;
}
bool out(TestDisk& disk, Action action, std::uint8_t scope_type, const Bytes& parameters) {
  return disk.run({0x5f, static_cast<std::uint8_t>(action), scope_type, 0, 0, 0, 0, 0, 24}, parameters);
}
bool in(TestDisk& disk, std::uint8_t action, std::uint16_t length = 255) {
  return disk.run(
      {0x5e, action, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)}, length);
}
bool conflicts(const TestDisk& disk) {
  return disk.ended && disk.status == Status::reservation_conflict && disk.sense.key == 0 &&
         disk.srb() == SrbStatus::error;
}

/// What READ KEYS, READ RESERVATION and READ FULL STATUS say together.
struct Told {
  std::uint64_t generation;
  std::optional<std::uint64_t> key;
  std::optional<std::uint8_t> type;
};
void expect(TestDisk& disk, const Told& told) {
  REQUIRE(in(disk, 0));
  CHECK(disk.be(0, 4) == told.generation);           // asserts OVMM-SCSI-49
  REQUIRE(disk.data.size() == (told.key ? 16 : 8));  // asserts OVMM-SCSI-49
  CHECK(disk.be(4, 4) == (told.key ? 8 : 0));        // asserts OVMM-SCSI-49
  if (told.key) CHECK(disk.be(8, 8) == *told.key);   // asserts OVMM-SCSI-49
  REQUIRE(in(disk, 1));
  CHECK(disk.be(0, 4) == told.generation);            // asserts OVMM-SCSI-49
  REQUIRE(disk.data.size() == (told.type ? 24 : 8));  // asserts OVMM-SCSI-49
  CHECK(disk.be(4, 4) == (told.type ? 16 : 0));       // asserts OVMM-SCSI-49
  if (told.type) {
    const bool all = *told.type >= 7;
    CHECK(disk.be(8, 8) == (all ? 0 : *told.key));  // asserts OVMM-SCSI-49
    CHECK(disk.be(21, 1) == *told.type);            // asserts OVMM-SCSI-49
  }
  REQUIRE(in(disk, 3));
  CHECK(disk.be(0, 4) == told.generation);  // asserts OVMM-SCSI-49
  REQUIRE(disk.data.size() == (told.key ? 8 + 24 + 24 : 8));
  CHECK(disk.be(4, 4) == disk.data.size() - 8);  // asserts OVMM-SCSI-49
  if (told.key) {
    CHECK(disk.be(8, 8) == *told.key);                   // asserts OVMM-SCSI-49
    CHECK((disk.be(20, 1) & 1) == (told.type ? 1 : 0));  // asserts OVMM-SCSI-49
    CHECK(disk.be(21, 1) == told.type.value_or(0));      // asserts OVMM-SCSI-49
    CHECK(disk.be(28, 4) == 24);                         // asserts OVMM-SCSI-49
  }
}

TEST_CASE("validate_pr_scsi_compliance") {
  for (const char* profile : {"spec", "openvmm"}) {
    for (const std::uint8_t type : kTypes) {
      CAPTURE(+type);
      TestDisk disk(config(profile));
      disk.hear_news();
      expect(disk, {0, {}, {}});
      CHECK(out(disk, Action::register_ignoring_key, 0, list(0, kKey)));
      CHECK(disk.given() == 24);  // asserts OVMM-SCSI-49
      expect(disk, {1, kKey, {}});
      CHECK(out(disk, Action::reserve, type, list(kKey, 0)));
      expect(disk, {1, kKey, type});
      CHECK(out(disk, Action::release, type, list(kKey, 0)));
      expect(disk, {1, kKey, {}});
      CHECK(out(disk, Action::register_key, 0, list(kKey, kNewKey)));
      expect(disk, {2, kNewKey, {}});
      CHECK(out(disk, Action::register_ignoring_key, 0, list(1234, kKey)));
      expect(disk, {3, kKey, {}});
      CHECK(out(disk, Action::reserve, type, list(kKey, 0)));
      CHECK(out(disk, Action::clear, 0, list(kKey, 0)));
      expect(disk, {4, {}, {}});
      CHECK(out(disk, Action::register_ignoring_key, 0, list(0, kKey)));
      CHECK(out(disk, Action::reserve, type, list(kKey, 0)));
      CHECK(out(disk, Action::preempt, type, list(kKey, kKey)));
      expect(disk, {6, kKey, type});
      CHECK(out(disk, Action::preempt_and_abort, type, list(kKey, kKey)));
      expect(disk, {7, kKey, type});
      CHECK(out(disk, Action::register_key, 0, list(kKey, 0)));
      expect(disk, {8, {}, {}});
    }
  }
}

TEST_CASE("validate_pr_invalid_reserve_type_scope") {
  for (const char* profile : {"spec", "openvmm"}) {
    TestDisk disk(config(profile));
    disk.hear_news();
    for (unsigned scope_type = 0; scope_type < 256; ++scope_type) {
      CAPTURE(scope_type);
      const bool known = std::find(std::begin(kTypes), std::end(kTypes), scope_type) != std::end(kTypes);
      CHECK(out(disk, Action::register_ignoring_key, static_cast<std::uint8_t>(scope_type), list(0, kKey)));
      for (const Action action : {Action::reserve, Action::release, Action::preempt, Action::preempt_and_abort}) {
        out(disk, action, static_cast<std::uint8_t>(scope_type), list(kKey, kKey));
        if (!known) CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-49
        if (known) CHECK(disk.status == Status::good);    // asserts OVMM-SCSI-49
      }
      CHECK(out(disk, Action::register_key, static_cast<std::uint8_t>(scope_type),
                list(kKey, kNewKey)));                                                           // asserts OVMM-SCSI-49
      CHECK(out(disk, Action::clear, static_cast<std::uint8_t>(scope_type), list(kNewKey, 0)));  // asserts OVMM-SCSI-49
    }
  }
}

TEST_CASE("validate_pr_out_parameter_list_length, _external_data_length") {
  TestDisk disk(config());
  for (const std::uint32_t length : {0u, 23u, 25u, 0xfe76u, 0x18000000u}) {
    CHECK_FALSE(disk.run({0x5f, 6, 0, 0, 0, static_cast<std::uint8_t>(length >> 24), 0,
                          static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)},
                         list(0, kKey)));
    CHECK(disk.failed_with(5, 0x1a, 0));  // asserts OVMM-SCSI-49
  }
  CHECK_FALSE(disk.run({0x5f, 6, 0, 0, 0, 0, 0, 0, 24}, list(0, kKey), 23));
  CHECK(disk.failed_with(5, 0x24, 0));                                  // asserts OVMM-SCSI-49
  CHECK(disk.run({0x5f, 6, 0, 0, 0, 0, 0, 0, 24}, list(0, kKey), 25));  // asserts OVMM-SCSI-49
  expect(disk, {1, kKey, {}});
}

TEST_CASE("validate_pr_out_sip, _aptpl") {
  TestDisk disk(config());
  CHECK_FALSE(out(disk, Action::register_ignoring_key, 0, list(0, kKey, 0x08)));
  CHECK(disk.failed_with(5, 0x26, 0));  // asserts OVMM-SCSI-49
  expect(disk, {0, {}, {}});
  for (const std::uint8_t aptpl : {1, 0}) {
    CHECK(out(disk, Action::register_ignoring_key, 0, list(0, kKey, aptpl)));
    CHECK(out(disk, Action::reserve, 3, list(kKey, 0, 0)));
    CHECK(in(disk, 2));
    CHECK(disk.data ==
          Bytes{0, 8, 0x05, static_cast<std::uint8_t>(0x80 | aptpl), 0xea, 0x01, 0, 0});  // asserts OVMM-SCSI-49
    disk.unit.reset(false);
    CHECK(in(disk, 0));
    CHECK(disk.data.size() == 16);
    disk.unit.reset(true);
    CHECK(in(disk, 0));
    CHECK(disk.data.size() == (aptpl != 0 ? 16 : 8));
  }
}

TEST_CASE("the flag of all target ports is told back") {
  TestDisk disk(config());
  CHECK(out(disk, Action::register_ignoring_key, 0, list(0, kKey, 0x04)));
  CHECK(in(disk, 3));
  CHECK(disk.be(20, 1) == 2);  // asserts OVMM-SCSI-49
}

TEST_CASE("validate_pr_out_invalid_service_action, validate_pr_in_invalid_service_action") {
  for (const char* profile : {"spec", "openvmm"}) {
    TestDisk disk(config(profile));
    disk.hear_news();
    for (unsigned action = 7; action < 32; ++action) {
      CHECK_FALSE(out(disk, static_cast<Action>(action), 1, list(0, kKey)));
      CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-49
    }
    for (unsigned action = 4; action < 32; ++action) {
      CHECK_FALSE(in(disk, static_cast<std::uint8_t>(action)));
      CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-49
    }
  }
}

TEST_CASE("validate_pr_out_register, _reserve_conflict, _mismatch_type") {
  TestDisk disk(config());
  CHECK_FALSE(out(disk, Action::register_key, 0, list(kKey, kNewKey)));
  CHECK(conflicts(disk));  // asserts OVMM-SCSI-49 OVMM-SCSI-02
  CHECK_FALSE(out(disk, Action::reserve, 1, list(0, 0)));
  CHECK(conflicts(disk));  // asserts OVMM-SCSI-49
  CHECK_FALSE(out(disk, Action::clear, 0, list(0, 0)));
  CHECK(conflicts(disk));  // asserts OVMM-SCSI-49
  CHECK(out(disk, Action::register_key, 0, list(0, kKey)));
  expect(disk, {1, kKey, {}});
  CHECK_FALSE(out(disk, Action::register_key, 0, list(0, kNewKey)));
  CHECK(conflicts(disk));  // asserts OVMM-SCSI-49
  for (const Action action :
       {Action::reserve, Action::release, Action::clear, Action::preempt, Action::preempt_and_abort}) {
    CHECK_FALSE(out(disk, action, 1, list(kNewKey, kKey)));
    CHECK(conflicts(disk));  // asserts OVMM-SCSI-49 OVMM-SCSI-02
  }
  expect(disk, {1, kKey, {}});
  CHECK(out(disk, Action::reserve, 1, list(kKey, 0)));
  CHECK(out(disk, Action::reserve, 1, list(kKey, 0)));
  CHECK_FALSE(out(disk, Action::reserve, 3, list(kKey, 0)));
  CHECK(conflicts(disk));
  CHECK_FALSE(out(disk, Action::release, 3, list(kKey, 0)));
  CHECK(disk.failed_with(5, 0x26, 4));
  CHECK_FALSE(out(disk, Action::preempt, 1, list(kKey, kNewKey)));
  CHECK(conflicts(disk));
  CHECK_FALSE(out(disk, Action::preempt, 1, list(kKey, 0)));
  CHECK(disk.failed_with(5, 0x26, 0));
  expect(disk, {1, kKey, 1});
  CHECK(out(disk, Action::preempt, 6, list(kKey, kKey)));
  expect(disk, {2, kKey, 6});
}

TEST_CASE("validate_pr_in_data_buffer_too_small, _truncates_results") {
  for (const char* profile : {"spec", "openvmm"}) {
    const bool spec = std::string_view(profile) == "spec";
    TestDisk disk(config(profile));
    disk.hear_news();
    CHECK(out(disk, Action::register_ignoring_key, 0, list(0, kKey)));
    CHECK(out(disk, Action::reserve, 1, list(kKey, 0)));
    for (const std::uint8_t action : {0, 1, 2, 3}) {
      CHECK(disk.run({0x5e, action, 0, 0, 0, 0, 0, 0, 20}, 19) == spec);
      if (!spec) CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-49
      CHECK(in(disk, action, 7) == spec);
      if (!spec) CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-49
      CHECK(in(disk, action, 8));
      CHECK(disk.data.size() == 8);  // asserts OVMM-SCSI-49
      CHECK(in(disk, action, 12));
      CHECK(disk.data.size() == (action == 2 ? 8 : 12));                                   // asserts OVMM-SCSI-49
      if (action != 2) CHECK(disk.be(4, 4) == (action == 0 ? 8 : action == 1 ? 16 : 48));  // asserts OVMM-SCSI-49
    }
  }
}

TEST_CASE("a disk without reservations knows neither command") {
  for (const char* profile : {"spec", "openvmm"}) {
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    for (const std::uint8_t action : {0, 1, 2, 3}) {
      CHECK_FALSE(in(disk, action));
      CHECK(disk.failed_with(5, 0x20, 0));  // asserts OVMM-SCSI-49 OVMM-SCSI-20
    }
    CHECK_FALSE(out(disk, Action::register_ignoring_key, 0, list(0, kKey)));
    CHECK(disk.failed_with(5, 0x20, 0));              // asserts OVMM-SCSI-49 OVMM-SCSI-20
    CHECK(disk.srb() == SrbStatus::invalid_request);  // asserts OVMM-SCSI-20
  }
}

TEST_CASE("a snapshot keeps reservations, also in the middle of the command that makes one") {
  TestDisk disk(config());
  CHECK(out(disk, Action::register_ignoring_key, 0, list(0, kKey, 1)));
  disk.to_give = list(kKey, 0);
  disk.begin({0x5f, 1, 5, 0, 0, 0, 0, 0, 24}, 24);
  disk.unit.give(std::span(disk.to_give).first(11));
  SnapshotWriter writer;
  disk.unit.save(writer);
  const Bytes saved = writer.take();
  TestDisk other(config());
  SnapshotReader reader(saved);
  other.unit.restore(reader);
  REQUIRE(reader.done());
  other.unit.give(std::span(disk.to_give).subspan(11));
  other.unit.resume(true);
  CHECK(other.status == Status::good);
  expect(other, {1, kKey, 5});
  CHECK(in(other, 2));
  CHECK(other.be(3, 1) == 0x81);
}

}  // namespace
}  // namespace coincide::scsi
