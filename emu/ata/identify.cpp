// IDENTIFY DEVICE, every word that is not 0 (ATA6 r3a §8.15, table 27). One row a run of words; what a board or a
// command may change is computed from the present state, so that the data show it at once (ATA6-ID-15).
#include <algorithm>
#include <bit>

#include "emu/ata/disk.h"
#include "emu/ata/identify_words.h"
#include "emu/ata/transfer_mode.h"

namespace coincide {
namespace {

/// What the words are made of.
struct View {
  const Disk& disk;
  const DeviceConfig& config;
  const RegisterFile<DeviceReg>& regs;
  bool device1;
};

std::uint16_t word_of(std::uint64_t value, unsigned index) { return static_cast<std::uint16_t>(value >> (16 * index)); }

std::uint64_t chs_capacity(const View& v) {
  return std::uint64_t{v.disk.current_cylinders()} * v.regs.get(DeviceReg::logical_heads) *
         v.regs.get(DeviceReg::logical_sectors);
}

constexpr unsigned bit(unsigned n) { return 1u << n; }

/// Words 82, 83, 84 (index 0, 1, 2): what the disk can do (§8.15.42-43). ATA6-HPA-15
std::uint16_t supported(const View& v, unsigned index) {
  unsigned bits = 0;
  for (const FeatureRow& row : feature_table()) {
    const std::uint16_t masks[] = {row.bits82, row.bits83, row.bits84};
    if (v.disk.has(row.feature)) bits |= masks[index];
  }
  switch (index) {
    case 0:
      bits |= (v.config.look_ahead ? bit(6) : 0u) | (v.config.write_cache ? bit(5) : 0u) |
              (v.config.power_management ? bit(3) : 0u);
      break;
    case 1:  // FLUSH CACHE is mandatory; 48-bit brings FLUSH CACHE EXT
      bits |= bit(12) | (v.disk.has_lba48() ? bit(13) | bit(10) : 0u);
      break;
    default:  // bit 6 announces the FUA commands in ATA/ATAPI-7
      bits |= v.config.fua ? bit(6) : 0u;
  }
  return static_cast<std::uint16_t>(bits);
}

/// A feature that can be switched off shows in words 85-87 while its register is not 0.
struct Switchable {
  unsigned index;
  std::uint16_t mask;
  DeviceReg reg;
};
constexpr Switchable kSwitchable[] = {
    {0, 0x0040, DeviceReg::look_ahead},
    {0, 0x0020, DeviceReg::write_cache},
    {0, 0x0001, DeviceReg::smart_enabled},
    {0, 0x0100, DeviceReg::service_interrupt},
    {0, 0x0080, DeviceReg::release_interrupt},
    {1, 0x0008, DeviceReg::apm_level},
    {1, 0x0200, DeviceReg::aam_level},
    {1, 0x0020, DeviceReg::puis_enabled},
    {1, 0x0010, DeviceReg::media_status_notification},
    {1, 0x0100, DeviceReg::set_max_state},  // ATA6-HPA-19
    {2, 0x0008, DeviceReg::media_card_enabled},
};

/// Words 85, 86, 87: what of it is on. ATA6-ID-11: what cannot be switched off shows 1 here too.
std::uint16_t enabled(const View& v, unsigned index) {
  std::uint16_t bits = supported(v, index);
  for (const Switchable& row : kSwitchable) {
    if (row.index == index && v.regs.get(row.reg) == 0) bits = static_cast<std::uint16_t>(bits & ~row.mask);
  }
  if (index == 0 && !v.disk.security().enabled()) bits = static_cast<std::uint16_t>(bits & ~0x0002u);  // ATA6-SEC-15
  return bits;
}

using Row = IdentifyRow<View>;
constexpr Row kWords[] = {
    {0, 0,
     [](const View& v, unsigned) -> std::uint16_t {
       if (v.disk.has(Feature::cfa)) return 0x848a;
       const unsigned fixed = v.disk.has(Feature::media_status) ? 0x0080 : 0x0040;
       return static_cast<std::uint16_t>(fixed | (v.disk.puis().incomplete() ? 0x0004u : 0u));
     }},
    {1, 1, [](const View& v, unsigned) { return v.disk.default_cylinders(); }},
    {2, 2, [](const View& v, unsigned) { return v.disk.puis().configuration_word(); }},
    {3, 3, [](const View& v, unsigned) -> std::uint16_t { return v.config.heads; }},
    {6, 6, [](const View& v, unsigned) -> std::uint16_t { return v.config.sectors_per_track; }},
    {10, 19, [](const View& v, unsigned i) { return identify_text_word(v.config.serial, i); }},
    {23, 26, [](const View& v, unsigned i) { return identify_text_word(v.config.firmware, i); }},
    {27, 46, [](const View& v, unsigned i) { return identify_text_word(v.config.model, i); }},
    {47, 47, [](const View& v, unsigned) -> std::uint16_t { return 0x8000 | v.config.multiple_limit; }},
    {49, 49, [](const View&, unsigned) -> std::uint16_t { return 0x2f00; }},
    {50, 50, [](const View&, unsigned) -> std::uint16_t { return 0x4000; }},
    {51, 52, [](const View&, unsigned) -> std::uint16_t { return 0x0200; }},
    {53, 53, [](const View&, unsigned) -> std::uint16_t { return 0x0007; }},
    {54, 54, [](const View& v, unsigned) { return v.disk.current_cylinders(); }},
    {55, 55, [](const View& v, unsigned) { return word_of(v.regs.get(DeviceReg::logical_heads), 0); }},
    {56, 56, [](const View& v, unsigned) { return word_of(v.regs.get(DeviceReg::logical_sectors), 0); }},
    {57, 58, [](const View& v, unsigned i) { return word_of(chs_capacity(v), i); }},
    // ATA6-MULT-6: bit 8 says that the setting is valid; MULTIPLE is off while it reads 0100h.
    {59, 59, [](const View& v, unsigned) -> std::uint16_t { return 0x0100 | v.regs.byte(DeviceReg::multiple_count); }},
    {60, 61, [](const View& v, unsigned i) { return word_of(v.disk.limit28(), i); }},  // ATA6-ADDR-4, ATA6-ADDR-5
    {63, 63,
     [](const View& v, unsigned) -> std::uint16_t {
       return v.disk.dco().multiword_modes() | selected_mode(v.regs, kMultiwordDma);
     }},
    {64, 64, [](const View&, unsigned) -> std::uint16_t { return 0x0003; }},
    {65, 68, [](const View&, unsigned) -> std::uint16_t { return 0x0078; }},
    {75, 75,
     [](const View& v, unsigned) -> std::uint16_t {  // ATA6-OVL-13
       return v.disk.has(Feature::overlap) ? static_cast<std::uint16_t>(v.config.queue_depth - 1) : std::uint16_t{0};
     }},
    {80, 80, [](const View&, unsigned) -> std::uint16_t { return 0x0078; }},
    {81, 81, [](const View&, unsigned) -> std::uint16_t { return 0x0019; }},
    {82, 82, [](const View& v, unsigned) { return supported(v, 0); }},
    {83, 84,
     [](const View& v, unsigned i) -> std::uint16_t {
       return 0x4000 | supported(v, 1 + i);
     }},  // ATA6-ID-10, ATA6-ID-14
    {85, 85, [](const View& v, unsigned) { return enabled(v, 0); }},
    {86, 86, [](const View& v, unsigned) { return enabled(v, 1); }},  // ATA6-ID-12: no validity pair here
    {87, 87, [](const View& v, unsigned) -> std::uint16_t { return 0x4000 | enabled(v, 2); }},
    {88, 88,
     [](const View& v, unsigned) -> std::uint16_t {
       return v.disk.dco().ultra_modes() | selected_mode(v.regs, kUltraDma);
     }},
    {89, 90, [](const View& v, unsigned i) { return v.disk.security().erase_time(i == 1); }},
    {91, 91,
     [](const View& v, unsigned) -> std::uint16_t {
       return v.disk.has(Feature::apm) ? v.regs.byte(DeviceReg::apm_level) : std::uint8_t{0};
     }},
    {92, 92,  // ATA6-SEC-16
     [](const View& v, unsigned) {
       return v.disk.has(Feature::security) ? word_of(v.regs.get(DeviceReg::master_revision), 0) : std::uint16_t{0};
     }},
    {93, 93, [](const View& v, unsigned) { return cable_word(v.device1, v.disk.other_present()); }},
    {94, 94,  // ATA6-AAM-1: the recommended level is the quietest
     [](const View& v, unsigned) -> std::uint16_t {
       return v.disk.has(Feature::aam) ? 0x8000 | v.regs.byte(DeviceReg::aam_level) : 0;
     }},
    {100, 103,
     [](const View& v, unsigned i) { return v.disk.has_lba48() ? word_of(v.disk.limit48(), i) : std::uint16_t{0}; }},
    {127, 127,
     [](const View& v, unsigned) -> std::uint16_t { return v.disk.has(Feature::media_status) ? 0x0001 : 0x0000; }},
    {128, 128, [](const View& v, unsigned) { return v.disk.security().status_word(); }},
    {160, 160, [](const View& v, unsigned) { return v.disk.power_word(); }},
};

/// Words of QEMU's disk that differ (quirk qemu-identify; evidence in its row).
constexpr Row kQemuWords[] = {
    {2, 2, [](const View&, unsigned) -> std::uint16_t { return 0; }},
    {4, 4, [](const View& v, unsigned) { return word_of(std::uint64_t{512} * v.config.sectors_per_track, 0); }},
    {5, 5, [](const View&, unsigned) -> std::uint16_t { return 512; }},
    {20, 20, [](const View&, unsigned) -> std::uint16_t { return 3; }},
    {21, 21, [](const View&, unsigned) -> std::uint16_t { return 512; }},
    {22, 22, [](const View&, unsigned) -> std::uint16_t { return 4; }},
    {48, 48, [](const View&, unsigned) -> std::uint16_t { return 1; }},
    {49, 49, [](const View&, unsigned) -> std::uint16_t { return 0x0b00; }},
    {50, 50, [](const View&, unsigned) -> std::uint16_t { return 0; }},
    {62, 62, [](const View&, unsigned) -> std::uint16_t { return 0x0007; }},
    {69, 69, [](const View&, unsigned) -> std::uint16_t { return 0x4000; }},
    {80, 80, [](const View&, unsigned) -> std::uint16_t { return 0x00f0; }},
    {81, 81, [](const View&, unsigned) -> std::uint16_t { return 0x0016; }},
    {82, 82, [](const View&, unsigned) -> std::uint16_t { return 0x4021; }},
    {85, 85,
     [](const View& v, unsigned) -> std::uint16_t {
       return v.regs.get(DeviceReg::write_cache) != 0 ? 0x4021 : 0x4001;
     }},
    {93, 93, [](const View&, unsigned) -> std::uint16_t { return 0x6001; }},
    {106, 106, [](const View&, unsigned) -> std::uint16_t { return 0x6000; }},
    {169, 169, [](const View&, unsigned) -> std::uint16_t { return 0x0001; }},
};

/// Data of OpenVMM's disk, whole (quirk openvmm-identify): OVMM-IDE-171 the constants, OVMM-IDE-172 what follows the
/// translation, OVMM-IDE-173 the capacity, OVMM-IDE-174 the firmware's name. OVMM-IDE-175: nothing that a command sets.
constexpr std::uint64_t kLargestChs = 16515072;
std::uint64_t default_chs(const View& v) {
  return std::uint64_t{v.disk.default_cylinders()} * v.config.heads * v.config.sectors_per_track;
}
template <std::uint16_t Value>
std::uint16_t constant(const View&, unsigned) {
  return Value;
}
constexpr Row kOpenVmmWords[] = {
    {0, 0, constant<0x045a>},
    {1, 1,
     [](const View& v, unsigned) {
       return default_chs(v) < kLargestChs ? v.disk.default_cylinders() : std::uint16_t{16383};
     }},
    {3, 3, [](const View& v, unsigned) -> std::uint16_t { return v.config.heads; }},
    {4, 4, [](const View& v, unsigned) { return word_of(std::uint64_t{512} * v.config.sectors_per_track, 0); }},
    {5, 5, constant<0x0200>},
    {6, 6, [](const View& v, unsigned) -> std::uint16_t { return v.config.sectors_per_track; }},
    {7, 7, constant<0xabcd>},
    {8, 8, constant<0xdcba>},
    {9, 9, constant<0x0123>},
    {10, 19, constant<0x2020>},
    {20, 20, constant<0x0003>},
    {21, 21, constant<0x0080>},
    {23, 26,
     [](const View& v, unsigned i) { return identify_text_word(v.disk.unit() < 2 ? "1.1.0   " : "1.1.1   ", i); }},
    {27, 46, [](const View&, unsigned i) { return identify_text_word("Virtual HD", i); }},
    {47, 47, constant<0x8080>},
    {49, 49, constant<0x0f00>},
    {51, 52, constant<0x0200>},
    {53, 53, constant<0x0003>},
    {54, 54, [](const View& v, unsigned) { return v.disk.default_cylinders(); }},
    {55, 55, [](const View& v, unsigned) -> std::uint16_t { return v.config.heads; }},
    {56, 56, [](const View& v, unsigned) -> std::uint16_t { return v.config.sectors_per_track; }},
    {57, 58, [](const View& v, unsigned i) { return word_of(default_chs(v), i); }},
    {59, 59, constant<0x0180>},
    {60, 61, [](const View& v, unsigned i) { return word_of(v.disk.limit28(), i); }},
    {62, 62, constant<0x0007>},
    {63, 63, constant<0x0407>},
    {64, 64, constant<0x0003>},
    {65, 66, constant<0x0078>},
    {67, 67, constant<0x014d>},
    {68, 68, constant<0x0078>},
    {80, 80, constant<0x01f0>},
    {82, 82, constant<0x0028>},
    {83, 83, constant<0x7400>},
    {84, 84, constant<0x4040>},
    {85, 85, constant<0x0028>},
    {86, 86, constant<0x3400>},
    {87, 87, constant<0x4040>},
    {100, 103, [](const View& v, unsigned i) { return word_of(v.disk.limit48(), i); }},
    {106, 106, constant<0x4000>},
    {209, 209, constant<0x4000>},
};

}  // namespace

void Disk::identify(std::span<std::uint8_t, kSectorBytes> out) const {
  std::fill(out.begin(), out.end(), 0);  // ATA6-ID-3: reserved words are 0
  const View view{*this, config_, regs_, unit() % 2 == 1};
  if (profile_.has(Quirk::openvmm_identify)) return fill_identify<View>(kOpenVmmWords, view, out);
  fill_identify<View>(kWords, view, out);
  // ATA6-PUIS-3, ATA6-ID-16: with the medium at rest words 0 and 2 are all that is known.
  if (puis_.incomplete()) {
    std::fill(out.begin() + 2, out.begin() + 4, 0);
    std::fill(out.begin() + 6, out.end(), 0);
  }
  if (profile_.has(Quirk::qemu_identify)) return fill_identify<View>(kQemuWords, view, out);
  seal_identify(out);
}

}  // namespace coincide
