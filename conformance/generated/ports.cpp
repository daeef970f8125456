// Each port of the function, read at each width, in each state of its decode bits (piix4-ide.md 2).
#include "conformance/generated/generated.h"

namespace coincide::generated {
namespace {

constexpr std::string_view kChannels[] = {"primary", "secondary"};
/// Command block registers with values that software can give them; Data and Status are the business of commands.
constexpr std::string_view kRegisters[] = {"sector_count", "lba_low", "lba_mid", "lba_high"};
constexpr unsigned kFirstRegister = 2;

char letter(unsigned width) { return width == 1 ? 'b' : width == 2 ? 'w' : 'l'; }
unsigned ones(unsigned width) { return width == 4 ? 0xffffffff : (1u << (8 * width)) - 1; }

/// PIIX4-IO-12 splits an access that crosses a dword line: only those that do not are asked here.
bool crosses(unsigned port, unsigned width) { return (port & 3) + width > 4; }

std::string register_case(unsigned channel, unsigned reg, unsigned width, bool iose, bool decoded) {
  const unsigned port = (channel == 0 ? 0x1f0 : 0x170) + kFirstRegister + reg;
  const std::string_view name = kChannels[channel];
  Lines out;
  out.line("# {} {}, {} bytes wide, IOSE={:d}, IDETIM bit 15={:d} (piix4-ide.md 2).", name, kRegisters[reg], width,
           iose, decoded);
  out.line("board disk {}:0 pattern:HD0 sectors=16384", channel);
  out.line("enable");
  out.line("outb {}.{} 0x5a", name, kRegisters[reg]);
  // The other channel stays decoded: one says nothing of the other.
  out.line("cfg_writew {} {:#x}", channel == 0 ? "IDETIM_PRIMARY" : "IDETIM_SECONDARY", decoded ? 0x8000 : 0);
  out.line("cfg_writew PCICMD {}", iose ? 5 : 4);
  if (iose && decoded) {
    out.expect("PIIX4-IO-01 PIIX4-IO-03 PIIX4-IO-10", "in{} {:#x} == {:#x}", letter(width), port,
               0x5a5a5a5a & ones(width));
  } else {
    out.expect(iose ? "PIIX4-IO-01 PIIX4-IO-02" : "PIIX4-IO-01 PIIX4-IO-02 PIIX4-CFG-07", "in{} {:#x} == {:#x}",
               letter(width), port, ones(width));
    // Nor does a write arrive.
    out.line("out{} {:#x} {:#x}", letter(width), port, 0xa5a5a5a5 & ones(width));
  }
  out.line("cfg_writew {} 0x8000", channel == 0 ? "IDETIM_PRIMARY" : "IDETIM_SECONDARY");
  out.line("cfg_writew PCICMD 5");
  out.expect("PIIX4-IO-01 PIIX4-IO-04", "inb {:#x} == 0x5a", port);
  // The low byte alone is written.
  out.line("out{} {:#x} {:#x}", letter(width), port, 0x44332211 & ones(width));
  out.expect("PIIX4-IO-11", "inb {:#x} == 0x11", port);
  return out.take();
}

std::string window_case(unsigned offset, unsigned width, bool iose, bool bme) {
  Lines out;
  out.line("# Bus-master window +{:X}h, {} bytes wide, IOSE={:d}, BME={:d} (piix4-ide.md 2).", offset, width, iose,
           bme);
  out.line("board disk 0:0 pattern:HD0 sectors=16384");
  out.line("enable");
  for (const unsigned channel : {0u, 1u}) {
    out.line("outl bmiba+{} {:#x}", 8 * channel + 4, 0x00abcdc0 + channel * 4);
    out.line("outb bmiba+{} 0x60", 8 * channel + 2);
    out.line("outb bmiba+{} 0x08", 8 * channel);
  }
  out.line("cfg_writew PCICMD {}", (iose ? 1 : 0) | (bme ? 4 : 0));
  if (!iose) {
    out.expect("PIIX4-CFG-07 PIIX4-IO-21", "in{} bmiba+{} == {:#x}", letter(width), offset, ones(width));
    return out.take();
  }
  std::uint32_t value = 0;
  std::uint32_t mask = 0;
  for (unsigned i = 0; i < width; ++i) {
    const unsigned at = (offset + i) & 7;
    const std::uint32_t pointer = 0x00abcdc0 + ((offset + i) >> 3) * 4;
    const bool reserved = at == 1 || at == 3;  // what they read is not said
    const unsigned byte = at == 0 ? 0x08 : at == 2 ? 0x60 : at >= 4 ? pointer >> (8 * (at - 4)) & 0xff : 0;
    value |= byte << (8 * i);
    if (!reserved) mask |= 0xffu << (8 * i);
  }
  if (mask == 0) return {};
  out.expect("PIIX4-IO-21 PIIX4-IO-23 PIIX4-IO-24 PIIX4-IO-26", "in{} bmiba+{} & {:#x} == {:#x}", letter(width), offset,
             mask, value);
  return out.take();
}

}  // namespace

void add_ports(Cases& out) {
  for (unsigned state = 0; state < 4; ++state) {
    const bool iose = (state & 1) != 0;
    const bool decoded = (state & 2) != 0;
    for (const unsigned width : {1u, 2u, 4u}) {
      for (unsigned channel = 0; channel < 2; ++channel) {
        for (unsigned reg = 0; reg < std::size(kRegisters); ++reg) {
          if (crosses(kFirstRegister + reg, width)) continue;
          out.push_back({fmt::format("ports/{}-{}-{}-iose{:d}-decode{:d}", kChannels[channel], kRegisters[reg], width,
                                     iose, decoded),
                         register_case(channel, reg, width, iose, decoded)});
        }
      }
      for (unsigned offset = 0; offset < 16; offset += width) {
        std::string text = window_case(offset, width, iose, decoded);
        if (text.empty()) continue;
        out.push_back(
            {fmt::format("ports/window-{:x}-{}-iose{:d}-bme{:d}", offset, width, iose, decoded), std::move(text)});
      }
    }
  }
}

}  // namespace coincide::generated
