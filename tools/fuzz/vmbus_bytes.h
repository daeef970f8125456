// Bytes as a guest of VMBus, by VMBUS.md: what the targets `ring` and `storvsp` share.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "emu/board.h"
#include "emu/event.h"
#include "emu/hyperv/guest_driver.h"
#include "emu/profile.h"
#include "trace/bytes.h"

namespace coincide::fuzz {

/// How the guest reaches a machine.
struct VmbusGuest {
  hyperv::GuestDriver::Apply apply;  ///< every stimulus, answered
  hyperv::GuestDriver::Messages messages;
  std::function<std::uint64_t(RegisterId)> reg;  ///< from within, for the rules that are checked
  std::function<void(std::string_view)> broken;  ///< a rule that does not hold
};

Board vmbus_board(ByteSpan input);
Profile vmbus_profile(ByteSpan input);
std::uint16_t stor_version(ByteSpan input);
std::uint32_t ring_bytes(ByteSpan input);

void run_ring_bytes(ByteSpan input, const VmbusGuest& guest);
/// Checks at its end that every request which a channel took, and that has not failed, was answered once (STORVSP-26).
void run_storvsp_bytes(ByteSpan input, const VmbusGuest& guest);

/// The twins of twins.h run it; a rule that does not hold ends the process.
void run_vmbus_twins(ByteSpan input, void (*run)(ByteSpan, const VmbusGuest&));
std::string vmbus_script_of(ByteSpan input, void (*run)(ByteSpan, const VmbusGuest&));

/// The input as numbers; what it no longer has is 0.
class Operands {
 public:
  explicit Operands(ByteSpan input) : input_(input) {}
  bool more() const { return at_ < input_.size(); }
  std::uint32_t number(unsigned bytes) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value |= (more() ? std::uint32_t{input_[at_++]} : 0) << (8 * i);
    return value;
  }
  std::uint8_t byte() { return static_cast<std::uint8_t>(number(1)); }

 private:
  ByteSpan input_;
  std::size_t at_ = 1;
};

}  // namespace coincide::fuzz
