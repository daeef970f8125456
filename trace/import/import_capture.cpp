#include "trace/import/capture.h"
#include "trace/import/kvm_pio.h"
#include "trace/import/qemu_log.h"
#include "trace/import/qtest_log.h"
#include "trace/import/text_source.h"

namespace coincide {

namespace {

/// Lines that are looked at to tell the format: head comments and notes may come first.
constexpr std::uint32_t kLinesToTell = 4096;

bool is_qemu_line(std::string_view line) {
  LineScanner scan(line);
  std::uint64_t ignored = 0;
  LineScanner prefix = scan;
  if (prefix.decimal(ignored) && prefix.literal("@") && prefix.decimal(ignored) && prefix.literal(".") &&
      prefix.decimal(ignored) && prefix.literal(":")) {
    scan = prefix;
  }
  for (const std::string_view family :
       {"ide_", "bmdma_", "memory_region_ops_", "pci_cfg_", "x86_gsi_", "pic_set_irq ", "x_"}) {
    if (scan.rest().starts_with(family)) return true;
  }
  return false;
}

}  // namespace

Result<Capture> import_capture(std::string_view text, const ImportOptions& options) {
  LineWalker lines(text);
  std::string_view line;
  while (lines.next(line) && lines.number() <= kLinesToTell) {
    if (line.starts_with("[I ") || line.starts_with("[R ") || line.starts_with("[S ")) {
      return import_qtest_log(text, options);
    }
    if (line.find(": kvm_pio: ") != std::string_view::npos || line.starts_with("# tracer:")) {
      return import_kvm_pio(text, options);
    }
    if (is_qemu_line(line)) return import_qemu_log(text, options);
    if (is_qtest_command(line)) return import_qtest_commands(text, options);
  }
  return Error{options.name,
               text.empty() ? "is empty" : "no capture in a known format (QEMU trace log, kvm_pio, qtest)"};
}

}  // namespace coincide
