// Made-up runs for the tests of this room: deterministic, shaped like a driver's traffic.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "trace/event_list.h"
#include "trace/writer.h"

namespace coincide::test {

/// A small generator of numbers; the same on every machine.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed * 2 + 1) {}
  std::uint64_t next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return state_ >> 24;
  }
  std::uint64_t below(std::uint64_t n) { return next() % n; }

 private:
  std::uint64_t state_;
};

inline std::vector<std::uint8_t> bytes(std::size_t count, std::uint64_t seed) {
  Numbers numbers(seed);
  std::vector<std::uint8_t> out(count);
  for (auto& b : out) b = static_cast<std::uint8_t>(numbers.next());
  return out;
}

inline Event port_write(std::uint32_t port, std::uint64_t value) {
  return {EventKind::port_write, 1, 0, port, 0, value, {}};
}
inline Event port_read(std::uint32_t port, std::uint64_t value, std::uint64_t open = 0) {
  return {EventKind::port_read, 1, 0, port, open, value, {}};
}
inline Event register_change(std::uint32_t id, std::uint64_t from, std::uint64_t to) {
  return {EventKind::register_change, 1, 0, id, from, to, {}};
}

/// One command of a driver: task file, status polls, one block in, the events between.
inline void add_command(EventList& run, Numbers& numbers, std::size_t block_bytes) {
  for (std::uint32_t port = 0x1F2; port <= 0x1F6; ++port) {
    const std::uint64_t value = numbers.below(256);
    run.add(port_write(port, value));
    run.add(register_change(port - 0x1F0, 0, value));
  }
  run.add(port_write(0x1F7, 0x20));
  run.add({EventKind::disk_request, 1, 0, 1, numbers.below(1u << 28), 1, {}});
  run.add({EventKind::irq, 0, 0, 14, 0, 1, {}});
  for (std::uint64_t polls = numbers.below(4); polls > 0; --polls) run.add(port_read(0x3F6, 0x80));
  run.add(port_read(0x1F7, 0x58, 0x02));
  run.add({EventKind::irq, 0, 0, 14, 0, 0, {}});
  const auto block = bytes(block_bytes, numbers.next());
  run.add({EventKind::port_read_block, 2, 0, 0x1F0, 0, block.size() / 2, block});
  if (numbers.below(8) == 0) run.add({EventKind::clock_advance, 0, 0, 0, 0, 1000 + numbers.below(1000), {}});
}

inline EventList driver_run(std::uint64_t seed, std::size_t commands, std::size_t block_bytes = 64) {
  EventList run;
  Numbers numbers(seed);
  for (std::size_t i = 0; i < commands; ++i) add_command(run, numbers, block_bytes);
  return run;
}

inline TraceHeader header() { return {"chip piix4\nram 0 0x4000000\n", "spec", sees::everything}; }

inline std::vector<std::uint8_t> recorded(const EventList& run, const WriterOptions& options = {},
                                          const TraceHeader& head = header()) {
  MemorySink sink;
  TraceWriter writer(sink, head, options);
  run.feed(writer);
  check(writer.finish().ok(), "recording into memory works");
  return {sink.bytes().begin(), sink.bytes().end()};
}

inline TraceReader opened(ByteSpan bytes) {
  auto reader = TraceReader::open(SharedBytes::borrow(bytes), "t");
  check(reader.ok(), "the trace opens");
  return *std::move(reader);
}

/// The byte that the place of an error in the file "t" names.
inline std::uint64_t byte_of(const Error& error) {
  const std::string prefix = "t: byte ";
  if (error.place.rfind(prefix, 0) != 0) return ~std::uint64_t{0};
  return std::strtoull(error.place.c_str() + prefix.size(), nullptr, 10);
}

inline EventList listed(ByteSpan bytes) {
  auto list = EventList::from(opened(bytes));
  check(list.ok(), "the trace reads");
  return *std::move(list);
}

}  // namespace coincide::test
