#include "trace/import/config_mechanism.h"

namespace coincide {

namespace {

constexpr bool is_piix_ide(std::uint32_t did) { return did == 0x7010 || did == 0x7111; }

}  // namespace

void FunctionFinder::write(std::uint16_t port, unsigned width, std::uint32_t value) {
  if (port == kConfigAddressPort && width == 4) mechanism_.address(value);
}

void FunctionFinder::read(std::uint16_t port, unsigned width, std::uint32_t value) {
  if (!is_config_data_port(port) || !mechanism_.function()) return;
  const std::uint8_t offset = mechanism_.offset(port);
  const bool whole = offset == 0 && width == 4 && (value & 0xffff) == 0x8086 && is_piix_ide(value >> 16);
  const bool half = offset == 2 && width == 2 && is_piix_ide(value);
  if (whole || half) found_ = mechanism_.function();
}

}  // namespace coincide
