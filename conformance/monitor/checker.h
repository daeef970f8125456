// A checker holds one group of rules against each event. It is asked before the view takes the event in, so that the
// view says what the host knew when it acted.
#pragma once

#include <memory>

#include "conformance/monitor/findings.h"
#include "conformance/monitor/host_view.h"

namespace coincide::monitor {

class Checker {
 public:
  virtual ~Checker() = default;
  virtual void step(const HostView& view, const Step& step, Findings& out) = 0;
};

using CheckerPtr = std::unique_ptr<Checker>;
// Host side.
CheckerPtr host_registers(const std::array<UnitEvidence, 4>& units);  ///< task file and Data: when they may be touched
/// Resets, times, interrupts; `irq`, `time`: whether the source shows the line, and a clock.
CheckerPtr host_waits(bool irq, bool time);
CheckerPtr host_packets();     ///< PACKET
CheckerPtr host_bus_master();  ///< PRD tables, the order of a transfer
CheckerPtr host_modes();       ///< timing registers and transfer modes
// Device and controller side.
CheckerPtr device_status(const std::array<UnitEvidence, 4>& units);
CheckerPtr device_interrupts();
CheckerPtr device_packets();
CheckerPtr device_data();
/// `piix4`: the function is no PIIX3, of whose configuration space the catalogue does not speak.
CheckerPtr controller_registers(bool piix4);

/// A finding at this event, about the drive that is selected.
Finding finding(std::string_view rule, const HostView& view, const Step& step, std::string what);

}  // namespace coincide::monitor
