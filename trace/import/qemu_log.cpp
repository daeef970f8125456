#include "trace/import/qemu_log.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "trace/import/capture_builder.h"
#include "trace/import/qemu_lines.h"
#include "trace/import/qmp_lines.h"
#include "trace/import/text_source.h"

namespace coincide {

namespace {

/// Events that tell what the model did inside, or repeat what another line tells: nothing is lost without them.
constexpr std::string_view kInside[] = {
    "ide_exec_cmd",
    "ide_reset",
    "ide_bus_reset_aio",
    "ide_sector_read",
    "ide_sector_write",
    "ide_dma_cb",
    "dma_blk_io",
    "dma_complete",
    "dma_blk_cb",
    "dma_aio_cancel",
    "dma_map_wait",
    "blk_co_preadv",
    "blk_co_pwritev",
    "bmdma_cmd_writeb",
    "hd_geometry_lchs_guess",
    "hd_geometry_guess",
    "ide_cancel_dma_sync_buffered",
    "ide_cancel_dma_sync_remaining",
};
constexpr std::string_view kInsidePrefixes[] = {"ide_atapi_", "cd_read_"};

bool is_inside(std::string_view event) {
  return std::find(std::begin(kInside), std::end(kInside), event) != std::end(kInside) ||
         std::any_of(std::begin(kInsidePrefixes), std::end(kInsidePrefixes),
                     [&](std::string_view prefix) { return event.starts_with(prefix); });
}

bool is_event_name(std::string_view word) {
  return word.find('_') != std::string_view::npos && std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

class QemuLogReader {
 public:
  QemuLogReader(std::string_view text, const ImportOptions& options)
      : text_(text),
        options_(options),
        builder_("QEMU trace log"),
        has_regions_(text.find("memory_region_ops_") != std::string_view::npos) {}

  Result<Capture> run();

 private:
  struct Access {
    bool write = false;
    std::uint16_t port = 0;
    unsigned width = 0;
    std::uint32_t value = 0;
    std::uint32_t line = 0;
    std::uint64_t thread = 0;
  };
  struct Level {
    unsigned irq = 0;
    bool level = false;
    std::uint32_t line = 0;
    std::uint64_t thread = 0;
  };
  struct Memory {
    std::uint64_t address = 0;
    std::string bytes;
  };

  // One function a family of lines; nullopt: read; else what is wrong with it.
  using Trouble = std::optional<std::string>;
  Trouble take(std::string_view event, LineScanner rest);
  Trouble take_region(bool write, LineScanner rest);
  Trouble take_ide(std::string_view event, LineScanner rest);
  Trouble take_config(bool write, LineScanner rest);
  void take_level(const QemuLevelLine& line);
  Trouble take_prd(LineScanner rest);
  Trouble take_memory(LineScanner rest);
  Trouble take_dma_done(LineScanner rest);
  Trouble found(std::uint64_t address, std::string bytes, const char* event);

  Access access_of(bool write, std::uint64_t port, unsigned width, std::uint64_t value) const {
    return {write, static_cast<std::uint16_t>(port), width, static_cast<std::uint32_t>(value), line_, thread_};
  }
  void set_level(unsigned irq, bool level);
  void emit(const Access& access);
  void emit_held();
  void flush_levels();

  std::string_view text_;
  const ImportOptions& options_;
  CaptureBuilder builder_;
  QmpLines qmp_;
  const bool has_regions_;
  std::uint32_t line_ = 0;
  std::uint64_t thread_ = 0;

  std::vector<Level> levels_;    ///< changes that the next access may claim
  std::array<bool, 2> level_{};  ///< as logged
  std::optional<Access> held_;   ///< a write that may start the bus master, or (ide_* lines) a data word
  std::vector<Memory> found_;    ///< memory that the DMA tap found at that start
  std::size_t found_bytes_ = 0;
  bool reset_seen_ = false;              ///< a machine reset line since the last access
  std::array<std::uint64_t, 2> area_{};  ///< bytes of the PRD area told so far
  std::uint64_t changed_end_ = 0;
};

QemuLogReader::Trouble QemuLogReader::take(std::string_view event, LineScanner rest) {
  if (event == "memory_region_ops_read") return take_region(false, rest);
  if (event == "memory_region_ops_write") return take_region(true, rest);
  if (event == "pci_cfg_read") return take_config(false, rest);
  if (event == "pci_cfg_write") return take_config(true, rest);
  if (event == "x86_gsi_interrupt" || event == "pic_set_irq") {
    QemuLevelLine level;
    const bool gsi = event == "x86_gsi_interrupt";
    if (!(gsi ? scan_gsi_line(rest, level) : scan_pic_line(rest, level))) {
      return gsi ? "not an x86_gsi_interrupt line" : "not a pic_set_irq line";
    }
    take_level(level);
    return std::nullopt;
  }
  if (event == "x_prd") return take_prd(rest);
  if (event == "x_mem") return take_memory(rest);
  if (event == "x_dma_done") return take_dma_done(rest);
  if (event == "x_dma_start") {
    builder_.dma_tables_known();
    builder_.sees(sees::memory);
    return std::nullopt;
  }
  if (event.starts_with("ide_ioport_") || event.starts_with("ide_data_") || event == "ide_status_read" ||
      event == "ide_ctrl_write") {
    return has_regions_ ? std::nullopt : take_ide(event, rest);
  }
  if (event == "bmdma_read" || event == "bmdma_write" || event == "bmdma_addr_read" || event == "bmdma_addr_write") {
    if (!has_regions_) builder_.left_out("bus-master accesses whose line does not tell the channel");
    return std::nullopt;
  }
  if (event == "bmdma_reset") {
    // The machine resets both channels; before the first access that is power-on.
    if (builder_.accesses() != 0) reset_seen_ = true;
    return std::nullopt;
  }
  if (!is_inside(event)) builder_.left_out("lines of event " + std::string(event));
  return std::nullopt;
}

QemuLogReader::Trouble QemuLogReader::take_region(bool write, LineScanner rest) {
  QemuRegionLine line;
  if (!scan_region_line(rest, line)) return "not a memory_region_ops line";
  if (line.region != "ide" && line.region != "piix-bmdma" && line.region != "bmdma") {
    builder_.left_out("accesses to other devices");
    return std::nullopt;
  }
  if (line.bytes != 1 && line.bytes != 2 && line.bytes != 4) {
    return "an I/O access of " + std::to_string(line.bytes) + " bytes";
  }
  if (line.address > 0xffff) return "an I/O port above FFFFh";
  emit_held();
  const Access access = access_of(write, line.address, static_cast<unsigned>(line.bytes), line.value);
  const bool may_start = write && line.region == "piix-bmdma" && (line.address & 3) == 0 && (line.value & 1) != 0;
  if (may_start) {
    flush_levels();
    held_ = access;
  } else {
    emit(access);
  }
  return std::nullopt;
}

QemuLogReader::Trouble QemuLogReader::take_ide(std::string_view event, LineScanner rest) {
  QemuIdeLine line;
  if (!scan_ide_line(event, rest, line)) return "not a line of " + std::string(event);
  if (line.port > 0xffff) return "an I/O port above FFFFh";
  const Access access = access_of(line.write, line.port, line.width, line.value);
  // A byte read of the Data register logs the word that it took first.
  const bool byte_of_word = held_ && !held_->write && !line.write && held_->port == line.port && line.width == 1;
  if (byte_of_word) held_.reset();
  emit_held();
  if (event == "ide_data_readw") {
    held_ = access;
  } else {
    emit(access);
  }
  return std::nullopt;
}

QemuLogReader::Trouble QemuLogReader::take_config(bool write, LineScanner rest) {
  QemuConfigLine line;
  if (!scan_config_line(write, rest, line)) return "not a pci_cfg line";
  if (!line.device.starts_with("piix") || !line.device.ends_with("-ide")) {
    builder_.left_out("configuration accesses to other functions");
    return std::nullopt;
  }
  emit_held();
  flush_levels();
  builder_.sees(sees::config);
  builder_.pci_device(static_cast<std::uint32_t>(line.slot));
  const auto offset = static_cast<std::uint8_t>(line.offset);
  const auto value = static_cast<std::uint32_t>(line.value);
  if (write) {
    builder_.config_write(offset, 0, value, line_);
  } else {
    builder_.config_read(offset, 0, value, line_);
  }
  return std::nullopt;
}

void QemuLogReader::take_level(const QemuLevelLine& line) {
  builder_.sees(sees::irq);
  if (line.irq != 0) set_level(line.irq, line.level);
}

QemuLogReader::Trouble QemuLogReader::take_prd(LineScanner rest) {
  QemuPrdLine line;
  if (!scan_prd_line(rest, line)) return "not an x_prd line";
  return found(line.at, std::move(line.bytes), "x_prd");
}

QemuLogReader::Trouble QemuLogReader::take_memory(LineScanner rest) {
  QemuMemoryLine line;
  if (!scan_memory_line(rest, line)) return "not an x_mem line";
  if (!line.after && !line.unmapped) return found(line.address, std::move(line.bytes), "x_mem");
  if (line.after) emit_held();
  if (line.unmapped) builder_.left_out("bytes of PRD areas outside RAM", line.length);
  if (line.after && !line.unmapped) {
    builder_.dma_result(line.channel, line.address, line.bytes, area_[line.channel], changed_end_, line_);
  }
  if (line.after) area_[line.channel] += line.length;
  return std::nullopt;
}

QemuLogReader::Trouble QemuLogReader::found(std::uint64_t address, std::string bytes, const char* event) {
  if (!held_) return std::string("an ") + event + " line that follows no start of the bus master";
  found_bytes_ += bytes.size();
  if (found_bytes_ > kMaxCaptureBytes) return "more than 1 GiB of data";
  found_.push_back({address, std::move(bytes)});
  return std::nullopt;
}

QemuLogReader::Trouble QemuLogReader::take_dma_done(LineScanner rest) {
  QemuDmaDoneLine line;
  if (!scan_dma_done_line(rest, line)) return "not an x_dma_done line";
  emit_held();
  flush_levels();
  changed_end_ = line.changed_end;
  area_[line.channel] = 0;
  return std::nullopt;
}

void QemuLogReader::set_level(unsigned irq, bool level) {
  if (level_[irq & 1] == level) return;  // QEMU logs every set; most repeat the level
  emit_held();
  level_[irq & 1] = level;
  levels_.push_back({irq, level, line_, thread_});
}

void QemuLogReader::flush_levels() {
  for (const Level& change : levels_) builder_.irq(change.irq, change.level, change.line);
  levels_.clear();
}

void QemuLogReader::emit(const Access& access) {
  if (reset_seen_) {
    builder_.reset(ResetKind::pci, access.line);
    reset_seen_ = false;
  }
  ChannelPort where;
  const bool ide = channel_port(access.port, where);
  const auto own = [&](const Level& change) {
    if (access.write || !ide || change.irq != 14 + where.channel) return false;
    if (where.reg == 7) return !change.level;
    return where.reg == 0 && change.level && change.thread == access.thread;
  };
  const auto mine = std::stable_partition(levels_.begin(), levels_.end(), [&](const Level& c) { return !own(c); });
  const std::vector<Level> after(mine, levels_.end());
  levels_.erase(mine, levels_.end());
  flush_levels();
  if (access.write) {
    builder_.port_write(access.port, access.width, access.value, access.line);
  } else {
    builder_.port_read(access.port, access.width, access.value, access.line);
  }
  levels_ = after;
  flush_levels();
}

void QemuLogReader::emit_held() {
  if (!held_) return;
  for (const Memory& memory : found_) builder_.mem_write(memory.address, memory.bytes, held_->line);
  found_.clear();
  found_bytes_ = 0;
  const Access access = *held_;
  held_.reset();
  emit(access);
}

Result<Capture> QemuLogReader::run() {
  LineWalker lines(text_);
  std::string_view line;
  builder_.sees(sees::read_values | sees::block_data | sees::write_data);
  while (lines.next(line)) {
    line_ = lines.number();
    if (line.starts_with("# ")) {
      emit_held();
      // Q1: what the operator did comes before the interrupt that it raised.
      if (line.starts_with("# qmp: ")) qmp_.line(line.substr(7), line_, builder_);
      flush_levels();
      builder_.note(line.substr(2), line_);
      continue;
    }
    LineScanner scan(line);
    LineScanner prefix = scan;
    std::uint64_t thread = 0;
    std::uint64_t ignored = 0;
    // TID@SEC.USEC: stands before every line, or before none
    if (prefix.decimal(thread) && prefix.literal("@") && prefix.decimal(ignored) && prefix.literal(".") &&
        prefix.decimal(ignored) && prefix.literal(":")) {
      scan = prefix;
      thread_ = thread;
    }
    std::string_view event;
    if (!scan.word(event)) continue;
    if (!is_event_name(event)) {
      builder_.left_out("lines that are no trace event");
      continue;
    }
    scan.literal(" ");
    if (const Trouble trouble = take(event, scan)) {
      return Error{options_.name + ":" + std::to_string(line_), *trouble};
    }
  }
  emit_held();
  flush_levels();
  if (builder_.accesses() == 0) return Error{options_.name, "no access to a PIIX IDE function in this QEMU trace log"};
  return builder_.finish(options_.name);
}

}  // namespace

Result<Capture> import_qemu_log(std::string_view text, const ImportOptions& options) {
  return QemuLogReader(text, options).run();
}

}  // namespace coincide
