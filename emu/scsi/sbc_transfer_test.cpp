// READ, WRITE, VERIFY, WRITE AND VERIFY, WRITE SAME, SYNCHRONIZE CACHE and what else touches the medium.
#include <doctest/doctest.h>

#include "emu/scsi/test_disk.h"

namespace coincide::scsi {
namespace {

using testing::pattern_block;
using testing::TestDisk;
using Bytes = std::vector<std::uint8_t>;

struct Form {
  std::uint8_t read, write;
};
constexpr Form kForms[] = {{0x08, 0x0a}, {0x28, 0x2a}, {0xa8, 0xaa}, {0x88, 0x8a}};

/// A CDB of any of the forms.
std::array<std::uint8_t, 16> cdb_of(std::uint8_t opcode, std::uint64_t lba, std::uint32_t count) {
  std::array<std::uint8_t, 16> cdb{opcode};
  const auto put = [&](std::size_t at, unsigned bytes, std::uint64_t value) {
    for (unsigned i = 0; i < bytes; ++i) cdb.at(at + i) = static_cast<std::uint8_t>(value >> (8 * (bytes - 1 - i)));
  };
  switch (opcode >> 5) {
    case 0:
      put(1, 3, lba);
      put(4, 1, count);
      break;
    case 4:
      put(2, 8, lba);
      put(10, 4, count);
      break;
    case 5:
      put(2, 4, lba);
      put(6, 4, count);
      break;
    default:
      put(2, 4, lba);
      put(7, 2, count);
  }
  return cdb;
}

bool run(TestDisk& disk, const std::array<std::uint8_t, 16>& cdb, std::uint64_t buffer) {
  disk.begin({cdb.begin(), cdb.end()}, buffer);
  disk.settle();
  return disk.ended && disk.status == Status::good;
}
bool write(TestDisk& disk, const std::array<std::uint8_t, 16>& cdb, const Bytes& out) {
  disk.to_give = out;
  return run(disk, cdb, out.size());
}
Bytes filled(std::size_t blocks, std::uint8_t first = 1) {
  Bytes out(blocks * kSectorBytes);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(first + i / kSectorBytes * 3 + i);
  return out;
}

TEST_CASE("every form reads and writes what it names, and no more") {
  for (const char* profile : {"spec", "openvmm"}) {
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    std::uint64_t lba = 0x101;
    for (const Form& form : kForms) {
      CAPTURE(+form.read);
      CHECK(run(disk, cdb_of(form.read, lba, 3), 4 * kSectorBytes));
      CHECK(disk.data.size() == 3 * kSectorBytes);  // asserts OVMM-SCSI-43
      Bytes want;
      for (std::uint64_t i = 0; i < 3; ++i) {
        const Bytes block = pattern_block(lba + i);
        want.insert(want.end(), block.begin(), block.end());
      }
      CHECK(disk.data == want);  // asserts OVMM-SCSI-06 OVMM-SCSI-15 OVMM-SCSI-21
      REQUIRE(disk.requests.size() == 1);
      CHECK(disk.requests[0].op == DiskOp::read);
      CHECK(disk.requests[0].unit == TestDisk::kUnit);
      CHECK(disk.requests[0].lba == lba);
      CHECK(disk.requests[0].count_sectors == 3);

      const Bytes out = filled(2, form.write);
      CHECK(write(disk, cdb_of(form.write, lba, 2), out));
      CHECK(disk.given() == out.size());
      CHECK(disk.store.block(lba) == Bytes(out.begin(), out.begin() + 512));    // asserts OVMM-SCSI-06 OVMM-SCSI-15
      CHECK(disk.store.block(lba + 1) == Bytes(out.begin() + 512, out.end()));  // asserts OVMM-SCSI-21
      CHECK(disk.store.block(lba + 2) == pattern_block(lba + 2));
      CHECK(disk.store.block(lba - 1) == pattern_block(lba - 1));
      lba += 16;
    }
  }
}

TEST_CASE("a long transfer: one request a MiB, pieces that no transport finds too large") {
  TestDisk disk;
  disk.hear_news();
  const Bytes out = filled(5000);
  CHECK(write(disk, cdb_of(0x8a, 100, 5000), out));
  REQUIRE(disk.requests.size() == 3);
  CHECK(disk.requests[0].count_sectors == 2048);
  CHECK(disk.requests[2].lba == 100 + 4096);
  CHECK(disk.requests[2].count_sectors == 904);
  CHECK(run(disk, cdb_of(0x88, 100, 5000), TestDisk::kFull));
  CHECK(disk.requests.size() == 3);
  CHECK(disk.data == out);
}

TEST_CASE("beyond the end, whatever the numbers add up to") {
  for (const char* profile : {"spec", "openvmm"}) {
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    struct Row {
      std::uint8_t opcode;
      std::uint64_t lba;
      std::uint32_t count;
    };
    constexpr Row kRows[] = {{0x28, 10000, 1},      {0x28, 9999, 2},      {0x2a, 10000, 1},
                             {0x88, ~0ull, 1},      {0x88, ~0ull - 1, 2}, {0x8a, 1ull << 63, 1},
                             {0xa8, 0xffffffff, 1}, {0x08, 10000, 1},     {0x88, 0, 0xffffffff}};
    for (const Row& row : kRows) {
      CAPTURE(row.lba);
      CHECK_FALSE(run(disk, cdb_of(row.opcode, row.lba, row.count), std::uint64_t{1} << 50));
      CHECK(disk.failed_with(5, 0x21, 0));              // asserts OVMM-SCSI-44
      CHECK(disk.srb() == SrbStatus::invalid_request);  // asserts OVMM-SCSI-02
      CHECK(disk.requests.empty());
    }
    CHECK(run(disk, cdb_of(0x28, 9999, 1), 512));  // asserts OVMM-SCSI-44
  }
}

TEST_CASE("no blocks, and 6-byte forms: OpenVMM has its own mind") {
  TestDisk disk;
  disk.hear_news();
  TestDisk openvmm(TestDisk::with("openvmm"));
  for (const Form& form : kForms) {
    for (const std::uint8_t opcode : {form.read, form.write}) {
      CAPTURE(+opcode);
      CHECK_FALSE(run(openvmm, cdb_of(opcode, 5, 0), 256 * kSectorBytes));
      CHECK(openvmm.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-42 OVMM-SCSI-06
      CHECK(openvmm.data.empty());
      CHECK(run(disk, cdb_of(opcode, 5, 0), 256 * kSectorBytes));
      CHECK(disk.requests.size() == (opcode < 0x20 ? 1u : 0u));
      if (opcode < 0x20) CHECK(disk.requests.at(0).count_sectors == 256);
    }
  }
  const auto lun = cdb_of(0x08, 0xe01005, 1);
  CHECK(run(disk, lun, 512));
  CHECK(disk.data == pattern_block(0x1005));
  CHECK_FALSE(run(openvmm, lun, 512));
  CHECK(openvmm.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-06
  openvmm.store.size = 0x1000000;
  openvmm.hear_news();
  CHECK(run(openvmm, lun, 512));
  CHECK(openvmm.data == pattern_block(0xe01005));  // asserts OVMM-SCSI-06
}

TEST_CASE("a buffer that is too small: refused in OpenVMM, cut off in SAM") {
  TestDisk openvmm(TestDisk::with("openvmm"));
  for (const Form& form : kForms) {
    CHECK_FALSE(run(openvmm, cdb_of(form.read, 5, 4), 4 * kSectorBytes - 1));
    CHECK(openvmm.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-43
    CHECK_FALSE(write(openvmm, cdb_of(form.write, 5, 4), Bytes(3 * kSectorBytes)));
    CHECK(openvmm.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-43
    CHECK(openvmm.store.block(5) == pattern_block(5));
  }
  TestDisk disk;
  disk.hear_news();
  CHECK(run(disk, cdb_of(0x28, 5, 4), 1000));
  CHECK(disk.data.size() == 1000);
  CHECK(write(disk, cdb_of(0x2a, 5, 4), filled(2)));
  CHECK(disk.store.block(6) != pattern_block(6));
  CHECK(disk.store.block(7) == pattern_block(7));
}

TEST_CASE("relative addresses, protection, FUA") {
  for (const char* profile : {"spec", "openvmm"}) {
    const bool spec = std::string_view(profile) == "spec";
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    for (const Form& form : kForms) {
      CAPTURE(+form.read);
      const unsigned group = form.read >> 5;
      auto relative = cdb_of(form.read, 5, 1);
      relative[1] |= 1;
      if (group == 1 || group == 5) {
        CHECK_FALSE(run(disk, relative, 512));
        CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-45
        relative[0] = form.write;
        CHECK_FALSE(run(disk, relative, 512));
        CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-45
      }
      if (group == 0) continue;
      auto protects = cdb_of(form.read, 5, 1);
      protects[1] = 0x20;
      CHECK(run(disk, protects, 512) == !spec);  // asserts OVMM-SCSI-46
      auto dpo = cdb_of(form.read, 5, 1);
      dpo[1] = 0x10;
      CHECK(run(disk, dpo, 512));  // asserts OVMM-SCSI-46
      auto fua = cdb_of(form.read, 5, 1);
      fua[1] = 0x08;
      CHECK(run(disk, fua, 512));
      CHECK(disk.requests.size() == 1);  // asserts OVMM-SCSI-46
      fua[0] = form.write;
      CHECK(write(disk, fua, filled(1)));
      REQUIRE(disk.requests.size() == 2);
      CHECK(disk.requests[1].op == DiskOp::flush);  // asserts OVMM-SCSI-46
      fua[1] = 0;
      CHECK(write(disk, fua, filled(1)));
      CHECK(disk.requests.size() == 1);  // asserts OVMM-SCSI-46
    }
    CHECK(write(disk, cdb_of(0x0a, 0x080005 & 0x1fff, 1), filled(1)));
    CHECK(disk.requests.size() == 1);
  }
}

TEST_CASE("a read-only disk: the range comes first, then 7/27/00") {
  for (const char* profile : {"spec", "openvmm"}) {
    DiskUnitConfig config = TestDisk::with(profile);
    config.read_only = true;
    TestDisk disk(config);
    disk.hear_news();
    for (const Form& form : kForms) {
      CHECK_FALSE(write(disk, cdb_of(form.write, 5, 1), filled(1)));
      CHECK(disk.failed_with(7, 0x27, 0));    // asserts OVMM-SCSI-47 OVMM-SCSI-02
      CHECK(disk.srb() == SrbStatus::error);  // asserts OVMM-SCSI-02
      CHECK(disk.given() == 0);
      CHECK_FALSE(write(disk, cdb_of(form.write, 10000, 1), filled(1)));
      CHECK(disk.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-47
      CHECK(run(disk, cdb_of(form.read, 5, 1), 512));
    }
    CHECK_FALSE(write(disk, cdb_of(0x93, 5, 1), filled(1)));
    CHECK(disk.failed_with(7, 0x27, 0));  // asserts OVMM-SCSI-18
  }
}

TEST_CASE("blocks before the one that cannot be written are on the medium") {
  TestDisk disk({}, {{DiskOp::write, 7, 7, DiskOutcome::uncorrectable, 0}});
  disk.hear_news();
  CHECK_FALSE(write(disk, cdb_of(0x2a, 5, 4), filled(4)));
  CHECK(disk.store.block(6) != pattern_block(6));
  CHECK(disk.store.block(7) == pattern_block(7));
}

TEST_CASE("WRITE AND VERIFY and VERIFY: in OpenVMM the range alone counts") {
  TestDisk openvmm(TestDisk::with("openvmm"));
  TestDisk disk;
  disk.hear_news();
  for (const std::uint8_t opcode : {0x2e, 0xae, 0x8e}) {
    CAPTURE(+opcode);
    CHECK(write(openvmm, cdb_of(opcode, 5, 2), filled(2)));
    CHECK(openvmm.given() == 0);                        // asserts OVMM-SCSI-16
    CHECK(openvmm.requests.empty());                    // asserts OVMM-SCSI-16
    CHECK(openvmm.store.block(5) == pattern_block(5));  // asserts OVMM-SCSI-16
    CHECK_FALSE(write(openvmm, cdb_of(opcode, 9999, 2), filled(2)));
    CHECK(openvmm.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-16
    CHECK(write(disk, cdb_of(opcode, opcode, 2), filled(2)));
    CHECK(disk.store.block(opcode) != pattern_block(opcode));
    REQUIRE(disk.requests.size() == 2);
    CHECK(disk.requests[1].op == DiskOp::verify);
    CHECK(disk.requests[1].lba == opcode);
    CHECK(disk.requests[1].count_sectors == 2);
  }
  for (const std::uint8_t opcode : {0x2f, 0xaf, 0x8f}) {
    CAPTURE(+opcode);
    CHECK(run(openvmm, cdb_of(opcode, 5, 9), 0));
    CHECK(openvmm.requests.empty());  // asserts OVMM-SCSI-16
    CHECK_FALSE(run(openvmm, cdb_of(opcode, 9999, 2), 0));
    CHECK(openvmm.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-16
    CHECK(run(disk, cdb_of(opcode, 5, 9), 0));
    REQUIRE(disk.requests.size() == 1);
    CHECK(disk.requests[0].op == DiskOp::verify);
    CHECK(disk.requests[0].count_sectors == 9);
    auto compares = cdb_of(opcode, 5, 1);
    compares[1] = 2;
    CHECK_FALSE(run(disk, compares, 512));
    CHECK(disk.failed_with(5, 0x24, 0));
  }
}

TEST_CASE("validate_async_write_same: the block on every one, with and without FUA") {
  for (const char* profile : {"spec", "openvmm"}) {
    for (const std::uint8_t opcode : {0x41, 0x93}) {
      TestDisk disk(TestDisk::with(profile));
      disk.hear_news();
      for (const std::uint8_t fua : {0, 8}) {
        auto cdb = cdb_of(opcode, 20, 4);
        cdb[1] = fua;
        const Bytes block = filled(1, fua);
        if (fua != 0 && std::string_view(profile) == "spec") {  // in SBC it is UNMAP, which page B2h denies
          CHECK_FALSE(write(disk, cdb, block));
          CHECK(disk.failed_with(5, 0x24, 0));
          continue;
        }
        CHECK(write(disk, cdb, block));
        CHECK(disk.given() == kSectorBytes);                                                  // asserts OVMM-SCSI-18
        for (std::uint64_t lba = 20; lba < 24; ++lba) CHECK(disk.store.block(lba) == block);  // asserts OVMM-SCSI-18
        CHECK(disk.store.block(24) == pattern_block(24));                                     // asserts OVMM-SCSI-18
        CHECK(disk.requests.at(0).count_sectors == 4);
        CHECK(disk.requests.size() == (fua != 0 ? 2u : 1u));  // asserts OVMM-SCSI-18
      }
    }
  }
}

TEST_CASE("WRITE SAME: what is refused, and in which order") {
  DiskUnitConfig config = TestDisk::with("openvmm");
  TestDisk openvmm(config);
  openvmm.store.size = 100000;
  openvmm.hear_news();
  auto relative = cdb_of(0x41, 5, 1);
  relative[1] = 1;
  CHECK_FALSE(write(openvmm, relative, filled(1)));
  CHECK(openvmm.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-18
  for (const std::uint32_t count : {0u, 1u}) {
    CHECK_FALSE(write(openvmm, cdb_of(0x93, 100001, count), filled(1)));
    CHECK(openvmm.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-18
  }
  CHECK_FALSE(write(openvmm, cdb_of(0x93, 5, 16385), filled(1)));
  CHECK(openvmm.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-18
  CHECK(write(openvmm, cdb_of(0x93, 5, 16384), filled(1)));
  CHECK(openvmm.store.block(16388) == filled(1));  // asserts OVMM-SCSI-18
  CHECK_FALSE(write(openvmm, cdb_of(0x93, 5, 1), Bytes(511)));
  CHECK(openvmm.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-18
  CHECK(write(openvmm, cdb_of(0x93, 50000, 0), filled(1)));
  CHECK(openvmm.given() == 0);                                // asserts OVMM-SCSI-18
  CHECK(openvmm.store.block(50000) == pattern_block(50000));  // asserts OVMM-SCSI-18
  auto unmaps = cdb_of(0x93, 50000, 1);
  unmaps[1] = 0x18;
  CHECK(write(openvmm, unmaps, filled(1)));
  CHECK(openvmm.store.block(50000) == filled(1));  // asserts OVMM-SCSI-18

  config.max_transfer_bytes = 2048;
  TestDisk small(config);
  CHECK(write(small, cdb_of(0x93, 5, 4), filled(1)));
  CHECK_FALSE(write(small, cdb_of(0x93, 5, 5), filled(1)));
  CHECK(small.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-18

  TestDisk disk;
  disk.hear_news();
  CHECK(write(disk, cdb_of(0x41, 9990, 0), filled(1)));
  CHECK(disk.store.block(9999) == filled(1));
  disk.store.size = 100000;
  disk.hear_news();
  CHECK_FALSE(write(disk, cdb_of(0x93, 5, 16385), filled(1)));
  CHECK(disk.failed_with(5, 0x24, 0));
  CHECK_FALSE(write(disk, cdb_of(0x93, 5, 0), filled(1)));
  CHECK(disk.failed_with(5, 0x24, 0));
  CHECK_FALSE(write(disk, unmaps, filled(1)));
  CHECK(disk.failed_with(5, 0x24, 0));
}

TEST_CASE("SYNCHRONIZE CACHE: a flush of all; OpenVMM takes any range") {
  for (const char* profile : {"spec", "openvmm"}) {
    TestDisk disk(TestDisk::with(profile), {{DiskOp::flush, 0, 0, DiskOutcome::write_fault, 1}});
    disk.hear_news();
    CHECK_FALSE(disk.run({0x35}));
    CHECK(disk.failed_with(3, 3, 0));  // asserts OVMM-SCSI-02
    for (const std::uint8_t opcode : {0x35, 0x91}) {
      CHECK(run(disk, cdb_of(opcode, 10, 20), 0));
      REQUIRE(disk.requests.size() == 1);
      CHECK(disk.requests[0].op == DiskOp::flush);  // asserts OVMM-SCSI-17
      CHECK(disk.requests[0].count_sectors == 0);   // asserts OVMM-SCSI-17
      const bool beyond = run(disk, cdb_of(opcode, 10000, 1), 0);
      CHECK(beyond == (std::string_view(profile) == "openvmm"));  // asserts OVMM-SCSI-17
    }
  }
}

TEST_CASE("START STOP UNIT: in SBC a stopped disk is not ready; OpenVMM only flushes") {
  TestDisk openvmm(TestDisk::with("openvmm"));
  CHECK_FALSE(openvmm.run({0x1b, 1, 0, 0, 1}));
  CHECK(openvmm.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-11
  CHECK(openvmm.run({0x1b, 0, 0, 0, 1}));
  CHECK(openvmm.requests.empty());  // asserts OVMM-SCSI-11
  for (const std::uint8_t load_eject : {0, 2}) {
    CHECK(openvmm.run({0x1b, 0, 0, 0, load_eject}));
    REQUIRE(openvmm.requests.size() == 1);
    CHECK(openvmm.requests[0].op == DiskOp::flush);  // asserts OVMM-SCSI-11
    CHECK(openvmm.run({0x00}));                      // asserts OVMM-SCSI-11
  }
  TestDisk disk;
  disk.hear_news();
  CHECK(disk.run({0x1b, 1, 0, 0, 0}));
  CHECK_FALSE(disk.run({0x00}));
  CHECK(disk.failed_with(2, 4, 2));
  CHECK_FALSE(run(disk, cdb_of(0x28, 5, 1), 512));
  CHECK(disk.failed_with(2, 4, 2));
  CHECK(disk.run({0x12, 0, 0, 0, 36}));
  CHECK(disk.run({0x1b, 0, 0, 0, 1}));
  REQUIRE(disk.requests.size() == 1);
  CHECK(disk.requests[0].op == DiskOp::spin);
  CHECK(disk.run({0x00}));
  CHECK_FALSE(disk.run({0x1b, 0, 0, 0, 0x31}));
  CHECK(disk.failed_with(5, 0x24, 0));
}

TEST_CASE("SEND DIAGNOSTIC: the default self-test alone; what does nothing does it well") {
  for (const char* profile : {"spec", "openvmm"}) {
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    CHECK(disk.run({0x1d, 4}));  // asserts OVMM-SCSI-12
    CHECK(disk.run({0x1d, 0}));  // asserts OVMM-SCSI-12
    const std::initializer_list<std::uint8_t> bad[] = {
        {0x1d, 0x20}, {0x1d, 0x80}, {0x1d, 0x10}, {0x1d, 0, 0, 0, 1}, {0x1d, 4, 0, 1}};
    for (const auto& cdb : bad) {
      CHECK_FALSE(disk.run(cdb));
      CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-12
    }
    for (const std::uint8_t opcode : {0x04, 0x16, 0x17, 0x1e}) {
      CHECK(disk.run({opcode}));  // asserts OVMM-SCSI-05 OVMM-SCSI-09 OVMM-SCSI-13
      CHECK(disk.requests.empty());
    }
    CHECK(disk.store.block(5) == pattern_block(5));  // asserts OVMM-SCSI-05
  }
}

}  // namespace
}  // namespace coincide::scsi
