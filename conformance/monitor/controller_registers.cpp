// What the function's own registers may show (PIIX4 §1, BMIDE §2): bits that are fixed, whatever was written.
#include <fmt/format.h>

#include "conformance/monitor/checker.h"

namespace coincide::monitor {
namespace {

/// Bits of a register that always read the same.
struct Fixed {
  std::string_view rule;
  unsigned offset;  ///< of the byte in configuration space, or of the register
  std::uint8_t mask;
  std::uint8_t value;
};
constexpr Fixed kConfig[] = {
    {"PIIX4-CFG-01", 0x00, 0xff, 0x86}, {"PIIX4-CFG-01", 0x01, 0xff, 0x80}, {"PIIX4-CFG-04", 0x04, 0xfa, 0x00},
    {"PIIX4-CFG-06", 0x05, 0xff, 0x00}, {"PIIX4-CFG-13", 0x06, 0xff, 0x80}, {"PIIX4-CFG-13", 0x07, 0xc7, 0x02},
    {"PIIX4-CFG-16", 0x09, 0x0f, 0x00}, {"PIIX4-CFG-17", 0x09, 0x80, 0x80}, {"PIIX4-CFG-15", 0x0a, 0xff, 0x01},
    {"PIIX4-CFG-15", 0x0b, 0xff, 0x01}, {"PIIX4-CFG-31", 0x41, 0x0c, 0x00}, {"PIIX4-CFG-31", 0x43, 0x0c, 0x00},
    {"PIIX4-CFG-35", 0x48, 0xf0, 0x00}, {"PIIX4-CFG-36", 0x4a, 0xcc, 0x00}, {"PIIX4-CFG-36", 0x4b, 0xcc, 0x00},
};
constexpr Fixed kBmic = {"BMIDE-02", 0, 0xf6, 0x00};
constexpr Fixed kBmis[] = {{"BMIDE-18", 0, 0x80, 0x00}, {"BMIDE-21", 0, 0x18, 0x00}};

class ControllerRegisters final : public Checker {
 public:
  explicit ControllerRegisters(bool piix4) : piix4_(piix4) {}

  void step(const HostView& view, const Step& step, Findings& out) override {
    if (step.access.write || !is_read(step.event.kind)) return;
    const HostRegister reg = step.access.reg;
    const auto offset = view.config_offset(step);
    if (offset && piix4_) return config(view, step, *offset, out);
    if (reg == HostRegister::bmic && step.access.byte == 0) hold(kBmic, step.value(), view, step, out);
    if (reg == HostRegister::bmis && step.access.byte == 0) {
      for (const Fixed& row : kBmis) hold(row, step.value(), view, step, out);
    }
  }

 private:
  void config(const HostView& view, const Step& step, unsigned offset, Findings& out) {
    for (const Fixed& row : kConfig) {
      if (row.offset < offset || row.offset >= offset + step.event.width) continue;
      hold(row, static_cast<std::uint8_t>(step.event.value >> (8 * (row.offset - offset))), view, step, out);
    }
  }

  void hold(const Fixed& row, std::uint8_t value, const HostView& view, const Step& step, Findings& out) {
    out.looked(row.rule);
    if ((value & row.mask) == row.value) return;
    Finding one = finding(row.rule, view, step,
                          fmt::format("{} reads {:02X}h, where bits {:02X}h are always {:02X}h",
                                      host_register_name(step.access), value, row.mask, row.value));
    one.unit.clear();
    one.command.clear();
    out.broken(std::move(one));
  }

  bool piix4_;
};

}  // namespace

CheckerPtr controller_registers(bool piix4) { return std::make_unique<ControllerRegisters>(piix4); }

}  // namespace coincide::monitor
