// Expectations and waits: looking, comparing, and saying what was expected.
#include <fmt/format.h>

#include <algorithm>

#include "replay/ports.h"
#include "replay/script_runner.h"

namespace coincide {
namespace {

std::string hex(std::uint64_t value, unsigned bytes) {
  return fmt::format("{:#0{}x}", value, 2 + 2 * std::max(1u, bytes));
}

unsigned subject_bytes(const Subject& subject) {
  switch (subject.kind) {
    case Subject::Kind::access:
    case Subject::Kind::word:
      return subject.width;
    case Subject::Kind::checksum:
      return 1;
    case Subject::Kind::reply:
      return subject.reply.name == "bytes" ? 0 : subject.reply.width == 0 ? 4 : subject.reply.width;
    case Subject::Kind::reg: {
      const auto table = register_table(static_cast<Scope>(subject.reg >> 16));
      const unsigned index = subject.reg & 0xffff;
      return index < table.size() ? table[index].bytes : 0;
    }
    default:
      return 0;
  }
}

/// Numbers of registers in hex by width, counts in decimal.
std::string number_text(std::uint64_t value, unsigned bytes) {
  return bytes == 0 ? fmt::format("{}", value) : hex(value, bytes);
}

std::string bytes_text(std::span<const std::uint8_t> bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes.first(std::min<std::size_t>(bytes.size(), 16)))
    out += fmt::format("{:02x}", byte);
  return out + (bytes.size() > 16 ? "..." : "");
}

}  // namespace

bool ScriptRunner::look(const Subject& subject, Look& look) {
  const std::uint64_t address = value(subject.address);
  switch (subject.kind) {
    case Subject::Kind::access: {
      Event answer;
      if (!access(subject.space, subject.width, subject.address, answer)) return false;
      look.value = answer.value;
      look.open = answer.detail;
      return true;
    }
    case Subject::Kind::irq: {
      if (address != 14 && address != 15) return fail("a line is 14 or 15");
      const auto level = target_.irq(static_cast<unsigned>(address));
      if (level) look.value = *level ? 1 : 0;
      return true;
    }
    case Subject::Kind::reg:
      look.value = target_.register_value(subject.reg);
      return true;
    case Subject::Kind::word: {
      if (address >= kMaxStatementBytes || (address + 1) * subject.width > buffer_.size()) {
        return fail(fmt::format("the buffer has {} bytes only", buffer_.size()));
      }
      std::uint64_t found = 0;
      for (unsigned i = 0; i < subject.width; ++i)
        found |= std::uint64_t{buffer_[address * subject.width + i]} << (8 * i);
      look.value = found;
      return true;
    }
    case Subject::Kind::checksum: {
      std::uint8_t sum = 0;
      for (const std::uint8_t byte : buffer_) sum = static_cast<std::uint8_t>(sum + byte);
      look.value = sum;
      return true;
    }
    case Subject::Kind::pending:
      if (const auto pending = target_.pending()) look.value = pending->size();
      return true;
    case Subject::Kind::deferred:
      if (const auto deferred = target_.deferred(static_cast<unsigned>(address))) look.value = *deferred ? 1 : 0;
      return true;
    case Subject::Kind::clock:
      look.value = target_.now_ns();
      return true;
    case Subject::Kind::counter:
      look.value = target_.counter(subject.counter);
      return true;
    case Subject::Kind::messages:
      look.value = guest_.messages();
      return true;
    case Subject::Kind::reply:
      look_at_reply(subject.reply, look);
      return true;
    case Subject::Kind::waiting:
      look.value = guest_.waiting(static_cast<unsigned>(address));
      if (!look.value) return fail("the channel of this unit has not been opened");
      return true;
  }
  return true;
}

bool ScriptRunner::matches(const Match& match, std::uint64_t actual) const {
  if (match.mask) actual &= value(*match.mask);
  const std::uint64_t wanted = value(match.values[0]);
  switch (match.op) {
    case Match::Op::equal:
      return actual == wanted;
    case Match::Op::not_equal:
      return actual != wanted;
    case Match::Op::less:
      return actual < wanted;
    case Match::Op::less_equal:
      return actual <= wanted;
    case Match::Op::greater:
      return actual > wanted;
    case Match::Op::greater_equal:
      return actual >= wanted;
    case Match::Op::one_of:
      break;
  }
  return std::any_of(match.values.begin(), match.values.end(), [&](const Expression& e) { return value(e) == actual; });
}

std::string ScriptRunner::match_text(const Match& match, unsigned bytes) const {
  static constexpr std::string_view kNames[] = {"", "!= ", "< ", "<= ", "> ", ">= ", "one of"};
  std::string out(kNames[static_cast<std::size_t>(match.op)]);
  for (const Expression& wanted : match.values) {
    out += (match.op == Match::Op::one_of ? " " : "") + number_text(value(wanted), bytes);
  }
  if (match.mask) out += " under mask " + number_text(value(*match.mask), std::max(1u, bytes));
  return out;
}

