// Events in memory, with their payloads and virtual times: what importers make, what diffs and tests walk, and what is
// fed to an observer or a writer again.
#pragma once

#include <cstdint>
#include <vector>

#include "emu/observer.h"
#include "trace/error.h"
#include "trace/reader.h"

namespace coincide {

class EventList {
 public:
  /// Adds an event at the time that the clock_advance events before it add up to (or at that of the event before, if
  /// that was given a later one).
  void add(const Event& event);
  /// Adds an event at a time of its own, which counts as the time of the event before if it is earlier.
  void add(const Event& event, std::uint64_t time_ns);
  /// Completes a read that was added without its answer. `payload` takes the place of the one it had.
  void set_answer(std::size_t number, std::uint64_t value, std::uint64_t open, ByteSpan payload);
  void clear();

  std::size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }
  /// The payload's span lives until the list is changed.
  Event operator[](std::size_t number) const;
  std::uint64_t time_ns(std::size_t number) const { return rows_[number].time_ns; }

  /// All events of a trace. Error: damage, or payloads that were stripped.
  static Result<EventList> from(const TraceReader& reader);

  /// Gives the events to an observer as a controller would, each after its time: a read is announced without value and
  /// payload, and answered before the next stimulus.
  void feed(Observer& observer) const;

  bool operator==(const EventList& other) const;

 private:
  struct Row {
    Event event;  ///< without payload
    std::uint64_t time_ns = 0;
    std::size_t payload_at = 0;
    std::size_t payload_bytes = 0;
  };
  std::vector<Row> rows_;
  std::vector<std::uint8_t> payloads_;
  std::uint64_t now_ns_ = 0;
};

/// Collects what a controller tells.
class EventCollector final : public Observer {
 public:
  void stimulus(const Event& event) override {
    told_time_ = false;
    read_ = list.size();
    list.add(event);
  }
  void answer(std::uint64_t value, std::uint64_t open, ByteSpan payload) override {
    list.set_answer(read_, value, open, payload);
  }
  void observe(const Event& event) override { told_time_ ? list.add(event, now_ns_) : list.add(event); }
  void time(std::uint64_t now_ns) override {
    told_time_ = true;
    now_ns_ = now_ns;
  }

  EventList list;

 private:
  std::size_t read_ = 0;
  bool told_time_ = false;  ///< since the last stimulus
  std::uint64_t now_ns_ = 0;
};

}  // namespace coincide
