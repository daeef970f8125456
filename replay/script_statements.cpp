// The statements of the qtest protocol and the other stimuli: one row of the table each, and their operands.
#include <fmt/format.h>

#include <algorithm>

#include "replay/board_text.h"
#include "replay/script_parser.h"

namespace coincide {
namespace {

// Variants of read and write: what they go to, and the width in bytes.
constexpr unsigned variant_of(Space space, unsigned width) { return static_cast<unsigned>(space) << 4 | width; }
constexpr unsigned kPort = variant_of(Space::port, 0);
constexpr unsigned kConfig = variant_of(Space::config, 0);
constexpr unsigned kMemory = variant_of(Space::memory, 0);

enum MemoryWriteForm : unsigned { kQtestWrite, kBase64Write, kMemset, kDataWrite };

struct OutcomeRow {
  std::string_view name;
  DiskOutcome outcome;
  bool has_lba;
};
constexpr OutcomeRow kOutcomes[] = {
    {"done", DiskOutcome::done, false},
    {"uncorrectable", DiskOutcome::uncorrectable, true},
    {"not_found", DiskOutcome::not_found, true},
    {"write_fault", DiskOutcome::write_fault, false},
    {"aborted", DiskOutcome::aborted, false},
    {"no_medium", DiskOutcome::no_medium, false},
    {"crc", DiskOutcome::crc, false},
    {"media_changed", DiskOutcome::media_changed, false},
    {"media_change_request", DiskOutcome::media_change_request, false},
    {"write_protected", DiskOutcome::write_protected, false},
};

}  // namespace

std::span<const StatementParser::Row> StatementParser::rows() {
  using P = StatementParser;
  static constexpr Row kRows[] = {
      {"inb", &P::read, kPort | 1, "PORT"},
      {"inw", &P::read, kPort | 2, "PORT"},
      {"inl", &P::read, kPort | 4, "PORT"},
      {"outb", &P::write, kPort | 1, "PORT VALUE"},
      {"outw", &P::write, kPort | 2, "PORT VALUE"},
      {"outl", &P::write, kPort | 4, "PORT VALUE"},
      {"readb", &P::read, kMemory | 1, "ADDR"},
      {"readw", &P::read, kMemory | 2, "ADDR"},
      {"readl", &P::read, kMemory | 4, "ADDR"},
      {"readq", &P::read, kMemory | 8, "ADDR"},
      {"writeb", &P::write, kMemory | 1, "ADDR VALUE"},
      {"writew", &P::write, kMemory | 2, "ADDR VALUE"},
      {"writel", &P::write, kMemory | 4, "ADDR VALUE"},
      {"writeq", &P::write, kMemory | 8, "ADDR VALUE"},
      {"cfg_readb", &P::read, kConfig | 1, "OFFSET"},
      {"cfg_readw", &P::read, kConfig | 2, "OFFSET"},
      {"cfg_readl", &P::read, kConfig | 4, "OFFSET"},
      {"cfg_writeb", &P::write, kConfig | 1, "OFFSET VALUE"},
      {"cfg_writew", &P::write, kConfig | 2, "OFFSET VALUE"},
      {"cfg_writel", &P::write, kConfig | 4, "OFFSET VALUE"},
      {"read", &P::memory_read, 0, "ADDR SIZE"},
      {"b64read", &P::memory_read, 0, "ADDR SIZE"},
      {"write", &P::memory_write, kQtestWrite, "ADDR SIZE 0xDATA"},
      {"b64write", &P::memory_write, kBase64Write, "ADDR SIZE BASE64"},
      {"memset", &P::memory_write, kMemset, "ADDR SIZE VALUE"},
      {"mem_write", &P::memory_write, kDataWrite, "ADDR DATA"},
      {"mem_map", &P::memory_map, 1, "ADDR SIZE"},
      {"mem_unmap", &P::memory_map, 0, "ADDR SIZE"},
      {"ins", &P::block_read, 0, "PORT WIDTH COUNT"},
      {"outs", &P::block_write, 0, "PORT WIDTH DATA"},
      {"pio_in", &P::pio, 1, "CHANNEL SECTORS [block=N] [width=N]"},
      {"pio_out", &P::pio, 0, "CHANNEL DATA [block=N] [width=N]"},
      {"packet_in", &P::pio, 3, "CHANNEL BYTES [width=N]"},
      {"packet_out", &P::pio, 2, "CHANNEL DATA [width=N]"},
      {"clock_step", &P::clock, 0, "[NS]"},
      {"clock_set", &P::clock, 1, "NS"},
      {"disk_complete", &P::disk_complete, 0, "N|oldest OUTCOME [LBA]"},
      {"media_insert", &P::media, 1, "UNIT [N]"},
      {"media_eject", &P::media, 0, "UNIT [force]"},
      {"reset", &P::reset, 0, "pci|power"},
      {"note", &P::note, 0, "TEXT"},
      {"let", &P::let, 0, "NAME = EXPRESSION"},
      {"keep", &P::keep, 0, "NAME SUBJECT"},
      {"clear_counts", &P::clear_counts, 0, ""},
      {"wait", &P::wait, 0, "SUBJECT MATCH [max=N] [step=NS], or irq LINE LEVEL [max_ns=NS] [step=NS]"},
      {"expect", &P::expect, 0, "SUBJECT MATCH"},
      {"vmbus", &P::vmbus, 0, "post DATA, signal CONNECTION, connect, open UNIT ADDR or close UNIT"},
      {"stor", &P::guest, static_cast<unsigned>(GuestStatement::Kind::stor), "UNIT OPERATION [DATA] [option=N]"},
      {"scsi", &P::guest, static_cast<unsigned>(GuestStatement::Kind::scsi), "UNIT CDB [in|out ADDR BYTES] [option=N]"},
      {"ring_send", &P::guest, static_cast<unsigned>(GuestStatement::Kind::ring_send), "UNIT DATA [option=N]"},
      {"receive", &P::guest, static_cast<unsigned>(GuestStatement::Kind::receive), "UNIT"},
      {"irq_intercept_in", &P::ignored, 0, ""},
      {"irq_intercept_out", &P::ignored, 0, ""},
      {"set_irq_in", &P::ignored, 0, ""},
      {"endianness", &P::ignored, 0, ""},
  };
  return kRows;
}

Error StatementParser::at(const Word& word, std::string what) const {
  return {script_place(script_.name, word.line, word.column), std::move(what)};
}

Error StatementParser::missing() const {
  const Word& last = words_[words_.size() - 1];
  const auto column = static_cast<std::uint32_t>(last.column + last.source().size());
  return {script_place(script_.name, last.line, column),
          fmt::format("something is missing: {} {}", row_->keyword, row_->usage)};
}

Result<void> StatementParser::parse(std::span<const Word> words, const LineOrigin& origin,
                                    std::vector<Statement>& out) {
  const auto expansion = expand_shorthand(words, names_, script_.name);
  if (!expansion) return expansion.error();
  if (!*expansion) return parse_plain(words, origin, out);
  for (const std::string& text : **expansion) {
    const auto line = ScriptLexer::single(text, script_.name);
    // Some shorthands stand for others (identify), so this goes round again.
    const auto parsed = line ? parse(line->words, origin, out) : Result<void>(line.error());
    if (!parsed) return Error{script_place(script_.name, origin.line, origin.column), parsed.error().what};
  }
  return {};
}

bool StatementParser::knows(std::string_view word) {
  return std::ranges::any_of(rows(), [&](const Row& row) { return row.keyword == word; });
}

Result<void> StatementParser::parse_plain(std::span<const Word> words, const LineOrigin& origin,
                                          std::vector<Statement>& out) {
  for (const Row& row : rows()) {
    if (words[0].quoted || row.keyword != words[0].text) continue;
    words_ = words;
    at_ = 1;
    row_ = &row;
    origin_ = &origin;
    out_ = &out;
    auto parsed = (this->*row.handler)(row.variant);
    if (!parsed) return parsed;
    if (!done()) return at(words_[at_], "unexpected " + quote_for_message(words_[at_].text));
    return {};
  }
  return at(words[0], "unknown statement " + quote_for_message(words[0].text));
}

void StatementParser::put(AnyStatement statement) {
  out_->push_back({origin_->line, origin_->column, std::move(statement)});
}

std::uint32_t StatementParser::add_expectation() {
  script_.expectations.push_back({origin_->line, origin_->column, origin_->text, origin_->rules});
  return static_cast<std::uint32_t>(script_.expectations.size() - 1);
}

Result<const Word*> StatementParser::take() {
  if (done()) return missing();
  return &words_[at_++];
}

Result<Expression> StatementParser::take_number() {
  const auto word = take();
  if (!word) return word.error();
  return number(**word);
}

Result<Expression> StatementParser::take_port() {
  const auto word = take();
  if (!word) return word.error();
  auto port = number(**word);
  if (port && port->constant() && *port->constant() > 0xffff) return at(**word, "a port is at most 0xffff");
  return port;
}

Result<Expression> StatementParser::take_size() {
  if (!done() && !words_[at_].quoted) {
    if (const auto size = parse_size(words_[at_].text)) return ++at_, Expression(*size);
  }
  return take_number();
}

Result<std::uint8_t> StatementParser::take_width() {
  const auto word = take();
  if (!word) return word.error();
  const auto width = number(**word);
  if (!width) return width.error();
  const auto value = width->constant();
  if (!value || (*value != 1 && *value != 2 && *value != 4)) return at(**word, "a width is 1, 2 or 4");
  return static_cast<std::uint8_t>(*value);
}

Result<std::uint8_t> StatementParser::take_channel() {
  const auto word = take();
  if (!word) return word.error();
  if ((*word)->text == "primary") return std::uint8_t{0};
  if ((*word)->text == "secondary") return std::uint8_t{1};
  return at(**word, "a channel is primary or secondary");
}

Result<ScriptData> StatementParser::take_data() { return parse_data(words_, at_, names_, script_.name); }

Result<std::optional<Expression>> StatementParser::take_request() {
  if (next_is("oldest")) return ++at_, std::optional<Expression>();
  auto number = take_number();
  if (!number) return number.error();
  return std::optional(std::move(*number));
}

Result<void> StatementParser::take_options(std::span<Option> options) {
  while (words_.size() > at_) {
    const Word& word = words_[words_.size() - 1];
    const std::size_t equals = word.text.find('=');
    if (word.quoted || equals == std::string::npos || word.text[0] == '=' || word.text[0] == '!' ||
        word.text[0] == '<' || word.text[0] == '>') {
      return {};
    }
    Option* known = nullptr;
    for (Option& option : options) {
      if (option.key == std::string_view(word.text).substr(0, equals)) known = &option;
    }
    if (known == nullptr) return at(word, "unknown option " + quote_for_message(word.text));
    if (known->given) return at(word, quote_for_message(known->key) + " is given twice");
    auto value = parse_expression(std::string_view(word.text).substr(equals + 1), word.line,
                                  word.column + static_cast<std::uint32_t>(equals + 1), names_, script_.name);
    if (!value) return value.error();
    *known->value = std::move(*value);
    known->given = true;
    words_ = words_.first(words_.size() - 1);
  }
  return {};
}

Result<void> StatementParser::read(unsigned variant) {
  const auto space = static_cast<Space>(variant >> 4);
  auto address = space == Space::port ? take_port() : take_number();
  if (!address) return address.error();
  put(ReadStatement{space, static_cast<std::uint8_t>(variant & 15), std::move(*address)});
  return {};
}

Result<void> StatementParser::write(unsigned variant) {
  const auto space = static_cast<Space>(variant >> 4);
  auto address = space == Space::port ? take_port() : take_number();
  if (!address) return address.error();
  auto value = take_number();
  if (!value) return value.error();
  put(WriteStatement{space, static_cast<std::uint8_t>(variant & 15), std::move(*address), std::move(*value)});
  return {};
}

Result<void> StatementParser::memory_read(unsigned) {
  auto address = take_number();
  if (!address) return address.error();
  auto size = take_number();
  if (!size) return size.error();
  put(MemoryReadStatement{std::move(*address), std::move(*size)});
  return {};
}

Result<void> StatementParser::memory_write(unsigned variant) {
  MemoryWriteStatement statement;
  auto address = take_number();
  if (!address) return address.error();
  statement.address = std::move(*address);
  if (variant == kDataWrite) {
    auto data = take_data();
    if (!data) return data.error();
    statement.data = std::move(*data);
    put(std::move(statement));
    return {};
  }
  auto size = take_number();
  if (!size) return size.error();
  if (variant == kMemset) {
    auto value = take_number();
    if (!value) return value.error();
    DataItem fill;
    fill.kind = DataItem::Kind::fill;
    fill.first = std::move(*value);
    fill.second = std::move(*size);
    statement.data.push_back(std::move(fill));
    put(std::move(statement));
    return {};
  }
  const auto word = take();
  if (!word) return word.error();
  auto bytes = variant == kQtestWrite ? parse_hex_data((*word)->text) : parse_base64((*word)->text);
  if ((*word)->quoted || !bytes)
    return at(**word, variant == kQtestWrite ? "0x and hex digits are wanted" : "this is no base64");
  DataItem item;
  item.bytes = std::move(*bytes);
  statement.data.push_back(std::move(item));
  statement.size = std::move(*size);
  put(std::move(statement));
  return {};
}

Result<void> StatementParser::block_read(unsigned) {
  BlockReadStatement statement;
  auto port = take_port();
  if (!port) return port.error();
  const auto width = take_width();
  if (!width) return width.error();
  auto count = take_number();
  if (!count) return count.error();
  put(BlockReadStatement{std::move(*port), *width, std::move(*count)});
  return {};
}

Result<void> StatementParser::block_write(unsigned) {
  auto port = take_port();
  if (!port) return port.error();
  const auto width = take_width();
  if (!width) return width.error();
  auto data = take_data();
  if (!data) return data.error();
  put(BlockWriteStatement{std::move(*port), *width, std::move(*data)});
  return {};
}

Result<void> StatementParser::pio(unsigned variant) {
  PioStatement statement;
  Expression width(2);
  statement.block = Expression(1);
  statement.packet = variant >= 2;
  Option options[] = {{"width", &width}, {"block", &statement.block}};
  auto taken = take_options(std::span(options).first(statement.packet ? 1 : 2));
  if (!taken) return taken;
  const auto channel = take_channel();
  if (!channel) return channel.error();
  if (!width.constant() || (*width.constant() != 2 && *width.constant() != 4)) {
    return at(words_[0], "width= is 2 or 4");
  }
  statement.in = variant % 2 == 1;
  statement.channel = *channel;
  statement.width = static_cast<std::uint8_t>(*width.constant());
  if (statement.in) {
    auto sectors = take_number();
    if (!sectors) return sectors.error();
    statement.sectors = std::move(*sectors);
  } else {
    auto data = take_data();
    if (!data) return data.error();
    statement.data = std::move(*data);
  }
  statement.expectation = add_expectation();
  put(std::move(statement));
  return {};
}

Result<void> StatementParser::clock(unsigned variant) {
  ClockStatement statement;
  statement.absolute = variant == 1;
  if (statement.absolute || !done()) {
    auto nanoseconds = take_number();
    if (!nanoseconds) return nanoseconds.error();
    statement.nanoseconds = std::move(*nanoseconds);
  }
  put(std::move(statement));
  return {};
}

Result<void> StatementParser::memory_map(unsigned variant) {
  auto address = take_size();
  if (!address) return address.error();
  auto size = take_size();
  if (!size) return size.error();
  put(MemoryMapStatement{variant == 1, std::move(*address), std::move(*size)});
  return {};
}

Result<void> StatementParser::disk_complete(unsigned) {
  DiskCompleteStatement statement;
  auto number = take_request();
  if (!number) return number.error();
  statement.number = std::move(*number);
  const auto word = take();
  if (!word) return word.error();
  for (const OutcomeRow& row : kOutcomes) {
    if (row.name != (*word)->text) continue;
    statement.outcome = row.outcome;
    if (row.has_lba) {
      auto lba = take_number();
      if (!lba) return lba.error();
      statement.lba = std::move(*lba);
    }
    put(std::move(statement));
    return {};
  }
  return at(**word,
            "an outcome is done, uncorrectable LBA, not_found LBA, write_fault, aborted, no_medium, crc, "
            "media_changed, media_change_request or write_protected");
}

Result<void> StatementParser::media(unsigned variant) {
  MediaStatement statement;
  statement.insert = variant == 1;
  const auto word = take();
  if (!word) return word.error();
  const auto unit = parse_unit((*word)->text);
  if (!unit) return at(**word, "a unit is 0:0, 0:1, 1:0 or 1:1");
  statement.unit = static_cast<std::uint8_t>(*unit);
  if (statement.insert && !done()) {
    auto index = take_number();
    if (!index) return index.error();
    statement.index = std::move(*index);
  } else if (!statement.insert && next_is("force")) {
    statement.force = true;
    ++at_;
  }
  put(std::move(statement));
  return {};
}

Result<void> StatementParser::reset(unsigned) {
  const auto word = take();
  if (!word) return word.error();
  if ((*word)->text != "pci" && (*word)->text != "power") return at(**word, "reset pci or reset power");
  put(ResetStatement{(*word)->text == "pci" ? ResetKind::pci : ResetKind::power_cycle});
  return {};
}

Result<void> StatementParser::note(unsigned) {
  const auto word = take();
  if (!word) return word.error();
  put(NoteStatement{(*word)->text});
  return {};
}

Result<void> StatementParser::let(unsigned) {
  const auto name = take();
  if (!name) return name.error();
  if (!next_is("=")) return done() ? missing() : at(words_[at_], "let NAME = EXPRESSION");
  ++at_;
  auto value = take_number();  // before the name is known: it may not stand on both sides the first time
  if (!value) return value.error();
  const auto slot = names_.define(**name, script_.name);
  if (!slot) return slot.error();
  put(LetStatement{*slot, std::move(*value)});
  return {};
}

Result<void> StatementParser::keep(unsigned) {
  const auto name = take();
  if (!name) return name.error();
  auto looked_at = subject();
  if (!looked_at) return looked_at.error();
  const auto slot = names_.define(**name, script_.name);
  if (!slot) return slot.error();
  put(KeepStatement{*slot, std::move(*looked_at)});
  return {};
}

Result<void> StatementParser::clear_counts(unsigned) {
  put(ClearCountsStatement{});
  return {};
}

Result<void> StatementParser::ignored(unsigned) {
  at_ = words_.size();
  return {};
}

}  // namespace coincide
