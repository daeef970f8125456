#include "replay/fold_effects.h"

#include <algorithm>

namespace coincide {
namespace {

/// Registers that hold what the host wrote, until a command changes them.
bool is_task_file_register(RegisterId id) {
  const unsigned index = id & 0xffff;
  const unsigned scope = id >> 16;
  return scope >= static_cast<unsigned>(Scope::device0) && scope <= static_cast<unsigned>(Scope::device3) &&
         index >= static_cast<unsigned>(DeviceReg::features) && index <= static_cast<unsigned>(DeviceReg::device);
}

bool is_table_register(RegisterId id) {
  return id == register_id(Scope::primary, static_cast<unsigned>(ChannelReg::bmidtp)) ||
         id == register_id(Scope::secondary, static_cast<unsigned>(ChannelReg::bmidtp));
}

bool is_command_register(RegisterId id) {
  const unsigned scope = id >> 16;
  return scope >= static_cast<unsigned>(Scope::device0) && scope <= static_cast<unsigned>(Scope::device3) &&
         (id & 0xffff) == static_cast<unsigned>(DeviceReg::command);
}

/// A write into the registers that only hold what they are given until Command is written.
bool is_task_file_write(const HostAccess& access) {
  return access.write && access.reg >= HostRegister::error_features && access.reg <= HostRegister::device;
}

}  // namespace

void EffectFolder::add(EffectKind kind, std::uint32_t of, std::uint64_t value, std::uint32_t number) {
  effects_[{kind, of}].push_back({value, number, items_, 1});
}

/// Bytes that go on where others ended belong to them: the memory that results counts, not the bursts. Where addresses
/// are free, all bytes of an episode in one direction are one.
void EffectFolder::transfer(EffectKind kind, std::uint32_t of, std::uint64_t start, std::uint64_t length,
                            ByteSpan bytes, std::uint32_t number) {
  const bool placeless = options_.free_addresses && kind != EffectKind::medium;
  for (Transfer& t : transfers_) {
    if (t.kind != kind || t.of != of || (t.end != start && !placeless)) continue;
    t.end = placeless ? t.end + length : start + length;
    t.bytes.insert(t.bytes.end(), bytes.begin(), bytes.end());
    ++t.effect.folded;
    return;
  }
  if (placeless) start = 0;
  transfers_.push_back({kind, of, start, start + length, {bytes.begin(), bytes.end()}, {0, number, items_, 1}});
}

void EffectFolder::completion(const Event& event, std::uint32_t number) {
  // Where the requests cannot be seen, only an importer said when they end.
  if (!sees(sees::disk_requests)) return;
  add(EffectKind::completion, 0, fold_digest({event.width, event.detail}), number);
}

void EffectFolder::observe(const Event& event, std::uint32_t number, const HostAccess& cause) {
  switch (event.kind) {
    case EventKind::register_change:
      if (!sees(sees::registers)) return;
      // What a task-file register is given is told by the write; whether it changed depends on the command before.
      if (is_command_register(event.where) || (options_.free_addresses && is_table_register(event.where))) return;
      if (is_task_file_write(cause) && is_task_file_register(event.where)) return;
      return add(EffectKind::reg, event.where, event.value, number);
    case EventKind::irq:
      if (sees(sees::irq) && event.value != 0) add(EffectKind::interrupt, event.where, 1, number);
      return;
    case EventKind::dma_read:
    case EventKind::dma_write: {
      if (!sees(sees::dma_addresses)) return;
      const auto kind = event.kind == EventKind::dma_read ? EffectKind::dma_read : EffectKind::dma_write;
      const ByteSpan bytes = sees(sees::dma_bytes) ? event.payload : ByteSpan{};
      return transfer(kind, event.unit, event.detail, event.value, bytes, number);
    }
    case EventKind::disk_request:
      if (!sees(sees::disk_requests)) return;
      return add(EffectKind::request, event.unit, fold_digest({event.width, event.detail, event.value}), number);
    case EventKind::disk_data:
      if (!sees(sees::disk_data)) return;
      return transfer(EffectKind::medium, event.unit, event.detail, event.value, event.payload, number);
    case EventKind::bus_fault:
      if (!sees(sees::bus_faults)) return;
      return add(EffectKind::fault, event.unit, fold_digest({options_.free_addresses ? 0 : event.detail, event.value}),
                 number);
    case EventKind::port_write_done:
      if (!sees(sees::deferred)) return;
      return add(EffectKind::enlightened, event.unit, event.value, number);
    default:
      return;
  }
}

Effects EffectFolder::finish() {
  for (Transfer& t : transfers_) {
    t.effect.digest = fold_digest({t.start, t.end}, t.bytes);
    effects_[{t.kind, t.of}].push_back(t.effect);
  }
  return std::move(effects_);
}

}  // namespace coincide
