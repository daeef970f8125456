// Two machines of one board that get the same stimuli: one is watched by an observer; the other is not, and is saved
// and goes on in a new machine now and then. They must answer alike and save alike, or the process ends.
#pragma once

#include <cstdlib>
#include <memory>
#include <utility>

#include "emu/controller.h"
#include "trace/event_list.h"

namespace coincide {

class Twins {
 public:
  explicit Twins(Board board, const Profile& profile = {})
      : board_(std::move(board)), profile_(profile), watched_(board_, profile_, &seen_), moved_(make(nullptr)) {}

  const Controller& machine() const { return watched_; }
  /// The answer of both. A payload lives until the next call.
  Event apply(const Event& stimulus) {
    const Event a = watched_.apply(stimulus);
    const Event b = moved_->apply(stimulus);
    if (a.value != b.value || a.detail != b.detail) std::abort();
    if (++stimuli_ % kStimuliBetweenSaves == 0) move();
    return a;
  }

 private:
  static constexpr unsigned kStimuliBetweenSaves = 37;  // prime: no operation's number of stimuli keeps step with it

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
  EventCollector seen_;
  Controller watched_;
  std::unique_ptr<Controller> moved_;
  unsigned stimuli_ = 0;
};

}  // namespace coincide
