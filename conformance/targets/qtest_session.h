// A machine behind a qtest link as a script's target. What qtest does not show (registers from within, disk requests,
// bytes of the bus master) is not judged.
//
// A peer does its work on its own time: after whatever may start work the session looks at Alternate Status, which
// changes nothing (ATA6-REG-3), until the drive is not busy, and no expectation depends on how often a script looks.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "conformance/targets/qtest_link.h"
#include "replay/ports.h"
#include "replay/script_run.h"

namespace coincide {

/// What a link and the machine behind it can do.
struct QtestPeer {
  std::uint16_t device_id = 0;  ///< of the IDE function, 7010h or 7111h
  std::uint8_t pci_device = 1;  ///< where it is on bus 0
  std::uint8_t pci_function = 1;
  bool clock_step = false;  ///< virtual time can be moved
};

class QtestSession final : public ScriptTarget {
 public:
  QtestSession(QtestLink& link, const QtestPeer& peer) : link_(link), peer_(peer) { clear_counters(); }

  Event apply(const Event& stimulus) override;
  void note(std::string_view) override {}
  std::uint64_t now_ns() const override { return now_ns_; }
  std::optional<bool> irq(unsigned line) const override;
  std::optional<bool> deferred(unsigned) const override { return std::nullopt; }
  std::optional<std::uint64_t> register_value(RegisterId) const override { return std::nullopt; }
  std::optional<std::span<const DiskRequest>> pending() const override { return std::nullopt; }
  std::optional<std::uint64_t> counter(Counter counter) const override;
  void clear_counters() override;
  std::vector<std::vector<std::uint8_t>> take_messages() override { return {}; }
  bool read_medium(unsigned, std::uint64_t, std::span<std::uint8_t>) const override { return false; }
  std::uint64_t events() const override { return events_; }

  /// What the script asked for and this machine cannot do; its results then do not count.
  const std::string& out_of_reach() const { return out_of_reach_; }
  /// True if something may be left in the machine that a reset does not take away.
  bool spoiled() const { return spoiled_; }

 private:
  void port_write(const Event& stimulus);
  void settle(unsigned channel);
  void slow_down(const Event& stimulus, std::uint64_t value);
  void sleep(unsigned microseconds);
  void advance(std::uint64_t ns);
  void config(Event& event, bool write);

  QtestLink& link_;
  QtestPeer peer_;
  PortMap ports_;
  std::vector<std::uint8_t> payload_;
  std::uint64_t events_ = 0;
  std::uint64_t now_ns_ = 0;
  std::uint32_t config_address_ = 0;
  std::array<std::uint64_t, 2> rises_before_{};
  std::string out_of_reach_;
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
