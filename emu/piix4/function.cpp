#include "emu/piix4/function.h"

#include <span>

#include "emu/piix4/config_registers.h"

namespace coincide {
namespace {

constexpr unsigned kPciCmd = 0x04, kPciSts = 0x06, kBmiba = 0x20, kIdetim = 0x40;

/// Configuration bytes of an implementation that are not the data sheet's (evidence in the quirk's row).
struct QuirkByte {
  std::uint8_t first, last, reset_or_keep, write_mask;
};
constexpr std::uint8_t kKeep = 0xff;
/// Quirk qemu-config.
constexpr QuirkByte kQemuBytes[] = {
    {0x04, 0x04, kKeep, 0x07}, {0x05, 0x05, kKeep, 0x05}, {0x08, 0x08, 0x00, 0x00},  {0x22, 0x23, 0x00, 0xff},
    {0x2c, 0x2c, 0xf4, 0x00},  {0x2d, 0x2d, 0x1a, 0x00},  {0x2e, 0x2e, 0x00, 0x00},  {0x2f, 0x2f, 0x11, 0x00},
    {0x0c, 0x0c, 0x00, 0xff},  {0x3c, 0x3c, 0x00, 0xff},  {0x40, 0xfe, kKeep, 0xff},
};
/// Quirk openvmm-config. OVMM-IDE-020: MLT is one of the bytes that are 0. OVMM-IDE-022, OVMM-IDE-023, OVMM-IDE-024:
/// all bits are storage; OVMM-IDE-030: and nothing else. OVMM-IDE-025: the manufacturer.
/// OVMM-IDE-026: what is in no table reads 0.
constexpr QuirkByte kOpenVmmBytes[] = {
    {0x0d, 0x0d, 0x00, 0x00}, {0x40, 0x4b, 0x00, 0xff}, {0x41, 0x41, 0x80, 0xff},
    {0x43, 0x43, 0x80, 0xff}, {0xf8, 0xf8, 0x30, 0x00}, {0xf9, 0xf9, 0x0f, 0x00},
};

}  // namespace

PciFunction::PciFunction(Output& output, const Profile& profile, Chip chip)
    : profile_(profile), regs_(output, Scope::function) {
  for (const ConfigRegister& row : config_registers()) {
    const std::uint32_t reset = chip == Chip::piix3 ? row.reset_piix3 : row.reset;
    if (chip == Chip::piix3 && reset == ConfigRegister::kAbsent) continue;
    for (unsigned i = 0; i < row.bytes; ++i) {
      reset_[row.offset + i] = static_cast<std::uint8_t>(reset >> (8 * i));
      write_mask_[row.offset + i] = static_cast<std::uint8_t>(row.write_mask >> (8 * i));
      clear_mask_[row.offset + i] = static_cast<std::uint8_t>(row.write_1_to_clear >> (8 * i));
    }
  }
  const auto apply = [this](std::span<const QuirkByte> bytes) {
    for (const QuirkByte& q : bytes) {
      for (unsigned i = q.first; i <= q.last; ++i) {
        if (q.reset_or_keep != kKeep) reset_[i] = q.reset_or_keep;
        write_mask_[i] = q.write_mask;
      }
    }
  };
  if (profile.has(Quirk::qemu_config)) apply(kQemuBytes);
  if (profile.has(Quirk::openvmm_config)) apply(kOpenVmmBytes);
  reset();
}

void PciFunction::reset() {
  mapped_base_ = 0;  // OVMM-IDE-006
  bytes_ = reset_;   // PIIX4-RST-01, PIIX4-RST-02, PIIX4-CFG-03, PIIX4-CFG-23, PIIX4-CFG-30
  observe_registers(0, 255);
}

Answer PciFunction::read(std::uint8_t offset, unsigned width) const {
  Answer answer;
  for (unsigned i = 0; i < width; ++i) {
    const unsigned at = offset + i;
    answer.value |= std::uint32_t{bytes_[at]} << (8 * i);
    // PIIX4-CFG-38, PIIX4-CFG-39, PIIX4-CFG-40: undocumented bytes, any value is right.
    if ((at >= 0xf8 && at <= 0xfb) || at == 0xff) answer.open |= 0xffu << (8 * i);
  }
  return answer;
}

void PciFunction::write(std::uint8_t offset, unsigned width, std::uint32_t value) {
  // PIIX4-CFG-42: only enabled byte lanes change. PIIX4-CFG-11, PIIX4-CFG-12: write-1-to-clear byte by byte.
  for (unsigned i = 0; i < width; ++i) {
    const unsigned at = offset + i;
    const auto byte = static_cast<std::uint8_t>(value >> (8 * i));
    const auto kept = static_cast<std::uint8_t>(bytes_[at] & ~write_mask_[at] & ~(byte & clear_mask_[at]));
    bytes_[at] = static_cast<std::uint8_t>(kept | (byte & write_mask_[at]));
  }
  observe_registers(offset, offset + width - 1);
  // OVMM-IDE-027, OVMM-IDE-028: a write of 20h leaves the window where it is.
  if ((offset & 0xfc) == kPciCmd) {
    const bool maps = io_space() && bus_master();
    mapped_base_ =
        maps ? static_cast<std::uint16_t>((bytes_[kBmiba] & 0xf0) | bytes_[kBmiba + 1] << 8) : std::uint16_t{0};
  }
}

/// Tells of every register that bytes first..last belong to, if its value changed.
void PciFunction::observe_registers(unsigned first, unsigned last) {
  for (const ConfigRegister& row : config_registers()) {
    if (row.reg == FunctionReg::count || row.offset > last || row.offset + row.bytes <= first) continue;
    std::uint64_t value = 0;
    for (unsigned i = 0; i < row.bytes; ++i) value |= std::uint64_t{bytes_[row.offset + i]} << (8 * i);
    regs_.set(row.reg, value);
  }
}

bool PciFunction::channel_decoded(unsigned channel) const {
  // OVMM-IDE-029
  const bool always =
      profile_.has(Quirk::qemu_ports_always_decoded) || profile_.has(Quirk::openvmm_ports_always_decoded);
  if (always) return true;
  // PIIX4-IO-01, PIIX4-IO-04: IOSE, and bit 15 of this channel's own IDETIM.
  return io_space() && (bytes_[kIdetim + 2 * channel + 1] & 0x80) != 0;
}

std::uint16_t PciFunction::bus_master_base() const {
  // PIIX4-IO-21, PIIX4-CFG-07: IOSE alone gates the window; BME and IDETIM do not matter. PIIX4-IO-22: a base of 0
  // is not assigned; this model does not decode it.
  if (profile_.has(Quirk::openvmm_window_by_command)) return mapped_base_;
  if (!io_space()) return 0;
  return static_cast<std::uint16_t>((bytes_[kBmiba] & 0xf0) | bytes_[kBmiba + 1] << 8);
}

void PciFunction::received_master_abort() {
  bytes_[kPciSts + 1] |= 0x20;
  observe_registers(kPciSts, kPciSts + 1);
}

}  // namespace coincide
