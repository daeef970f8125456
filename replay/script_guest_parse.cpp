// Parsing of what a script's guest does on VMBus (SCRIPT.md section 5).
#include <fmt/format.h>

#include <algorithm>

#include "replay/board_text.h"
#include "replay/script_parser.h"
#include "replay/vmbus_text.h"

namespace coincide {
namespace {

using Kind = GuestStatement::Kind;

struct OptionRow {
  std::string_view name;
  GuestStatement::Option option;
  std::uint32_t kinds;  ///< bit by Kind
};
constexpr std::uint32_t of(Kind kind) { return 1u << static_cast<unsigned>(kind); }
constexpr OptionRow kOptions[] = {
    {"version", GuestStatement::version, of(Kind::connect)},
    {"up", GuestStatement::up, of(Kind::open)},
    {"down", GuestStatement::down, of(Kind::open)},
    {"vp", GuestStatement::vp, of(Kind::open)},
    {"bytes", GuestStatement::bytes, of(Kind::stor) | of(Kind::scsi)},
    {"id", GuestStatement::id, of(Kind::stor) | of(Kind::scsi)},
    {"ask", GuestStatement::ask, of(Kind::stor)},
    {"path", GuestStatement::path, of(Kind::scsi)},
    {"target", GuestStatement::target, of(Kind::scsi)},
    {"lun", GuestStatement::lun, of(Kind::scsi)},
    {"data_in", GuestStatement::data_in, of(Kind::scsi)},
    {"length", GuestStatement::length, of(Kind::scsi)},
    {"srb_flags", GuestStatement::srb_flags, of(Kind::scsi)},
    {"advance", GuestStatement::advance, of(Kind::ring_send)},
    {"trailer", GuestStatement::trailer, of(Kind::ring_send)},
};

struct FormRow {
  std::string_view name;
  Kind kind;
};
constexpr FormRow kVmbusForms[] = {{"post", Kind::post},
                                   {"signal", Kind::signal},
                                   {"connect", Kind::connect},
                                   {"open", Kind::open},
                                   {"close", Kind::close}};

// Offsets by packet.h and srb.h: a descriptor of 16 bytes, a head of 12, the SRB.
constexpr std::uint32_t kHead = 16, kSrb = 28;
constexpr ReplyField kReplyFields[] = {
    {"type", 0, 2},
    {"flags", 6, 2},
    {"id", 8, 8},
    {"bytes", kHead, 0},
    {"operation", kHead, 4},
    {"head_flags", kHead + 4, 4},
    {"status", kHead + 8, 4},
    {"srb_length", kSrb, 2},
    {"srb_status", kSrb + 2, 1},
    {"scsi_status", kSrb + 3, 1},
    {"cdb_bytes", kSrb + 8, 1},
    {"sense_bytes", kSrb + 9, 1},
    {"moved", kSrb + 12, 4},
    {"sense", kSrb + 16, 0},
};

}  // namespace

Result<std::uint8_t> StatementParser::take_unit() {
  const auto word = take();
  if (!word) return word.error();
  const auto unit = parse_unit((*word)->text);
  if (!unit) return at(**word, "a unit is 0:0, 0:1, 1:0 or 1:1");
  return static_cast<std::uint8_t>(*unit);
}

Result<void> StatementParser::take_guest_options(GuestStatement& statement) {
  std::array<Expression, GuestStatement::option_count> values;
  std::vector<Option> options;
  std::vector<GuestStatement::Option> which;
  for (const OptionRow& row : kOptions) {
    if ((row.kinds & of(statement.kind)) == 0) continue;
    options.push_back({row.name, &values[row.option]});
    which.push_back(row.option);
  }
  auto taken = take_options(options);
  if (!taken) return taken;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i].given) statement.options[which[i]] = std::move(*options[i].value);
  }
  return {};
}

Result<void> StatementParser::put_guest(GuestStatement statement) {
  if (statement.kind == Kind::receive) statement.expectation = add_expectation();
  put(std::move(statement));
  return {};
}

Result<void> StatementParser::vmbus(unsigned) {
  const auto word = take();
  if (!word) return word.error();
  const auto* form = std::find_if(std::begin(kVmbusForms), std::end(kVmbusForms),
                                  [&](const FormRow& row) { return row.name == (*word)->text; });
  if (form == std::end(kVmbusForms)) return at(**word, "vmbus post, signal, connect, open or close");
  GuestStatement statement;
  statement.kind = form->kind;
  auto options = take_guest_options(statement);
  if (!options) return options;
  if (statement.kind == Kind::post) {
    auto data = take_data();
    if (!data) return data.error();
    statement.data = std::move(*data);
  }
  if (statement.kind == Kind::open || statement.kind == Kind::close) {
    const auto unit = take_unit();
    if (!unit) return unit.error();
    statement.unit = *unit;
  }
  if (statement.kind == Kind::open || statement.kind == Kind::signal) {
    auto operand = take_number();
    if (!operand) return operand.error();
    statement.operand = std::move(*operand);
  }
  return put_guest(std::move(statement));
}

Result<void> StatementParser::guest(unsigned variant) {
  GuestStatement statement;
  statement.kind = static_cast<Kind>(variant);
  auto options = take_guest_options(statement);
  if (!options) return options;
  const auto unit = take_unit();
  if (!unit) return unit.error();
  statement.unit = *unit;
  if (statement.kind == Kind::stor) {
    const auto word = take();
    if (!word) return word.error();
    if (const auto named = find_stor_operation((*word)->text)) {
      statement.operand = Expression(*named);
    } else {
      auto operation = number(**word);
      if (!operation) return at(**word, quote_for_message((*word)->text) + " is no operation");
      statement.operand = std::move(*operation);
    }
  }
  const bool wants_data = statement.kind == Kind::scsi || statement.kind == Kind::ring_send;
  if (wants_data || (statement.kind == Kind::stor && !done())) {
    auto data = take_data();
    if (!data) return data.error();
    statement.data = std::move(*data);
  }
  if (statement.kind == Kind::scsi && !done()) {
    const auto direction = take();
    if ((*direction)->text != "in" && (*direction)->text != "out")
      return at(**direction, "behind the CDB stands in ADDR BYTES or out ADDR BYTES");
    if (!statement.options[GuestStatement::data_in])
      statement.options[GuestStatement::data_in] = Expression((*direction)->text == "in" ? 1 : 0);
    auto address = take_number();
    if (!address) return address.error();
    auto size = take_number();
    if (!size) return size.error();
    statement.operand = std::move(*address);
    statement.size = std::move(*size);
  }
  return put_guest(std::move(statement));
}

Result<void> StatementParser::expect_message() {
  ++at_;
  const auto word = take();
  if (!word) return word.error();
  const auto type = find_vmbus_message((*word)->text);
  if (!type) return at(**word, quote_for_message((*word)->text) + " is no control message");
  put(ExpectMessageStatement{*type, add_expectation()});
  return {};
}

Result<ReplyField> StatementParser::reply_field() {
  const auto word = take();
  if (!word) return word.error();
  std::string known;
  for (const ReplyField& field : kReplyFields) {
    if (field.name == (*word)->text) return field;
    known += fmt::format("{}{}", known.empty() ? "" : " ", field.name);
  }
  return at(**word, "a field of a packet is one of: " + known);
}

}  // namespace coincide
