#include "conformance/targets/qtest_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace coincide {
namespace {

constexpr std::uint32_t kAddress = 0xcf8, kData = 0xcfc, kResetControl = 0xcf9;
constexpr std::uint32_t kHarmless = 0x80;  ///< a port that takes anything: a request to get the interrupts before it
/// Longest real time that one step of the clock may take where virtual time cannot be moved.
constexpr std::uint64_t kLongestSleep = 20'000'000;

/// Commands that leave nothing in the drive but data on the medium.
constexpr std::uint8_t kPlain[] = {0x00, 0x08, 0x20, 0x21, 0x24, 0x25, 0x29, 0x30, 0x31, 0x34, 0x35, 0x39, 0x40, 0x41,
                                   0x42, 0x90, 0xa1, 0xc4, 0xc5, 0xc6, 0xc8, 0xca, 0xe4, 0xe7, 0xe8, 0xea, 0xec};

std::uint32_t function_address(const QtestPeer& peer, std::uint32_t offset) {
  return 0x80000000u | std::uint32_t{peer.pci_device} << 11 | std::uint32_t{peer.pci_function} << 8 | (offset & 0xfc);
}

/// A script whose waits have all been in vain for so long is not helped by more.
constexpr std::uint64_t kPatienceUs = 1'500'000;

void sleep_us(unsigned microseconds) { std::this_thread::sleep_for(std::chrono::microseconds(microseconds)); }

}  // namespace

void QtestSession::write_port(std::uint32_t port, unsigned width, std::uint32_t value) {
  if (port == kAddress && width == 4) config_address_ = value;
  link_.write_port(port, width, value);
}

std::vector<std::uint32_t> QtestSession::read_block(std::uint32_t port, unsigned width, std::uint64_t elements) {
  std::vector<std::uint32_t> out;
  const std::string request = fmt::format("{} {:#x}", qtest_in(width), port);
  for (const std::string& answer : link_.ask_all(std::vector<std::string>(elements, request))) {
    out.push_back(static_cast<std::uint32_t>(std::strtoul(answer.c_str(), nullptr, 16)));
  }
  return out;
}

void QtestSession::write_block(std::uint32_t port, unsigned width, std::span<const std::uint32_t> values) {
  std::vector<std::string> requests;
  for (const std::uint32_t value : values)
    requests.push_back(fmt::format("{} {:#x} {:#x}", qtest_out(width), port, value));
  link_.ask_all(requests);
}

void QtestSession::memory(const Event& stimulus) {
  if (stimulus.kind == EventKind::mem_read) {
    payload_ = link_.read_memory(stimulus.detail, stimulus.value);
  } else if (stimulus.kind == EventKind::mem_write) {
    link_.write_memory(stimulus.detail, stimulus.payload);
  } else {
    out_of_reach_ = std::string(event_kind_name(stimulus.kind));
  }
}

void QtestSession::reset(ResetKind kind) {
  // A machine reset is what qtest has; what a power cycle does beyond it is not seen.
  if (kind == ResetKind::power_cycle) out_of_reach_ = "a power cycle";
  if (!reset_machine(link_, peer_)) out_of_reach_ = "a reset";
}

void QtestSession::written(const HostAccess& access, std::uint32_t value) {
  if (access.reg != HostRegister::status_command) return;
  const auto opcode = static_cast<std::uint8_t>(value);
  if (std::find(std::begin(kPlain), std::end(kPlain), opcode) == std::end(kPlain)) spoiled_ = true;
}

bool QtestSession::work(unsigned look) {
  if (look > 4) sleep(20);  // most of what a peer does it does at once
  return true;
}

void QtestSession::settled() { link_.write_port(kHarmless, 1, 0); }

void QtestSession::was_read(const Event& stimulus, std::uint32_t value) {
  const bool same = stimulus.where == polled_port_ && value == polled_value_;
  polls_ = same ? polls_ + 1 : 0;
  polled_port_ = stimulus.where;
  polled_value_ = value;
  if (polls_ > 8 && is_polled(ports_.decode(stimulus))) sleep(std::min(polls_ * 2, 200u));
}

void QtestSession::sleep(unsigned microseconds) {
  if (slept_us_ > kPatienceUs) return;
  slept_us_ += microseconds;
  sleep_us(microseconds);
}

void QtestSession::advance(std::uint64_t ns) {
  now_ns_ += ns;
  if (peer_.clock_step) {
    link_.tell(fmt::format("clock_step {}", ns));
  } else if (ns > kLongestSleep) {
    out_of_reach_ = "virtual time: the peer has no clock_step";
  } else {
    std::this_thread::sleep_for(std::chrono::nanoseconds(ns));
  }
}

std::uint32_t QtestSession::read_config(std::uint32_t offset, unsigned width) {
  link_.write_port(kAddress, 4, function_address(peer_, offset));
  const std::uint32_t value = link_.read_port(kData + (offset & 3), width);
  link_.write_port(kAddress, 4, config_address_);
  return value;
}

void QtestSession::write_config(std::uint32_t offset, unsigned width, std::uint32_t value) {
  link_.write_port(kAddress, 4, function_address(peer_, offset));
  link_.write_port(kData + (offset & 3), width, value);
  link_.write_port(kAddress, 4, config_address_);
}

std::optional<bool> QtestSession::irq(unsigned line) const {
  link_.write_port(kHarmless, 1, 0);
  return link_.level(line);
}

std::optional<std::uint64_t> QtestSession::counter(Counter counter) const {
  link_.write_port(kHarmless, 1, 0);
  if (counter == Counter::edges14) return link_.rises(14) - rises_before_[0];
  if (counter == Counter::edges15) return link_.rises(15) - rises_before_[1];
  return std::nullopt;
}

void QtestSession::clear_counters() {
  link_.write_port(kHarmless, 1, 0);
  rises_before_ = {link_.rises(14), link_.rises(15)};
}

bool reset_machine(QtestLink& link, const QtestPeer& peer) {
  // PCICMD tells when the reset is done: it is set before, and clear after.
  link.write_port(kAddress, 4, function_address(peer, 4));
  link.write_port(kData, 2, 5);
  link.write_port(kResetControl, 1, 2);
  link.write_port(kResetControl, 1, 6);
  for (unsigned look = 0; look < 1000 && !link.dead(); ++look) {
    link.write_port(kAddress, 4, function_address(peer, 4));
    if ((link.read_port(kData, 2) & 5) == 0) {
      link.write_port(kAddress, 4, 0);
      return true;
    }
    sleep_us(100);
  }
  return false;
}

Result<QtestPeer> probe_peer(QtestLink& link, const std::string& command) {
  QtestPeer peer;
  link.ask("irq_intercept_in ioapic");
  for (unsigned device = 0; device < 32; ++device) {
    for (unsigned function = 0; function < 8; ++function) {
      peer.pci_device = static_cast<std::uint8_t>(device);
      peer.pci_function = static_cast<std::uint8_t>(function);
      link.write_port(kAddress, 4, function_address(peer, 0));
      const std::uint32_t id = link.read_port(kData, 4);
      if (link.dead()) return Error{command, "ended before it answered: does it take -qtest stdio?"};
      if (id != 0x70108086 && id != 0x71118086) continue;
      peer.device_id = static_cast<std::uint16_t>(id >> 16);
      peer.clock_step = link.knows("clock_step 1");
      return peer;
    }
  }
  return Error{command, "has no PIIX3 or PIIX4 IDE function (8086:7010, 8086:7111) on PCI bus 0"};
}

}  // namespace coincide
