// Shorthands: statements that stand for others, expanded as text (SCRIPT.md section 4 is this file in words).
#include <fmt/format.h>

#include <algorithm>

#include <array>

#include "emu/ata/command_table.h"
#include "replay/board_text.h"
#include "replay/script_parser.h"

namespace coincide {
namespace {

using Lines = std::vector<std::string>;

/// Operands of one shorthand as they are used up.
class Shorthand {
 public:
  Shorthand(std::span<const Word> words, const ScriptNames& names, std::string_view script)
      : words_(words), names_(names), script_(script) {}

  Result<Lines> enable();
  Result<Lines> select();
  Result<Lines> command();
  Result<Lines> prd();
  Result<Lines> dma_prepare();
  Result<Lines> dma_start();
  Result<Lines> dma_stop();
  Result<Lines> srst();
  Result<Lines> wait_ready();
  Result<Lines> wait_drq();
  Result<Lines> identify();
  Result<Lines> packet();
  Result<Lines> int13();
  Result<Lines> stor_ready();

 private:
  Error at(const Word& word, std::string what) const {
    return {script_place(script_, word.line, word.column), std::move(what)};
  }
  bool done() const { return at_ >= words_.size(); }
  Result<const Word*> take(const char* usage) {
    if (!done()) return &words_[at_++];
    const Word& last = words_[words_.size() - 1];
    const auto column = static_cast<std::uint32_t>(last.column + last.source().size());
    return Error{script_place(script_, last.line, column),
                 fmt::format("something is missing: {} {}", words_[0].text, usage)};
  }
  Result<Lines> end(Lines lines) const {
    if (!done()) return at(words_[at_], "unexpected " + quote_for_message(words_[at_].text));
    return lines;
  }
  Result<std::string> channel(const char* usage);
  Result<unsigned> device(const char* usage);
  Result<unsigned> direction(const char* usage);
  /// An operand that is a number, checked, in parentheses for use in a longer expression.
  Result<std::string> number(const Word& word) const;
  Result<std::string> number(std::string_view text, const Word& word, std::size_t offset) const;
  Result<Lines> one_wait(std::string_view mask, std::string_view value);

