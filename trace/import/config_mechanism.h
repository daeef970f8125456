// PCI configuration mechanism #1 as a log of port accesses shows it: CF8h chooses a function and a dword, CFCh-CFFh
// are that dword. A guest looks at every function of the machine there; this tells which accesses are the IDE
// function's.
#pragma once

#include <cstdint>
#include <optional>

namespace coincide {

inline constexpr std::uint16_t kConfigAddressPort = 0xcf8;
inline constexpr std::uint16_t kConfigDataPort = 0xcfc;

constexpr bool is_config_data_port(std::uint32_t port) {
  return port >= kConfigDataPort && port < kConfigDataPort + 4u;
}

class ConfigMechanism {
 public:
  /// A dword written to CF8h.
  void address(std::uint32_t value) { address_ = value; }
  /// Bus, device and function that CF8h chooses; nullopt if its enable bit is 0.
  std::optional<std::uint32_t> function() const {
    if ((address_ >> 31) == 0) return std::nullopt;
    return (address_ >> 8) & 0xffff;
  }
  /// Offset in configuration space of an access to this data port.
  std::uint8_t offset(std::uint16_t port) const {
    return static_cast<std::uint8_t>((address_ & 0xfc) + (port - kConfigDataPort));
  }

 private:
  std::uint32_t address_ = 0;
};

/// Finds the IDE function among all that a guest looked at: the one whose VID and DID read as a PIIX3's or PIIX4's
/// IDE function. Sees every access to CF8h-CFFh first.
class FunctionFinder {
 public:
  void write(std::uint16_t port, unsigned width, std::uint32_t value);
  void read(std::uint16_t port, unsigned width, std::uint32_t value);
  /// Bus, device, function (as bits 15:0 of CF8h >> 8); function 1 of device 1 if none was recognised.
  std::uint32_t function() const { return found_.value_or(0x0009); }

 private:
  ConfigMechanism mechanism_;
  std::optional<std::uint32_t> found_;
};

}  // namespace coincide
