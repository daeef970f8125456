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

enum class Format : std::uint8_t { unknown, qemu_log, kvm_pio, qtest_log, qtest_commands };

Format tell_format(std::string_view text) {
  LineWalker lines(text);
  std::string_view line;
  while (lines.next(line) && lines.number() <= kLinesToTell) {
    if (line.starts_with("[I ") || line.starts_with("[R ") || line.starts_with("[S ")) return Format::qtest_log;
    if (line.find(": kvm_pio: ") != std::string_view::npos || line.starts_with("# tracer:")) return Format::kvm_pio;
    if (is_qemu_line(line)) return Format::qemu_log;
    if (is_qtest_command(line)) return Format::qtest_commands;
  }
  return Format::unknown;
}

constexpr std::string_view kGzipMagic("\x1f\x8b", 2);

}  // namespace

bool looks_like_log(std::string_view bytes) {
  if (bytes.starts_with(kGzipMagic)) return true;
  const Format format = tell_format(bytes);
  return format != Format::unknown && format != Format::qtest_commands;
}

Result<Capture> import_capture(std::string_view text, const ImportOptions& options) {
  switch (tell_format(text)) {
    case Format::qemu_log:
      return import_qemu_log(text, options);
    case Format::kvm_pio:
      return import_kvm_pio(text, options);
    case Format::qtest_log:
      return import_qtest_log(text, options);
    case Format::qtest_commands:
      return import_qtest_commands(text, options);
    case Format::unknown:
      break;
  }
  return Error{options.name,
               text.empty() ? "is empty" : "no capture in a known format (QEMU trace log, kvm_pio, qtest)"};
}

}  // namespace coincide
