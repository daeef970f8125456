#include "replay/session.h"

namespace coincide {

namespace {

/// A guest that never looks may be told no more than this.
constexpr std::size_t kMaxMessages = 256;

}  // namespace

void CountingObserver::stimulus(const Event& event) {
  ++events_;
  if (event.kind == EventKind::vmbus_signal && event.width == 0) ++at(Counter::vmbus_signals);
  if (next_ != nullptr) next_->stimulus(event);
}

void CountingObserver::answer(std::uint64_t value, std::uint64_t open, std::span<const std::uint8_t> payload) {
  if (next_ != nullptr) next_->answer(value, open, payload);
}

void CountingObserver::observe(const Event& event) {
  ++events_;
  switch (event.kind) {
    case EventKind::irq:
      if (event.value != 0) ++at(event.where == 14 ? Counter::edges14 : Counter::edges15);
      break;
    case EventKind::dma_read:
      at(event.unit == 0 ? Counter::dma_read_primary : Counter::dma_read_secondary) += event.value;
      break;
    case EventKind::dma_write:
      at(event.unit == 0 ? Counter::dma_write_primary : Counter::dma_write_secondary) += event.value;
      break;
    case EventKind::bus_fault:
      ++at(Counter::bus_faults);
      break;
    case EventKind::disk_request:
      ++at(Counter::disk_requests);
      break;
    case EventKind::disk_data:
      at(Counter::disk_data) += event.payload.size();
      break;
    case EventKind::vmbus_interrupt:
      if (event.width == 0) {
        ++at(Counter::vmbus_interrupts);
        break;
      }
      ++at(Counter::vmbus_messages);
      if (messages_.size() == kMaxMessages) messages_.erase(messages_.begin());
      messages_.emplace_back(event.payload.begin(), event.payload.end());
      break;
    case EventKind::vmbus_read:
      at(Counter::vmbus_read) += event.value;
      break;
    case EventKind::vmbus_write:
      at(Counter::vmbus_write) += event.value;
      break;
    default:
      break;
  }
  if (next_ != nullptr) next_->observe(event);
}

Session::Session(const Board& board, const Profile& profile, Observer* record) : observer_(record) {
  controller_ = std::make_unique<Controller>(board, profile, &observer_);
}

void Session::note(std::string_view text) {
  text = text.substr(0, kMaxPayload);
  Event event;
  event.kind = EventKind::note;
  event.value = text.size();
  event.payload = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  observer_.observe(event);
}

bool Session::read_medium(unsigned unit, std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::uint64_t bytes = controller_->medium_sectors(unit) * kSectorBytes;
  if (offset > bytes || out.size() > bytes - offset) return false;
  controller_->read_medium(unit, offset, out);
  return true;
}

}  // namespace coincide
