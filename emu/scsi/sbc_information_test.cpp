// INQUIRY and its pages, READ CAPACITY, GET LBA STATUS, MODE SENSE and MODE SELECT, REPORT LUNS.
#include <doctest/doctest.h>

#include <string>

#include "emu/scsi/test_disk.h"

namespace coincide::scsi {
namespace {

using testing::TestDisk;
using Bytes = std::vector<std::uint8_t>;

constexpr const char* kProfiles[] = {"spec", "openvmm"};

Bytes vital_page(TestDisk& disk, std::uint8_t page) {
  REQUIRE(disk.run({0x12, 1, page, 0, 255}, 255));
  CHECK(disk.be(0, 1) == 0);
  CHECK(disk.be(1, 1) == page);
  CHECK(disk.be(2, 2) == disk.data.size() - 4);
  return {disk.data.begin() + 4, disk.data.end()};
}
std::uint64_t be(const Bytes& data, std::size_t at, unsigned bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) value = value << 8 | data.at(at + i);
  return value;
}

TEST_CASE("INQUIRY") {
  for (const char* profile : kProfiles) {
    TestDisk disk(TestDisk::with(profile));
    CHECK(disk.run({0x12, 0, 0, 0, 104}, 104));                                                  // asserts OVMM-SCSI-07
    REQUIRE(disk.data.size() == 104);                                                            // asserts OVMM-SCSI-30
    CHECK(Bytes(disk.data.begin(), disk.data.begin() + 8) == Bytes{0, 0, 5, 2, 0x63, 0, 0, 2});  // asserts OVMM-SCSI-30
    CHECK(std::string(disk.data.begin() + 8, disk.data.begin() + 36) ==
          "Msft    Virtual Disk    1.0 ");                               // asserts OVMM-SCSI-30
    CHECK(Bytes(disk.data.begin() + 36, disk.data.end()) == Bytes(68));  // asserts OVMM-SCSI-30
    CHECK(disk.run({0x12, 0, 0, 0, 5}, 5));
    CHECK(disk.data.size() == 5);  // asserts OVMM-SCSI-07
    CHECK(disk.run({0x12, 0, 0, 1, 0}, 256));
    CHECK(disk.data.size() == 104);  // asserts OVMM-SCSI-07
  }
}

TEST_CASE("INQUIRY: checks, and their order shows in the sense of none") {
  for (const char* profile : kProfiles) {
    TestDisk disk(TestDisk::with(profile));
    CHECK_FALSE(disk.run({0x12, 2, 0, 0, 36}, 36));
    CHECK(disk.failed_with(5, 0x24, 0));              // asserts OVMM-SCSI-29
    CHECK(disk.srb() == SrbStatus::invalid_request);  // asserts OVMM-SCSI-02
    CHECK_FALSE(disk.run({0x12, 0, 0x80, 0, 36}, 36));
    CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-29
  }
  TestDisk openvmm(TestDisk::with("openvmm"));
  const std::initializer_list<std::uint8_t> small[] = {{0x12, 0, 0, 0, 4}, {0x12, 0, 0, 0, 0}, {0x12, 1, 0, 0, 3}};
  for (const auto& cdb : small) {
    CHECK_FALSE(openvmm.run(cdb, 64));
    CHECK(openvmm.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-29
  }
  CHECK_FALSE(openvmm.run({0x12, 0, 0, 0, 36}, 35));
  CHECK(openvmm.failed_with(5, 0x24, 0));     // asserts OVMM-SCSI-29
  CHECK(openvmm.run({0x12, 1, 0, 0, 4}, 4));  // asserts OVMM-SCSI-29
  TestDisk disk;
  CHECK(disk.run({0x12, 0, 0, 0, 4}, 64));
  CHECK(disk.data.size() == 4);
  CHECK(disk.run({0x12, 0, 0, 0, 0}, 64));
  CHECK(disk.data.empty());
  CHECK(disk.run({0x12, 0, 0, 0, 36}, 35));
  CHECK(disk.data.size() == 35);
}

TEST_CASE("the list of pages tells those that are there, and no others") {
  struct Row {
    bool serial, odx, unmap;
    Bytes pages;
  };
  const Row rows[] = {{false, false, true, {0x00, 0x83, 0xb0, 0xb1, 0xb2, 0xce, 0xcf}},
                      {true, true, true, {0x00, 0x80, 0x83, 0x8f, 0xb0, 0xb1, 0xb2, 0xce, 0xcf}},
                      {false, false, false, {0x00, 0x83, 0xce, 0xcf}}};
  for (const char* profile : kProfiles) {
    for (const Row& row : rows) {
      DiskUnitConfig config = TestDisk::with(profile);
      if (row.serial) config.serial = "ABC-123";
      config.odx = row.odx;
      config.unmap = row.unmap;
      TestDisk disk(config);
      CHECK(vital_page(disk, 0) == row.pages);  // asserts OVMM-SCSI-31
      for (unsigned page = 0; page < 256; ++page) {
        CAPTURE(page);
        const bool listed = std::find(row.pages.begin(), row.pages.end(), page) != row.pages.end();
        CHECK(disk.run({0x12, 1, static_cast<std::uint8_t>(page), 0, 255}, 255) == listed);  // asserts OVMM-SCSI-40
        if (!listed) CHECK(disk.failed_with(5, 0x24, 0));                                    // asserts OVMM-SCSI-40
      }
    }
  }
}

TEST_CASE("pages 80h to CFh") {
  DiskUnitConfig config = TestDisk::with("openvmm");
  config.serial = "ABC-123";
  config.odx = true;
  config.rotation_rate = 7200;
  config.unmap_granularity = 0;
  for (unsigned i = 0; i < 16; ++i) config.disk_id[i] = static_cast<std::uint8_t>(0xa0 + i);
  TestDisk disk(config);
  const Bytes serial = vital_page(disk, 0x80);
  CHECK(std::string(serial.begin(), serial.end()) == "ABC-123");  // asserts OVMM-SCSI-32

  const Bytes id = vital_page(disk, 0x83);
  CHECK(id == Bytes{0x01, 0x01, 0x00, 0x18, 'M',  's',  'f',  't',  ' ',  ' ',  ' ',  ' ',
                    0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab,
                    0xac, 0xad, 0xae, 0xaf, 0x01, 0x03, 0x00, 0x10, 0x60, 0x02, 0x24, 0x80,
                    0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf});  // asserts OVMM-SCSI-33

  const Bytes odx = vital_page(disk, 0x8f);
  REQUIRE(odx.size() == 36);  // asserts OVMM-SCSI-34
  CHECK(Bytes(odx.begin(), odx.begin() + 12) ==
        Bytes{0, 0, 0, 0x20, 0x4d, 0x1f, 0x83, 0x84, 0, 0, 0, 8});  // asserts OVMM-SCSI-34
  CHECK(be(odx, 12, 8) == 0);                                       // asserts OVMM-SCSI-34
  CHECK(be(odx, 20, 8) == 131072);                                  // asserts OVMM-SCSI-34
  CHECK(be(odx, 28, 8) == 131072);                                  // asserts OVMM-SCSI-34

  const Bytes limits = vital_page(disk, 0xb0);
  REQUIRE(limits.size() == 60);            // asserts OVMM-SCSI-35
  CHECK(be(limits, 0, 8) == 0);            // asserts OVMM-SCSI-35
  CHECK(be(limits, 16, 4) == 0xffffffff);  // asserts OVMM-SCSI-35
  CHECK(be(limits, 20, 4) == 4096);        // asserts OVMM-SCSI-35
  CHECK(be(limits, 24, 4) == 1);           // asserts OVMM-SCSI-35
  CHECK(be(limits, 28, 4) == 0x80000000);  // asserts OVMM-SCSI-35
  CHECK(be(limits, 32, 8) == 16384);       // asserts OVMM-SCSI-35
  config.max_transfer_bytes = 65536;
  config.unmap_granularity = 64;
  TestDisk small(config);
  CHECK(be(vital_page(small, 0xb0), 32, 8) == 128);  // asserts OVMM-SCSI-35
  CHECK(be(vital_page(small, 0xb0), 24, 4) == 64);   // asserts OVMM-SCSI-35

  const Bytes characteristics = vital_page(disk, 0xb1);
  CHECK(characteristics.size() == 60);       // asserts OVMM-SCSI-36
  CHECK(be(characteristics, 0, 2) == 7200);  // asserts OVMM-SCSI-36
  CHECK(be(characteristics, 2, 8) == 0);     // asserts OVMM-SCSI-36
  config.threshold_exponent = 0;
  TestDisk least(config);
  CHECK(vital_page(least, 0xb2) == Bytes{1, 0x80, 2, 0});  // asserts OVMM-SCSI-37
  CHECK(vital_page(disk, 0xce) == Bytes{1, 1, 0, 0});      // asserts OVMM-SCSI-38
  CHECK(vital_page(disk, 0xcf) == Bytes{1,    0,    0,    0,    0x15, 0x8f, 0xa9, 0x89, 0x28, 0xc9, 0x8b,
                                        0x4d, 0x94, 0xcd, 0xef, 0x51, 0xfa, 0xa9, 0x9d, 0x33});  // asserts OVMM-SCSI-39
}

TEST_CASE("READ CAPACITY (10)") {
  for (const char* profile : kProfiles) {
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    CHECK(disk.run({0x25}, 64));
    CHECK(disk.data == Bytes{0, 0, 0x27, 0x0f, 0, 0, 2, 0});  // asserts OVMM-SCSI-14
    const bool spec = std::string_view(profile) == "spec";
    CHECK(disk.run({0x25}, 7) == spec);
    if (!spec) {
      CHECK(disk.failed_with(5, 0x24, 0));           // asserts OVMM-SCSI-14 OVMM-SCSI-02
      CHECK(disk.srb() == SrbStatus::data_overrun);  // asserts OVMM-SCSI-14 OVMM-SCSI-02
      CHECK(disk.run({0x00}));
      CHECK(disk.srb() == SrbStatus::success);
    }
    for (const std::uint64_t size : {0x100000000ull, 0x100000001ull, 0x1ff00000000ull}) {
      disk.store.size = size;
      disk.hear_news();
      CHECK(disk.run({0x25}, 8));
      CHECK(disk.be(0, 4) == 0xffffffff);  // asserts OVMM-SCSI-14
    }
    CHECK(disk.run({0x25, 0, 0, 0, 0, 9}, 8) == !spec);
  }
}

TEST_CASE("READ CAPACITY (16), validate_new_scsi_disk") {
  for (const char* profile : kProfiles) {
    const bool spec = std::string_view(profile) == "spec";
    for (const std::uint8_t exponent : {0, 3}) {
      for (const bool unmap : {false, true}) {
        DiskUnitConfig config = TestDisk::with(profile);
        config.physical_exponent = exponent;
        config.unmap = unmap;
        TestDisk disk(config);
        disk.store.size = 0x123456789a;
        disk.hear_news();
        CHECK(disk.run({0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64}, 64));  // asserts OVMM-SCSI-22
        REQUIRE(disk.data.size() == 32);                                         // asserts OVMM-SCSI-25
        CHECK(disk.be(0, 8) == 0x1234567899);                                    // asserts OVMM-SCSI-25
        CHECK(disk.be(8, 4) == 512);                                             // asserts OVMM-SCSI-25
        CHECK(disk.be(12, 1) == 0);                                              // asserts OVMM-SCSI-25
        CHECK(disk.be(13, 1) == exponent);                                       // asserts OVMM-SCSI-25
        CHECK(disk.be(14, 2) == (unmap ? 0x8000 : 0));                           // asserts OVMM-SCSI-25
        CHECK(disk.be(16, 8) == 0);                                              // asserts OVMM-SCSI-25
      }
    }
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    CHECK(disk.run({0x9e, 0x10}, 20));
    CHECK(disk.data.size() == (spec ? 0 : 20));  // asserts OVMM-SCSI-25
    CHECK(disk.run({0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12}, 11) == spec);
    if (!spec) CHECK(disk.srb() == SrbStatus::data_overrun);  // asserts OVMM-SCSI-25
    CHECK(disk.run({0x9e, 0xf0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12}, 12));
    CHECK(disk.data.size() == 12);  // asserts OVMM-SCSI-25
    for (unsigned action = 0; action < 32; ++action) {
      if (action == 0x10 || action == 0x12) continue;
      CHECK_FALSE(disk.run({0x9e, static_cast<std::uint8_t>(action)}, 32));
      CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-22
    }
    CHECK_FALSE(disk.run({0x9e, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24}, 24));
    CHECK(disk.failed_with(5, 0x20, 0));              // asserts OVMM-SCSI-22
    CHECK(disk.srb() == SrbStatus::invalid_request);  // asserts OVMM-SCSI-22
  }
}

TEST_CASE("GET LBA STATUS: all is mapped") {
  for (const char* profile : kProfiles) {
    const bool spec = std::string_view(profile) == "spec";
    DiskUnitConfig config = TestDisk::with(profile);
    config.lba_status = true;
    TestDisk disk(config);
    disk.hear_news();
    CHECK(disk.run({0x9e, 0x12, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 24}, 24));
    REQUIRE(disk.data.size() == 24);  // asserts OVMM-SCSI-26
    CHECK(disk.be(0, 4) == 20);
    CHECK(disk.be(8, 8) == 9);          // asserts OVMM-SCSI-26
    CHECK(disk.be(16, 4) == 9991);      // asserts OVMM-SCSI-26
    CHECK((disk.be(20, 1) & 15) == 0);  // asserts OVMM-SCSI-26
    CHECK_FALSE(disk.run({0x9e, 0x12, 0, 0, 0, 0, 0, 0, 0x27, 0x10, 0, 0, 0, 24}, 24));
    CHECK(disk.failed_with(5, 0x21, 0));  // asserts OVMM-SCSI-26
    CHECK(disk.run({0x9e, 0x12}, 0));     // asserts OVMM-SCSI-26
    CHECK(disk.data.empty());             // asserts OVMM-SCSI-26
    CHECK(disk.run({0x9e, 0x12, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 24}, 32) == spec);
    if (!spec) CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-26
    CHECK(disk.run({0x9e, 0x12, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 23}, 23) == spec);
    if (!spec) CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-26
    disk.store.size = 0x200000005;
    disk.hear_news();
    CHECK(disk.run({0x9e, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 72}, 72));
    REQUIRE(disk.data.size() >= 56);
    CHECK(disk.be(16, 4) == 0xffffffff);   // asserts OVMM-SCSI-26
    CHECK(disk.be(24, 8) == 0xffffffff);   // asserts OVMM-SCSI-26
    CHECK(disk.be(40, 8) == 0x1fffffffe);  // asserts OVMM-SCSI-26
    CHECK(disk.be(48, 4) == 7);            // asserts OVMM-SCSI-26
    disk.store.size = std::uint64_t{1} << 60;
    disk.hear_news();
    CHECK(disk.run({0x9e, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}, 0xffffffff));
    CHECK(disk.data.size() <= Unit::kMaxPiece);
  }
}

TEST_CASE("MODE SENSE: one page, and what the header tells") {
  for (const char* profile : kProfiles) {
    struct Row {
      bool read_only, fua, cache;
    };
    for (const Row& row : {Row{false, true, true}, Row{true, false, false}, Row{true, true, true}}) {
      DiskUnitConfig config = TestDisk::with(profile);
      config.read_only = row.read_only;
      config.fua = row.fua;
      config.write_cache = row.cache;
      TestDisk disk(config);
      disk.hear_news();
      const auto specific = static_cast<std::uint8_t>((row.read_only ? 0x80 : 0) | (row.fua ? 0x10 : 0));
      for (const std::uint8_t page : {0x08, 0x3f}) {
        for (const unsigned control : {0u, 1u, 2u}) {
          const auto byte = static_cast<std::uint8_t>(control << 6 | page);
          const auto cache = static_cast<std::uint8_t>(row.cache && control != 1 ? 4 : 0);
          CHECK(disk.run({0x1a, 0, byte, 0, 255}, 255));
          CHECK(disk.data ==
                Bytes{0x0f, 0, specific, 0, 8, 10, cache, 0, 0, 0, 0, 0, 0, 0, 0, 0});  // asserts OVMM-SCSI-41
          CHECK(disk.run({0x5a, 0, byte, 0, 0, 0, 0, 1, 0}, 256));
          CHECK(disk.data == Bytes{0,     0x12, 0, specific, 0, 0, 0, 0, 8, 10,
                                   cache, 0,    0, 0,        0, 0, 0, 0, 0, 0});  // asserts OVMM-SCSI-41 OVMM-SCSI-10
        }
      }
    }
  }
}

TEST_CASE("MODE SENSE: lengths, saved values and other pages") {
  for (const char* profile : kProfiles) {
    const bool spec = std::string_view(profile) == "spec";
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    CHECK(disk.run({0x1a, 0, 8, 0, 0}, 255));
    CHECK(disk.data.empty());  // asserts OVMM-SCSI-41
    CHECK(disk.run({0x1a, 0, 8, 0, 255}, 0));
    CHECK(disk.data.empty());  // asserts OVMM-SCSI-41
    CHECK(disk.run({0x1a, 0, 8, 0, 4}, 255));
    CHECK(disk.data.size() == 4);  // asserts OVMM-SCSI-41
    CHECK(disk.run({0x1a, 0, 8, 0, 3}, 255) == spec);
    if (!spec) CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-41
    CHECK(disk.run({0x5a, 0, 8, 0, 0, 0, 0, 0, 7}, 255) == spec);
    if (!spec) CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-41
    CHECK(disk.run({0x1a, 0, 8, 0, 20}, 19) == spec);
    if (!spec) CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-41
    CHECK_FALSE(disk.run({0x1a, 0, 0xc8, 0, 255}, 255));
    CHECK(disk.failed_with(5, spec ? 0x39 : 0x24, 0));  // asserts OVMM-SCSI-41
    for (unsigned page = 0; page < 0x3f; ++page) {
      if (page == 8) continue;
      CHECK_FALSE(disk.run({0x1a, 0, static_cast<std::uint8_t>(page), 0, 255}, 255));
      CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-41
    }
  }
}

TEST_CASE("MODE SELECT takes back what MODE SENSE tells; OpenVMM wants a length that no page has") {
  TestDisk disk;
  disk.hear_news();
  const Bytes sensed = {0, 0, 0, 0, 8, 10, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  CHECK(disk.run({0x15, 0x10, 0, 0, 16}, sensed));
  TestDisk openvmm(TestDisk::with("openvmm"));
  CHECK_FALSE(openvmm.run({0x15, 0x10, 0, 0, 16}, sensed));
  CHECK(openvmm.failed_with(5, 0x26, 0));  // asserts OVMM-SCSI-08
  Bytes twelve = sensed;
  twelve[5] = 12;
  CHECK(openvmm.run({0x15, 0x10, 0, 0, 16}, twelve));
  CHECK(openvmm.given() == 16);  // asserts OVMM-SCSI-08
  CHECK_FALSE(disk.run({0x15, 0x10, 0, 0, 16}, twelve));
  CHECK(disk.failed_with(5, 0x26, 0));
  twelve[6] = 0;
  CHECK_FALSE(openvmm.run({0x15, 0x10, 0, 0, 16}, twelve));
  CHECK(openvmm.failed_with(5, 0x26, 0));  // asserts OVMM-SCSI-08
  const Bytes ten = {0, 0, 0, 0, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 8, 12, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  CHECK(openvmm.run({0x55, 0x10, 0, 0, 0, 0, 0, 0, 28}, ten));  // asserts OVMM-SCSI-08
  Bytes other = ten;
  other[16] = 0x0a;
  CHECK_FALSE(openvmm.run({0x55, 0x10, 0, 0, 0, 0, 0, 0, 28}, other));
  CHECK(openvmm.failed_with(5, 0x26, 0));  // asserts OVMM-SCSI-08
}

TEST_CASE("MODE SELECT: lists that are too short, that save, or that lead beyond themselves") {
  for (const char* profile : kProfiles) {
    const bool spec = std::string_view(profile) == "spec";
    TestDisk disk(TestDisk::with(profile));
    disk.hear_news();
    CHECK(disk.run({0x15, 0x10, 0, 0, 0}, Bytes(4)));  // asserts OVMM-SCSI-08
    CHECK(disk.given() == 0);                          // asserts OVMM-SCSI-08
    CHECK_FALSE(disk.run({0x15, 0x11, 0, 0, 16}, Bytes(16)));
    CHECK(disk.failed_with(5, 0x24, 0));  // asserts OVMM-SCSI-08
    CHECK_FALSE(disk.run({0x15, 0x10, 0, 0, 16}, Bytes(15)));
    CHECK(disk.failed_with(5, 0x1a, 0));  // asserts OVMM-SCSI-08
    CHECK_FALSE(disk.run({0x15, 0x10, 0, 0, 3}, Bytes(3)));
    CHECK(disk.failed_with(5, 0x1a, 0));  // asserts OVMM-SCSI-08
    CHECK_FALSE(disk.run({0x55, 0x10, 0, 0, 0, 0, 0, 0, 7}, Bytes(7)));
    CHECK(disk.failed_with(5, 0x1a, 0));
    CHECK(disk.run({0x55, 0x10, 0, 0, 0, 0, 0, 0, 8}, Bytes(8)) == spec);
    CHECK(disk.run({0x15, 0x10, 0, 0, 15}, Bytes(15)) == false);
    Bytes far(16);
    far[3] = 0xff;
    CHECK_FALSE(disk.run({0x15, 0x10, 0, 0, 16}, far));
    CHECK(disk.failed_with(5, 0x1a, 0));
    Bytes edge(24);
    edge[7] = 15;  // one byte of a page is left
    edge[23] = 8;
    CHECK_FALSE(disk.run({0x55, 0x10, 0, 0, 0, 0, 0, 0, 24}, edge));
    CHECK(disk.failed_with(5, 0x1a, 0));
    Bytes changed = {0, 0, 0, 0, 8, 10, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    CHECK_FALSE(disk.run({0x15, 0x10, 0, 0, 16}, changed));
    CHECK(disk.failed_with(5, 0x26, 0));
  }
}

TEST_CASE("REPORT LUNS of a target with one unit") {
  TestDisk disk;
  CHECK(disk.run({0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 16}, 16));
  CHECK(disk.data == Bytes{0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  CHECK_FALSE(disk.run({0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 15}, 16));
  CHECK(disk.failed_with(5, 0x24, 0));
  CHECK_FALSE(disk.run({0x00}));
  CHECK(disk.failed_with(6, 0x29, 0));  // it is still to be told
}

}  // namespace
}  // namespace coincide::scsi
