#include "replay/run_flags.h"

#include "emu/ata/task_file.h"
#include "emu/piix4/bus_master.h"

namespace coincide {
namespace {

constexpr std::string_view kNames[] = {
    "malformed", "diverged",     "failed",      "bus fault", "hole",     "aborted",  "uncorrectable", "not found",
    "crc",       "device fault", "table short", "cancelled", "left BSY", "left DRQ", "left active",   "left interrupt",
};
static_assert(std::size(kNames) == static_cast<std::size_t>(RunFlag::count));

}  // namespace

std::string_view run_flag_name(RunFlag flag) { return kNames[static_cast<std::size_t>(flag)]; }

std::vector<std::string_view> RunFlags::names() const {
  std::vector<std::string_view> out;
  for (unsigned i = 0; i < static_cast<unsigned>(RunFlag::count); ++i) {
    if (has(static_cast<RunFlag>(i))) out.push_back(kNames[i]);
  }
  return out;
}

std::string RunFlags::text() const {
  std::string text;
  for (const std::string_view name : names()) text += (text.empty() ? "" : ", ") + std::string(name);
  return text.empty() ? "clean" : text;
}

void OutcomeObserver::stimulus(const Event& event) {
  ++events_;
  ++stimuli_;
  for (unsigned channel = 0; channel < 2; ++channel) {
    if (table_short(channel)) flags_.set(RunFlag::table_short);
    channels_[channel].stopping = false;
  }
  if (next_ != nullptr) next_->stimulus(event);
}

void OutcomeObserver::answer(std::uint64_t value, std::uint64_t open, std::span<const std::uint8_t> payload) {
  if (next_ != nullptr) next_->answer(value, open, payload);
}

void OutcomeObserver::observe(const Event& event) {
  ++events_;
  if (event.kind == EventKind::register_change) register_change(event);
  if (event.kind == EventKind::bus_fault) flags_.set(event.unit == kCpuUnit ? RunFlag::hole : RunFlag::bus_fault);
  if (next_ != nullptr) next_->observe(event);
}

void OutcomeObserver::register_change(const Event& event) {
  const unsigned scope = event.where >> 16;
  const unsigned index = event.where & 0xffff;
  constexpr auto kFirstChannel = static_cast<unsigned>(Scope::primary);
  constexpr auto kFirstDevice = static_cast<unsigned>(Scope::device0);
  if (scope >= kFirstDevice && scope < kFirstDevice + 4) {
    device_change(scope - kFirstDevice, static_cast<DeviceReg>(index), event.detail, event.value);
  } else if (scope >= kFirstChannel && scope < kFirstChannel + 2) {
    bus_master_change(channels_[scope - kFirstChannel], static_cast<ChannelReg>(index), event.detail, event.value);
  }
}

void OutcomeObserver::device_change(unsigned unit, DeviceReg reg, std::uint64_t before, std::uint64_t value) {
  Channel& channel = channels_[unit / 2];
  if (reg == DeviceReg::error) error_[unit] = value;
  if (reg == DeviceReg::interrupt_pending && value != 0) {
    channel.used_up = false;
    channel.drive_done = true;
  }
  if (reg != DeviceReg::status) return;
  status_[unit] = value;
  const std::uint64_t risen = value & ~before;
  if ((risen & status::DF) != 0) flags_.set(RunFlag::device_fault);
  if ((risen & status::ERR) == 0) return;
  const std::uint64_t error = error_[unit];  // Error stands before ERR tells of it
  if ((error & error::UNC) != 0) flags_.set(RunFlag::uncorrectable);
  if ((error & error::IDNF) != 0) flags_.set(RunFlag::not_found);
  if ((error & error::ICRC) != 0) flags_.set(RunFlag::crc);
  if ((error & error::ABRT) != 0 && (error & error::ICRC) == 0) flags_.set(RunFlag::aborted);
}

bool OutcomeObserver::table_short(unsigned channel) const {
  const std::uint64_t both = status_[2 * channel] | status_[2 * channel + 1];
  return channels_[channel].used_up && (both & status::DRQ) != 0;  // BMIDE-64
}

void OutcomeObserver::bus_master_change(Channel& channel, ChannelReg reg, std::uint64_t before, std::uint64_t value) {
  if (reg == ChannelReg::bmic) {
    if ((before & ~value & bmic::SSBM) != 0) {
      channel.used_up = false;
      channel.stopping = true;
    }
    if ((value & ~before & bmic::SSBM) != 0) channel = {};
    return;
  }
  const bool fell = reg == ChannelReg::bmis && (before & ~value & bmis::ACTIVE) != 0;
  if (!fell) return;
  if (channel.stopping) {
    if (!channel.drive_done) flags_.set(RunFlag::cancelled);
  } else if ((value & bmis::ERR) == 0) {
    channel.used_up = true;  // BMIDE-37
  }
}

RunFlags OutcomeObserver::outcome(const Controller& controller) const {
  RunFlags flags = flags_;
  for (unsigned unit = 0; unit < 4; ++unit) {
    const std::uint64_t status =
        controller.register_value(register_id(device_scope(unit), static_cast<unsigned>(DeviceReg::status)));
    if ((status & status::BSY) != 0) flags.set(RunFlag::left_busy);
    if ((status & status::DRQ) != 0) flags.set(RunFlag::left_drq);
  }
  for (unsigned channel = 0; channel < 2; ++channel) {
    const std::uint64_t bmis =
        controller.register_value(register_id(channel_scope(channel), static_cast<unsigned>(ChannelReg::bmis)));
    if ((bmis & bmis::ACTIVE) != 0) flags.set(RunFlag::left_active);
    if (table_short(channel)) flags.set(RunFlag::table_short);
    if (controller.irq(channel)) flags.set(RunFlag::left_interrupt);
  }
  return flags;
}

}  // namespace coincide
