// What a read of a port or of configuration space answers.
#pragma once

#include <cstdint>

namespace coincide {

/// Answer to a read: the value, and the bits that the standard leaves open (1 = any value is right).
struct Answer {
  std::uint32_t value = 0;
  std::uint32_t open = 0;
};

}  // namespace coincide
