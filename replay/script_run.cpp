#include "replay/script_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/script_runner.h"

namespace coincide {
namespace {

constexpr std::uint64_t kStandardStepNs = 1'000'000;

Event event_of(EventKind kind, std::uint8_t width, std::uint32_t where, std::uint64_t detail, std::uint64_t value) {
  Event event;
  event.kind = kind;
  event.width = width;
  event.where = where;
  event.detail = detail;
  event.value = value;
  return event;
}

}  // namespace

std::uint64_t RunOutcome::failures() const {
  std::uint64_t failures = 0;
  for (const ExpectationResult& result : expectations) failures += result.failed;
  return failures;
}

RunOutcome run_script(const Script& script, ScriptTarget& target, const RunLimits& limits) {
  return ScriptRunner(script, target, limits).run();
}

ScriptRunner::ScriptRunner(const Script& script, ScriptTarget& target, const RunLimits& limits)
    : script_(script), target_(target), limits_(limits), variables_(script.variables), guest_(target) {
  outcome_.expectations.resize(script.expectations.size());
  variables_[ScriptNames::kBmibaSlot] = ScriptNames::kDefaultBmiba;
}

RunOutcome ScriptRunner::run() {
  run_block(script_.statements);
  return std::move(outcome_);
}

bool ScriptRunner::run_block(std::span<const Statement> block) {
  for (const Statement& statement : block) {
    current_ = &statement;
    if (!step()) return false;
    if (!std::visit([this](const auto& what) { return run(what); }, statement.what)) return false;
  }
  return true;
}

bool ScriptRunner::step() {
  if (++outcome_.statements <= limits_.statements) return true;
  return fail(fmt::format("the run takes more than {} statements", limits_.statements));
}

bool ScriptRunner::fail(std::string what) {
  outcome_.error = Error{script_place(script_.name, current_->line, current_->column), std::move(what)};
  return false;
}

bool ScriptRunner::take_bytes(std::uint64_t bytes) {
  if (bytes > kMaxStatementBytes) return fail("a statement moves at most 64 MiB");
  bytes_ += bytes;
  return bytes_ <= limits_.bytes || fail(fmt::format("the run moves more than {} MiB", limits_.bytes >> 20));
}

bool ScriptRunner::make(const ScriptData& data, std::uint64_t wanted, std::vector<std::uint8_t>& out) {
  auto bytes = make_data(data, variables_, wanted);
  if (!bytes) return fail("a statement moves at most 64 MiB");
  out = std::move(*bytes);
  return take_bytes(out.size());
}

bool ScriptRunner::checked_port(const Expression& expression, std::uint32_t& port) {
  const std::uint64_t wanted = value(expression);
  if (wanted > 0xffff) return fail(fmt::format("a port is at most 0xffff, not {:#x}", wanted));
  port = static_cast<std::uint32_t>(wanted);
  return true;
}

void ScriptRunner::advance(std::uint64_t nanoseconds) {
  // Time ends where 64 bits end; no script may make it go round.
  const std::uint64_t left = ~std::uint64_t{0} - target_.now_ns();
  target_.apply(event_of(EventKind::clock_advance, 0, 0, 0, std::min(nanoseconds, left)));
}

bool ScriptRunner::access(Space space, std::uint8_t width, const Expression& address, Event& answer) {
  if (space == Space::memory) {
    std::vector<std::uint8_t> bytes;
    if (!read_memory(value(address), width, &bytes)) return false;
    answer = {};
    for (unsigned i = 0; i < width; ++i) answer.value |= std::uint64_t{bytes[i]} << (8 * i);
    return true;
  }
  std::uint32_t where = 0;
  if (space == Space::port) {
    if (!checked_port(address, where)) return false;
    answer = target_.apply(event_of(EventKind::port_read, width, where, 0, 0));
    return true;
  }
  const std::uint64_t offset = value(address);
  if (offset > 0xff) return fail(fmt::format("an offset in configuration space is at most 0xff, not {:#x}", offset));
  answer = target_.apply(event_of(EventKind::config_read, width, static_cast<std::uint32_t>(offset), 0, 0));
  return true;
}

bool ScriptRunner::run(const ReadStatement& s) {
  Event answer;
  return access(s.space, s.width, s.address, answer);
}

bool ScriptRunner::run(const WriteStatement& s) {
  const std::uint64_t mask = s.width == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * s.width)) - 1;
  const std::uint64_t written = value(s.value) & mask;
  std::uint32_t where = 0;
  if (s.space == Space::port) {
    if (!checked_port(s.address, where)) return false;
    target_.apply(event_of(EventKind::port_write, s.width, where, 0, written));
    return true;
  }
  const std::uint64_t address = value(s.address);
  if (s.space == Space::memory) {
    std::array<std::uint8_t, 8> bytes;
    for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(written >> (8 * i));
    return write_memory(address, std::span(bytes).first(s.width));
  }
  if (address > 0xff) return fail(fmt::format("an offset in configuration space is at most 0xff, not {:#x}", address));
  target_.apply(event_of(EventKind::config_write, s.width, static_cast<std::uint32_t>(address), 0, written));
  return true;
}

