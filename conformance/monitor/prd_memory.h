// Guest memory as far as the stream shows it, and the PRD tables in it (BMIDE §3).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "emu/event.h"

namespace coincide::monitor {

struct Prd {
  std::uint32_t address = 0;  ///< as written, bit 0 too
  std::uint32_t control = 0;  ///< the second dword
  std::uint32_t bytes() const {
    const std::uint32_t count = control & 0xfffe;
    return count == 0 ? 0x10000 : count;  // BMIDE-50
  }
  bool eot() const { return (control & 0x80000000) != 0; }
};

struct PrdTable {
  std::uint32_t address = 0;
  std::vector<Prd> entries;
  bool ends = false;  ///< an EOT entry was found
  std::uint64_t bytes() const {
    std::uint64_t sum = 0;
    for (const Prd& prd : entries) sum += prd.bytes();
    return sum;
  }
};

class PrdMemory {
 public:
  /// Takes every event; those that write guest memory count.
  void follow(const Event& event);
  /// The table at an address, up to EOT; nullopt if some of it was never seen. At most 8192 entries (BMIDE-47).
  std::optional<PrdTable> table(std::uint32_t address) const;

 private:
  std::optional<std::uint32_t> dword(std::uint64_t address) const;
  std::map<std::uint64_t, std::uint8_t> bytes_;
};

}  // namespace coincide::monitor
