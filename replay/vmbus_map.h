// Follows the rings of VMBus channels through a stream, from outside: which pages of guest memory are one, and what an
// access to them is. For listings; works on any trace, whatever made it.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "emu/event.h"

namespace coincide {

class VmbusMap {
 public:
  /// What an access to guest memory means.
  struct Text {
    std::string name;   ///< "channel 1 guest's ring"; empty: no ring is there
    std::string value;  ///< "in 160h", "GPA direct id=5 EXECUTE_SRB READ(10)"; empty: bytes inside of a packet
  };

  /// Takes an event in; call with every event of the stream, in order.
  void follow(const Event& event);
  /// Of a mem_read, mem_write, vmbus_read or vmbus_write.
  Text describe(const Event& event) const;

 private:
  struct Gpadl {
    std::vector<std::uint64_t> words;  ///< a range header, then page numbers
  };
  struct Place {
    std::uint32_t channel = 0;
    bool guests = false;     ///< the ring that the guest writes
    std::uint32_t page = 0;  ///< in the ring; 0 is its control page
    std::uint32_t count_pages = 0;
  };
  void posted(std::span<const std::uint8_t> message);
  void forget(std::uint32_t channel);

  std::map<std::uint32_t, Gpadl> gpadls_;
  std::map<std::uint64_t, Place> pages_;  ///< by page number
};

/// The fields of a control message: "channel 1, open 1, status 0h". Empty for types that have none.
std::string vmbus_message_text(std::span<const std::uint8_t> message);

}  // namespace coincide
