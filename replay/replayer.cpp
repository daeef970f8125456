#include "replay/replayer.h"

#include <algorithm>

#include "emu/controller.h"
#include "replay/dma_areas.h"
#include "replay/quirk_selectors.h"

namespace coincide {

namespace {

constexpr std::size_t kProgressEvery = 4096;

/// Keeps the observations of one stimulus.
class Collector final : public Observer {
 public:
  void stimulus(const Event&) override {}
  void answer(std::uint64_t, std::uint64_t open, std::span<const std::uint8_t>) override { open_ = open; }
  void observe(const Event& event) override { events_.emplace_back(event); }
  /// Open bits or bytes of the last read that was answered.
  std::uint64_t open() const { return open_; }
  const std::vector<KeptEvent>& events() const { return events_; }
  void clear() { events_.clear(); }

 private:
  std::vector<KeptEvent> events_;
  std::uint64_t open_ = 0;
};

/// Reads the next stimulus and its observations; false at the end.
bool next_step(const EventList& events, std::size_t& at, RecordedStep& step) {
  while (at < events.size() && !is_stimulus(events[at].kind)) ++at;
  if (at == events.size()) return false;
  step.number = at;
  step.stimulus = events[at];
  step.observations.clear();
  step.numbers.clear();
  for (++at; at < events.size() && !is_stimulus(events[at].kind); ++at) {
    if (!is_observation(events[at].kind)) continue;
    step.observations.push_back(events[at]);
    step.numbers.push_back(at);
  }
  return true;
}

class Replay {
 public:
  Replay(const RecordedRun& run, const ReplayOptions& options)
      : run_(run), options_(options), controller_(run.board, options.profile, &collector_), comparer_(run.sees) {}

  ReplayResult run();

 private:
  void judge(const std::vector<Difference>& found);
  void count_quirk(Quirk quirk, std::size_t event);

  const RecordedRun& run_;
  const ReplayOptions& options_;
  Collector collector_;
  Controller controller_;
  Comparer comparer_;
  CommandTracker host_;
  DmaAreas areas_;
  ReplayResult result_;
};

void Replay::judge(const std::vector<Difference>& found) {
  for (const Difference& difference : found) {
    std::vector<Quirk> quirks;
    if (run_.is_capture()) quirks = explaining_quirks(difference, {host_, areas_, run_.board}, options_.profile);
    if (!quirks.empty() && !options_.strict) {
      for (const Quirk quirk : quirks) count_quirk(quirk, difference.event);
      ++result_.known;
      continue;
    }
    ++result_.counted;
    if (result_.differences.size() < options_.limit) result_.differences.push_back({difference, std::move(quirks)});
  }
}

void Replay::count_quirk(Quirk quirk, std::size_t event) {
  for (QuirkCount& known : result_.quirks) {
    if (known.quirk != quirk) continue;
    ++known.count;
    return;
  }
  result_.quirks.push_back({quirk, 1, event});
}

ReplayResult Replay::run() {
  const EventList& events = run_.events;
  const std::size_t last = options_.to.value_or(events.size());
  result_.events = events.size();
  RecordedStep step;
  std::vector<Difference> found;
  std::size_t at = 0;
  while (next_step(events, at, step) && step.number <= last) {
    collector_.clear();
    found.clear();
    ++result_.stimuli;
    if (run_.is_capture()) areas_.stimulus(step.stimulus, step.number);
    host_.stimulus(step.stimulus, step.number);
    Event answer = controller_.apply(step.stimulus);
    if (step.stimulus.kind == EventKind::port_read_block) answer.detail = collector_.open();
    comparer_.step(step, answer, collector_.events(), found);
    judge(found);
    result_.replayed = at;
    if (options_.progress && result_.stimuli % kProgressEvery == 0) options_.progress(at);
    if (result_.counted >= options_.limit) break;
  }
  result_.tally = comparer_.tally();
  return result_;
}

}  // namespace

ReplayResult replay(const RecordedRun& run, const ReplayOptions& options) { return Replay(run, options).run(); }

RegisterView registers_before(const RecordedRun& run, const Profile& profile, std::size_t event, unsigned unit) {
  Controller controller(run.board, profile, nullptr);
  for (std::size_t i = 0; i < event && i < run.events.size(); ++i) {
    const Event e = run.events[i];
    if (is_stimulus(e.kind)) controller.apply(e);
  }
  const auto device = [&](DeviceReg reg) {
    return static_cast<std::uint8_t>(
        controller.register_value(register_id(device_scope(unit), static_cast<unsigned>(reg))));
  };
  const auto channel = [&](ChannelReg reg) {
    return controller.register_value(register_id(channel_scope(unit / 2), static_cast<unsigned>(reg)));
  };
  RegisterView view;
  view.status = device(DeviceReg::status);
  view.error = device(DeviceReg::error);
  view.sector_count = device(DeviceReg::sector_count);
  view.lba_low = device(DeviceReg::lba_low);
  view.lba_mid = device(DeviceReg::lba_mid);
  view.lba_high = device(DeviceReg::lba_high);
  view.device = device(DeviceReg::device);
  view.bmic = static_cast<std::uint8_t>(channel(ChannelReg::bmic));
  view.bmis = static_cast<std::uint8_t>(channel(ChannelReg::bmis));
  view.bmidtp = static_cast<std::uint32_t>(channel(ChannelReg::bmidtp));
  view.irq = controller.irq(unit / 2);
  return view;
}

}  // namespace coincide
