#include "trace/event_list.h"

#include <algorithm>

namespace coincide {

void EventList::add(const Event& event) { add(event, now_ns_); }

void EventList::add(const Event& event, std::uint64_t time_ns) {
  const std::uint64_t time = rows_.empty() ? time_ns : std::max(time_ns, rows_.back().time_ns);
  rows_.push_back({event, time, payloads_.size(), event.payload.size()});
  rows_.back().event.payload = {};
  payloads_.insert(payloads_.end(), event.payload.begin(), event.payload.end());
  now_ns_ = time;
  if (event.kind == EventKind::clock_advance) {
    now_ns_ = event.value > ~time ? ~std::uint64_t{0} : time + event.value;  // the clock stops at its end
  }
}

void EventList::set_answer(std::size_t number, std::uint64_t value, std::uint64_t open, ByteSpan payload) {
  check(number < rows_.size() && is_read(rows_[number].event.kind), "reads are answered");
  Row& row = rows_[number];
  row.event.value = value;
  if (row.event.kind != EventKind::mem_read) row.event.detail = open;  // there it is the address
  row.payload_at = payloads_.size();
  row.payload_bytes = payload.size();
  payloads_.insert(payloads_.end(), payload.begin(), payload.end());
}

void EventList::clear() { *this = EventList(); }

Event EventList::operator[](std::size_t number) const {
  const Row& row = rows_[number];
  Event event = row.event;
  event.payload = ByteSpan(payloads_).subspan(row.payload_at, row.payload_bytes);
  return event;
}

Result<EventList> EventList::from(const TraceReader& reader) {
  EventList list;
  list.rows_.reserve(reader.events());
  EventCursor at(reader);
  while (at.next()) {
    if (at.chunk().stripped && at.payload_length() != 0) {
      return Error{reader.input() + ": event " + std::to_string(at.number()), "its payload was stripped"};
    }
    list.add(at.event(), at.time_ns());
  }
  if (at.error()) return *at.error();
  return list;
}

void EventList::feed(Observer& observer) const {
  Event asked;  // a read that waits for its answer, or of no kind
  const auto answer = [&] {
    if (asked.kind == EventKind::none) return;
    observer.answer(asked.value, asked.kind == EventKind::mem_read ? 0 : asked.detail, asked.payload);
    asked = {};
  };
  for (std::size_t i = 0; i < size(); ++i) {
    Event event = (*this)[i];
    if (!is_stimulus(event.kind)) {
      observer.time(time_ns(i));
      observer.observe(event);
      continue;
    }
    answer();
    observer.time(time_ns(i));
    if (is_read(event.kind)) {
      asked = event;
      // Address, elements and bytes are asked for; the rest is the answer.
      if (event.kind == EventKind::port_read || event.kind == EventKind::config_read) event.value = 0;
      if (event.kind != EventKind::mem_read) event.detail = 0;
      event.payload = {};
    }
    observer.stimulus(event);
  }
  answer();
}

bool EventList::operator==(const EventList& other) const {
  if (size() != other.size()) return false;
  for (std::size_t i = 0; i < size(); ++i) {
    const Event a = (*this)[i];
    const Event b = other[i];
    const bool same = a.kind == b.kind && a.width == b.width && a.unit == b.unit && a.where == b.where &&
                      a.detail == b.detail && a.value == b.value && time_ns(i) == other.time_ns(i) &&
                      std::equal(a.payload.begin(), a.payload.end(), b.payload.begin(), b.payload.end());
    if (!same) return false;
  }
  return true;
}

}  // namespace coincide
