// A machine behind a qtest link as a script's target. What qtest does not show (registers from within, disk requests,
// bytes of the bus master) is not judged.
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

  std::optional<bool> irq(unsigned line) const override;
  std::optional<std::uint64_t> counter(Counter counter) const override;
  void clear_counters() override;

  /// True if something may be left in the machine that a reset does not take away.
  bool spoiled() const { return spoiled_; }

 private:
  std::uint32_t read_port(std::uint32_t port, unsigned width) override { return link_.read_port(port, width); }
  void write_port(std::uint32_t port, unsigned width, std::uint32_t value) override;
  std::vector<std::uint32_t> read_block(std::uint32_t port, unsigned width, std::uint64_t elements) override;
  void write_block(std::uint32_t port, unsigned width, std::span<const std::uint32_t> values) override;
  std::uint32_t read_config(std::uint32_t offset, unsigned width) override;
  void write_config(std::uint32_t offset, unsigned width, std::uint32_t value) override;
  void memory(const Event& stimulus) override;
  void advance(std::uint64_t ns) override;
  void reset(ResetKind kind) override;
  bool work(unsigned look) override;
  void written(const HostAccess& access, std::uint32_t value) override;
  /// Slows a script down that polls.
  void was_read(const Event& stimulus, std::uint32_t value) override;
  /// An interrupt may come a moment after the status that it tells of.
  void settled() override;
  void sleep(unsigned microseconds);

  QtestLink& link_;
  QtestPeer peer_;
  std::uint32_t config_address_ = 0;
  std::array<std::uint64_t, 2> rises_before_{};
  bool spoiled_ = false;
  std::uint32_t polled_port_ = 0;
  std::uint32_t polled_value_ = 0;
  unsigned polls_ = 0;
  std::uint64_t slept_us_ = 0;
};

/// Resets the machine behind the link through the reset control register at CF9h; false if it does not come back.
bool reset_machine(QtestLink& link, const QtestPeer& peer);
/// Finds the IDE function on bus 0 and what the link can do. Error: there is none.
Result<QtestPeer> probe_peer(QtestLink& link, const std::string& command);

}  // namespace coincide
