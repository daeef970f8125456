// Each byte, word and dword of configuration space: its value after reset, and what ones, zeros, AAh and 55h leave in
// it (piix4-ide.md 1.1). The whole dword is looked at after each write, so that a lane that is not enabled is seen to
// stay.
#include <array>

#include "conformance/generated/generated.h"

namespace coincide::generated {
namespace {

struct ConfigByte {
  std::uint8_t offset;
  std::uint8_t reset;
  std::uint8_t mask;  ///< bits that keep what is written
  std::string_view rules;
};

// clang-format off
constexpr ConfigByte kBytes[] = {
    {0x00, 0x86, 0x00, "PIIX4-CFG-01"}, {0x01, 0x80, 0x00, "PIIX4-CFG-01"},
    {0x02, 0x11, 0x00, "PIIX4-CFG-02"}, {0x03, 0x71, 0x00, "PIIX4-CFG-02"},
    {0x04, 0x00, 0x05, "PIIX4-CFG-03 PIIX4-CFG-04 PIIX4-CFG-05"}, {0x05, 0x00, 0x00, "PIIX4-CFG-06"},
    {0x06, 0x80, 0x00, "PIIX4-CFG-09 PIIX4-CFG-13 PIIX4-CFG-46"}, {0x07, 0x02, 0x00, "PIIX4-CFG-09 PIIX4-CFG-11 PIIX4-CFG-13"},
    {0x08, 0x01, 0x00, "PIIX4-CFG-14"}, {0x09, 0x80, 0x00, "PIIX4-CFG-15 PIIX4-CFG-16 PIIX4-CFG-17"},
    {0x0a, 0x01, 0x00, "PIIX4-CFG-15"}, {0x0b, 0x01, 0x00, "PIIX4-CFG-15"},
    {0x0c, 0x00, 0x00, "PIIX4-CFG-18"}, {0x0d, 0x00, 0xf0, "PIIX4-CFG-19"},
    {0x0e, 0x00, 0x00, "PIIX4-CFG-20"}, {0x0f, 0x00, 0x00, "PIIX4-CFG-21"},
    {0x20, 0x01, 0xf0, "PIIX4-CFG-23 PIIX4-CFG-24 PIIX4-CFG-25"}, {0x21, 0x00, 0xff, "PIIX4-CFG-24 PIIX4-CFG-26"},
    {0x22, 0x00, 0x00, "PIIX4-CFG-26"}, {0x23, 0x00, 0x00, "PIIX4-CFG-26"},
    {0x40, 0x00, 0xff, "PIIX4-CFG-31"}, {0x41, 0x00, 0xf3, "PIIX4-CFG-31 PIIX4-CFG-32"},
    {0x42, 0x00, 0xff, "PIIX4-CFG-31"}, {0x43, 0x00, 0xf3, "PIIX4-CFG-31 PIIX4-CFG-32"},
    {0x44, 0x00, 0xff, "PIIX4-CFG-33"}, {0x45, 0x00, 0x00, "PIIX4-CFG-34"},
    {0x46, 0x00, 0x00, "PIIX4-CFG-34"}, {0x47, 0x00, 0x00, "PIIX4-CFG-34"},
    {0x48, 0x00, 0x0f, "PIIX4-CFG-35"}, {0x49, 0x00, 0x00, "PIIX4-CFG-37"},
    {0x4a, 0x00, 0x33, "PIIX4-CFG-36"}, {0x4b, 0x00, 0x33, "PIIX4-CFG-36"},
};
// clang-format on

/// From here on nobody says what there is.
constexpr unsigned kUndocumented = 0xf8;
constexpr unsigned kFunction1 = 0x80000900;  ///< CONFADD of device 1, function 1

ConfigByte byte_at(unsigned offset) {
  for (const ConfigByte& row : kBytes) {
    if (row.offset == offset) return row;
  }
  const std::string_view rule = offset >= 0x10 && offset < 0x20    ? "PIIX4-CFG-22"
                                : offset >= 0x24 && offset < 0x3c  ? "PIIX4-CFG-28"
                                : offset == 0x3c || offset == 0x3d ? "PIIX4-CFG-29"
                                : offset >= 0x54 && offset < 0x58  ? "PIIX4-CFG-41"
                                : offset >= 0x4c                   ? "PIIX4-CFG-37"
                                                                   : "PIIX4-CFG-43";
  return {static_cast<std::uint8_t>(offset), 0, 0, rule};
}

/// What a dword holds when the bytes from `offset` on were written with `pattern` in every lane.
std::uint32_t dword_after(unsigned offset, unsigned width, std::uint8_t pattern, bool written) {
  const unsigned base = offset & ~3u;
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const ConfigByte row = byte_at(base + i);
    const bool lane = written && base + i >= offset && base + i < offset + width;
    const unsigned byte = lane ? (row.reset & ~row.mask) | (pattern & row.mask) : row.reset;
    value |= std::uint32_t{byte & 0xff} << (8 * i);
  }
  return value;
}

std::string rules_of(unsigned offset, unsigned width) {
  std::string out = "PIIX4-CFG-42 PIIX4-CFG-43";
  for (unsigned i = 0; i < width; ++i) {
    const std::string_view rules = byte_at(offset + i).rules;
    if (out.find(rules) == std::string::npos) out += fmt::format(" {}", rules);
  }
  return out;
}

std::string config_case(bool mechanism, unsigned offset, unsigned width) {
  const char letter = width == 1 ? 'b' : width == 2 ? 'w' : 'l';
  const std::string rules = rules_of(offset, width);
  const unsigned base = offset & ~3u;
  const std::uint32_t lane_mask = width == 4 ? 0xffffffff : (1u << (8 * width)) - 1;
  const unsigned shift = 8 * (offset & 3);
  Lines out;
  out.line("# Configuration {:02X}h, {} byte{} wide, {}: value after reset, and what writes leave (piix4-ide.md 1.1).",
           offset, width, width == 1 ? "" : "s", mechanism ? "by mechanism #1" : "past CF8h");
  out.line("board none");
  if (mechanism) out.line("outl CONFADD {:#x}", kFunction1 | base);
  const std::string place = mechanism ? fmt::format("CONFDATA+{}", offset & 3) : fmt::format("{:#04x}", offset);
  const std::string whole = mechanism ? std::string("CONFDATA") : fmt::format("{:#04x}", base);
  const std::string read = mechanism ? fmt::format("in{}", letter) : fmt::format("cfg_read{}", letter);
  const std::string write = mechanism ? fmt::format("out{}", letter) : fmt::format("cfg_write{}", letter);
  const std::string read_whole = mechanism ? "inl" : "cfg_readl";
  out.expect(rules, "{} {} == {:#x}", read, place, dword_after(offset, width, 0, false) >> shift & lane_mask);
  for (const std::uint8_t pattern : {0xff, 0x00, 0xaa, 0x55}) {
    const std::uint32_t value = (pattern * 0x01010101u) & lane_mask;
    const std::uint32_t after = dword_after(offset, width, pattern, true);
    out.line("{} {} {:#x}", write, place, value);
    out.expect(rules, "{} {} == {:#x}", read, place, after >> shift & lane_mask);
    out.expect("PIIX4-CFG-42 PIIX4-CFG-44", "{} {} == {:#x}", read_whole, whole, after);
  }
  return out.take();
}

}  // namespace

void add_config(Cases& out) {
  for (const bool mechanism : {false, true}) {
    for (const unsigned width : {1u, 2u, 4u}) {
      for (unsigned offset = 0; offset < kUndocumented; offset += width) {
        out.push_back({fmt::format("config/{}-{}-{:02x}", mechanism ? "mechanism1" : "direct", width, offset),
                       config_case(mechanism, offset, width)});
      }
    }
  }
}

}  // namespace coincide::generated
