// Each command that runs the medium, by both address forms that it has, on both devices, for counts from one to the
// most, to each way in which it can end (ATA6 §8, §9.5-§9.8).
#include "conformance/generated/generated.h"

#include <algorithm>

namespace coincide::generated {
namespace {

enum class Kind : std::uint8_t { pio_in, pio_out, dma_in, dma_out, verify };

struct MediaCommand {
  std::string_view symbol;
  Kind kind;
  bool ext;
  bool multiple;
};
constexpr MediaCommand kCommands[] = {
    {"READ_SECTORS", Kind::pio_in, false, false},
    {"READ_SECTORS_EXT", Kind::pio_in, true, false},
    {"READ_MULTIPLE", Kind::pio_in, false, true},
    {"READ_MULTIPLE_EXT", Kind::pio_in, true, true},
    {"WRITE_SECTORS", Kind::pio_out, false, false},
    {"WRITE_SECTORS_EXT", Kind::pio_out, true, false},
    {"WRITE_MULTIPLE", Kind::pio_out, false, true},
    {"WRITE_MULTIPLE_EXT", Kind::pio_out, true, true},
    {"READ_DMA", Kind::dma_in, false, false},
    {"READ_DMA_EXT", Kind::dma_in, true, false},
    {"WRITE_DMA", Kind::dma_out, false, false},
    {"WRITE_DMA_EXT", Kind::dma_out, true, false},
    {"READ_VERIFY_SECTORS", Kind::verify, false, false},
    {"READ_VERIFY_SECTORS_EXT", Kind::verify, true, false},
};
constexpr unsigned kCounts[] = {1, 2, 3, 7, 8, 9, 16, 33, 128, 255, 256};
constexpr unsigned kSectors = 16384;
constexpr unsigned kBlock = 8;  ///< of READ and WRITE MULTIPLE
constexpr unsigned kFirst = 0x1234;

enum class End : std::uint8_t { good, last_sectors, beyond, bad_first, bad_middle, bad_last };
constexpr std::pair<End, std::string_view> kEnds[] = {
    {End::good, "good"},           {End::last_sectors, "to-the-end"}, {End::beyond, "beyond"},
    {End::bad_first, "bad-first"}, {End::bad_middle, "bad-middle"},   {End::bad_last, "bad-last"},
};

struct Point {
  MediaCommand command;
  unsigned device;
  unsigned count;
  End end;

