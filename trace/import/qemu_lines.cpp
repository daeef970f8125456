#include "trace/import/qemu_lines.h"

namespace coincide {

namespace {

bool scan_channel(LineScanner& rest, std::uint64_t& channel) {
  return rest.literal("ch=") && rest.decimal(channel) && channel <= 1;
}

}  // namespace

bool scan_region_line(LineScanner rest, QemuRegionLine& line) {
  std::uint64_t ignored = 0;
  if (!rest.literal("cpu ")) return false;
  rest.minus();  // -1: not by a CPU
  return rest.decimal(ignored) && rest.literal(" mr 0x") && rest.hex(ignored) && rest.literal(" addr 0x") &&
         rest.hex(line.address) && rest.literal(" value 0x") && rest.hex(line.value) && rest.literal(" size ") &&
         rest.decimal(line.bytes) && rest.literal(" name '") && rest.until("'", line.region);
}

bool scan_ide_line(std::string_view event, LineScanner rest, QemuIdeLine& line) {
  std::string_view name;
  line.write = event.find("write") != std::string_view::npos;
  line.width = event.ends_with("l") ? 4 : event.starts_with("ide_data_") ? 2 : 1;
  return rest.literal(line.write ? "IDE PIO wr @ 0x" : "IDE PIO rd @ 0x") && rest.hex(line.port) &&
         rest.literal(" (") && rest.until("); val 0x", name) && rest.hex(line.value);
}

bool scan_config_line(bool write, LineScanner rest, QemuConfigLine& line) {
  std::string_view place;
  const bool fine = rest.word(line.device) && rest.word(place) && rest.literal(" @0x") && rest.hex(line.offset) &&
                    rest.literal(write ? " <- 0x" : " -> 0x") && rest.hex(line.value);
  LineScanner numbers(place);
  std::uint64_t bus = 0;
  return fine && numbers.hex(bus) && numbers.literal(":") && numbers.hex(line.slot) && line.offset <= 0xff &&
         line.value <= 0xffffffff;
}

bool scan_gsi_line(LineScanner rest, QemuLevelLine& line) {
  std::uint64_t irq = 0;
  std::uint64_t level = 0;
  if (!rest.literal("GSI interrupt #") || !rest.decimal(irq) || !rest.literal(" level:") || !rest.decimal(level)) {
    return false;
  }
  line = {irq == 14 || irq == 15 ? static_cast<unsigned>(irq) : 0, level != 0};
  return true;
}

bool scan_pic_line(LineScanner rest, QemuLevelLine& line) {
  std::uint64_t master = 0;
  std::uint64_t pin = 0;
  std::uint64_t level = 0;
  if (!rest.literal("master ") || !rest.decimal(master) || !rest.literal(" irq ") || !rest.decimal(pin) ||
      !rest.literal(" level ") || !rest.decimal(level)) {
    return false;
  }
  line = {master == 0 && (pin == 6 || pin == 7) ? static_cast<unsigned>(8 + pin) : 0, level != 0};
  return true;
}

bool scan_prd_line(LineScanner rest, QemuPrdLine& line) {
  std::uint64_t channel = 0;
  std::uint64_t index = 0;
  std::uint64_t address = 0;
  std::uint64_t control = 0;
  if (!scan_channel(rest, channel) || !rest.literal(" idx=") || !rest.decimal(index) || !rest.literal(" at=0x") ||
      !rest.hex(line.at) || !rest.literal(" addr=0x") || !rest.hex(address) || !rest.literal(" ctl=0x") ||
      !rest.hex(control)) {
    return false;
  }
  line.bytes = little_endian_bytes(address, 4) + little_endian_bytes(control, 4);
  return true;
}

bool scan_memory_line(LineScanner rest, QemuMemoryLine& line) {
  constexpr std::uint64_t kRegion = 65536;
  std::uint64_t channel = 0;
  std::string_view when;
  if (!scan_channel(rest, channel) || !rest.word(when) || !rest.literal(" gpa=0x") || !rest.hex(line.address) ||
      !rest.literal(" len=") || !rest.decimal(line.length) || line.length > kRegion) {
    return false;
  }
  line.channel = static_cast<unsigned>(channel);
  line.after = when == "after";
  if (!line.after && when != "out") return false;
  line.unmapped = rest.literal(" unmapped");
  if (line.unmapped) return true;
  std::uint64_t fill = 0;
  if (rest.literal(" fill=") && rest.hex(fill)) {
    line.bytes.assign(line.length, static_cast<char>(fill));
    return true;
  }
  return rest.literal(" data=") && append_hex_bytes(rest.rest(), line.bytes) && line.bytes.size() == line.length;
}

bool scan_dma_done_line(LineScanner rest, QemuDmaDoneLine& line) {
  std::uint64_t channel = 0;
  std::uint64_t ignored = 0;
  std::uint64_t last = 0;
  std::string_view seen;
  if (!scan_channel(rest, channel) || !rest.literal(" seen=") || !rest.until(" ", seen) || !rest.literal("bytes=") ||
      !rest.decimal(ignored) || !rest.literal(" changed=")) {
    return false;
  }
  line = {static_cast<unsigned>(channel), 0};
  if (rest.literal("none")) return true;
  if (!rest.decimal(ignored) || !rest.literal("..") || !rest.decimal(last)) return false;
  line.changed_end = last + 1;
  return true;
}

}  // namespace coincide
