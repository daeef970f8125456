#include "replay/script_expression.h"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "replay/script_names.h"

namespace coincide {
namespace {

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c) || c == '.'; }

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  unsigned base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
    text.remove_prefix(1);
  }
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    unsigned digit = 99;
    if (is_digit(c)) digit = static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A' + 10);
    if (digit >= base) return std::nullopt;
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  unsigned shift = 0;
  if (!text.empty()) {
    const char unit = text.back();
    shift = unit == 'K' ? 10 : unit == 'M' ? 20 : unit == 'G' ? 30 : 0;
    if (shift != 0) text.remove_suffix(1);
  }
  const auto value = parse_number(text);
  if (!value || *value > std::numeric_limits<std::uint64_t>::max() >> shift) return std::nullopt;
  return *value << shift;
}

std::optional<std::size_t> ScriptNames::slot(std::string_view name) const {
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    if (variables_[i] == name) return i;
  }
  return std::nullopt;
}

Result<std::size_t> ScriptNames::define(const Word& word, std::string_view script) {
  const auto fail = [&](std::string what) {
    return Error{script_place(script, word.line, word.column), std::move(what)};
  };
  bool good = !word.quoted && !word.text.empty() && is_name_start(word.text[0]);
  for (const char c : word.text) good = good && is_name_part(c) && c != '.';
  if (!good) return fail(quote_for_message(word.text) + " is no name for a variable");
  if (find_builtin_name(word.text)) return fail(quote_for_message(word.text) + " has a meaning already");
  if (const auto known = slot(word.text)) return *known;
  if (variables_.size() == 4096) return fail("more than 4096 variables");
  variables_.push_back(word.text);
  return variables_.size() - 1;
}

std::uint64_t Expression::evaluate(std::span<const std::uint64_t> variables) const {
  std::array<std::uint64_t, kMaxDepth> stack;
  std::size_t top = 0;
  for (const Step& step : *steps_) {
    if (step.op == Op::push || step.op == Op::variable) {
      stack[top++] = step.op == Op::push ? step.operand : variables[step.operand];
      continue;
    }
    if (step.op == Op::bit_not || step.op == Op::negate) {
      stack[top - 1] = step.op == Op::bit_not ? ~stack[top - 1] : 0 - stack[top - 1];
      continue;
    }
    const std::uint64_t b = stack[--top];
    std::uint64_t& a = stack[top - 1];
    switch (step.op) {
      case Op::add:
        a += b;
        break;
      case Op::sub:
        a -= b;
        break;
      case Op::mul:
        a *= b;
        break;
      case Op::bit_and:
        a &= b;
        break;
      case Op::bit_or:
        a |= b;
        break;
      case Op::bit_xor:
        a ^= b;
        break;
      case Op::shl:
        a = b < 64 ? a << b : 0;
        break;
      case Op::shr:
        a = b < 64 ? a >> b : 0;
        break;
      default:
        check(false, "expression step");
        break;
    }
  }
  return stack[0];
}

/// Recursive descent over one word; leaves postfix steps.
class ExpressionParser {
 public:
  ExpressionParser(std::string_view text, std::uint32_t line, std::uint32_t column, const ScriptNames& names,
                   std::string_view script)
      : text_(text), line_(line), column_(column), names_(names), script_(script) {}

  Result<Expression> parse() {
    if (!binary(0)) return error();
    skip_blanks();
    if (at_ != text_.size()) return fail_here("unexpected " + quote_for_message(text_.substr(at_))), error();
    Expression expression;
    expression.steps_ = std::make_shared<const std::vector<Expression::Step>>(std::move(steps_));
    if (!has_variable_) return Expression(expression.evaluate({}));
    if (!names_.take_expression()) return fail_here("too many expressions with variables"), error();
    return expression;
  }