  bool reads() const { return command.kind == Kind::pio_in || command.kind == Kind::dma_in; }
  bool writes() const { return command.kind == Kind::pio_out || command.kind == Kind::dma_out; }
  bool dma() const { return command.kind == Kind::dma_in || command.kind == Kind::dma_out; }
  bool fails() const { return end != End::good && end != End::last_sectors; }
  unsigned lba() const {
    if (end == End::last_sectors) return kSectors - count;
    return end == End::beyond ? kSectors - count / 2 : kFirst;
  }
  /// First sector that cannot be had, counted from the first.
  unsigned bad() const {
    switch (end) {
      case End::beyond:
      case End::bad_middle:
        return count / 2;
      case End::bad_last:
        return count - 1;
      default:
        return 0;
    }
  }
  std::string_view address_rule() const { return command.ext ? "ATA6-ADDR-2" : "ATA6-ADDR-1"; }
  unsigned blocks() const { return command.multiple ? (count + kBlock - 1) / kBlock : count; }
};

std::string prd_of(unsigned bytes) {
  std::string out = "prd 0x1000";
  for (unsigned at = 0; at < bytes; at += 0x10000) {
    const unsigned size = std::min(0x10000u, bytes - at);
    out += fmt::format(" ({:#x} {:#x}{})", 0x20000 + at, size, at + size == bytes ? " EOT" : "");
  }
  return out;
}

void begin(Lines& out, const Point& p) {
  out.line("board disk 0:0 pattern:HD0 sectors={}", kSectors).line("board disk 0:1 pattern:HD1 sectors={}", kSectors);
  if (p.fails() && p.end != End::beyond) {
    const unsigned lba = p.lba() + p.bad();
    out.line("board fault 0:{} {} {}..{} {}", p.device,
             p.writes()                       ? "write"
             : p.command.kind == Kind::verify ? "verify"
                                              : "read",
             lba, lba, p.writes() ? "not_found" : "uncorrectable");
  }
  out.line("enable");
  if (p.command.multiple)
    out.line("command primary {} SET_MULTIPLE_MODE count={}", p.device, kBlock).line("inb primary.status");
  out.line("clear_counts");
  if (p.dma()) {
    out.line("{}", prd_of(p.count * 512)).line("dma_prepare primary 0x1000 {}", p.reads() ? "read" : "write");
    if (p.writes()) out.line("mem_write 0x20000 pattern NEW 0 {}", p.count);
  }
  out.line("command primary {} {} lba={:#x} count={}", p.device, p.command.symbol, p.lba(), p.count);
}

/// What is on the medium now, by another command of the kind that a suite trusts first.
void read_back(Lines& out, const Point& p, unsigned lba, unsigned count, std::string_view tag, unsigned tag_first,
               std::string_view rules) {
  if (count == 0) return;
  out.line("command primary {} READ_SECTORS_EXT lba={:#x} count={}", p.device, lba, count)
      .line("pio_in primary {}", count);
  out.expect(rules, "buffer pattern {} {:#x} {}", tag, tag_first, count);
}

/// The host reads Status, which ends the interrupt, before each block, so that each can be counted.
void give_blocks(Lines& out, const Point& p) {
  const unsigned block = p.command.multiple ? kBlock : 1;
  const unsigned whole = p.count / block;
  if (whole != 0) {
    out.line("repeat {} as n {{", whole)
        .line("  wait_drq primary")
        .line("  inb primary.status")
        .line("  pio_out primary pattern NEW n*{} {} block={}", block, block, block)
        .line("}}");
  }
  const unsigned rest = p.count % block;
  if (rest == 0) return;
  out.line("wait_drq primary").line("inb primary.status");
  out.line("pio_out primary pattern NEW {} {} block={}", whole * block, rest, block);
}

void good(Lines& out, const Point& p) {
  const std::string tag = fmt::format("HD{}", p.device);
  const std::string block = p.command.multiple ? fmt::format(" block={}", kBlock) : std::string();
  switch (p.command.kind) {
    case Kind::pio_in:
      out.line("pio_in primary {}{}", p.count, block);
      out.expect(fmt::format("{} ATA6-PIO-IN-8", p.address_rule()), "buffer pattern {} {:#x} {}", tag, p.lba(),
                 p.count);
      out.expect("ATA6-PIO-IN-6 ATA6-OUT-1", "inb primary.status & 0xe9 == 0x40");
      out.expect("ATA6-PIO-IN-2 ATA6-PIO-IN-5 ATA6-INT-3 ATA6-INT-18", "edges 14 {}", p.blocks());
      return;
    case Kind::pio_out:
      give_blocks(out, p);
      out.line("wait_ready primary");
      out.expect("ATA6-OUT-1", "inb primary.status & 0xe9 == 0x40");
      out.expect("ATA6-PIO-OUT-1 ATA6-PIO-OUT-2 ATA6-PIO-OUT-3 ATA6-PIO-OUT-5", "edges 14 {}", p.blocks());
      break;
    case Kind::dma_in:
    case Kind::dma_out:
      out.line("dma_start primary {}", p.reads() ? "read" : "write").line("wait irq 14 1");
      out.expect("BMIDE-62 BMIDE-40", "inb primary.bmis & 0x07 == 0x04");
      out.expect("ATA6-OUT-1", "inb primary.status & 0xe9 == 0x40").line("dma_stop primary");
      out.expect("ATA6-DMA-2 ATA6-INT-19", "edges 14 1");
      if (p.reads()) {
        out.expect(fmt::format("{} BMIDE-27", p.address_rule()), "mem 0x20000 pattern {} {:#x} {}", tag, p.lba(),
                   p.count);
      }
      break;
    case Kind::verify:
      out.line("wait_ready primary");
      out.expect("ATA6-INT-1", "irq 14 1").expect("ATA6-OUT-1 ATA6-RW-6", "inb primary.status & 0xe9 == 0x40");
      out.expect("ATA6-INT-1", "edges 14 1");
      return;
  }
  if (p.writes()) {
    read_back(out, p, p.lba(), p.count, "NEW", 0, p.address_rule());
    // Neither neighbour was touched, nor the other device.
    read_back(out, p, p.lba() - 1, 1, tag, p.lba() - 1, p.address_rule());
    Point other = p;
    other.device = 1 - p.device;
    read_back(out, other, p.lba(), 1, fmt::format("HD{}", other.device), p.lba(), "ATA6-SEL-1");
  }
}

/// Data blocks that come whole before the one with the bad sector.
void move_good_blocks(Lines& out, const Point& p) {
  const unsigned block = p.command.multiple ? kBlock : 1;
  const unsigned whole = p.bad() / block * block;
  if (p.command.kind == Kind::pio_in) {
    if (whole != 0) out.line("pio_in primary {} block={}", whole, block);
    // The block with the error may come too, with whatever is in it (ATA6-PIO-IN-9).
    out.line("wait_ready primary");
    out.expect("ATA6-OUT-2 ATA6-RW-5", "inb primary.alt_status & 0x81 == 0x01");
    if (p.end != End::beyond) out.line("ins primary.data 2 {}", 256 * std::min(block, p.count - whole));
  } else {
    // The host gives blocks for as long as it is asked.
    const unsigned sectors = std::min(whole + block, p.count);
    out.line("pio_out primary pattern NEW 0 {} block={}", sectors, block);
  }
}

void bad(Lines& out, const Point& p) {
  if (p.command.kind == Kind::pio_in || p.command.kind == Kind::pio_out) {
    move_good_blocks(out, p);
  }
  if (p.dma()) out.line("dma_start primary {}", p.reads() ? "read" : "write");
  out.line("wait_ready primary").expect("ATA6-INT-2", "irq 14 1");
  if (p.dma()) out.expect("BMIDE-65 BMIDE-30", "inb primary.bmis & 0x06 == 0x04");
  out.expect("ATA6-OUT-2 ATA6-RW-5", "inb primary.status & 0x89 == 0x01");
  if (p.end == End::beyond) {
    out.expect("ATA6-ERR-7 ATA6-RW-2 ATA6-ADDR-6", "inb primary.error & 0x14 in 0x10 0x04 0x14");
    return;
  }
  out.expect("ATA6-ERR-1 ATA6-RW-5", "inb primary.error & 0x50 == {:#04x}", p.writes() ? 0x10 : 0x40);
  const unsigned first_bad = p.lba() + p.bad();
  out.expect("ATA6-RW-5 ATA6-OUT-2", "inb primary.lba_low == {:#04x}", first_bad & 0xff);
  out.expect("ATA6-RW-5 ATA6-OUT-2", "inb primary.lba_mid == {:#04x}", first_bad >> 8 & 0xff);
  out.expect("ATA6-RW-5 ATA6-OUT-2", "inb primary.lba_high == {:#04x}", first_bad >> 16 & 0xff);
  if (p.dma()) out.line("dma_stop primary").expect("ATA6-INT-19", "edges 14 1");
}

bool sensible(const Point& p) {
  // One sector has no middle; a run over the end needs something to run over.
  if (p.count == 1 && (p.end == End::bad_middle || p.end == End::bad_last)) return false;
  if (p.count == 2 && p.end == End::bad_last) return false;
  // Where a run over the end stops differs by what has moved already: for blocks only the start is asked.
  if (p.end == End::beyond && !p.dma() && p.command.kind != Kind::verify && p.bad() != 0) return false;
  // A device may ask for the first block before it looks at the address, or not (ATA6-PIO-OUT-6): no script fits both.
  if (p.end == End::beyond && p.command.kind == Kind::pio_out) return false;
  return true;
}

}  // namespace

void add_commands(Cases& out) {
  for (const MediaCommand& command : kCommands) {
    for (unsigned device = 0; device < 2; ++device) {
      for (const unsigned count : kCounts) {
        for (const auto& [end, word] : kEnds) {
          const Point p{command, device, count, end};
          if (!sensible(p)) continue;
          Lines script;
          script.line("# {} of {} sectors on device {}, {} (ATA6 §8, §9).", command.symbol, count, device, word);
          begin(script, p);
          if (p.fails()) {
            bad(script, p);
          } else {
            good(script, p);
          }
          std::string name(command.symbol);
          for (char& c : name) c = c == '_' ? '-' : static_cast<char>(c | 0x20);
          out.push_back({fmt::format("commands/{}-d{}-{}-{}", name, device, count, word), script.take()});
        }
      }
    }
  }
}

}  // namespace coincide::generated