bool ScriptRunner::read_memory(std::uint64_t address, std::uint64_t size, std::vector<std::uint8_t>* out) {
  if (!take_bytes(size)) return false;
  if (size != 0 && address + (size - 1) < address) return fail("the range passes the end of the address space");
  for (std::uint64_t done = 0; done < size;) {
    const std::uint64_t part = std::min<std::uint64_t>(size - done, kMaxPayload);
    const Event answer = target_.apply(event_of(EventKind::mem_read, 0, 0, address + done, part));
    if (out != nullptr) {
      out->insert(out->end(), answer.payload.begin(), answer.payload.end());
      out->resize(done + part);
    }
    done += part;
  }
  return true;
}

bool ScriptRunner::write_memory(std::uint64_t address, std::span<const std::uint8_t> bytes) {
  if (!bytes.empty() && address + (bytes.size() - 1) < address)
    return fail("the range passes the end of the address space");
  for (std::size_t done = 0; done < bytes.size();) {
    const std::size_t part = std::min(bytes.size() - done, kMaxPayload);
    Event event = event_of(EventKind::mem_write, 0, 0, address + done, part);
    event.payload = bytes.subspan(done, part);
    target_.apply(event);
    done += part;
  }
  return true;
}

bool ScriptRunner::run(const MemoryReadStatement& s) {
  const std::uint64_t size = value(s.size);
  if (size == 0) return fail("a read of 0 bytes");
  return read_memory(value(s.address), size, nullptr);
}

bool ScriptRunner::run(const MemoryWriteStatement& s) {
  std::vector<std::uint8_t> bytes;
  if (!make(s.data, kSectorBytes, bytes)) return false;
  if (s.size) {
    const std::uint64_t size = value(*s.size);
    if (size == 0) return fail("a write of 0 bytes");
    if (!take_bytes(size)) return false;
    bytes.resize(size);
  }
  return write_memory(value(s.address), bytes);
}

bool ScriptRunner::read_block(std::uint32_t port, std::uint8_t width, std::uint64_t count,
                              std::vector<std::uint8_t>& out) {
  if (count == 0) return fail("a string access of 0 elements");
  if (count > kMaxPayload / width) return fail(fmt::format("a string access moves at most {} bytes", kMaxPayload));
  if (!take_bytes(count * width)) return false;
  const Event answer = target_.apply(event_of(EventKind::port_read_block, width, port, 0, count));
  out.insert(out.end(), answer.payload.begin(), answer.payload.end());
  return true;
}

bool ScriptRunner::write_block(std::uint32_t port, std::uint8_t width, std::span<const std::uint8_t> bytes) {
  if (bytes.empty() || bytes.size() % width != 0) {
    return fail(fmt::format("{} bytes are no whole number of elements of {}", bytes.size(), width));
  }
  if (bytes.size() > kMaxPayload) return fail(fmt::format("a string access moves at most {} bytes", kMaxPayload));
  Event event = event_of(EventKind::port_write_block, width, port, 0, bytes.size() / width);
  event.payload = bytes;
  target_.apply(event);
  return true;
}

bool ScriptRunner::run(const BlockReadStatement& s) {
  std::uint32_t port = 0;
  if (!checked_port(s.port, port)) return false;
  buffer_.clear();
  return read_block(port, s.width, value(s.count), buffer_);
}

bool ScriptRunner::run(const BlockWriteStatement& s) {
  std::uint32_t port = 0;
  std::vector<std::uint8_t> bytes;
  return checked_port(s.port, port) && make(s.data, kSectorBytes, bytes) && write_block(port, s.width, bytes);
}

/// Data of a packet command: as much at a time as the byte count registers say.
bool ScriptRunner::run_packet_data(const PioStatement& s) {
  const std::uint32_t command_block = s.channel == 0 ? 0x1f0 : 0x170;
  const auto read_register = [&](unsigned offset) {
    return static_cast<std::uint32_t>(
        target_.apply(event_of(EventKind::port_read, 1, command_block + offset, 0, 0)).value);
  };
  std::vector<std::uint8_t> bytes;
  std::uint64_t total = s.in ? std::min<std::uint64_t>(value(s.sectors), kMaxStatementBytes + 1) : 0;
  if (s.in) {
    buffer_.clear();
    if (!take_bytes(total)) return false;
  } else {
    if (!make(s.data, kSectorBytes, bytes)) return false;
    total = bytes.size();
  }
  for (std::uint64_t done = 0; done < total;) {
    if (!wait_for_data(s) || !step()) return false;
    read_register(7);
    const std::uint64_t count = read_register(4) | read_register(5) << 8;
    const std::uint64_t part = std::min(std::max<std::uint64_t>(count, 1), total - done);
    const std::uint64_t elements = (part + s.width - 1) / s.width;
    if (s.in) {
      if (!read_block(command_block, s.width, elements, buffer_)) return false;
      buffer_.resize(done + part);  // the last of an odd number of bytes has a companion
    } else {
      std::vector<std::uint8_t> block(bytes.begin() + static_cast<std::ptrdiff_t>(done),
                                      bytes.begin() + static_cast<std::ptrdiff_t>(done + part));
      block.resize(elements * s.width);
      if (!write_block(command_block, s.width, block)) return false;
    }
    done += part;
  }
  return true;
}

