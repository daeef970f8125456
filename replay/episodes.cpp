#include "replay/episodes.h"

#include <algorithm>
#include <utility>

#include "emu/ata/task_file.h"
#include "emu/piix4/bus_master.h"
#include "replay/ports.h"
#include "trace/error.h"

namespace coincide {
namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  // FNV-1a over 64-bit words: any fixed mixing will do, it never leaves this program.
  return (hash ^ value) * 0x100000001b3u ^ (hash >> 29);
}

/// Takes events one by one and keeps the open episode of each channel.
class Splitter {
 public:
  void take(const Event& event, std::uint32_t number);
  Episodes finish();

 private:
  struct Lane {
    std::vector<Episode> episodes;
    bool open = false;                     ///< the last episode still grows
    bool issued = false;                   ///< it has its Command write or SRST
    bool started = false;                  ///< SSBM as last written
    bool reset_held = false;               ///< SRST as last written
    std::optional<std::size_t> in_flight;  ///< last episode with a command or reset
  };
  struct Request {
    std::uint32_t number;
    std::uint8_t channel;
  };

  void stimulus(const Event& event, std::uint32_t number);
  void channel_access(const Event& event, const HostAccess& access, std::uint32_t number);
  void observation(const Event& event, std::uint32_t number);
  bool begins_episode(const Lane& lane, const HostAccess& access, std::uint64_t value) const;
  Episode& begin(unsigned channel, EpisodeKind kind);
  Episode& current(unsigned channel);
  void join_command_before(Lane& lane);
  void bus_reset(std::uint32_t number);
  std::optional<unsigned> request_channel(std::uint64_t request) const;
  void flush_memory(std::vector<std::uint32_t>& events);

  std::array<Lane, 2> lanes_;
  std::vector<std::uint32_t> function_;
  std::vector<std::uint32_t> memory_;  ///< memory writes that wait for the channel they belong to
  std::vector<Request> requests_;
  std::optional<unsigned> last_channel_;
  std::optional<unsigned> cause_;  ///< channel that the last stimulus accessed, if it was an access
  bool in_memory_write_ = false;
  PortMap ports_;
  CommandTracker commands_;
};

Episode& Splitter::begin(unsigned channel, EpisodeKind kind) {
  Lane& lane = lanes_[channel];
  lane.open = true;
  lane.issued = false;
  lane.episodes.push_back({kind, static_cast<std::uint8_t>(channel), std::nullopt, {}});
  return lane.episodes.back();
}

Episode& Splitter::current(unsigned channel) {
  return lanes_[channel].open ? lanes_[channel].episodes.back() : begin(channel, EpisodeKind::set_up);
}

void Splitter::flush_memory(std::vector<std::uint32_t>& events) {
  events.insert(events.end(), memory_.begin(), memory_.end());
  memory_.clear();
}

bool Splitter::begins_episode(const Lane& lane, const HostAccess& access, std::uint64_t value) const {
  if (!access.write) return false;
  switch (access.reg) {
    case HostRegister::status_command:
    case HostRegister::bmidtp:
    case HostRegister::error_features:
    case HostRegister::sector_count:
    case HostRegister::lba_low:
    case HostRegister::lba_mid:
    case HostRegister::lba_high:
      return lane.issued;
    case HostRegister::device:
      return lane.issued && lane.episodes.back().kind != EpisodeKind::soft_reset;
    case HostRegister::bmic:
      return lane.issued && !lane.started && (value & bmic::SSBM) == 0;
    case HostRegister::alternate_control:
      return (value & device_control::SRST) != 0 && !lane.reset_held;
    default:
      return false;
  }
}

/// Data move without a Command write before them: what looked like the set-up of a next command was a write in the
/// middle of the one before.
void Splitter::join_command_before(Lane& lane) {
  const std::size_t count = lane.episodes.size();
  if (count < 2 || lane.episodes[count - 2].kind != EpisodeKind::command) return;
  const Episode stray = std::move(lane.episodes.back());
  lane.episodes.pop_back();
  auto& events = lane.episodes.back().events;
  events.insert(events.end(), stray.events.begin(), stray.events.end());
  lane.issued = true;
}

void Splitter::channel_access(const Event& event, const HostAccess& access, std::uint32_t number) {
  Lane& lane = lanes_[access.channel];
  const bool srst = access.write && access.reg == HostRegister::alternate_control &&
                    (event.value & device_control::SRST) != 0 && !lane.reset_held;
  if (!lane.open || begins_episode(lane, access, event.value)) {
    begin(access.channel, srst ? EpisodeKind::soft_reset : EpisodeKind::set_up);
  }
  if (access.reg == HostRegister::data && !lane.issued) join_command_before(lane);
  Episode& episode = lane.episodes.back();
  flush_memory(episode.events);
  episode.events.push_back(number);
  last_channel_ = access.channel;
  cause_ = access.channel;
  if (!access.write) return;
  if (access.reg == HostRegister::bmic) lane.started = (event.value & bmic::SSBM) != 0;
  if (access.reg == HostRegister::alternate_control) {
    lane.reset_held = (event.value & device_control::SRST) != 0;
    if (srst) {
      lane.issued = true;
      lane.started = false;
      lane.in_flight = lane.episodes.size() - 1;
    }
  }
  if (access.reg == HostRegister::status_command) {
    episode.kind = EpisodeKind::command;
    episode.command = commands_.command(access.channel);
    lane.issued = true;
    lane.in_flight = lane.episodes.size() - 1;
  }
}

void Splitter::bus_reset(std::uint32_t number) {
  flush_memory(function_);
  for (unsigned channel = 0; channel < 2; ++channel) {
    begin(channel, EpisodeKind::bus_reset).events.push_back(number);
    Lane& lane = lanes_[channel];
    lane.in_flight = lane.episodes.size() - 1;
    lane.open = false;
    lane.started = false;
    lane.reset_held = false;
  }
  requests_.clear();
}