  std::span<const Word> words_;
  const ScriptNames& names_;
  std::string_view script_;
  std::size_t at_ = 1;
};

Result<std::string> Shorthand::channel(const char* usage) {
  const auto word = take(usage);
  if (!word) return word.error();
  if ((*word)->text != "primary" && (*word)->text != "secondary")
    return at(**word, "a channel is primary or secondary");
  return (*word)->text;
}

Result<unsigned> Shorthand::device(const char* usage) {
  const auto word = take(usage);
  if (!word) return word.error();
  if ((*word)->text != "0" && (*word)->text != "1") return at(**word, "a device is 0 or 1");
  return (*word)->text == "0" ? 0u : 1u;
}

/// RWCON as a number: 08h for `read`, the drive's data go to memory.
Result<unsigned> Shorthand::direction(const char* usage) {
  const auto word = take(usage);
  if (!word) return word.error();
  if ((*word)->text != "read" && (*word)->text != "write") return at(**word, "a direction is read or write");
  return (*word)->text == "read" ? 8u : 0u;
}

Result<std::string> Shorthand::number(const Word& word) const {
  const auto value = parse_expression(word, names_, script_);
  if (!value) return value.error();
  return "(" + word.text + ")";
}

Result<std::string> Shorthand::number(std::string_view text, const Word& word, std::size_t offset) const {
  const auto value =
      parse_expression(text, word.line, word.column + static_cast<std::uint32_t>(offset), names_, script_);
  if (!value) return value.error();
  return "(" + std::string(text) + ")";
}

Result<Lines> Shorthand::enable() {
  const bool both = done();
  std::string only;
  if (!both) {
    const auto name = channel("[CHANNEL]");
    if (!name) return name.error();
    only = *name;
  }
  Lines lines = {"cfg_writel BMIBA bmiba"};
  if (both || only == "primary") lines.push_back("cfg_writew IDETIM_PRIMARY 0x8000");
  if (both || only == "secondary") lines.push_back("cfg_writew IDETIM_SECONDARY 0x8000");
  lines.push_back("cfg_writew PCICMD 0x0005");
  return end(std::move(lines));
}

Result<Lines> Shorthand::select() {
  const auto name = channel("CHANNEL DEV");
  if (!name) return name.error();
  const auto dev = device("CHANNEL DEV");
  if (!dev) return dev.error();
  return end({fmt::format("outb {}.device {:#x}", *name, 0xa0 | *dev << 4)});
}

/// Fields of `command`. Each holds an expression in parentheses, or nothing.
struct CommandFields {
  std::string mode, lba, count, features, cyl, head, sector, low, mid, high, device;
};
struct CommandFieldRow {
  std::string_view key;
  std::string CommandFields::*member;
};
constexpr CommandFieldRow kCommandFields[] = {
    {"mode", &CommandFields::mode},         {"lba", &CommandFields::lba},       {"count", &CommandFields::count},
    {"features", &CommandFields::features}, {"cyl", &CommandFields::cyl},       {"head", &CommandFields::head},
    {"sector", &CommandFields::sector},     {"low", &CommandFields::low},       {"mid", &CommandFields::mid},
    {"high", &CommandFields::high},         {"device", &CommandFields::device},
};

Result<Lines> Shorthand::command() {
  const char* usage = "CHANNEL DEV OPCODE [field=...]...";
  const auto name = channel(usage);
  if (!name) return name.error();
  const auto dev = device(usage);
  if (!dev) return dev.error();
  const auto opcode_word = take(usage);
  if (!opcode_word) return opcode_word.error();
  const std::string& symbol = (*opcode_word)->text;
  std::string opcode;
  const CommandRow* row = find_command(symbol);
  if (row != nullptr) {
    opcode = fmt::format("{:#04x}", row->opcode);
  } else {
    auto value = number(**opcode_word);
    if (!value) return at(**opcode_word, quote_for_message(symbol) + " is no command");
    opcode = *value;
  }

  CommandFields fields;
  while (!done()) {
    const Word& word = words_[at_++];
    const std::size_t equals = word.text.find('=');
    const CommandFieldRow* field = nullptr;
    for (const CommandFieldRow& row : kCommandFields) {
      if (equals != std::string::npos && row.key == std::string_view(word.text).substr(0, equals)) field = &row;
    }
    if (field == nullptr || word.quoted) return at(word, "unknown field " + quote_for_message(word.text));
    std::string& value = fields.*field->member;
    if (!value.empty()) return at(word, fmt::format("{} is given twice", field->key));
    const std::string_view text = std::string_view(word.text).substr(equals + 1);
    if (field->key == "mode") {
      if (text != "lba28" && text != "lba48" && text != "chs") return at(word, "mode is lba28, lba48 or chs");
      value = text;
      continue;
    }
    auto checked = number(text, word, equals + 1);
    if (!checked) return checked.error();
    value = *checked;
  }
  const bool any_chs = !fields.cyl.empty() || !fields.head.empty() || !fields.sector.empty();
  if (row != nullptr && row->subcommand >= 0 && fields.features.empty()) {
    fields.features = fmt::format("{:#04x}", row->subcommand);
  }
  const bool two_deep = row != nullptr && (is_ext(*row) || row->inputs == Inputs::max48);
  if (fields.mode.empty()) fields.mode = two_deep ? "lba48" : any_chs ? "chs" : "lba28";
  if (any_chs && (fields.cyl.empty() || fields.head.empty() || fields.sector.empty() || fields.mode != "chs")) {
    return at(**opcode_word, "cyl=, head= and sector= go together, in mode chs");
  }
  if (fields.mode == "chs" && !fields.lba.empty())
    return at(**opcode_word, "mode chs takes cyl=, head= and sector=, no lba=");

  // What stands in LBA Low, Mid and High: previous halves (lba48 only) and current ones.
  std::array<std::string, 3> previous, current;
  std::string device_bits = fmt::format("{:#x}", (fields.lba.empty() ? 0xa0 : 0xe0) | *dev << 4);
  if (!fields.lba.empty()) {
    for (unsigned i = 0; i < 3; ++i) {
      current[i] = fmt::format("({}>>{})", fields.lba, 8 * i);
      previous[i] = fmt::format("({}>>{})", fields.lba, 8 * i + 24);
    }
    if (fields.mode == "lba28") device_bits += fmt::format("|({}>>24&0xf)", fields.lba);
  } else if (any_chs) {
    current = {fields.sector, fields.cyl, fields.cyl + ">>8"};
    device_bits += fmt::format("|({}&0xf)", fields.head);
  }
  const std::array<std::string*, 3> given = {&fields.low, &fields.mid, &fields.high};
  for (unsigned i = 0; i < 3; ++i) {
    if (!given[i]->empty()) current[i] = *given[i];
  }
  if (!fields.device.empty()) device_bits = fields.device;

  static constexpr std::string_view kAddressRegisters[] = {"lba_low", "lba_mid", "lba_high"};
  Lines lines = {fmt::format("outb {}.device {}", *name, device_bits)};
  const auto put = [&](std::string_view reg, const std::string& value) {
    if (!value.empty()) lines.push_back(fmt::format("outb {}.{} ({})", *name, reg, value));
  };
  const auto high_half = [](const std::string& value) { return value.empty() ? value : value + ">>8"; };
  if (fields.mode == "lba48") {
    put("features", high_half(fields.features));
    put("sector_count", high_half(fields.count));
    for (unsigned i = 0; i < 3; ++i) put(kAddressRegisters[i], previous[i]);
  }
  put("features", fields.features);
  put("sector_count", fields.count);
  for (unsigned i = 0; i < 3; ++i) put(kAddressRegisters[i], current[i]);
  lines.push_back(fmt::format("outb {}.command {}", *name, opcode));
  return lines;
}

Result<Lines> Shorthand::prd() {
  const char* usage = "ADDR (BASE COUNT [EOT])...";
  const auto address = take(usage);
  if (!address) return address.error();
  const auto base = number(**address);
  if (!base) return base.error();
  std::string line = fmt::format("mem_write {} dwords", *base);
  if (done()) return take(usage).error();
  while (!done()) {
    const Word& entry = words_[at_++];
    if (entry.quoted || entry.text.size() < 2 || entry.text.front() != '(' || entry.text.back() != ')') {
      return at(entry, "a descriptor is (BASE COUNT), (BASE COUNT EOT) or (raw DWORD0 DWORD1)");
    }
    auto inner = ScriptLexer::single(std::string_view(entry.text).substr(1, entry.text.size() - 2), script_);
    if (!inner) return at(entry, inner.error().what);
    std::span<Word> parts(inner->words);
    for (Word& part : parts) {
      part.line = entry.line;
      part.column += entry.column;
    }
    const bool raw = !parts.empty() && parts[0].text == "raw";
    if (raw) parts = parts.subspan(1);
    const bool eot = !raw && parts.size() == 3 && parts[2].text == "EOT";
    if (parts.size() != (eot ? 3u : 2u)) {
      return at(entry, "a descriptor is (BASE COUNT), (BASE COUNT EOT) or (raw DWORD0 DWORD1)");
    }
    const auto first = number(parts[0]);
    if (!first) return first.error();
    const auto second = number(parts[1]);
    if (!second) return second.error();
    line += fmt::format(" {} ", *first);
    line += raw ? *second : fmt::format("({}&0xffff{})", *second, eot ? "|0x80000000" : "");
  }
  return Lines{std::move(line)};
}

Result<Lines> Shorthand::dma_prepare() {
  const char* usage = "CHANNEL TABLE read|write";
  const auto name = channel(usage);
  if (!name) return name.error();
  const auto table_word = take(usage);
  if (!table_word) return table_word.error();
  const auto table = number(**table_word);
  if (!table) return table.error();
  const auto rwcon = direction(usage);
  if (!rwcon) return rwcon.error();
  return end({fmt::format("outb {}.bmic {:#x}", *name, *rwcon), fmt::format("outl {}.bmidtp {}", *name, *table),
              fmt::format("outb {}.bmis 0x06", *name)});
}

Result<Lines> Shorthand::dma_start() {
  const char* usage = "CHANNEL read|write";
  const auto name = channel(usage);
  if (!name) return name.error();
  const auto rwcon = direction(usage);
  if (!rwcon) return rwcon.error();
  return end({fmt::format("outb {}.bmic {:#x}", *name, *rwcon | 1)});
}

Result<Lines> Shorthand::dma_stop() {
  const auto name = channel("CHANNEL");
  if (!name) return name.error();
  return end({fmt::format("outb {}.bmic 0x00", *name)});
}

Result<Lines> Shorthand::srst() {
  const auto name = channel("CHANNEL");
  if (!name) return name.error();
  return end({fmt::format("outb {}.device_control 0x04", *name), "clock_step 5000",
              fmt::format("outb {}.device_control 0x00", *name), "clock_step 2000000"});
}

Result<Lines> Shorthand::one_wait(std::string_view mask, std::string_view value) {
  const auto name = channel("CHANNEL");
  if (!name) return name.error();
  return end({fmt::format("wait inb {}.alt_status & {} == {}", *name, mask, value)});
}

Result<Lines> Shorthand::wait_ready() { return one_wait("0x80", "0"); }
Result<Lines> Shorthand::wait_drq() { return one_wait("0x88", "0x08"); }

Result<Lines> Shorthand::identify() {
  const char* usage = "CHANNEL DEV [packet]";
  const auto name = channel(usage);
  if (!name) return name.error();
  const auto dev = device(usage);
  if (!dev) return dev.error();
  const bool packet = !done() && words_[at_].text == "packet";
  if (packet) ++at_;
  return end({fmt::format("command {} {} {}", *name, *dev, packet ? "IDENTIFY_PACKET_DEVICE" : "IDENTIFY_DEVICE"),
              fmt::format("pio_in {} 1", *name)});
}

Result<Lines> Shorthand::packet() {
  const char* usage = "CHANNEL DEV 0xCDB [field=...]...";
  const auto name = channel(usage);
  if (!name) return name.error();
  const auto dev = device(usage);
  if (!dev) return dev.error();
  const auto cdb_word = take(usage);
  if (!cdb_word) return cdb_word.error();
  std::string cdb = (*cdb_word)->text;
  const bool digits = cdb.size() > 2 && cdb.size() % 2 == 0 && cdb.starts_with("0x") &&
                      cdb.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string::npos;
  if (!digits) return at(**cdb_word, "a packet is 0x and two digits a byte");

  std::size_t bytes = 12;
  std::string fields;
  std::string limit = " mid=0xfe high=0xff";
  while (!done()) {
    const Word& word = words_[at_++];
    if (word.text == "bytes=12" || word.text == "bytes=16") {
      bytes = word.text == "bytes=16" ? 16 : 12;
    } else if (word.text == "dma=1") {
      fields += " features=1";
    } else if (word.text.starts_with("limit=")) {
      const auto value = number(std::string_view(word.text).substr(6), word, 6);
      if (!value) return value.error();
      limit = fmt::format(" mid=({}&0xff) high=({}>>8&0xff)", *value, *value);
    } else {
      fields += " " + word.source();
    }
  }
  if (fields.find(" features=") == std::string::npos) fields += " features=0";
  if (fields.find(" mid=") != std::string::npos || fields.find(" high=") != std::string::npos) limit.clear();
  if (cdb.size() > 2 + 2 * bytes) return at(**cdb_word, fmt::format("a packet is at most {} bytes", bytes));
  cdb.resize(2 + 2 * bytes, '0');
  return Lines{fmt::format("command {} {} PACKET{}{}", *name, *dev, fields, limit), fmt::format("wait_drq {}", *name),
               fmt::format("outs {}.data 2 {}", *name, cdb)};
}

/// Fields of `int13`, in the order of kInt13Fields; each an expression in parentheses.
constexpr std::string_view kInt13Fields[] = {"lba",  "count", "buffer", "bytes", "head",
                                             "tail", "flags", "result", "device"};

/// The packet of openvmm-ide.md 8.1 and the write that hands it over.
Result<Lines> Shorthand::int13() {
  const char* usage = "CHANNEL DEV ADDR OPCODE [field=...]...";
  const auto name = channel(usage);
  if (!name) return name.error();
  const auto dev = device(usage);
  if (!dev) return dev.error();
  const auto address_word = take(usage);
  if (!address_word) return address_word.error();
  const auto address = number(**address_word);
  if (!address) return address.error();
  const auto opcode_word = take(usage);
  if (!opcode_word) return opcode_word.error();
  const CommandRow* row = find_command((*opcode_word)->text);
  std::string opcode = row != nullptr ? fmt::format("{:#04x}", row->opcode) : std::string();
  if (row == nullptr) {
    auto value = number(**opcode_word);
    if (!value) return at(**opcode_word, quote_for_message((*opcode_word)->text) + " is no command");
    opcode = *value;
  }
  std::array<std::string, std::size(kInt13Fields)> fields;
  while (!done()) {
    const Word& word = words_[at_++];
    const std::size_t equals = word.text.find('=');
    const auto* key = std::find(std::begin(kInt13Fields), std::end(kInt13Fields), word.text.substr(0, equals));
    if (word.quoted || equals == std::string::npos || key == std::end(kInt13Fields))
      return at(word, "unknown field " + quote_for_message(word.text));
    std::string& value = fields[static_cast<std::size_t>(key - std::begin(kInt13Fields))];
    if (!value.empty()) return at(word, fmt::format("{} is given twice", *key));
    auto checked = number(std::string_view(word.text).substr(equals + 1), word, equals + 1);
    if (!checked) return checked.error();
    value = *checked;
  }
  for (std::string& value : fields) {
    if (value.empty() && &value != &fields.back()) value = "0";
  }
  auto& [lba, count, buffer, bytes, head, tail, flags, result, device_head] = fields;
  if (device_head.empty()) {
    device_head = fmt::format("{:#x}", 0xe0 | *dev << 4);
    if (row == nullptr || !is_ext(*row)) device_head += fmt::format("|({}>>24&0xf)", lba);
  }
  return Lines{fmt::format("mem_write {} dwords ({}|({}&0xff)<<8|({}&0xff)<<16|({}&0xff)<<24) ({}&0xffffffff) "
                           "({}>>32&0xffff|({}&0xffff)<<16) ({}) ({}) ({}&0xffff|({}&0xffff)<<16)",
                           *address, opcode, device_head, flags, result, lba, lba, count, bytes, buffer, head, tail),
               fmt::format("outl {}.int13 {}", *name, *address)};
}

/// The initialisation of StorVSP, in its order (storvsp.tsv, STORVSP-29 and on).
Result<Lines> Shorthand::stor_ready() {
  const char* usage = "UNIT [version=N]";
  const auto unit = take(usage);
  if (!unit) return unit.error();
  if (!parse_unit((*unit)->text)) return at(**unit, "a unit is 0:0, 0:1, 1:0 or 1:1");
  std::string version = "0x0600";
  if (!done() && words_[at_].text.starts_with("version=")) {
    const Word& word = words_[at_++];
    const auto given = number(std::string_view(word.text).substr(8), word, 8);
    if (!given) return given.error();
    version = *given;
  }
  Lines lines;
  for (const std::string& step : {std::string("BEGIN_INITIALIZATION"), "QUERY_PROTOCOL_VERSION words " + version,
                                  std::string("QUERY_PROPERTIES"), std::string("END_INITIALIZATION")}) {
    lines.push_back(fmt::format("stor {} {}", (*unit)->text, step));
    lines.push_back("receive " + (*unit)->text);
  }
  return end(std::move(lines));
}

struct ShorthandRow {
  std::string_view keyword;
  Result<Lines> (Shorthand::*expand)();
};
constexpr ShorthandRow kShorthands[] = {
    {"enable", &Shorthand::enable},
    {"select", &Shorthand::select},
    {"command", &Shorthand::command},
    {"prd", &Shorthand::prd},
    {"dma_prepare", &Shorthand::dma_prepare},
    {"dma_start", &Shorthand::dma_start},
    {"dma_stop", &Shorthand::dma_stop},
    {"srst", &Shorthand::srst},
    {"wait_ready", &Shorthand::wait_ready},
    {"wait_drq", &Shorthand::wait_drq},
    {"identify", &Shorthand::identify},
    {"packet", &Shorthand::packet},
    {"int13", &Shorthand::int13},
    {"stor_ready", &Shorthand::stor_ready},
};

}  // namespace

bool is_shorthand(std::string_view word) {
  return std::ranges::any_of(kShorthands, [&](const ShorthandRow& row) { return row.keyword == word; });
}

Result<std::optional<std::vector<std::string>>> expand_shorthand(std::span<const Word> words, const ScriptNames& names,
                                                                 std::string_view script) {
  for (const ShorthandRow& row : kShorthands) {
    if (words[0].quoted || row.keyword != words[0].text) continue;
    Shorthand shorthand(words, names, script);
    auto lines = (shorthand.*row.expand)();
    if (!lines) return lines.error();
    return std::optional(std::move(*lines));
  }
  return std::optional<Lines>();
}

}  // namespace coincide
