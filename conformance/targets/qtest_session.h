// A machine behind a qtest link as a script's target. What qtest does not show (registers from within, disk requests,
// bytes of the bus master) is not judged.
//
// A peer does its work on its own time: after whatever may start work the session looks at Alternate Status and BMISx,
// which changes nothing (ATA6-REG-3, BMIDE-41), until the drive is not busy and the bus master is done, and no
// expectation depends on how often a script looks.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "conformance/targets/peer_session.h"
#include "conformance/targets/qtest_link.h"

namespace coincide {

/// What a link and the machine behind it can do.
struct QtestPeer {
  std::uint16_t device_id = 0;  ///< of the IDE function, 7010h or 7111h
  std::uint8_t pci_device = 1;  ///< where it is on bus 0
  std::uint8_t pci_function = 1;
  bool clock_step = false;  ///< virtual time can be moved
};

class QtestSession final : public PeerSession {
 public:
  QtestSession(QtestLink& link, const QtestPeer& peer) : link_(link), peer_(peer) { clear_counters(); }

  Event apply(const Event& stimulus) override;
  std::optional<bool> irq(unsigned line) const override;
  std::optional<std::uint64_t> counter(Counter counter) const override;
  void clear_counters() override;

  /// True if something may be left in the machine that a reset does not take away.
  bool spoiled() const { return spoiled_; }

 private:
  void port_write(const Event& stimulus);
  void after_read(const Event& stimulus);
  void settle(unsigned channel);
  void slow_down(const Event& stimulus, std::uint64_t value);
  void sleep(unsigned microseconds);
  void advance(std::uint64_t ns);
  void config(Event& event, bool write);

  QtestLink& link_;
  QtestPeer peer_;
  std::uint32_t config_address_ = 0;
  std::array<std::uint64_t, 2> rises_before_{};
  std::array<std::uint8_t, 2> bmic_{};
  bool spoiled_ = false;
  std::uint32_t polled_port_ = 0;
  std::uint64_t polled_value_ = 0;
  unsigned polls_ = 0;
  std::uint64_t slept_us_ = 0;
};

/// Resets the machine behind the link through the reset control register at CF9h; false if it does not come back.
bool reset_machine(QtestLink& link, const QtestPeer& peer);
/// Finds the IDE function on bus 0 and what the link can do. Error: there is none.
Result<QtestPeer> probe_peer(QtestLink& link, const std::string& command);

}  // namespace coincide
