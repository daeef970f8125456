// Each code that ATA-6 reserves (ATA6 Annex E, table E.1), to a disk, a packet device and the slave of two.
#include "conformance/generated/generated.h"

namespace coincide::generated {
namespace {

/// The R cells, a row of sixteen codes each.
constexpr std::string_view kMatrix[] = {"CRRCRRRRCRRRRRRR", "OEEEEEEEEEEEEEEE", "COOOCCCCRCRRRRRC", "COOOCCCCCCRRORRC",
                                        "COCRRRRRRRRRRRRR", "ORRRRRRRRRRRRRRR", "RRRRRRRRRRRRRRRR", "CEEEEEEEEEEEEEEE",
                                        "VVVVVVVFVVVVVVVV", "COCREEEEEEVRRRRR", "CCCRRRRRRRRRRRRR", "CCRRRRRRAAAAAAAA",
                                        "FVVVCCCCCOCOCCRR", "RCMMMRRRRRCEEECC", "CCCCCCCCCECRCCOC", "VCCCCCCVCCVVVVVV"};

struct Place {
  std::string_view name;
  std::string_view board;
  std::string_view channel;
  unsigned device;
};
constexpr Place kPlaces[] = {
    {"disk", "board disk 0:0 pattern:HD0 sectors=16384", "primary", 0},
    {"slave", "board disk 0:0 pattern:HD0 sectors=16384\nboard disk 0:1 pattern:HD1 sectors=16384", "primary", 1},
    {"packet", "board cdrom 1:0 none", "secondary", 0},
};

}  // namespace

void add_opcodes(Cases& out) {
  for (const Place& place : kPlaces) {
    const unsigned irq = place.channel == "primary" ? 14 : 15;
    for (unsigned opcode = 0; opcode < 256; ++opcode) {
      if (kMatrix[opcode >> 4][opcode & 15] != 'R') continue;
      Lines script;
      script.line("# {:02X}h is reserved: a {} aborts it (ATA6 Annex E, table E.1).", opcode, place.name);
      script.line("{}", place.board).line("enable").line("clear_counts");
      script.line("command {} {} {:#04x} features=0 count=1 low=0 mid=0 high=0", place.channel, place.device, opcode);
      script.line("wait_ready {}", place.channel);
      script.expect("ATA6-CMD-4 ATA6-CMD-1", "irq {} 1", irq);
      script.expect("ATA6-CMD-4 ATA6-CMD-1", "inb {}.status & 0xe9 == 0x41", place.channel);
      script.expect("ATA6-CMD-4 ATA6-CMD-1 ATA6-ERR-1", "inb {}.error & 0x04 == 0x04", place.channel);
      script.expect("ATA6-INT-2 ATA6-INT-11", "irq {} 0", irq);
      script.expect("ATA6-INT-2", "edges {} 1", irq);
      out.push_back({fmt::format("opcodes/{}-{:02x}", place.name, opcode), script.take()});
    }
  }
}

}  // namespace coincide::generated