void ScriptRunner::judge(std::uint32_t expectation, bool passed, std::string expected, std::string actual,
                         std::uint64_t open) {
  ExpectationResult& result = outcome_.expectations[expectation];
  result.open_bits |= open;
  if (passed) {
    ++result.passed;
    return;
  }
  if (result.failed++ != 0) return;
  result.expected = std::move(expected);
  result.actual = std::move(actual);
  result.event = target_.events();
}

/// The bits of a register by letter, where it has names for them: "  BR.S....".
std::string ScriptRunner::bits_of(const Subject& subject, std::uint64_t found) const {
  std::string bits;
  if (subject.kind == Subject::Kind::reg) bits = bits_text(subject.reg, found);
  if (subject.kind == Subject::Kind::access && subject.space == Space::port && subject.width == 1) {
    PortMap ports;
    ports.follow({EventKind::config_write, 4, 0, 0x20, 0, variables_[ScriptNames::kBmibaSlot], {}});
    bits = bits_text(ports.decode_port(static_cast<std::uint32_t>(value(subject.address)), false), found);
  }
  return bits.empty() ? bits : "  " + bits;
}

void ScriptRunner::judge_match(std::uint32_t expectation, const Subject& subject, const Match& match, const Look& look,
                               std::string_view when) {
  const unsigned bytes = subject_bytes(subject);
  if (!look.missing.empty()) return judge(expectation, false, match_text(match, bytes), look.missing);
  if (!look.value) return cannot_judge(expectation);
  const bool passed = when.empty() && matches(match, *look.value);
  // A match that takes several values says itself what it leaves open.
  const bool exact = match.op == Match::Op::equal;
  const std::uint64_t mask = !exact ? 0 : match.mask ? value(*match.mask) : ~std::uint64_t{0};
  // Texts are made for failures only: a script may have millions of looks.
  judge(expectation, passed, passed ? "" : match_text(match, bytes),
        passed ? "" : number_text(*look.value, bytes) + bits_of(subject, *look.value) + std::string(when),
        look.open & mask);
}

void ScriptRunner::judge_bytes(std::uint32_t expectation, std::span<const std::uint8_t> wanted,
                               std::span<const std::uint8_t> found) {
  const std::size_t common = std::min(wanted.size(), found.size());
  const auto [differs, ignored] =
      std::mismatch(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(common), found.begin());
  const auto at = static_cast<std::size_t>(differs - wanted.begin());
  if (at == wanted.size()) return judge(expectation, true, {}, {});
  judge(expectation, false, fmt::format("{} at byte {}", bytes_text(wanted.subspan(at)), at),
        at == found.size() ? fmt::format("{} bytes only", found.size())
                           : fmt::format("{} at byte {}", bytes_text(found.subspan(at)), at));
}

bool ScriptRunner::run(const ExpectStatement& s) {
  Look seen;
  if (!look(s.subject, seen)) return false;
  judge_match(s.expectation, s.subject, s.match, seen);
  return true;
}

bool ScriptRunner::run(const ExpectDataStatement& s) {
  using Kind = ExpectDataStatement::Kind;
  const std::uint64_t address = value(s.address);
  std::vector<std::uint8_t> wanted;
  std::vector<std::uint8_t> found;
  if (s.kind == Kind::block) {
    std::uint32_t port = 0;
    if (!checked_port(s.address, port)) return false;
    buffer_.clear();
    if (!read_block(port, s.width, value(s.count), buffer_)) return false;
    if (!make(s.data, buffer_.size(), wanted)) return false;
    judge_bytes(s.expectation, wanted, buffer_);
    return true;
  }
  if (s.kind == Kind::buffer) {
    if (address > buffer_.size()) return fail(fmt::format("the buffer has {} bytes only", buffer_.size()));
    const auto rest = std::span(buffer_).subspan(address);
    if (!make(s.data, std::min<std::uint64_t>(rest.size(), kSectorBytes), wanted)) return false;
    judge_bytes(s.expectation, wanted, rest);
    return true;
  }
  if (!make(s.data, kSectorBytes, wanted)) return false;
  if (s.kind == Kind::memory) {
    if (!read_memory(address, wanted.size(), &found)) return false;
  } else {
    found.resize(wanted.size());
    if (address > ~std::uint64_t{0} / kSectorBytes) return fail("there is no such LBA");
    if (!target_.read_medium(s.unit, address * kSectorBytes, found)) {
      cannot_judge(s.expectation);
      return true;
    }
  }
  judge_bytes(s.expectation, wanted, found);
  return true;
}

