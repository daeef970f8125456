// Each shape of PRD table against each size of transfer, both directions (piix4-ide.md 3.5-3.8).
#include "conformance/generated/generated.h"

#include <algorithm>

namespace coincide::generated {
namespace {

constexpr unsigned kSizes[] = {1, 2, 3, 8, 64, 127, 128, 129, 255, 256};  ///< sectors
constexpr unsigned kBuffer = 0x40000;
constexpr unsigned kRegionMost = 0x10000;

struct Region {
  unsigned address;
  unsigned bytes;
};
using Regions = std::vector<Region>;

/// Contiguous regions of at most `piece` bytes; a 64 KiB line is never crossed.
Regions pieces(unsigned address, unsigned bytes, unsigned piece) {
  Regions out;
  while (bytes != 0) {
    const unsigned size = std::min({piece, bytes, kRegionMost - address % kRegionMost});
    out.push_back({address, size});
    address += size;
    bytes -= size;
  }
  return out;
}

Regions whole(unsigned bytes) { return pieces(kBuffer, bytes, kRegionMost); }
Regions sectors(unsigned bytes) { return pieces(kBuffer, bytes, 512); }
Regions odd_pieces(unsigned bytes) { return pieces(kBuffer, bytes, 510); }
Regions small_first(unsigned bytes) {
  Regions out = {{kBuffer, 2}, {kBuffer + 2, 4}};
  for (const Region& region : pieces(kBuffer + 6, bytes - 6, kRegionMost)) out.push_back(region);
  return out;
}
Regions off_by_a_word(unsigned bytes) { return pieces(kBuffer + 2, bytes, kRegionMost); }
Regions over_a_sector(unsigned bytes) { return pieces(kBuffer, bytes, 1536); }
Regions longer_by_a_word(unsigned bytes) { return pieces(kBuffer, bytes + 2, kRegionMost); }
Regions one_more(unsigned bytes) {
  Regions out = whole(bytes);
  out.push_back({kBuffer + 0x40000, 512});
  return out;
}
Regions shorter_by_a_word(unsigned bytes) { return pieces(kBuffer, bytes - 2, kRegionMost); }
Regions half(unsigned bytes) { return pieces(kBuffer, bytes / 2, kRegionMost); }

enum class Fit : std::uint8_t { exact, larger, smaller };
struct Shape {
  std::string_view name;
  Fit fit;
  Regions (*make)(unsigned bytes);
  std::string_view rules;
};
constexpr Shape kShapes[] = {
    {"whole", Fit::exact, whole, "BMIDE-48"},
    {"sectors", Fit::exact, sectors, "BMIDE-48 BMIDE-82"},
    {"odd-pieces", Fit::exact, odd_pieces, "BMIDE-81"},
    {"small-first", Fit::exact, small_first, "BMIDE-80 BMIDE-81"},
    {"off-by-a-word", Fit::exact, off_by_a_word, "BMIDE-58"},
    {"over-a-sector", Fit::exact, over_a_sector, "BMIDE-81"},
    {"longer-by-a-word", Fit::larger, longer_by_a_word, "BMIDE-63"},
    {"one-more", Fit::larger, one_more, "BMIDE-63"},
    {"shorter-by-a-word", Fit::smaller, shorter_by_a_word, "BMIDE-64 BMIDE-61"},
    {"half", Fit::smaller, half, "BMIDE-64 BMIDE-61"},
};
constexpr unsigned kLba = 0x400;
constexpr unsigned kMostRegions = 600;

std::string prd_case(const Shape& shape, unsigned count, bool read) {
  const unsigned bytes = count * 512;
  const Regions regions = shape.make(bytes);
  const unsigned start = regions.front().address;
  Lines out;
  out.line("# A table {} for {} sectors, {} (piix4-ide.md 3.5).", shape.name, count,
           read ? "to memory" : "to the drive");
  out.line("board disk 0:0 pattern:HD0 sectors=16384").line("enable");
  std::string table = "prd 0x1000";
  for (std::size_t i = 0; i < regions.size(); ++i) {
    table +=
        fmt::format(" ({:#x} {:#x}{})", regions[i].address, regions[i].bytes, i + 1 == regions.size() ? " EOT" : "");
  }
  out.line("{}", table);
  if (read) {
    out.line("memset {:#x} 16 0xee", start - 16).line("memset {:#x} {} 0xee", start, bytes + 16);
  } else {
    out.line("mem_write {:#x} pattern NEW 0 {}", start, count);
  }
  out.line("clear_counts").line("dma_prepare primary 0x1000 {}", read ? "read" : "write");
  out.line("command primary 0 {} lba={:#x} count={}", read ? "READ_DMA_EXT" : "WRITE_DMA_EXT", kLba, count);
  out.line("dma_start primary {}", read ? "read" : "write");
  if (shape.fit == Fit::smaller) {
    out.line("clock_step 1000000");
    out.expect(shape.rules, "inb primary.bmis & 0x07 == 0x00");
    out.expect(shape.rules, "edges 14 0");
    // What the regions had room for has moved.
    if (read) out.expect(shape.rules, "mem {:#x} pattern HD0 {:#x} {}", start, kLba, (bytes - 2) / 2 / 512);
    out.line("dma_stop primary").line("srst primary");
    out.line("command primary 0 READ_SECTORS lba={:#x} count=1", kLba + count).line("pio_in primary 1");
    out.expect(shape.rules, "buffer pattern HD0 {:#x} 1", kLba + count);
    return out.take();
  }
  out.line("wait irq 14 1");
  const bool larger = shape.fit == Fit::larger;
  out.expect(larger ? "BMIDE-63 BMIDE-39" : "BMIDE-62 BMIDE-40", "inb primary.bmis & 0x07 == {}", larger ? 5 : 4);
  out.expect("ATA6-OUT-1", "inb primary.status & 0xe9 == 0x40").line("dma_stop primary");
  out.expect("BMIDE-05 BMIDE-85", "inb primary.bmis & 0x01 == 0x00");
  out.expect("ATA6-DMA-2", "edges 14 1");
  out.expect("BMIDE-44", "inl primary.bmidtp == 0x1000");
  if (read) {
    out.expect(shape.rules, "mem {:#x} pattern HD0 {:#x} {}", start, kLba, count);
    out.expect("BMIDE-58", "readl {:#x} == 0xeeeeeeee", start + bytes);
    out.expect("BMIDE-58", "readl {:#x} == 0xeeeeeeee", start - 4);
    out.expect("BMIDE-58", "count dma_write_primary {}", bytes);
  } else {
    out.line("command primary 0 READ_SECTORS_EXT lba={:#x} count={}", kLba, count).line("pio_in primary {}", count);
    out.expect(fmt::format("{} BMIDE-57", shape.rules), "buffer pattern NEW 0 {}", count);
  }
  return out.take();
}

}  // namespace

void add_prd_tables(Cases& out) {
  for (const Shape& shape : kShapes) {
    for (const unsigned count : kSizes) {
      if (shape.make(count * 512).size() > kMostRegions) continue;
      for (const bool read : {true, false}) {
        out.push_back(
            {fmt::format("prd/{}-{}-{}", shape.name, count, read ? "read" : "write"), prd_case(shape, count, read)});
      }
    }
  }
}

}  // namespace coincide::generated
