// The guest of a script on VMBus: its drivers, which channel of which unit they have open, what came back last.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emu/hyperv/guest_driver.h"
#include "replay/script_run.h"

namespace coincide {

class ScriptGuest {
 public:
  using Bytes = std::vector<std::uint8_t>;
  /// Largest ring, without its control page.
  static constexpr std::uint64_t kMaxRingBytes = 1u << 20;

  explicit ScriptGuest(ScriptTarget& target);
  ScriptGuest(const ScriptGuest&) = delete;
  ScriptGuest& operator=(const ScriptGuest&) = delete;

  // Control messages. Each forgets those that have come so far.
  void post(std::span<const std::uint8_t> message);
  void signal(std::uint32_t connection);
  void connect(std::uint32_t version);
  /// What is wrong with it; empty if the messages went out. Ring sizes are whole pages, the address too.
  std::string open(unsigned unit, std::uint64_t address, std::uint64_t up_bytes, std::uint64_t down_bytes,
                   std::uint32_t target_vp);
  void close(unsigned unit);
  std::uint64_t messages() const { return messages_.size(); }
  std::optional<Bytes> take_message();

  /// True if open() has given the unit rings, whatever the host thought of it.
  bool has_rings(unsigned unit) const { return rings_[unit].has_value(); }
  std::uint64_t ring_bytes(unsigned unit) const { return rings_[unit]->up_bytes; }
  /// The number of the next request: 1, 2, ... since the channel was opened.
  std::uint64_t next_id(unsigned unit) { return ++ids_[unit]; }
  /// A packet from its descriptor on; the trailer is put behind it.
  void send(unsigned unit, std::span<const std::uint8_t> packet);
  /// Bytes as they stand, and `in` moved by `advance`.
  void send_raw(unsigned unit, std::span<const std::uint8_t> bytes, std::uint32_t advance);
  /// Takes the next packet of the host; false: there is none.
  bool receive(unsigned unit);
  /// The packet that was received last, from its descriptor on; empty if there was none.
  std::span<const std::uint8_t> reply() const { return reply_; }
  /// Bytes in the host's ring that the guest has not taken. nullopt: no rings.
  std::optional<std::uint64_t> waiting(unsigned unit);

 private:
  std::vector<Bytes> collect();

  ScriptTarget& target_;
  hyperv::GuestDriver driver_;
  std::deque<Bytes> messages_;
  std::array<std::optional<hyperv::GuestRings>, 4> rings_;
  std::array<std::uint64_t, 4> ids_{};
  Bytes reply_;
};

}  // namespace coincide
