#include "trace/import/qtest_log.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <optional>
#include <vector>

#include "trace/import/port_capture.h"
#include "trace/import/text_source.h"

namespace coincide {

namespace {

enum class Verb : std::uint8_t {
  in,
  out,
  read_word,
  write_word,
  read,
  write,
  b64read,
  b64write,
  memset,
  clock,
  silent
};

struct Command {
  std::string_view name;
  Verb verb;
  unsigned width;
};

constexpr Command kCommands[] = {
    {"inb", Verb::in, 1},
    {"inw", Verb::in, 2},
    {"inl", Verb::in, 4},
    {"outb", Verb::out, 1},
    {"outw", Verb::out, 2},
    {"outl", Verb::out, 4},
    {"readb", Verb::read_word, 1},
    {"readw", Verb::read_word, 2},
    {"readl", Verb::read_word, 4},
    {"readq", Verb::read_word, 8},
    {"writeb", Verb::write_word, 1},
    {"writew", Verb::write_word, 2},
    {"writel", Verb::write_word, 4},
    {"writeq", Verb::write_word, 8},
    {"read", Verb::read, 0},
    {"write", Verb::write, 0},
    {"b64read", Verb::b64read, 0},
    {"b64write", Verb::b64write, 0},
    {"memset", Verb::memset, 0},
    {"clock_step", Verb::clock, 0},
    {"clock_set", Verb::clock, 0},
    {"irq_intercept_in", Verb::silent, 0},
    {"irq_intercept_out", Verb::silent, 0},
    {"set_irq_in", Verb::silent, 0},
    {"endianness", Verb::silent, 0},
    {"module_load", Verb::silent, 0},
};

/// Longest memory access that is taken: a reproducer's size field is no promise that the bytes are there.
constexpr std::uint64_t kMaxMemoryAccess = 64u << 20;
/// A clock_step without an argument runs to the next timer; without timers of our own it is one millisecond.
constexpr std::uint64_t kStepNs = 1'000'000;
/// From here on the physical address space holds devices (flash, APICs), not RAM.
constexpr std::uint64_t kDeviceSpace = 0xf0000000;

struct Request {
  const Command* command = nullptr;
  std::uint32_t line = 0;
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::uint64_t value = 0;
  bool has_value = false;
  std::string bytes;
};

std::optional<std::string> base64_bytes(std::string_view text) {
  std::string bytes;
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    unsigned digit = 0;
    if (c >= 'A' && c <= 'Z')
      digit = static_cast<unsigned>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      digit = static_cast<unsigned>(c - 'a' + 26);
    else if (c >= '0' && c <= '9')
      digit = static_cast<unsigned>(c - '0' + 52);
    else if (c == '+')
      digit = 62;
    else if (c == '/')
      digit = 63;
    else if (c == '=')
      break;
    else
      return std::nullopt;
    group = group << 6 | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<char>(group >> bits));
    }
  }
  return bytes;
}

