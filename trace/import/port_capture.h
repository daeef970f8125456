// What the importers of port-level logs (kvm_pio, qtest) share: which of all the machine's ports are the IDE
// function's, and what becomes of the others.
//
// Fed: the channels' ports, the 16 bytes at BMIBA as the guest last wrote it, and CF8h-CFFh while CF8h chooses the
// IDE function. Bytes written to port E9h become notes. Everything else is left out and counted.
#pragma once

#include <cstdint>
#include <string>

#include "trace/import/capture_builder.h"
#include "trace/import/config_mechanism.h"

namespace coincide {

struct PortAccess {
  bool write = false;
  bool seen = true;  ///< the answer of a read is known
  std::uint16_t port = 0;
  unsigned width = 0;
  std::uint32_t count = 1;  ///< elements; > 1: string I/O of which only the first is known
  std::uint32_t value = 0;
  std::uint32_t line = 0;
};

class PortCapture {
 public:
  PortCapture(CaptureBuilder& builder, std::uint32_t function) : builder_(builder), function_(function) {}

  void access(const PortAccess& access);
  /// Text still waiting for its line end.
  void finish(std::uint32_t line);

 private:
  bool config(const PortAccess& access);
  bool is_own_port(std::uint16_t port) const;

  CaptureBuilder& builder_;
  std::uint32_t function_;
  ConfigMechanism mechanism_;
  PortAccess address_;          ///< the last write to CF8h
  bool address_waits_ = false;  ///< it is not fed yet
  std::uint32_t bmiba_ = 0;
  std::string text_;
};

}  // namespace coincide
