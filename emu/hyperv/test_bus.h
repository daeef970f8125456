// A guest and a host of VMBus for the unit tests of this room: guest memory, the bus, a driver, and what was observed.
#pragma once

#include <initializer_list>
#include <utility>
#include <vector>

#include "emu/hyperv/guest_driver.h"
#include "emu/hyperv/storvsp.h"

namespace coincide::hyperv::testing {

using Bytes = std::vector<std::uint8_t>;

class TestBus final : public Observer {
 public:
  explicit TestBus(std::uint64_t ram_bytes = 4u << 20)
      : memory(std::vector<RamRange>{{0, ram_bytes}}),
        vmbus(output, memory),
        guest([this](const Event& event) { return apply(event); }, [this] { return std::exchange(messages, {}); }) {
    output.observer = this;
  }

  void stimulus(const Event&) override {}
  void answer(std::uint64_t, std::uint64_t, std::span<const std::uint8_t>) override {}
  void observe(const Event& event) override {
    if (event.kind == EventKind::vmbus_interrupt && event.width == 1)
      messages.emplace_back(event.payload.begin(), event.payload.end());
    if (event.kind == EventKind::vmbus_interrupt && event.width == 0) {
      ++interrupts;
      last_flag = event.where;
      last_vp = event.value;
    }
    if (event.kind == EventKind::vmbus_write)
      writes.push_back({event.detail, {event.payload.begin(), event.payload.end()}});
    if (event.kind == EventKind::bus_fault) ++faults;
  }

  Event apply(const Event& event) {
    Event answer = event;
    switch (event.kind) {
      case EventKind::mem_write:
        poke(event.detail, event.payload);
        break;
      case EventKind::mem_read:
        looked = peek(event.detail, event.value);
        answer.payload = looked;
        break;
      case EventKind::vmbus_signal:
        ++signals;
        if (event.width == 0) {
          vmbus.signal(event.where);
          break;
        }
        [[fallthrough]];
      default:
        vmbus.post(event.payload);
    }
    if (settle) settle();
    return answer;
  }
  void poke(std::uint64_t address, std::span<const std::uint8_t> bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) memory.writable(address + i, 1)[0] = bytes[i];
  }
  void poke_word(std::uint64_t address, std::uint32_t value) {
    std::array<std::uint8_t, 4> bytes{};
    store_le(bytes, 0, value);
    poke(address, bytes);
  }
  Bytes peek(std::uint64_t address, std::uint64_t bytes) const {
    Bytes out;
    for (std::uint64_t i = 0; i < bytes; ++i) out.push_back(memory.readable(address + i, 1)[0]);
    return out;
  }
  std::uint32_t peek_word(std::uint64_t address) const { return load_le<std::uint32_t>(peek(address, 4), 0); }
  /// A control message of 32-bit fields, posted as it stands.
  GuestDriver::Replies post(MessageType type, std::initializer_list<std::uint32_t> fields, std::size_t bytes = 0) {
    Bytes message(std::max(bytes, 8 + 4 * fields.size()));
    store_le(message, 0, static_cast<std::uint32_t>(type));
    std::size_t at = 8;
    for (const std::uint32_t field : fields) {
      store_le(message, at, field);
      at += 4;
    }
    return guest.post(message);
  }

  struct Write {
    std::uint64_t address;
    Bytes bytes;
  };
  std::function<void()> settle;  ///< after each stimulus
  Output output;
  GuestMemory memory;
  Vmbus vmbus;
  std::vector<Bytes> messages;
  GuestDriver guest;
  std::vector<Write> writes;
  Bytes looked;
  unsigned interrupts = 0;
  unsigned signals = 0;  ///< messages too
  unsigned faults = 0;
  std::uint32_t last_flag = 0;
  std::uint64_t last_vp = 0;
};

/// A contiguous range of whole pages.
inline PageRange page_run(std::uint64_t address, std::uint32_t count_pages) {
  PageRange range{count_pages * kPageBytes, 0, {}};
  for (std::uint32_t i = 0; i < count_pages; ++i) range.pages.push_back(address / kPageBytes + i);
  return range;
}

inline std::uint32_t word_at(const Bytes& bytes, std::size_t at) { return load_le<std::uint32_t>(bytes, at); }

}  // namespace coincide::hyperv::testing
