// What the sessions of machines that are not ours have in common: what such a machine does not show is not judged, and
// what it does on its own time is waited for.
//
// After whatever may start work the session looks at Alternate Status and BMISx, which changes nothing (ATA6-REG-3,
// BMIDE-41), until the drive is not busy and the bus master is done. So no expectation depends on how often a script
// looks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "replay/ports.h"
#include "replay/script_run.h"

namespace coincide {

class PeerSession : public ScriptTarget {
 public:
  Event apply(const Event& stimulus) final;
  void note(std::string_view) override {}
  std::uint64_t now_ns() const override { return now_ns_; }
  std::optional<bool> deferred(unsigned) const override { return std::nullopt; }
  std::optional<std::uint64_t> register_value(RegisterId) const override { return std::nullopt; }
  std::optional<std::span<const DiskRequest>> pending() const override { return std::nullopt; }
  std::vector<std::vector<std::uint8_t>> take_messages() override { return {}; }
  bool read_medium(unsigned, std::uint64_t, std::span<std::uint8_t>) const override { return false; }
  std::uint64_t events() const override { return events_; }

  /// What the script asked for and this machine cannot do; its results then do not count.
  const std::string& out_of_reach() const { return out_of_reach_; }

 protected:
  /// Looks, and so calls of `work`, before the session goes on with a machine that still works.
  static constexpr unsigned kLooks = 400;

  virtual std::uint32_t read_port(std::uint32_t port, unsigned width) = 0;
  virtual void write_port(std::uint32_t port, unsigned width, std::uint32_t value) = 0;
  /// String I/O, for machines that have a quicker way than one access after the other.
  virtual std::vector<std::uint32_t> read_block(std::uint32_t port, unsigned width, std::uint64_t elements);
  virtual void write_block(std::uint32_t port, unsigned width, std::span<const std::uint32_t> values);
  virtual std::uint32_t read_config(std::uint32_t offset, unsigned width) = 0;
  virtual void write_config(std::uint32_t offset, unsigned width, std::uint32_t value) = 0;
  /// Reads into `payload_`, writes the event's payload, maps and unmaps.
  virtual void memory(const Event& stimulus) = 0;
  virtual void advance(std::uint64_t ns) = 0;
  virtual void reset(ResetKind kind) = 0;
  /// Lets the machine work a moment before the next look. False: it does all its work within an access.
  virtual bool work(unsigned look) = 0;
  /// What the host wrote, before the machine gets it, and what it read.
  virtual void written(const HostAccess&, std::uint32_t /*value*/) {}
  virtual void was_read(const Event& /*stimulus*/, std::uint32_t /*value*/) {}
  /// The machine has come to rest, or was waited for long enough.
  virtual void settled() {}

  PortMap ports_;
  std::vector<std::uint8_t> payload_;  ///< of the event that is answered
  std::uint64_t now_ns_ = 0;
  std::string out_of_reach_;

 private:
  void port_write(const Event& stimulus);
  void settle(unsigned channel);
  bool transfer_runs(unsigned channel, std::uint32_t alternate_status);

  std::uint64_t events_ = 0;
  std::array<bool, 2> started_{};        ///< SSBM as written last
  std::array<bool, 2> old_interrupt_{};  ///< BMISx told of an interrupt before the start
};

}  // namespace coincide
