// What the sessions of machines that are not ours have in common: what such a machine does not show is not judged.
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
  static constexpr std::uint8_t kBusy = 0x80, kDrq = 0x08;          ///< of Status
  static constexpr std::uint8_t kActive = 0x01, kInterrupt = 0x04;  ///< of BMISx

  static std::uint32_t alternate_status_port(unsigned channel) { return channel == 0 ? 0x3f6 : 0x376; }
  std::uint32_t bmis_port(unsigned channel) const { return ports_.bmiba() + 8 * channel + 2; }
  /// A write there, and a read of Data, may make the drive or the bus master work.
  static bool may_start_work(const HostAccess& access) {
    return access.reg == HostRegister::status_command || access.reg == HostRegister::alternate_control ||
           access.reg == HostRegister::data || access.reg == HostRegister::bmic;
  }

  /// A bus master is to be started: an interrupt that BMISx tells of before says nothing of this transfer.
  void before_start(unsigned channel, std::uint32_t bmis) { old_interrupt_[channel] = (bmis & kInterrupt) != 0; }
  /// True while a transfer may be on its way. Where the interrupt is an old one, the drive tells when it is done.
  bool transfer_runs(unsigned channel, std::uint32_t bmis, std::uint32_t alternate_status) const {
    if ((bmis & kActive) == 0) return false;
    if (old_interrupt_[channel]) return (alternate_status & (kBusy | kDrq)) != 0;
    return (bmis & kInterrupt) == 0;
  }

  PortMap ports_;
  std::vector<std::uint8_t> payload_;  ///< of the event that is answered
  std::uint64_t events_ = 0;
  std::uint64_t now_ns_ = 0;
  std::string out_of_reach_;

 private:
  std::array<bool, 2> old_interrupt_{};
};

}  // namespace coincide
