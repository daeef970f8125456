// Each packet command with data in, against each kind of byte count limit (ATA6 §8.23, §9.8): how many bytes a block
// has, what tells of it, how the command ends. What the data are is not asked here.
#include "conformance/generated/generated.h"

#include <algorithm>

namespace coincide::generated {
namespace {

struct PacketCase {
  std::string_view name;
  std::string_view cdb;
  unsigned bytes;  ///< of the reply, as the command's own fields say
};
constexpr PacketCase kPackets[] = {
    {"request-sense-18", "0x030000001200", 18},
    {"inquiry-36", "0x120000002400", 36},
    {"inquiry-5", "0x120000000500", 5},
    {"read-capacity", "0x25000000000000000000", 8},
    {"mode-sense-2a-8", "0x5a002a00000000000800", 8},
    {"read-toc-20", "0x43000000000000001400", 20},
    {"read-toc-msf-20", "0x43020000000000001400", 20},
    {"read-toc-4", "0x43000000000000000400", 4},
    {"get-configuration-8", "0x46000000000000000800", 8},
    {"event-status-8", "0x4a010000100000000800", 8},
    {"mechanism-status-8", "0xbd000000000000000008", 8},
    {"read-10-1", "0x28000000001000000100", 2048},
    {"read-10-2", "0x28000000001000000200", 4096},
    {"read-10-16", "0x28000000001000001000", 32768},
    {"read-10-40", "0x28000000001000002800", 81920},
    {"read-12-1", "0xa80000000010000000010000", 2048},
    {"read-12-5", "0xa80000000010000000050000", 10240},
    {"read-cd-user-1", "0xbe0000000010000001100000", 2048},
    {"read-cd-user-3", "0xbe0000000010000003100000", 6144},
    {"read-cd-raw-1", "0xbe0000000010000001f80000", 2352},
};
constexpr unsigned kLimits[] = {0xfffe, 0xffff, 0x8000, 4096, 2352, 2048, 2046, 1024, 512, 64, 16, 4, 2};
constexpr unsigned kMostBlocks = 64;

std::string packet_case(const PacketCase& packet, unsigned limit) {
  const unsigned block = std::min(limit, 0xfffeu);
  Lines out;
  out.line("# {} with a byte count limit of {:X}h (ATA6 §8.23).", packet.name, limit);
  out.line("board cdrom 1:0 pattern:CD0 sectors=4096").line("enable");
  // Whatever the power-on left to tell is told first.
  out.line("packet secondary 0 0x030000001200").line("packet_in secondary 18").line("inb secondary.status");
  out.line("clear_counts").line("packet secondary 0 {} limit={:#x}", packet.cdb, limit);
  unsigned blocks = 0;
  for (unsigned left = packet.bytes; left != 0; ++blocks) {
    const unsigned now = std::min(left, block);
    out.line("wait_drq secondary");
    out.expect("ATAPI-IR-1", "inb secondary.sector_count & 0x03 == 0x02");
    // The device may make blocks smaller, so that only a bound is asked, but for what fits in one.
    if (packet.bytes <= block) {
      out.expect("ATAPI-BC-1", "inb secondary.lba_mid == {:#04x}", now & 0xff);
      out.expect("ATAPI-BC-1", "inb secondary.lba_high == {:#04x}", now >> 8);
      out.expect("ATA6-PKT-3 ATA6-INT-6 ATAPI-PKT-5", "inb secondary.status & 0x89 == 0x08");
      out.line("ins secondary.data 2 {}", (now + 1) / 2);
      left = 0;
    } else {
      out.line("packet_in secondary {}", packet.bytes);
      left = 0;
    }
  }
  out.line("wait_ready secondary");
  out.expect("ATA6-PKT-4 ATAPI-ERR-4 ATAPI-ERR-2", "inb secondary.alt_status & 0xe9 == 0x40");
  out.expect("ATA6-PKT-4 ATAPI-IR-2", "inb secondary.sector_count & 0x03 == 0x03");
  out.expect("ATA6-PKT-4", "irq 15 1").line("inb secondary.status");
  out.expect("ATA6-INT-11", "irq 15 0");
  const unsigned least = (packet.bytes + block - 1) / block;
  if (packet.bytes <= block) {
    out.expect("ATA6-PKT-5", "edges 15 {}", blocks + 1);
  } else {
    out.expect("ATA6-PKT-5 ATAPI-BCL-1", "edges 15 >= {}", least + 1);
  }
  return out.take();
}

}  // namespace

void add_packets(Cases& out) {
  for (const PacketCase& packet : kPackets) {
    for (const unsigned limit : kLimits) {
      if (packet.bytes / limit > kMostBlocks) continue;
      out.push_back({fmt::format("packets/{}-{:04x}", packet.name, limit), packet_case(packet, limit)});
    }
  }
}

}  // namespace coincide::generated
