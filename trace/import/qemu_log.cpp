#include "trace/import/qemu_log.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "trace/import/capture_builder.h"
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
  Trouble take_gsi(LineScanner rest);
  Trouble take_pic(LineScanner rest);
  Trouble take_prd(LineScanner rest);
  Trouble take_memory(LineScanner rest);
  Trouble take_dma_done(LineScanner rest);

  void set_level(unsigned irq, bool level);
  void emit(const Access& access);
  void emit_held();
  void flush_levels();

  std::string_view text_;
  const ImportOptions& options_;
  CaptureBuilder builder_;
  const bool has_regions_;
  std::uint32_t line_ = 0;
  std::uint64_t thread_ = 0;

  std::vector<Level> levels_;            ///< changes that the next access may claim
  std::array<bool, 2> level_{};          ///< as logged
  std::optional<Access> held_;           ///< a write that may start the bus master, or (ide_* lines) a data word
  std::vector<Memory> found_;            ///< memory that the DMA tap found at that start
  bool reset_seen_ = false;              ///< a machine reset line since the last access
  std::array<std::uint64_t, 2> area_{};  ///< bytes of the PRD area told so far
  std::uint64_t changed_end_ = 0;
};

QemuLogReader::Trouble QemuLogReader::take(std::string_view event, LineScanner rest) {
  if (event == "memory_region_ops_read") return take_region(false, rest);
  if (event == "memory_region_ops_write") return take_region(true, rest);
  if (event == "pci_cfg_read") return take_config(false, rest);
  if (event == "pci_cfg_write") return take_config(true, rest);
  if (event == "x86_gsi_interrupt") return take_gsi(rest);
  if (event == "pic_set_irq") return take_pic(rest);
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
  // cpu 0 mr 0x… addr 0x1f7 value 0x50 size 1 name 'ide'
  std::uint64_t ignored = 0;
  std::uint64_t addr = 0;
  std::uint64_t value = 0;
  std::uint64_t size = 0;
  std::string_view name;
  const bool fine = rest.literal("cpu ") && (rest.minus(), rest.decimal(ignored)) && rest.literal(" mr 0x") &&
                    rest.hex(ignored) && rest.literal(" addr 0x") && rest.hex(addr) && rest.literal(" value 0x") &&
                    rest.hex(value) && rest.literal(" size ") && rest.decimal(size) && rest.literal(" name '") &&
                    rest.until("'", name);
  if (!fine) return "not a memory_region_ops line";
  if (name != "ide" && name != "piix-bmdma" && name != "bmdma") {
    builder_.left_out("accesses to other devices");
    return std::nullopt;
  }
  if (size != 1 && size != 2 && size != 4) return "an I/O access of " + std::to_string(size) + " bytes";
  if (addr > 0xffff) return "an I/O port above FFFFh";
  emit_held();
  const Access access{
      write,  static_cast<std::uint16_t>(addr), static_cast<unsigned>(size), static_cast<std::uint32_t>(value), line_,
      thread_};
  const bool may_start = write && name == "piix-bmdma" && (addr & 3) == 0 && (value & 1) != 0;
  if (may_start) {
    flush_levels();
    held_ = access;
  } else {
    emit(access);
  }
  return std::nullopt;
}

QemuLogReader::Trouble QemuLogReader::take_ide(std::string_view event, LineScanner rest) {
  // IDE PIO rd @ 0x1f7 (Status); val 0x50; …
  std::uint64_t port = 0;
  std::uint64_t value = 0;
  std::string_view name;
  const bool write = event.find("write") != std::string_view::npos;
  const bool fine = rest.literal(write ? "IDE PIO wr @ 0x" : "IDE PIO rd @ 0x") && rest.hex(port) &&
                    rest.literal(" (") && rest.until("); val 0x", name) && rest.hex(value);
  if (!fine) return "not a line of " + std::string(event);
  if (port > 0xffff) return "an I/O port above FFFFh";
  const unsigned width = event.ends_with("l") ? 4 : event.starts_with("ide_data_") ? 2 : 1;
  const Access access{write,  static_cast<std::uint16_t>(port), width, static_cast<std::uint32_t>(value), line_,
                      thread_};
  // A byte read of the Data register logs the word that it took first.
  const bool byte_of_word = held_ && !held_->write && !write && held_->port == port && width == 1;
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
  // piix3-ide 00:01.1 @0x40 -> 0x8000
  std::string_view device;
  std::string_view place;
  std::uint64_t offset = 0;
  std::uint64_t value = 0;
  const bool fine = rest.word(device) && rest.word(place) && rest.literal(" @0x") && rest.hex(offset) &&
                    rest.literal(write ? " <- 0x" : " -> 0x") && rest.hex(value) && offset <= 0xff &&
                    value <= 0xffffffff;
  if (!fine) return "not a pci_cfg line";
  if (!device.starts_with("piix") || !device.ends_with("-ide")) {
    builder_.left_out("configuration accesses to other functions");
    return std::nullopt;
  }
  emit_held();
  flush_levels();
  builder_.sees(sees::config);
  // 00:01.1: bus, slot and function in hexadecimal
  std::uint64_t slot = 0;
  LineScanner numbers(place);
  if (numbers.hex(slot) && numbers.literal(":") && numbers.hex(slot))
    builder_.pci_device(static_cast<std::uint32_t>(slot));
  if (write) {
    builder_.config_write(static_cast<std::uint8_t>(offset), 0, static_cast<std::uint32_t>(value), line_);
  } else {
    builder_.config_read(static_cast<std::uint8_t>(offset), 0, static_cast<std::uint32_t>(value), line_);
  }
  return std::nullopt;
}