std::optional<unsigned> Splitter::request_channel(std::uint64_t request) const {
  for (const Request& r : requests_) {
    if (request == 0 || r.number == request) return r.channel;
  }
  return std::nullopt;
}

void Splitter::stimulus(const Event& event, std::uint32_t number) {
  cause_.reset();
  in_memory_write_ = event.kind == EventKind::mem_write;
  const HostAccess access = ports_.decode(event);
  commands_.stimulus(event, number);
  switch (event.kind) {
    case EventKind::reset:
      return bus_reset(number);
    case EventKind::mem_write:
      memory_.push_back(number);
      return;
    case EventKind::mem_read:
    case EventKind::clock_advance:
      (last_channel_ ? current(*last_channel_).events : function_).push_back(number);
      return;
    case EventKind::disk_complete: {
      const auto channel = request_channel(event.where);
      if (!channel) return function_.push_back(number);
      Lane& lane = lanes_[*channel];
      (lane.in_flight ? lane.episodes[*lane.in_flight] : current(*channel)).events.push_back(number);
      std::erase_if(requests_, [&](const Request& r) { return r.number == event.where; });
      if (event.where == 0 && !requests_.empty()) requests_.erase(requests_.begin());
      return;
    }
    default:
      if (access.reg != HostRegister::none && access.reg < HostRegister::confadd) {
        return channel_access(event, access, number);
      }
      function_.push_back(number);
  }
}

/// The channel whose device or engine made an observation; nullopt for the function and the CPU.
std::optional<unsigned> channel_of(const Event& event) {
  switch (event.kind) {
    case EventKind::irq:
      return event.where == 15 ? 1 : 0;
    case EventKind::dma_read:
    case EventKind::dma_write:
    case EventKind::port_write_deferred:
    case EventKind::port_write_done:
      return event.unit & 1;
    case EventKind::disk_request:
    case EventKind::disk_data:
      if (event.unit >= 4) return std::nullopt;  // of an accelerator
      return event.unit >> 1 & 1;
    case EventKind::bus_fault:
      if (event.unit == kCpuUnit || event.unit == kVmbusUnit) return std::nullopt;
      return event.unit & 1;
    case EventKind::register_change: {
      const auto scope = static_cast<Scope>(event.where >> 16);
      if (scope == Scope::primary || scope == Scope::secondary) return scope == Scope::secondary ? 1 : 0;
      if (scope >= Scope::device0 && scope <= Scope::device3) {
        return (static_cast<unsigned>(scope) - static_cast<unsigned>(Scope::device0)) / 2;
      }
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

void Splitter::observation(const Event& event, std::uint32_t number) {
  const std::optional<unsigned> channel = channel_of(event);
  if (event.kind == EventKind::disk_request) {
    requests_.push_back({event.where, static_cast<std::uint8_t>(event.unit >> 1 & 1)});
  }
  if (!channel) {
    if (in_memory_write_) return memory_.push_back(number);
    (cause_ ? current(*cause_).events : function_).push_back(number);
    return;
  }
  Lane& lane = lanes_[*channel];
  const bool caused = cause_ == channel;
  (caused || !lane.in_flight ? current(*channel) : lane.episodes[*lane.in_flight]).events.push_back(number);
}

void Splitter::take(const Event& event, std::uint32_t number) {
  if (is_stimulus(event.kind)) {
    stimulus(event, number);
  } else if (is_observation(event.kind)) {
    observation(event, number);
  }
  ports_.follow(event);
}

Episodes Splitter::finish() {
  if (last_channel_) {
    flush_memory(current(*last_channel_).events);
  } else {
    flush_memory(function_);
  }
  Episodes out;
  for (unsigned channel = 0; channel < 2; ++channel) out.channels[channel] = std::move(lanes_[channel].episodes);
  out.function = std::move(function_);
  return out;
}

constexpr std::string_view kUnitNames[] = {"primary master", "primary slave", "secondary master", "secondary slave"};

}  // namespace

std::string Episode::unit_text() const {
  if (command) return std::string(kUnitNames[command->unit & 3]);
  return channel == 0 ? "primary" : "secondary";
}

std::string Episode::text() const {
  switch (kind) {
    case EpisodeKind::command:
      return command ? command->text() : "command";
    case EpisodeKind::soft_reset:
      return "soft reset";
    case EpisodeKind::bus_reset:
      return "bus reset";
    case EpisodeKind::set_up:
      break;
  }
  return "set-up without a command";
}

std::uint64_t Episode::loose_key() const {
  std::uint64_t hash = mix(0xcbf29ce484222325u, static_cast<std::uint64_t>(kind));
  if (command) hash = mix(mix(hash, command->unit), command->opcode);
  return hash;
}

std::uint64_t Episode::key() const {
  std::uint64_t hash = loose_key();
  if (command) {
    hash = mix(mix(hash, command->lba), command->count_sectors);
    hash = mix(mix(hash, command->chs), command->features);
  }
  return hash;
}

const Episode* Episodes::find(std::size_t event) const {
  for (const auto& lane : channels) {
    for (const Episode& episode : lane) {
      if (std::find(episode.events.begin(), episode.events.end(), event) != episode.events.end()) return &episode;
    }
  }
  return nullptr;
}

Episodes split_episodes(const EventList& events) {
  check(events.size() < 0xffffffffu, "a trace in memory has fewer than 2^32 events");
  Splitter splitter;
  for (std::size_t i = 0; i < events.size(); ++i) splitter.take(events[i], static_cast<std::uint32_t>(i));
  return splitter.finish();
}

}  // namespace coincide