bool ScriptRunner::run(const PioStatement& s) {
  if (s.packet) return run_packet_data(s);
  const std::uint32_t command_block = s.channel == 0 ? 0x1f0 : 0x170;
  const std::uint64_t block_sectors = value(s.block);
  if (block_sectors == 0 || block_sectors > 65536) return fail("block= is 1 to 65536");
  std::vector<std::uint8_t> bytes;
  std::uint64_t total = 0;
  if (s.in) {
    buffer_.clear();
    total =
        value(s.sectors) > kMaxStatementBytes / kSectorBytes ? kMaxStatementBytes + 1 : value(s.sectors) * kSectorBytes;
    if (!take_bytes(total)) return false;
  } else {
    if (!make(s.data, kSectorBytes, bytes)) return false;
    total = bytes.size();
  }
  const std::uint64_t block_bytes = block_sectors * kSectorBytes;
  for (std::uint64_t done = 0; done < total; done += block_bytes) {
    const std::uint64_t end = std::min(total, done + block_bytes);
    if (!wait_for_data(s)) return false;
    if (s.in) {
      if (!step()) return false;
      target_.apply(event_of(EventKind::port_read, 1, command_block + 7, 0, 0));
    }
    // A block of more than 1 MiB is several string accesses.
    for (std::uint64_t at = done; at < end;) {
      const std::uint64_t part = std::min<std::uint64_t>(end - at, kMaxPayload);
      if (!step()) return false;
      const bool moved = s.in ? read_block(command_block, s.width, part / s.width, buffer_)
                              : write_block(command_block, s.width, std::span(bytes).subspan(at, part));
      if (!moved) return false;
      at += part;
    }
  }
  return true;
}

bool ScriptRunner::run(const ClockStatement& s) {
  if (s.absolute) {
    const std::uint64_t wanted = value(*s.nanoseconds);
    if (wanted > target_.now_ns()) advance(wanted - target_.now_ns());
    return true;
  }
  const CompletionPolicy& policy = script_.board.completion;
  const bool has_latency = policy.kind == CompletionPolicy::Kind::latency && policy.latency_ns != 0;
  const std::uint64_t standard = has_latency ? policy.latency_ns : kStandardStepNs;
  advance(s.nanoseconds ? value(*s.nanoseconds) : standard);
  return true;
}

bool ScriptRunner::run(const MemoryMapStatement& s) {
  const std::uint64_t address = value(s.address);
  const std::uint64_t size = value(s.size);
  if (size == 0 || address + (size - 1) < address)
    return fail("the range is empty or passes the end of the address space");
  target_.apply(event_of(s.map ? EventKind::mem_map : EventKind::mem_unmap, 0, 0, address, size));
  return true;
}

bool ScriptRunner::run(const DiskCompleteStatement& s) {
  std::uint64_t number = 0;
  if (s.number) {
    number = value(*s.number);
  } else if (const auto pending = target_.pending(); pending && !pending->empty()) {
    number = pending->front().number;
  }
  if (number > 0xffffffff) return fail("a request number has 32 bits");
  target_.apply(event_of(EventKind::disk_complete, static_cast<std::uint8_t>(s.outcome),
                         static_cast<std::uint32_t>(number), value(s.lba), 0));
  return true;
}

bool ScriptRunner::run(const MediaStatement& s) {
  Event event;
  event.kind = s.insert ? EventKind::media_insert : EventKind::media_eject;
  event.unit = s.unit;
  event.value = s.index ? value(*s.index) : (s.force ? 1 : 0);
  target_.apply(event);
  return true;
}

bool ScriptRunner::run(const ResetStatement& s) {
  target_.apply(event_of(EventKind::reset, static_cast<std::uint8_t>(s.kind), 0, 0, 0));
  return true;
}

bool ScriptRunner::run(const NoteStatement& s) {
  target_.note(s.text);
  return true;
}

bool ScriptRunner::run(const LetStatement& s) {
  variables_[s.slot] = value(s.value);
  return true;
}

bool ScriptRunner::run(const KeepStatement& s) {
  Look seen;
  if (!look(s.subject, seen)) return false;
  variables_[s.slot] = seen.value.value_or(0);
  return true;
}

bool ScriptRunner::run(const ClearCountsStatement&) {
  target_.clear_counters();
  return true;
}

bool ScriptRunner::run(const RepeatStatement& s) {
  const Statement* const self = current_;
  const std::uint64_t count = value(s.count);
  for (std::uint64_t i = 0; i < count; ++i) {
    current_ = self;
    if (!step()) return false;  // an empty block counts too
    if (s.slot) variables_[*s.slot] = i;
    if (!run_block(s.body)) return false;
  }
  return true;
}

}  // namespace coincide