std::string little_endian(std::uint64_t value, unsigned width) {
  std::string bytes;
  for (unsigned i = 0; i < width; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}

const Command* find_command(std::string_view name) {
  const auto* found = std::find_if(std::begin(kCommands), std::end(kCommands),
                                   [&](const Command& command) { return command.name == name; });
  return found == std::end(kCommands) ? nullptr : found;
}

bool scan_operand(LineScanner& scan, std::uint64_t& value) {
  scan.skip_blanks();
  return scan.number(value) && (scan.at_end() || scan.rest().front() == ' ');
}

/// nullopt: taken; else what is wrong.
std::optional<std::string> scan_request(LineScanner scan, Request& request) {
  std::string_view name;
  if (!scan.word(name)) return "an empty request";
  request.command = find_command(name);
  if (request.command == nullptr) return "unknown qtest command '" + std::string(name) + "'";
  const auto wrong = [&] { return "not a valid " + std::string(name) + " command"; };
  std::string_view data;
  switch (request.command->verb) {
    case Verb::silent:
      return std::nullopt;
    case Verb::clock:
      request.has_value = scan_operand(scan, request.value);
      return std::nullopt;
    case Verb::in:
    case Verb::out:
      if (!scan_operand(scan, request.address) || request.address > 0xffff) return wrong();
      if (request.command->verb == Verb::out && !scan_operand(scan, request.value)) return wrong();
      return std::nullopt;
    case Verb::read_word:
    case Verb::write_word:
      request.size = request.command->width;
      if (!scan_operand(scan, request.address)) return wrong();
      if (request.command->verb == Verb::write_word) {
        if (!scan_operand(scan, request.value)) return wrong();
        request.bytes = little_endian(request.value, request.command->width);
      }
      return std::nullopt;
    default:
      break;
  }
  if (!scan_operand(scan, request.address) || !scan_operand(scan, request.size)) return wrong();
  if (request.size > kMaxMemoryAccess) return "a memory access of more than 64 MiB";
  if (request.command->verb == Verb::memset) {
    if (!scan_operand(scan, request.value)) return wrong();
    request.bytes.assign(request.size, static_cast<char>(request.value));
  } else if (request.command->verb == Verb::write) {
    if (!scan.word(data) || !data.starts_with("0x")) return wrong();
    data.remove_prefix(2);
    // An odd digit at the end is half a byte that QEMU does not use.
    if (!append_hex_bytes(data.substr(0, data.size() & ~std::size_t{1}), request.bytes)) return wrong();
    request.bytes.resize(request.size, '\0');
  } else if (request.command->verb == Verb::b64write) {
    if (!scan.word(data)) return wrong();
    std::optional<std::string> bytes = base64_bytes(data);
    if (!bytes) return wrong();
    request.bytes = std::move(*bytes);
    request.bytes.resize(request.size, '\0');
  }
  return std::nullopt;
}

/// Turns requests and their answers into events.
class QtestFeeder {
 public:
  QtestFeeder(CaptureBuilder& builder, std::uint32_t function, bool every_port)
      : builder_(builder), ports_(builder, function), every_port_(every_port) {}

  struct Level {
    unsigned irq = 0;
    bool level = false;
    std::uint32_t line = 0;
  };

  /// `answer` is the text behind "OK", nullopt if there is none to see. False: the answer is no answer to that.
  bool feed(const Request& request, std::optional<std::string_view> answer, const std::vector<Level>& levels);
  void level(const Level& change) { builder_.irq(change.irq, change.level, change.line); }

 private:
  bool feed_event(const Request& request, std::optional<std::string_view> answer);
  bool feed_port(const Request& request, std::optional<std::string_view> answer);
  bool feed_memory(const Request& request, std::optional<std::string_view> answer);
  bool feed_clock(const Request& request, std::optional<std::string_view> answer);

  CaptureBuilder& builder_;
  PortCapture ports_;
  const bool every_port_;
  std::uint64_t now_ns_ = 0;
};

bool QtestFeeder::feed(const Request& request, std::optional<std::string_view> answer,
                       const std::vector<Level>& levels) {
  const bool read = request.command->verb == Verb::in;
  const bool data_port = request.address == 0x1f0 || request.address == 0x170;
  const auto before = [&](const Level& change) { return read && !data_port && change.level; };
  for (const Level& change : levels) {
    if (before(change)) level(change);
  }
  if (!feed_event(request, answer)) return false;
  for (const Level& change : levels) {
    if (!before(change)) level(change);
  }
  return true;
}

bool QtestFeeder::feed_event(const Request& request, std::optional<std::string_view> answer) {
  switch (request.command->verb) {
    case Verb::in:
    case Verb::out:
      return feed_port(request, answer);
    case Verb::silent:
      return true;
    case Verb::clock:
      return feed_clock(request, answer);
    default:
      return feed_memory(request, answer);
  }
}

bool QtestFeeder::feed_port(const Request& request, std::optional<std::string_view> answer) {
  PortAccess access;
  access.write = request.command->verb == Verb::out;
  access.port = static_cast<std::uint16_t>(request.address);
  access.width = request.command->width;
  access.value = static_cast<std::uint32_t>(request.value);
  if (access.width < 4) access.value &= (1u << (8 * access.width)) - 1;
  access.line = request.line;
  if (!access.write) {
    access.seen = answer.has_value();
    std::uint64_t value = 0;
    LineScanner scan(answer.value_or(std::string_view{}));
    if (access.seen && !scan_operand(scan, value)) return false;
    access.value = static_cast<std::uint32_t>(value);
  }
  if (!every_port_) {
    ports_.access(access);
  } else if (access.write) {
    builder_.port_write(access.port, access.width, access.value, access.line);
  } else {
    builder_.port_read_unseen(access.port, access.width, access.line);
  }
  return true;
}

bool QtestFeeder::feed_memory(const Request& request, std::optional<std::string_view> answer) {
  if (request.address >= kDeviceSpace && !every_port_) {
    builder_.left_out("accesses to memory-mapped devices");
    return true;
  }
  const Verb verb = request.command->verb;
  if (verb == Verb::write_word || verb == Verb::write || verb == Verb::b64write || verb == Verb::memset) {
    builder_.mem_write(request.address, request.bytes, request.line);
    return true;
  }
  if (!answer) {
    builder_.mem_read_unseen(request.address, request.size, request.line);
    return true;
  }
  LineScanner scan(*answer);
  scan.skip_blanks();
  std::string bytes;
  std::uint64_t value = 0;
  if (verb == Verb::read_word) {
    if (!scan.number(value)) return false;
    bytes = little_endian(value, request.command->width);
  } else if (verb == Verb::b64read) {
    std::optional<std::string> decoded = base64_bytes(scan.rest());
    if (!decoded) return false;
    bytes = std::move(*decoded);
  } else if (!scan.literal("0x") || !append_hex_bytes(scan.rest(), bytes)) {
    return false;
  }
  if (bytes.size() != request.size) return false;
  builder_.mem_read(request.address, bytes, request.line);
  return true;
}

bool QtestFeeder::feed_clock(const Request& request, std::optional<std::string_view> answer) {
  std::uint64_t then = now_ns_;
  LineScanner scan(answer.value_or(std::string_view{}));
  if (answer) {
    if (!scan_operand(scan, then)) return false;
  } else if (request.command->name == "clock_set") {
    then = request.value;
  } else {
    then = now_ns_ + (request.has_value ? request.value : kStepNs);
  }
  if (then > now_ns_) {
    builder_.clock_advance(then - now_ns_, request.line);
    now_ns_ = then;
  }
  return true;
}

}  // namespace

