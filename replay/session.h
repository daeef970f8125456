// A session: the emulator as a script's target, with an observer that takes the record.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "emu/board.h"
#include "emu/controller.h"
#include "emu/observer.h"
#include "emu/profile.h"
#include "replay/script_run.h"

namespace coincide {

/// Counts what passes by and hands it on.
class CountingObserver final : public Observer {
 public:
  explicit CountingObserver(Observer* next) : next_(next) {}
  void stimulus(const Event& event) override;
  void answer(std::uint64_t value, std::uint64_t open, std::span<const std::uint8_t> payload) override;
  void observe(const Event& event) override;
  void time(std::uint64_t now_ns) override {
    if (next_ != nullptr) next_->time(now_ns);
  }

  std::uint64_t events() const { return events_; }
  std::uint64_t counter(Counter counter) const { return counters_[static_cast<std::size_t>(counter)]; }
  void clear_counters() { counters_ = {}; }
  std::vector<std::vector<std::uint8_t>> take_messages() { return std::exchange(messages_, {}); }

 private:
  std::uint64_t& at(Counter counter) { return counters_[static_cast<std::size_t>(counter)]; }

  Observer* next_;
  std::uint64_t events_ = 0;
  std::vector<std::vector<std::uint8_t>> messages_;  ///< of VMBus, for the guest
  std::array<std::uint64_t, static_cast<std::size_t>(Counter::count)> counters_{};
};

/// The emulator, freshly powered on.
class Session final : public ScriptTarget {
 public:
  /// `record` takes every event and may be null; notes go to its `observe`.
  Session(const Board& board, const Profile& profile, Observer* record);

  Controller& controller() { return *controller_; }

  Event apply(const Event& stimulus) override { return controller_->apply(stimulus); }
  void note(std::string_view text) override;
  std::uint64_t now_ns() const override { return controller_->now_ns(); }
  std::optional<bool> irq(unsigned line) const override { return controller_->irq(line - 14); }
  std::optional<bool> deferred(unsigned channel) const override { return controller_->port_write_deferred(channel); }
  std::optional<std::uint64_t> register_value(RegisterId id) const override { return controller_->register_value(id); }
  std::optional<std::span<const DiskRequest>> pending() const override { return controller_->pending(); }
  std::optional<std::uint64_t> counter(Counter counter) const override { return observer_.counter(counter); }
  void clear_counters() override { observer_.clear_counters(); }
  std::vector<std::vector<std::uint8_t>> take_messages() override { return observer_.take_messages(); }
  bool read_medium(unsigned unit, std::uint64_t offset, std::span<std::uint8_t> out) const override;
  std::uint64_t events() const override { return observer_.events(); }

 private:
  CountingObserver observer_;
  std::unique_ptr<Controller> controller_;
};

}  // namespace coincide
