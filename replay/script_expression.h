// Numbers of a script: constants, names and C's integer operators, 64-bit unsigned and wrapping. An expression is
// compiled once to postfix steps and evaluated each time its statement runs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "replay/script_lexer.h"
#include "trace/error.h"

namespace coincide {

class Expression {
 public:
  Expression() = default;
  Expression(std::uint64_t constant) : constant_(constant) {}  // NOLINT: a number is an expression

  /// Value with the variables' values of this moment.
  std::uint64_t value(std::span<const std::uint64_t> variables) const {
    return steps_ == nullptr ? constant_ : evaluate(variables);
  }
  /// The value if no variable is in it.
  std::optional<std::uint64_t> constant() const { return steps_ == nullptr ? std::optional(constant_) : std::nullopt; }

 private:
  friend class ExpressionParser;
  enum class Op : std::uint8_t { push, variable, add, sub, mul, bit_and, bit_or, bit_xor, shl, shr, bit_not, negate };
  struct Step {
    Op op;
    std::uint64_t operand;  ///< number of `push`, slot of `variable`
  };
  static constexpr unsigned kMaxDepth = 64;

  std::uint64_t evaluate(std::span<const std::uint64_t> variables) const;

  std::uint64_t constant_ = 0;
  std::shared_ptr<const std::vector<Step>> steps_;
};

/// The names a script knows at a place: built-in ones and its own variables, each in a slot.
class ScriptNames {
 public:
  static constexpr std::size_t kBmibaSlot = 0;
  static constexpr std::uint64_t kDefaultBmiba = 0xc000;

  ScriptNames() : variables_{"bmiba"} {}
  /// Slot of a variable that exists.
  std::optional<std::size_t> slot(std::string_view name) const;
  /// Slot of a variable, made if need be. Errors: no identifier, or a built-in name.
  Result<std::size_t> define(const Word& word, std::string_view script);
  std::size_t count() const { return variables_.size(); }
  /// Counts an expression with variables in it; false if the script has too many of them.
  bool take_expression() const { return ++expressions_ <= kMaxExpressions; }

 private:
  static constexpr std::size_t kMaxExpressions = 1u << 20;  // about 100 bytes each
  std::vector<std::string> variables_;
  mutable std::size_t expressions_ = 0;
};

/// Parses one word. Errors name the column inside the word.
Result<Expression> parse_expression(const Word& word, const ScriptNames& names, std::string_view script);
/// The same for a piece of a word, which begins at `column`.
Result<Expression> parse_expression(std::string_view text, std::uint32_t line, std::uint32_t column,
                                    const ScriptNames& names, std::string_view script);

/// strtoul with base 0, whole word: decimal, 0x hexadecimal, 0 octal. nullopt if it is none or exceeds 64 bits.
std::optional<std::uint64_t> parse_number(std::string_view text);
/// A number with an optional K, M or G (1024s). nullopt if it is none or exceeds 64 bits.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace coincide