 private:
  using Op = Expression::Op;
  struct Operator {
    std::string_view text;
    unsigned level;
    Op op;
  };
  static constexpr Operator kOperators[] = {
      {"|", 0, Op::bit_or}, {"^", 1, Op::bit_xor}, {"&", 2, Op::bit_and}, {"<<", 3, Op::shl},
      {">>", 3, Op::shr},   {"+", 4, Op::add},     {"-", 4, Op::sub},     {"*", 5, Op::mul},
  };
  static constexpr unsigned kUnaryLevel = 6;

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool fail_here(std::string what) {
    what_ = std::move(what);
    failed_at_ = at_;
    return false;
  }
  Error error() const {
    return {script_place(script_, line_, column_ + static_cast<std::uint32_t>(failed_at_)), what_};
  }
  const Operator* next_operator(unsigned level) {
    skip_blanks();
    for (const Operator& row : kOperators) {
      if (row.level == level && text_.substr(at_).starts_with(row.text)) return &row;
    }
    return nullptr;
  }
  bool emit(Op op, std::uint64_t operand = 0) {
    if (op == Op::push || op == Op::variable) {
      if (++depth_ > Expression::kMaxDepth) return fail_here("expression too deep");
    } else if (op != Op::bit_not && op != Op::negate) {
      --depth_;
    }
    has_variable_ = has_variable_ || op == Op::variable;
    steps_.push_back({op, operand});
    return true;
  }

  bool binary(unsigned level) {
    if (level == kUnaryLevel) return unary();
    if (!binary(level + 1)) return false;
    while (const Operator* row = next_operator(level)) {
      at_ += row->text.size();
      if (!binary(level + 1) || !emit(row->op)) return false;
    }
    return true;
  }

  bool unary() {
    skip_blanks();
    if (at_ >= text_.size()) return fail_here("a number is missing");
    if (++nesting_ > Expression::kMaxDepth) return fail_here("expression too deep");
    const char c = text_[at_];
    bool good = false;
    if (c == '~' || c == '-') {
      ++at_;
      good = unary() && emit(c == '~' ? Op::bit_not : Op::negate);
    } else if (c == '(') {
      ++at_;
      good = binary(0);
      skip_blanks();
      if (good && (at_ >= text_.size() || text_[at_] != ')')) return fail_here("')' is missing");
      ++at_;
    } else {
      good = atom();
    }
    --nesting_;
    return good;
  }

  bool atom() {
    std::size_t end = at_;
    while (end < text_.size() && is_name_part(text_[end])) ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    if (word.empty()) return fail_here("unexpected " + quote_for_message(text_.substr(at_)));
    if (is_digit(word[0])) {
      const auto number = parse_number(word);
      if (!number) return fail_here(quote_for_message(word) + " is no number");
      at_ = end;
      return emit(Op::push, *number);
    }
    if (const auto slot = names_.slot(word)) {
      at_ = end;
      return emit(Op::variable, *slot);
    }
    const auto name = find_builtin_name(word);
    if (!name) return fail_here("unknown name " + quote_for_message(word));
    at_ = end;
    if (!emit(Op::push, name->value)) return false;
    return !name->from_bmiba || (emit(Op::variable, ScriptNames::kBmibaSlot) && emit(Op::add));
  }

  std::string_view text_;
  std::uint32_t line_;
  std::uint32_t column_;
  const ScriptNames& names_;
  std::string_view script_;
  std::size_t at_ = 0;
  std::size_t failed_at_ = 0;
  std::string what_;
  std::vector<Expression::Step> steps_;
  unsigned depth_ = 0;
  unsigned nesting_ = 0;
  bool has_variable_ = false;
};

Result<Expression> parse_expression(std::string_view text, std::uint32_t line, std::uint32_t column,
                                    const ScriptNames& names, std::string_view script) {
  if (const auto number = parse_number(text)) return Expression(*number);
  return ExpressionParser(text, line, column, names, script).parse();
}

Result<Expression> parse_expression(const Word& word, const ScriptNames& names, std::string_view script) {
  if (word.quoted) return Error{script_place(script, word.line, word.column), "a number is wanted here, not text"};
  return parse_expression(word.text, word.line, word.column, names, script);
}

}  // namespace coincide
