// Parsing of `expect`, `wait` and what `keep` looks at.
#include <fmt/format.h>

#include "replay/board_text.h"
#include "replay/script_parser.h"

namespace coincide {
namespace {

struct AccessRow {
  std::string_view keyword;
  Space space;
  std::uint8_t width;
};
constexpr AccessRow kAccesses[] = {
    {"inb", Space::port, 1},         {"inw", Space::port, 2},         {"inl", Space::port, 4},
    {"cfg_readb", Space::config, 1}, {"cfg_readw", Space::config, 2}, {"cfg_readl", Space::config, 4},
    {"readb", Space::memory, 1},     {"readw", Space::memory, 2},     {"readl", Space::memory, 4},
    {"readq", Space::memory, 8},
};

struct OperatorRow {
  std::string_view text;
  Match::Op op;
};
constexpr OperatorRow kOperators[] = {
    {"==", Match::Op::equal},      {"!=", Match::Op::not_equal}, {"<", Match::Op::less},
    {"<=", Match::Op::less_equal}, {">", Match::Op::greater},    {">=", Match::Op::greater_equal},
    {"in", Match::Op::one_of},
};

constexpr std::string_view kCounterNames[] = {
    "edges14",    "edges15",       "dma_read_primary", "dma_write_primary", "dma_read_secondary", "dma_write_secondary",
    "bus_faults", "disk_requests", "disk_data",        "vmbus_interrupts",  "vmbus_messages",     "vmbus_signals",
    "vmbus_read", "vmbus_write"};
static_assert(std::size(kCounterNames) == static_cast<std::size_t>(Counter::count));

constexpr DiskOp kOps[] = {DiskOp::read, DiskOp::write,    DiskOp::verify, DiskOp::flush,
                           DiskOp::seek, DiskOp::diagnose, DiskOp::spin};

}  // namespace

std::string_view counter_name(Counter counter) { return kCounterNames[static_cast<std::size_t>(counter)]; }

Result<RegisterId> StatementParser::register_name() {
  const auto word = take();
  if (!word) return word.error();
  const std::string_view text = (*word)->text;
  const std::size_t dot = text.find('.');
  const std::string_view unit = text.substr(0, dot);
  std::optional<Scope> scope;
  if (unit == "pci") scope = Scope::function;
  if (unit == "primary") scope = Scope::primary;
  if (unit == "secondary") scope = Scope::secondary;
  std::string_view name = dot == std::string_view::npos ? "" : text.substr(dot + 1);
  if (const auto device = parse_unit(unit)) {
    const bool vmbus = name.starts_with("vmbus.");
    if (vmbus) name.remove_prefix(6);
    scope = vmbus ? accelerator_scope(*device) : device_scope(*device);
  }
  if (!scope || dot == std::string_view::npos) {
    return at(**word, "a register is pci.NAME, primary.NAME, secondary.NAME, 0:0.NAME or 0:0.vmbus.NAME");
  }
  const auto id = find_register(*scope, name);
  if (!id) return at(**word, "unknown register " + quote_for_message(text));
  return *id;
}

Result<Subject> StatementParser::subject() {
  const auto word = take();
  if (!word) return word.error();
  const std::string& what = (*word)->text;
  Subject subject;
  const auto with_address = [&](Subject::Kind kind) -> Result<Subject> {
    subject.kind = kind;
    const bool is_port = kind == Subject::Kind::access && subject.space == Space::port;
    auto address = is_port ? take_port() : take_number();
    if (!address) return address.error();
    subject.address = std::move(*address);
    return subject;
  };
  for (const AccessRow& row : kAccesses) {
    if (row.keyword != what) continue;
    subject.space = row.space;
    subject.width = row.width;
    return with_address(Subject::Kind::access);
  }
  if (what == "irq") {
    auto line = with_address(Subject::Kind::irq);
    const auto number = line ? line->address.constant() : std::nullopt;
    if (number && *number != 14 && *number != 15) return at(**word, "a line is 14 or 15");
    return line;
  }
  if (what == "deferred") {
    const auto name = take();
    if (!name) return name.error();
    if ((*name)->text != "primary" && (*name)->text != "secondary")
      return at(**name, "a channel is primary or secondary");
    subject.kind = Subject::Kind::deferred;
    subject.address = Expression((*name)->text == "primary" ? 0 : 1);
    return subject;
  }
  if (what == "word" || what == "byte") {
    subject.width = what == "word" ? 2 : 1;
    return with_address(Subject::Kind::word);
  }
  if (what == "reg") {
    const auto id = register_name();
    if (!id) return id.error();
    subject.kind = Subject::Kind::reg;
    subject.reg = *id;
    return subject;
  }
  if (what == "reply") {
    const auto field = reply_field();
    if (!field) return field.error();
    subject.kind = Subject::Kind::reply;
    subject.reply = *field;
    return subject;
  }
  if (what == "waiting") {
    const auto unit = take_unit();
    if (!unit) return unit.error();
    subject.kind = Subject::Kind::waiting;
    subject.address = Expression(*unit);
    return subject;
  }
  if (what == "messages") {
    subject.kind = Subject::Kind::messages;
    return subject;
  }
  if (what == "checksum" || what == "pending" || what == "clock") {
    subject.kind = what == "checksum"  ? Subject::Kind::checksum
                   : what == "pending" ? Subject::Kind::pending
                                       : Subject::Kind::clock;
    return subject;
  }
  if (what == "count" || what == "edges") {
    const auto name = take();
    if (!name) return name.error();
    const std::string wanted = what == "edges" ? "edges" + (*name)->text : (*name)->text;
    subject.kind = Subject::Kind::counter;
    for (std::size_t i = 0; i < std::size(kCounterNames); ++i) {
      if (kCounterNames[i] != wanted) continue;
      subject.counter = static_cast<Counter>(i);
      return subject;
    }
    return at(**name, "unknown counter " + quote_for_message(wanted));
  }
  return at(**word, quote_for_message(what) + " is nothing to look at");
}

Result<Match> StatementParser::match() {
  Match match;
  if (next_is("&")) {
    ++at_;
    auto mask = take_number();
    if (!mask) return mask.error();
    match.mask = std::move(*mask);
  }
  for (const OperatorRow& row : kOperators) {
    if (!next_is(row.text)) continue;
    match.op = row.op;
    ++at_;
    break;
  }
  do {
    auto value = take_number();
    if (!value) return value.error();
    match.values.push_back(std::move(*value));
  } while (match.op == Match::Op::one_of && !done());
  return match;
}

Result<void> StatementParser::wait(unsigned) {
  if (next_is("irq")) return wait_irq();
  WaitStatement statement;
  statement.max = Expression(1000);
  Expression step;
  Option options[] = {{"max", &statement.max}, {"step", &step}};
  auto taken = take_options(options);
  if (!taken) return taken;
  auto looked_at = subject();
  if (!looked_at) return looked_at.error();
  auto wanted = match();
  if (!wanted) return wanted.error();
  statement.subject = std::move(*looked_at);
  statement.match = std::move(*wanted);
  if (options[1].given) statement.step_ns = std::move(step);
  statement.expectation = add_expectation();
  put(std::move(statement));
  return {};
}

Result<void> StatementParser::wait_irq() {
  ++at_;
  WaitIrqStatement statement;
  statement.max_ns = Expression(10'000'000);
  statement.step_ns = Expression(10'000);
  Option options[] = {{"max_ns", &statement.max_ns}, {"step", &statement.step_ns}};
  auto taken = take_options(options);
  if (!taken) return taken;
  if (done()) return missing();
  const Word& word = words_[at_];
  auto line = take_number();
  if (!line) return line.error();
  if (line->constant() && *line->constant() != 14 && *line->constant() != 15) return at(word, "a line is 14 or 15");
  auto level = take_number();
  if (!level) return level.error();
  statement.line = std::move(*line);
  statement.level = std::move(*level);
  statement.expectation = add_expectation();
  put(std::move(statement));
  return {};
}

Result<void> StatementParser::expect(unsigned) {
  if (done()) return missing();
  const std::string& what = words_[at_].text;
  if (what == "mem") return expect_data(ExpectDataStatement::Kind::memory);
  if (what == "ins") return expect_data(ExpectDataStatement::Kind::block);
  if (what == "buffer") return expect_data(ExpectDataStatement::Kind::buffer);
  if (what == "medium") return expect_data(ExpectDataStatement::Kind::medium);
  if (what == "words") return expect_string();
  if (what == "request") return expect_request();
  if (what == "message") return expect_message();
  ExpectStatement statement;
  auto looked_at = subject();
  if (!looked_at) return looked_at.error();
  auto wanted = match();
  if (!wanted) return wanted.error();
  statement.subject = std::move(*looked_at);
  statement.match = std::move(*wanted);
  statement.expectation = add_expectation();
  put(std::move(statement));
  return {};
}

Result<void> StatementParser::expect_data(ExpectDataStatement::Kind kind) {
  using Kind = ExpectDataStatement::Kind;
  ++at_;
  ExpectDataStatement statement;
  statement.kind = kind;
  if (kind == Kind::medium) {
    const auto word = take();
    if (!word) return word.error();
    const auto unit = parse_unit((*word)->text);
    if (!unit) return at(**word, "a unit is 0:0, 0:1, 1:0 or 1:1");
    statement.unit = static_cast<std::uint8_t>(*unit);
  }
  const bool has_address = kind != Kind::buffer || next_is("at");
  if (kind == Kind::buffer && has_address) ++at_;
  if (has_address) {
    auto address = kind == Kind::block ? take_port() : take_number();
    if (!address) return address.error();
    statement.address = std::move(*address);
  }
  if (kind == Kind::block) {
    const auto width = take_width();
    if (!width) return width.error();
    auto count = take_number();
    if (!count) return count.error();
    statement.width = *width;
    statement.count = std::move(*count);
  }
  auto data = take_data();
  if (!data) return data.error();
  statement.data = std::move(*data);
  statement.expectation = add_expectation();
  put(std::move(statement));
  return {};
}

Result<void> StatementParser::expect_string() {
  ++at_;
  const auto range = take();
  if (!range) return range.error();
  const std::string_view text = (*range)->text;
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return at(**range, "words FIRST..LAST string \"...\"");
  ExpectStringStatement statement;
  auto first = parse_expression(text.substr(0, dots), (*range)->line, (*range)->column, names_, script_.name);
  if (!first) return first.error();
  const auto after = static_cast<std::uint32_t>((*range)->column + dots + 2);
  auto last = parse_expression(text.substr(dots + 2), (*range)->line, after, names_, script_.name);
  if (!last) return last.error();
  if (!next_is("string")) return done() ? missing() : at(words_[at_], "words FIRST..LAST string \"...\"");
  ++at_;
  const auto string = take();
  if (!string) return string.error();
  if (!(*string)->quoted) return at(**string, "the string stands in double quotes");
  statement.first_word = std::move(*first);
  statement.last_word = std::move(*last);
  statement.text = (*string)->text;
  statement.expectation = add_expectation();
  put(std::move(statement));
  return {};
}

Result<void> StatementParser::expect_request() {
  ++at_;
  ExpectRequestStatement statement;
  auto number = take_request();
  if (!number) return number.error();
  statement.number = std::move(*number);
  const auto word = take();
  if (!word) return word.error();
  for (const DiskOp op : kOps) {
    if (disk_op_name(op) == (*word)->text) statement.op = op;
  }
  if (statement.op == DiskOp::none) {
    return at(**word, "an operation is read, write, verify, flush, seek, diagnose or spin");
  }
  if (!done()) {
    auto lba = take_number();
    if (!lba) return lba.error();
    statement.lba = std::move(*lba);
  }
  if (!done()) {
    auto count = take_number();
    if (!count) return count.error();
    statement.count_sectors = std::move(*count);
  }
  statement.expectation = add_expectation();
  put(std::move(statement));
  return {};
}

}  // namespace coincide
