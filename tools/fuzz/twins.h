// Two machines of one board that get the same stimuli: one is watched by an observer; the other is not, and is saved
// and goes on in a new machine now and then. They must answer alike and save alike, or the process ends.
#pragma once

#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "emu/controller.h"
#include "trace/event_list.h"

namespace coincide {

class Twins {
 public:
  /// A prime number of stimuli between saves: no operation's number keeps step with it.
  explicit Twins(Board board, const Profile& profile = {}, unsigned stimuli_between_saves = 37)
      : board_(std::move(board)),
        profile_(profile),
        stimuli_between_saves_(stimuli_between_saves),
        watched_(board_, profile_, &seen_),
        moved_(make(nullptr)) {}

  const Controller& machine() const { return watched_; }
  /// VMBus control messages for the guest since this was asked last.
  std::vector<std::vector<std::uint8_t>> take_messages() {
    std::vector<std::vector<std::uint8_t>> out;
    for (; messages_from_ < seen_.list.size(); ++messages_from_) {
      const Event event = seen_.list[messages_from_];
      if (event.kind == EventKind::vmbus_interrupt && event.width == 1)
        out.emplace_back(event.payload.begin(), event.payload.end());
    }
    return out;
  }
  /// The answer of both. A payload lives until the next call.
  Event apply(const Event& stimulus) {
    const Event a = watched_.apply(stimulus);
    const Event b = moved_->apply(stimulus);
    if (a.value != b.value || a.detail != b.detail) std::abort();
    if (++stimuli_ % stimuli_between_saves_ == 0) move();
    return a;
  }

 private:
  std::unique_ptr<Controller> make(Observer* observer) const {
    return std::make_unique<Controller>(board_, profile_, observer);
  }
  void move() {
    const auto state = watched_.save();
    auto next = make(nullptr);
    if (moved_->save() != state || !next->restore(state) || next->save() != state) std::abort();
    moved_ = std::move(next);
  }

  Board board_;
  Profile profile_;
  unsigned stimuli_between_saves_;
  EventCollector seen_;
  Controller watched_;
  std::unique_ptr<Controller> moved_;
  unsigned stimuli_ = 0;
  std::size_t messages_from_ = 0;
};

}  // namespace coincide