bool ScriptRunner::run(const ExpectStringStatement& s) {
  const std::uint64_t first = value(s.first_word);
  const std::uint64_t last = value(s.last_word);
  if (last < first || last >= buffer_.size() / 2)
    return fail(fmt::format("the buffer has {} words only", buffer_.size() / 2));
  std::string found;
  for (std::uint64_t word = first; word <= last; ++word) {
    found += static_cast<char>(buffer_[2 * word + 1]);
    found += static_cast<char>(buffer_[2 * word]);
  }
  std::string wanted = s.text;
  if (wanted.size() < found.size()) wanted.resize(found.size(), ' ');
  const bool passed = wanted == found;
  judge(s.expectation, passed, passed ? "" : quote_for_message(wanted), passed ? "" : quote_for_message(found));
  return true;
}

bool ScriptRunner::run(const ExpectRequestStatement& s) {
  const auto pending = target_.pending();
  if (!pending) {
    cannot_judge(s.expectation);
    return true;
  }
  const auto text = [](std::string_view op, const std::optional<std::uint64_t>& lba,
                       const std::optional<std::uint64_t>& count) {
    std::string out(op);
    if (lba) out += fmt::format(" lba={:#x}", *lba);
    if (count) out += fmt::format(" count={}", *count);
    return out;
  };
  const auto lba = s.lba ? std::optional(value(*s.lba)) : std::nullopt;
  const auto count = s.count_sectors ? std::optional(value(*s.count_sectors)) : std::nullopt;
  const std::string expected = text(disk_op_name(s.op), lba, count);
  for (const DiskRequest& request : *pending) {
    if (s.number && request.number != value(*s.number)) continue;
    const bool passed = request.op == s.op && lba.value_or(request.lba) == request.lba &&
                        count.value_or(request.count_sectors) == request.count_sectors;
    judge(s.expectation, passed, expected, text(disk_op_name(request.op), request.lba, request.count_sectors));
    return true;
  }
  judge(s.expectation, false, expected, "no such request is outstanding");
  return true;
}

bool ScriptRunner::run(const WaitStatement& s) {
  const std::uint64_t most = std::max<std::uint64_t>(1, value(s.max));
  Look seen;
  for (std::uint64_t looks = 0; looks < most; ++looks) {
    if (looks != 0) {
      if (!step()) return false;
      if (s.step_ns) advance(value(*s.step_ns));
    }
    seen = {};
    if (!look(s.subject, seen)) return false;
    if (!seen.value) break;  // this target will never see it
    if (matches(s.match, *seen.value)) {
      judge(s.expectation, true, {}, {});
      return true;
    }
  }
  judge_match(s.expectation, s.subject, s.match, seen, fmt::format(" after {} looks", most));
  return true;
}

bool ScriptRunner::wait_for_data(const PioStatement& s) {
  const std::uint32_t alternate_status = alternate_status_port(s.channel);
  constexpr std::uint8_t kBusyOrData = 0x88;
  constexpr std::uint8_t kData = 0x08;
  constexpr unsigned kLooks = 1000;
  Event event;
  event.kind = EventKind::port_read;
  event.width = 1;
  event.where = alternate_status;
  std::uint64_t status = 0;
  for (unsigned looks = 0; looks < kLooks; ++looks) {
    if (!step()) return false;
    status = target_.apply(event).value;
    if ((status & kBusyOrData) == kData) {
      judge(s.expectation, true, {}, {});
      return true;
    }
  }
  judge(s.expectation, false, "0x08 under mask 0x88 in Alternate Status",
        fmt::format("{} after {} looks", hex(status, 1), kLooks));
  return true;
}

bool ScriptRunner::run(const WaitIrqStatement& s) {
  const std::uint64_t line = value(s.line);
  const bool level = value(s.level) != 0;
  const std::uint64_t most = value(s.max_ns);
  const std::uint64_t step_ns = std::max<std::uint64_t>(1, value(s.step_ns));
  if (line != 14 && line != 15) return fail("a line is 14 or 15");
  for (std::uint64_t waited = 0;;) {
    const auto now = target_.irq(static_cast<unsigned>(line));
    if (!now) {
      cannot_judge(s.expectation);
      return true;
    }
    if (*now == level) {
      judge(s.expectation, true, {}, {});
      return true;
    }
    if (waited >= most) break;
    if (!step()) return false;
    const std::uint64_t part = std::min(step_ns, most - waited);
    advance(part);
    waited += part;
  }
  judge(s.expectation, false, fmt::format("IRQ{} {}", line, level ? 1 : 0),
        fmt::format("IRQ{} {} after {} ns", line, level ? 0 : 1, most));
  return true;
}

}  // namespace coincide
