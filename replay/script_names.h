// What the symbolic names of scripts mean: ports, configuration registers, bits, opcodes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace coincide {

struct BuiltinName {
  std::uint64_t value = 0;
  bool from_bmiba = false;  ///< add the variable `bmiba`
};

/// nullopt if the name is no built-in one. `bmiba` itself is a variable, not a built-in name.
std::optional<BuiltinName> find_builtin_name(std::string_view name);

}  // namespace coincide
