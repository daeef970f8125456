#include "emu/piix4/config_registers.h"

namespace coincide {
namespace {

using R = FunctionReg;
constexpr R kFixed = R::count;
constexpr std::uint32_t kAbsent = ConfigRegister::kAbsent;

// OVMM-IDE-017, OVMM-IDE-018, OVMM-IDE-019, OVMM-IDE-021, OVMM-IDE-031: OpenVMM has the same there.
// clang-format off
constexpr ConfigRegister kRegisters[] = {
    // offset, bytes, name, reset, reset on PIIX3, write mask, write 1 to clear
    {0x00, 2, "VID", 0x8086, 0x8086, 0,      0,      kFixed,              "PIIX4-CFG-01"},
    {0x02, 2, "DID", 0x7111, 0x7010, 0,      0,      kFixed,              "PIIX4-CFG-02"},
    {0x04, 2, "PCICMD", 0x0000, 0x0000, 0x0005, 0,      R::pcicmd,           "PIIX4-CFG-03 PIIX4-CFG-04 PIIX4-CFG-05 PIIX4-CFG-06"},
    {0x06, 2, "PCISTS", 0x0280, 0x0280, 0,      0x3800, R::pcists,           "PIIX4-CFG-09 PIIX4-CFG-10 PIIX4-CFG-13 PIIX4-CFG-46"},
    {0x08, 1, "RID", 0x01, 0x00, 0,      0,      kFixed,              "PIIX4-CFG-14"},
    {0x09, 1, "PI", 0x80, 0x80, 0,      0,      kFixed,              "PIIX4-CFG-15 PIIX4-CFG-16 PIIX4-CFG-17"},
    {0x0a, 1, "SCC", 0x01, 0x01, 0,      0,      kFixed,              "PIIX4-CFG-15"},
    {0x0b, 1, "BCC", 0x01, 0x01, 0,      0,      kFixed,              "PIIX4-CFG-15"},
    {0x0d, 1, "MLT", 0x00, 0x00, 0xf0,   0,      R::mlt,              "PIIX4-CFG-19"},
    {0x0e, 1, "HEDT", 0x00, 0x00, 0,      0,      kFixed,              "PIIX4-CFG-20"},
    {0x20, 4, "BMIBA", 0x00000001, 0x00000001, 0x0000fff0, 0, R::bmiba,         "PIIX4-CFG-23 PIIX4-CFG-24 PIIX4-CFG-25 PIIX4-CFG-26"},
    {0x40, 2, "IDETIM primary", 0x0000, 0x0000, 0xf3ff, 0, R::idetim_primary,   "PIIX4-CFG-30 PIIX4-CFG-31 PIIX4-CFG-32"},
    {0x42, 2, "IDETIM secondary", 0x0000, 0x0000, 0xf3ff, 0, R::idetim_secondary, "PIIX4-CFG-30 PIIX4-CFG-31 PIIX4-CFG-32"},
    {0x44, 1, "SIDETIM", 0x00, 0x00, 0xff,   0,      R::sidetim,          "PIIX4-CFG-33"},
    {0x48, 1, "UDMACTL", 0x00, kAbsent, 0x0f,   0,      R::udmactl,          "PIIX4-CFG-35"},
    {0x4a, 2, "UDMATIM", 0x0000, kAbsent, 0x3333, 0,      R::udmatim,          "PIIX4-CFG-36 PIIX4-CFG-45"},
};
// clang-format on

}  // namespace

std::span<const ConfigRegister> config_registers() { return kRegisters; }

}  // namespace coincide