bool is_qtest_command(std::string_view line) {
  std::string_view name;
  LineScanner scan(line);
  return scan.word(name) && find_command(name) != nullptr;
}

namespace {

/// A log is read twice: first to find the IDE function among all that was looked at.
struct LogRow {
  enum class Kind : std::uint8_t { request, answer, failure, level } kind;
  Request request;
  std::string_view text;
  QtestFeeder::Level level;
  std::uint32_t line = 0;
};

Result<std::vector<LogRow>> scan_log(std::string_view text, const ImportOptions& options, CaptureBuilder& builder) {
  std::vector<LogRow> rows;
  LineWalker lines(text);
  std::string_view line;
  while (lines.next(line)) {
    const auto at = [&](std::string what) {
      return Error{options.name + ":" + std::to_string(lines.number()), std::move(what)};
    };
    LineScanner scan(line);
    std::string_view stamp;
    const bool request = scan.literal("[R ");
    const bool answer = !request && scan.literal("[S ");
    if (!request && !answer) {
      if (!line.empty() && !line.starts_with("[I ")) builder.left_out("lines that are no qtest log line");
      continue;
    }
    if (!scan.until("] ", stamp)) return at("a qtest log line without its time stamp");
    LogRow row{};
    row.line = row.request.line = row.level.line = lines.number();
    if (request) {
      row.kind = LogRow::Kind::request;
      if (const auto wrong = scan_request(scan, row.request)) return at(*wrong);
      // From here on every change of a line is told, so that none is known too.
      if (row.request.command->name.starts_with("irq_intercept_")) builder.sees(sees::irq);
    } else if (scan.literal("IRQ ")) {
      std::uint64_t irq = 0;
      row.kind = LogRow::Kind::level;
      row.level.level = scan.literal("raise ");
      if ((!row.level.level && !scan.literal("lower ")) || !scan.decimal(irq)) return at("not an IRQ line");
      builder.sees(sees::irq);
      if (irq != 14 && irq != 15) {
        builder.left_out("changes of other interrupt lines");
        continue;
      }
      row.level.irq = static_cast<unsigned>(irq);
    } else if (scan.literal("OK")) {
      row.kind = LogRow::Kind::answer;
      scan.skip_blanks();
      row.text = scan.rest();
    } else {
      row.kind = LogRow::Kind::failure;
      row.text = scan.rest();
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::uint32_t find_function(const std::vector<LogRow>& rows) {
  FunctionFinder finder;
  std::deque<const Request*> waiting;
  for (const LogRow& row : rows) {
    if (row.kind == LogRow::Kind::request) waiting.push_back(&row.request);
    if ((row.kind != LogRow::Kind::answer && row.kind != LogRow::Kind::failure) || waiting.empty()) continue;
    const Request& request = *waiting.front();
    waiting.pop_front();
    std::uint64_t value = 0;
    LineScanner scan(row.text);
    if (row.kind == LogRow::Kind::failure) continue;
    if (request.command->verb == Verb::out) {
      finder.write(static_cast<std::uint16_t>(request.address), request.command->width,
                   static_cast<std::uint32_t>(request.value));
    } else if (request.command->verb == Verb::in && scan.number(value)) {
      finder.read(static_cast<std::uint16_t>(request.address), request.command->width,
                  static_cast<std::uint32_t>(value));
    }
  }
  return finder.function();
}

}  // namespace

Result<Capture> import_qtest_log(std::string_view text, const ImportOptions& options) {
  CaptureBuilder builder("qtest log");
  Result<std::vector<LogRow>> rows = scan_log(text, options, builder);
  if (!rows) return rows.error();
  builder.sees(sees::read_values | sees::block_data | sees::write_data | sees::config | sees::memory);
  builder.dma_tables_known();  // a qtest client is the whole guest: it wrote them itself
  const std::uint32_t function = find_function(*rows);
  builder.pci_device(function >> 3);
  QtestFeeder feeder(builder, function, false);
  std::deque<const Request*> waiting;
  std::vector<QtestFeeder::Level> levels;
  for (const LogRow& row : *rows) {
    const auto at = [&](std::string what) {
      return Error{options.name + ":" + std::to_string(row.line), std::move(what)};
    };
    switch (row.kind) {
      case LogRow::Kind::request:
        waiting.push_back(&row.request);
        break;
      case LogRow::Kind::level:
        levels.push_back(row.level);
        break;
      case LogRow::Kind::answer:
      case LogRow::Kind::failure:
        if (waiting.empty()) return at("an answer to no request");
        if (row.kind == LogRow::Kind::failure) {
          builder.left_out("requests that the peer refused");
        } else if (!feeder.feed(*waiting.front(), row.text, levels)) {
          return at("not an answer to " + std::string(waiting.front()->command->name));
        }
        levels.clear();
        waiting.pop_front();
        break;
    }
  }
  for (const QtestFeeder::Level& change : levels) feeder.level(change);
  // A log that ends in a request ends in what the peer did not survive: it is fed, and nothing is known of its answer.
  for (const Request* request : waiting) feeder.feed(*request, std::nullopt, {});
  if (builder.accesses() == 0) return Error{options.name, "no access to a PIIX IDE function in this qtest log"};
  return builder.finish();
}

Result<Capture> import_qtest_commands(std::string_view text, const ImportOptions& options) {
  CaptureBuilder builder("qtest commands");
  builder.dma_tables_known();
  QtestFeeder feeder(builder, 0, true);
  LineWalker lines(text);
  std::string_view line;
  while (lines.next(line)) {
    std::string_view first;
    if (!LineScanner(line).word(first) || first.front() == '#') continue;
    Request request;
    request.line = lines.number();
    if (const auto wrong = scan_request(LineScanner(line), request)) {
      return Error{options.name + ":" + std::to_string(lines.number()), *wrong};
    }
    feeder.feed(request, std::nullopt, {});
  }
  return builder.finish();
}

}  // namespace coincide
