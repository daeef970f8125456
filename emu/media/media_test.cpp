#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "emu/media/fault_plan.h"
#include "emu/media/overlay.h"
#include "emu/media/pattern.h"
#include "emu/snapshot.h"

namespace coincide {
namespace {

constexpr std::uint64_t kSectorsOfSnapshot = 1000;

TEST_CASE("a pattern sector is its header text and its formula") {
  std::array<std::uint8_t, kSectorBytes> sector;
  pattern_sector({'H', 'D', '0'}, 4711, sector);
  CHECK(std::string(sector.begin(), sector.begin() + 16) == "HD0 00000004711\n");
  for (unsigned i = 16; i < kSectorBytes; ++i) {
    REQUIRE(sector[i] == ((i * 31 + 4711 * 167 + (4711 >> 8) * 73 + '0') & 255));
  }
}

TEST_CASE("a pattern disk of 2^48 sectors reads at its end") {
  const std::uint64_t sectors = std::uint64_t{1} << 48;
  const MediumPtr medium = make_pattern_medium(sectors, {'B', 'I', 'G'});
  std::array<std::uint8_t, kSectorBytes> got;
  std::array<std::uint8_t, kSectorBytes> want;
  medium->read((sectors - 1) * kSectorBytes, got);
  pattern_sector({'B', 'I', 'G'}, sectors - 1, want);
  CHECK(got == want);
}

TEST_CASE("extents: bytes, patterns and zeros in their places, whatever piece is read") {
  Extent text;
  text.first_lba = 1;
  text.sectors = 1;
  text.kind = Extent::Kind::bytes;
  text.data = {1, 2, 3};
  Extent pattern;
  pattern.first_lba = 3;
  pattern.sectors = 2;
  pattern.kind = Extent::Kind::pattern;
  pattern.tag = {'A', 'B', 'C'};
  pattern.first_index = 100;
  const ExtentMedium medium(6, {text, pattern});
  std::vector<std::uint8_t> whole(6 * kSectorBytes, 0xee);
  medium.read(0, whole);
  std::vector<std::uint8_t> want(6 * kSectorBytes, 0);
  want[512] = 1, want[513] = 2, want[514] = 3;
  pattern_sector({'A', 'B', 'C'}, 100, std::span<std::uint8_t, 512>(want.data() + 3 * 512, 512));
  pattern_sector({'A', 'B', 'C'}, 101, std::span<std::uint8_t, 512>(want.data() + 4 * 512, 512));
  CHECK(whole == want);
  for (std::size_t from : {0u, 1u, 511u, 513u, 1030u, 1800u}) {
    std::vector<std::uint8_t> piece(777);
    medium.read(from, piece);
    CHECK(std::equal(piece.begin(), piece.end(), want.begin() + static_cast<std::ptrdiff_t>(from)));
  }
}

TEST_CASE("writes stay in the overlay; the medium beneath never changes") {
  auto bytes = std::make_shared<std::vector<std::uint8_t>>(300 * kSectorBytes, 0x11);
  Overlay overlay(make_bytes_medium(*bytes, bytes));
  const std::vector<std::uint8_t> written(kSectorBytes * 3, 0x22);
  overlay.write(Overlay::kPageBytes - kSectorBytes, written);  // across a page line
  std::vector<std::uint8_t> got(kSectorBytes * 5);
  overlay.read(Overlay::kPageBytes - 2 * kSectorBytes, got);
  CHECK(got[0] == 0x11);
  CHECK(got[kSectorBytes] == 0x22);
  CHECK(got[4 * kSectorBytes - 1] == 0x22);
  CHECK(got[4 * kSectorBytes] == 0x11);
  CHECK(std::all_of(bytes->begin(), bytes->end(), [](std::uint8_t b) { return b == 0x11; }));
}

TEST_CASE("a fill reads back in every place, whatever was written before or after") {
  constexpr std::uint64_t kPageSectors = Overlay::kPageBytes / kSectorBytes;
  constexpr std::uint64_t kSectors = 5 * kPageSectors + 7;
  Overlay overlay(make_pattern_medium(kSectors, {'F', 'I', 'L'}));
  std::vector<std::uint8_t> want(kSectors * kSectorBytes);
  overlay.read(0, want);
  const auto fill = [&](std::uint64_t first, std::uint64_t count, std::uint8_t value) {
    overlay.fill(first, count, value);
    const std::uint64_t end = first + std::min(count, kSectors - first);
    for (std::uint64_t i = first * kSectorBytes; i < end * kSectorBytes; ++i) want[i] = value;
  };
  const auto write = [&](std::uint64_t first, std::uint64_t count, std::uint8_t value) {
    const std::vector<std::uint8_t> bytes(count * kSectorBytes, value);
    overlay.write(first * kSectorBytes, bytes);
    std::copy(bytes.begin(), bytes.end(), want.begin() + static_cast<std::ptrdiff_t>(first * kSectorBytes));
  };
  const auto holds = [&] {
    std::vector<std::uint8_t> got(want.size());
    overlay.read(0, got);
    for (std::uint64_t at = 0; at < got.size(); at += 3 * kSectorBytes) {
      const auto bytes = std::min<std::uint64_t>(3 * kSectorBytes, got.size() - at);
      const auto part = overlay.view(at, bytes);
      if (!part.empty() && !std::equal(part.begin(), part.end(), want.begin() + static_cast<std::ptrdiff_t>(at)))
        return false;
    }
    return got == want;
  };
  write(3, 200, 0x01);
  fill(5, 3, 0x02);  // inside a page
  CHECK(holds());
  fill(kPageSectors - 2, 4, 0x03);  // across a page line
  CHECK(holds());
  fill(10, 4 * kPageSectors, 0x04);  // whole pages and parts of two
  CHECK(holds());
  write(2 * kPageSectors + 1, 1, 0x05);
  CHECK(holds());
  fill(2 * kPageSectors, kPageSectors, 0x06);  // cuts the run in two
  CHECK(holds());
  fill(3 * kPageSectors, ~std::uint64_t{0}, 0x07);  // to the end, in the middle of a page
  CHECK(holds());
  write(kSectors - 1, 1, 0x08);
  CHECK(holds());
  fill(0, kSectors, 0x00);
  CHECK(holds());
  SnapshotWriter saved;
  saved(overlay);
  CHECK(saved.take().size() < 100);  // nothing is left of the pages
}

TEST_CASE("filling 2^48 sectors takes no memory") {
  const std::uint64_t sectors = std::uint64_t{1} << 48;
  Overlay overlay(make_pattern_medium(sectors, {'B', 'I', 'G'}));
  overlay.fill(0, sectors, 0xe5);
  std::array<std::uint8_t, kSectorBytes> got;
  overlay.read((sectors - 1) * kSectorBytes, got);
  CHECK(std::all_of(got.begin(), got.end(), [](std::uint8_t b) { return b == 0xe5; }));
}

TEST_CASE("a snapshot of fills comes back, and one that leaves the medium is refused") {
  Overlay overlay(make_pattern_medium(kSectorsOfSnapshot, {'F', 'I', 'L'}));
  overlay.fill(0, kSectorsOfSnapshot, 0x42);
  SnapshotWriter saved;
  saved(overlay);
  std::vector<std::uint8_t> bytes = saved.take();
  Overlay back(make_pattern_medium(kSectorsOfSnapshot, {'F', 'I', 'L'}));
  SnapshotReader reader(bytes);
  reader(back);
  CHECK(reader.done());
  std::array<std::uint8_t, kSectorBytes> got;
  back.read(0, got);
  CHECK(got[0] == 0x42);
  Overlay small(make_pattern_medium(1, {'F', 'I', 'L'}));
  SnapshotReader refused(bytes);
  refused(small);
  CHECK_FALSE(refused.ok());
}

TEST_CASE("a last partial sector is filled with zeros") {
  auto bytes = std::make_shared<std::vector<std::uint8_t>>(700, 0x33);
  const MediumPtr medium = make_bytes_medium(*bytes, bytes);
  REQUIRE(medium->sectors() == 2);
  std::vector<std::uint8_t> got(kSectorBytes);
  medium->read(kSectorBytes, got);
  CHECK(got[187] == 0x33);
  CHECK(got[188] == 0);
  Overlay overlay(medium);
  overlay.write(kSectorBytes + 200, got);
  overlay.read(kSectorBytes, got);
  CHECK(got[200] == 0x33);
}

TEST_CASE("the fault with the lowest LBA strikes, as often as it may") {
  FaultPlan plan(
      {{DiskOp::read, 50, 60, DiskOutcome::uncorrectable, 0}, {DiskOp::none, 40, 40, DiskOutcome::write_fault, 2}});
  CHECK(plan.strike(DiskOp::read, 0, 40).outcome == DiskOutcome::done);
  const FaultHit first = plan.strike(DiskOp::read, 30, 100);
  CHECK(first.outcome == DiskOutcome::write_fault);
  CHECK(first.lba == 40);
  CHECK(plan.strike(DiskOp::write, 55, 1).outcome == DiskOutcome::done);
  CHECK(plan.strike(DiskOp::write, 40, 1).outcome == DiskOutcome::write_fault);
  const FaultHit later = plan.strike(DiskOp::read, 30, 100);
  CHECK(later.outcome == DiskOutcome::uncorrectable);
  CHECK(later.lba == 50);
  CHECK(plan.strike(DiskOp::read, 60, 1).lba == 60);
}

}  // namespace
}  // namespace coincide
