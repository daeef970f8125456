#include "trace/import/kvm_pio.h"

#include <optional>
#include <vector>

#include "trace/import/port_capture.h"
#include "trace/import/text_source.h"

namespace coincide {

namespace {

/// What follows the time stamp of a line; nullopt for head lines and blank ones.
std::optional<LineScanner> event_text(std::string_view line) {
  if (line.empty() || line.front() == '#') return std::nullopt;
  // task-pid [cpu] flags seconds.microseconds: event…
  const std::size_t stamp = line.find(": ");
  if (stamp == std::string_view::npos) return std::nullopt;
  return LineScanner(line.substr(stamp + 2));
}

/// pio_read at 0x1f7 size 1 count 1 val 0x50
bool scan_access(LineScanner rest, PortAccess& access) {
  std::uint64_t port = 0;
  std::uint64_t width = 0;
  std::uint64_t count = 0;
  std::uint64_t value = 0;
  access.write = rest.literal("pio_write at 0x");
  const bool fine = (access.write || rest.literal("pio_read at 0x")) && rest.hex(port) && rest.literal(" size ") &&
                    rest.decimal(width) && rest.literal(" count ") && rest.decimal(count) && rest.literal(" val 0x") &&
                    rest.hex(value);
  if (!fine || port > 0xffff || (width != 1 && width != 2 && width != 4) || count == 0 || count > kMaxElements) {
    return false;
  }
  access.port = static_cast<std::uint16_t>(port);
  access.width = static_cast<unsigned>(width);
  access.count = static_cast<std::uint32_t>(count);
  access.value = static_cast<std::uint32_t>(value);
  return true;
}

/// gsi 14 level 1 source 0
bool scan_level(LineScanner rest, std::uint64_t& gsi, std::uint64_t& level) {
  return rest.literal("gsi ") && rest.decimal(gsi) && rest.literal(" level ") && rest.decimal(level);
}

}  // namespace

Result<Capture> import_kvm_pio(std::string_view text, const ImportOptions& options) {
  struct Row {
    bool is_access = false;
    PortAccess access;
    unsigned gsi = 0;
    bool level = false;
    std::uint32_t line = 0;
  };
  std::vector<Row> rows;
  FunctionFinder finder;
  CaptureBuilder builder("kvm_pio trace");
  bool levels[2] = {false, false};
  LineWalker lines(text);
  std::string_view line;
  while (lines.next(line)) {
    const auto at = [&](const char* what) { return Error{options.name + ":" + std::to_string(lines.number()), what}; };
    std::optional<LineScanner> event = event_text(line);
    if (!event) continue;
    Row row;
    row.line = row.access.line = lines.number();
    if (event->literal("kvm_pio: ")) {
      row.is_access = true;
      if (!scan_access(*event, row.access)) return at("not a kvm_pio line");
      if (row.access.count == 1) {
        if (row.access.write) {
          finder.write(row.access.port, row.access.width, row.access.value);
        } else {
          finder.read(row.access.port, row.access.width, row.access.value);
        }
      }
      rows.push_back(row);
    } else if (event->literal("kvm_set_irq: ")) {
      std::uint64_t gsi = 0;
      std::uint64_t level = 0;
      if (!scan_level(*event, gsi, level)) return at("not a kvm_set_irq line");
      builder.sees(sees::irq);
      if (gsi != 14 && gsi != 15) continue;
      row.gsi = static_cast<unsigned>(gsi);
      row.level = level != 0;
      if (levels[gsi & 1] == row.level) continue;  // each change is logged once for the PIC and once for the I/O APIC
      levels[gsi & 1] = row.level;
      rows.push_back(row);
    } else if (!event->literal("kvm_pic_set_irq: ") && !event->literal("kvm_ioapic_set_irq: ")) {
      builder.left_out("lines of other host events");
    }
  }
  builder.sees(sees::read_values | sees::block_data | sees::write_data | sees::config);
  builder.pci_device(finder.function() >> 3);
  PortCapture ports(builder, finder.function());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (row.is_access) {
      ports.access(row.access);
      continue;
    }
    // A read is logged when its value is known: a fall of the line right before a Status read is that read's doing.
    const bool before_access = i + 1 < rows.size() && rows[i + 1].is_access;
    const std::uint16_t status_port = row.gsi == 14 ? 0x1f7 : 0x177;
    if (!row.level && before_access && !rows[i + 1].access.write && rows[i + 1].access.port == status_port) {
      ports.access(rows[++i].access);
    }
    builder.irq(row.gsi, row.level, row.line);
  }
  if (!rows.empty()) ports.finish(rows.back().line);
  if (builder.accesses() == 0) return Error{options.name, "no access to a PIIX IDE function in this kvm_pio trace"};
  return builder.finish(options.name);
}

}  // namespace coincide
