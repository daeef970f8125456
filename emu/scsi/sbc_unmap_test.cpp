// UNMAP: lengths, ranges, failures.
#include <doctest/doctest.h>

#include "emu/scsi/test_disk.h"

namespace coincide::scsi {
namespace {

using testing::pattern_block;
using testing::TestDisk;
using Bytes = std::vector<std::uint8_t>;

struct Extent {
  std::uint64_t lba;
  std::uint32_t count;
};

void put(Bytes& out, unsigned bytes, std::uint64_t value) {
  while (bytes-- > 0) out.push_back(static_cast<std::uint8_t>(value >> (8 * bytes)));
}
Bytes list_of(const std::vector<Extent>& extents) {
  Bytes out;
  put(out, 2, 6 + 16 * extents.size());
  put(out, 2, 16 * extents.size());
  put(out, 4, 0);
  for (const Extent& extent : extents) {
    put(out, 8, extent.lba);
    put(out, 4, extent.count);
    put(out, 4, 0);
  }
  return out;
}
bool unmap(TestDisk& disk, const Bytes& list, std::uint8_t flags = 0) {
  const auto high = static_cast<std::uint8_t>(list.size() >> 8);
  return disk.run({0x42, flags, 0, 0, 0, 0, 0, high, static_cast<std::uint8_t>(list.size())}, list);
}
bool empty(const TestDisk& disk, std::uint64_t lba) { return disk.store.block(lba) == Bytes(kSectorBytes); }

TEST_CASE("ranges become zeros, one request each, and nothing beside them changes") {
  for (const char* profile : {"spec", "openvmm"}) {
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    CHECK(unmap(disk, list_of({{5, 3}, {100, 500}, {7, 0}, {9999, 1}})));
    REQUIRE(disk.requests.size() == 3);
    CHECK(disk.requests[1].lba == 100);
    CHECK(disk.requests[1].count_sectors == 500);
    for (const std::uint64_t lba : {5, 6, 7, 100, 599, 9999}) CHECK(empty(disk, lba));  // asserts OVMM-SCSI-48
    for (const std::uint64_t lba : {4, 8, 99, 600, 9998})
      CHECK(disk.store.block(lba) == pattern_block(lba));  // asserts OVMM-SCSI-48
    CHECK(unmap(disk, list_of({})));                       // asserts OVMM-SCSI-19
    CHECK(disk.requests.empty());
  }
}

TEST_CASE("a range beyond the end fails when it is reached: those before it are done") {
  for (const char* profile : {"spec", "openvmm"}) {
    const bool spec = std::string_view(profile) == "spec";
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    CHECK_FALSE(unmap(disk, list_of({{5, 1}, {9999, 2}, {7, 1}})));
    CHECK(disk.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-48 OVMM-SCSI-19
    CHECK(empty(disk, 5));                // asserts OVMM-SCSI-48
    CHECK_FALSE(empty(disk, 9999));       // asserts OVMM-SCSI-48
    CHECK_FALSE(empty(disk, 7));          // asserts OVMM-SCSI-48
    CHECK(unmap(disk, list_of({{10001, 0}})) == spec);
    if (!spec) CHECK(disk.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-48
    for (const Extent& extent : {Extent{~0ull, 1}, Extent{~0ull, 0xffffffff}, Extent{0, 0xffffffff}}) {
      CHECK_FALSE(unmap(disk, list_of({extent})));
      CHECK(disk.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-48
    }
  }
}

TEST_CASE("lengths: OpenVMM wants them all to agree") {
  const Bytes good = list_of({{5, 1}, {6, 1}});
  TestDisk openvmm(TestDisk::with("openvmm"));
  TestDisk disk;
  disk.hear_news();
  Bytes data_length = good;
  ++data_length[1];
  CHECK_FALSE(unmap(openvmm, data_length));
  CHECK(openvmm.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-48
  CHECK(unmap(disk, data_length));
  Bytes descriptors = good;
  descriptors[3] = 16;
  CHECK_FALSE(unmap(openvmm, descriptors));
  CHECK(openvmm.failed_with(5, 0, 0));  // asserts OVMM-SCSI-48
  CHECK(openvmm.store.block(5) == pattern_block(5));
  CHECK(openvmm.run({0x42, 0, 0, 0, 0, 0, 0, 0, 40}, good));
  CHECK_FALSE(openvmm.run({0x42, 0, 0, 0, 0, 0, 0, 0, 40}, good, 41));
  CHECK(openvmm.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-48
  for (const std::uint8_t length : {0, 7}) {
    CHECK_FALSE(openvmm.run({0x42, 0, 0, 0, 0, 0, 0, 0, length}, Bytes(length)));
    CHECK(openvmm.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-48
  }
  CHECK(disk.run({0x42, 0, 0, 0, 0, 0, 0, 0, 0}, Bytes()));
  CHECK_FALSE(disk.run({0x42, 0, 0, 0, 0, 0, 0, 0, 7}, Bytes(7)));
  CHECK(disk.failed_with(5, 0x1a, 0));
  CHECK_FALSE(disk.run({0x42, 0, 0, 0, 0, 0, 0, 0, 40}, good, 39));
  CHECK(disk.failed_with(5, 0x1a, 0));
  Bytes far = good;
  far[2] = far[3] = 0xff;
  CHECK(unmap(disk, far));
  CHECK(disk.requests.size() == 2);
  far[2] = 0;
  far[3] = 31;
  CHECK(unmap(disk, far));
  CHECK(disk.requests.size() == 1);
}

TEST_CASE("the longest list") {
  for (const char* profile : {"spec", "openvmm"}) {
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    std::vector<Extent> extents(4095, {3, 1});
    CHECK(unmap(disk, list_of(extents)));
    CHECK(disk.requests.size() == 4095);
  }
}

TEST_CASE("none of it: not supported, ignored, anchored, read-only") {
  for (const char* profile : {"spec", "openvmm"}) {
    const bool spec = std::string_view(profile) == "spec";
    DiskUnitConfig config = TestDisk::with(profile);
    config.unmap_ignored = true;
    TestDisk ignores(config);
    ignores.hear_news();
    CHECK(unmap(ignores, list_of({{5, 1}, {99999, 1}})));  // asserts OVMM-SCSI-48
    CHECK_FALSE(empty(ignores, 5));                        // asserts OVMM-SCSI-48
    config.unmap = false;
    TestDisk without(config);
    without.hear_news();
    CHECK_FALSE(unmap(without, list_of({{5, 1}})));
    CHECK(without.failed_with(5, spec ? 0x20 : 0x24, 0));  // asserts OVMM-SCSI-48
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    CHECK(unmap(disk, list_of({{5, 1}}), 1) == !spec);  // asserts OVMM-SCSI-48
    DiskUnitConfig protects = TestDisk::with(profile);
    protects.read_only = true;
    TestDisk read_only(protects);
    read_only.hear_news();
    CHECK_FALSE(unmap(read_only, list_of({{5, 1}})));
    CHECK(read_only.failed_with(7, 0x27, 0));
    CHECK_FALSE(empty(read_only, 5));
  }
}

TEST_CASE("a failure of the medium: told in SBC, swallowed in OpenVMM, which goes on") {
  for (const char* profile : {"spec", "openvmm"}) {
    const bool spec = std::string_view(profile) == "spec";
    TestDisk disk(TestDisk::with(profile), {{DiskOp::write, 5, 5, DiskOutcome::write_fault, 0}});
    disk.hear_news();
    CHECK(unmap(disk, list_of({{5, 1}, {8, 1}})) == !spec);  // asserts OVMM-SCSI-48
    if (spec) CHECK(disk.failed_with(3, 3, 0));
    CHECK_FALSE(empty(disk, 5));
    CHECK(empty(disk, 8) == !spec);  // asserts OVMM-SCSI-48
  }
}

}  // namespace
}  // namespace coincide::scsi
