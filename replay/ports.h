// Which register an access reaches, seen from outside: ports and configuration space decoded the way a host addresses
// them, for listings, reports and comparisons. Works on any trace, whatever made it: it follows only the stream.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emu/event.h"
#include "emu/registers.h"

namespace coincide {

/// A register as the host sees it. Two registers that share a port (Error/Features) are one name here; the direction
/// of the access tells them apart.
enum class HostRegister : std::uint8_t {
  none,  ///< no register of the function
  data,
  error_features,
  sector_count,
  lba_low,
  lba_mid,
  lba_high,
  device,
  status_command,
  alternate_control,  ///< Alternate Status / Device Control
  bmic,
  bmis,
  bmidtp,
  int13,  ///< the enlightened port
  confadd,
  confdata,
  config,  ///< a direct access to configuration space
};

struct HostAccess {
  HostRegister reg = HostRegister::none;
  std::uint8_t channel = 0;  ///< 0 primary, 1 secondary; 0 for function registers
  std::uint8_t byte = 0;     ///< first byte reached inside the register (BMIDTP+2; configuration offset for `config`)
  bool write = false;

  bool operator==(const HostAccess&) const = default;
};

/// Follows where the bus-master ports stand as a stream goes by: writes of BMIBA (direct, or through CF8h/CFCh), and
/// its register transitions where the source sees them. Before the first, BMIBA is where scripts put it, C000h.
class PortMap {
 public:
  /// What the access reaches, by the map as it stands before the event. Kinds that are no access: none.
  HostAccess decode(const Event& event) const;
  HostAccess decode_port(std::uint32_t port, bool write) const;
  /// Takes an event in; call with every event of the stream, in order.
  void follow(const Event& event);

  std::uint32_t bmiba() const { return bmiba_; }

 private:
  void write_config(std::uint32_t offset, unsigned width, std::uint64_t value);

  std::uint32_t bmiba_ = 0xc000;
  std::uint32_t config_address_ = 0;
};

/// Port of Alternate Status / Device Control of a channel.
constexpr std::uint32_t alternate_status_port(unsigned channel) { return channel == 0 ? 0x3f6 : 0x376; }

/// True for registers that hosts look at again and again while they wait: Status, Alternate Status, BMIS.
bool is_polled(const HostAccess& access);

/// "Status", "Command", "BMIS", "LBA Low", "IDETIM_PRIMARY"; empty for none.
std::string host_register_name(const HostAccess& access);
/// With the channel before it: "primary Status". Function registers have no channel.
std::string host_register_long_name(const HostAccess& access);

/// One letter a bit, most significant first, '.' for 0: Status 50h is ".R.S....". Empty for registers that are numbers.
std::string bits_text(const HostAccess& access, std::uint64_t value);
/// The same for a recorded register.
std::string bits_text(RegisterId id, std::uint64_t value);

/// "50h", "0100h": hexadecimal with the digits of `bytes` bytes, capitals, h at the end.
std::string hex_text(std::uint64_t value, unsigned bytes);

}  // namespace coincide