QemuLogReader::Trouble QemuLogReader::take_gsi(LineScanner rest) {
  // GSI interrupt #14 level:1
  std::uint64_t irq = 0;
  std::uint64_t level = 0;
  if (!(rest.literal("GSI interrupt #") && rest.decimal(irq) && rest.literal(" level:") && rest.decimal(level))) {
    return "not an x86_gsi_interrupt line";
  }
  builder_.sees(sees::irq);
  if (irq == 14 || irq == 15) set_level(static_cast<unsigned>(irq), level != 0);
  return std::nullopt;
}

QemuLogReader::Trouble QemuLogReader::take_pic(LineScanner rest) {
  // master 0 irq 6 level 1: pins 6 and 7 of the slave are lines 14 and 15
  std::uint64_t master = 0;
  std::uint64_t pin = 0;
  std::uint64_t level = 0;
  if (!(rest.literal("master ") && rest.decimal(master) && rest.literal(" irq ") && rest.decimal(pin) &&
        rest.literal(" level ") && rest.decimal(level))) {
    return "not a pic_set_irq line";
  }
  builder_.sees(sees::irq);
  if (master == 0 && (pin == 6 || pin == 7)) set_level(static_cast<unsigned>(8 + pin), level != 0);
  return std::nullopt;
}

QemuLogReader::Trouble QemuLogReader::take_prd(LineScanner rest) {
  // ch=0 idx=0 at=0x03531000 addr=0x03526000 ctl=0x80001000
  std::uint64_t channel = 0;
  std::uint64_t index = 0;
  std::uint64_t at = 0;
  std::uint64_t address = 0;
  std::uint64_t control = 0;
  const bool fine = rest.literal("ch=") && rest.decimal(channel) && rest.literal(" idx=") && rest.decimal(index) &&
                    rest.literal(" at=0x") && rest.hex(at) && rest.literal(" addr=0x") && rest.hex(address) &&
                    rest.literal(" ctl=0x") && rest.hex(control) && channel <= 1;
  if (!fine) return "not an x_prd line";
  if (!held_) return "an x_prd line that follows no start of the bus master";
  std::string bytes;
  for (const std::uint64_t dword : {address, control}) {
    for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(dword >> (8 * i)));
  }
  found_.push_back({at, bytes});
  return std::nullopt;
}

QemuLogReader::Trouble QemuLogReader::take_memory(LineScanner rest) {
  // ch=0 out gpa=0x03526000 len=256 data=fa31…   |  ch=0 after gpa=… len=4096 fill=00  |  … len=N unmapped
  std::uint64_t channel = 0;
  std::uint64_t address = 0;
  std::uint64_t length = 0;
  std::string_view when;
  const bool fine = rest.literal("ch=") && rest.decimal(channel) && channel <= 1 && rest.word(when) &&
                    rest.literal(" gpa=0x") && rest.hex(address) && rest.literal(" len=") && rest.decimal(length) &&
                    length <= 65536 && (when == "out" || when == "after");
  if (!fine) return "not an x_mem line";
  const bool after = when == "after";
  if (after) emit_held();
  const std::uint64_t offset = area_[channel];
  if (after) area_[channel] += length;
  if (rest.literal(" unmapped")) {
    builder_.left_out("bytes of PRD areas outside RAM", length);
    return std::nullopt;
  }
  std::string bytes;
  std::uint64_t fill = 0;
  if (rest.literal(" fill=") && rest.hex(fill)) {
    bytes.assign(length, static_cast<char>(fill));
  } else if (!rest.literal(" data=") || !append_hex_bytes(rest.rest(), bytes) || bytes.size() != length) {
    return "an x_mem line whose bytes are not what its length says";
  }
  if (after) {
    builder_.dma_result(static_cast<unsigned>(channel), address, bytes, offset, changed_end_, line_);
  } else if (held_) {
    found_.push_back({address, bytes});
  } else {
    return "an x_mem line that follows no start of the bus master";
  }
  return std::nullopt;
}

QemuLogReader::Trouble QemuLogReader::take_dma_done(LineScanner rest) {
  // ch=0 seen=irq bytes=4096 changed=0..4095
  std::uint64_t channel = 0;
  std::uint64_t bytes = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::string_view seen;
  bool fine = rest.literal("ch=") && rest.decimal(channel) && channel <= 1 && rest.literal(" seen=") &&
              rest.until(" ", seen) && rest.literal("bytes=") && rest.decimal(bytes) && rest.literal(" changed=");
  changed_end_ = 0;
  if (fine && !rest.literal("none")) {
    fine = rest.decimal(first) && rest.literal("..") && rest.decimal(last);
    changed_end_ = last + 1;
  }
  if (!fine) return "not an x_dma_done line";
  emit_held();
  flush_levels();
  area_[channel] = 0;
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
