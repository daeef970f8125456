#include "trace/import/qtest_log.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <optional>
#include <vector>

#include "trace/import/port_capture.h"
#include "trace/import/qtest_request.h"
#include "trace/import/text_source.h"

namespace coincide {

namespace {

/// A clock_step without an argument runs to the next timer; without timers of our own it is one millisecond.
constexpr std::uint64_t kStepNs = 1'000'000;
/// From here on the physical address space holds devices (flash, APICs), not RAM.
constexpr std::uint64_t kDeviceSpace = 0xf0000000;

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
  bool feed(const QtestRequest& request, std::optional<std::string_view> answer, const std::vector<Level>& levels);
  void level(const Level& change) { builder_.irq(change.irq, change.level, change.line); }

 private:
  bool feed_event(const QtestRequest& request, std::optional<std::string_view> answer);
  bool feed_port(const QtestRequest& request, std::optional<std::string_view> answer);
  bool feed_memory(const QtestRequest& request, std::optional<std::string_view> answer);
  bool feed_clock(const QtestRequest& request, std::optional<std::string_view> answer);

  CaptureBuilder& builder_;
  PortCapture ports_;
  const bool every_port_;
  std::uint64_t now_ns_ = 0;
};

bool QtestFeeder::feed(const QtestRequest& request, std::optional<std::string_view> answer,
                       const std::vector<Level>& levels) {
  const bool read = request.command->verb == QtestVerb::in;
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

bool QtestFeeder::feed_event(const QtestRequest& request, std::optional<std::string_view> answer) {
  switch (request.command->verb) {
    case QtestVerb::in:
    case QtestVerb::out:
      return feed_port(request, answer);
    case QtestVerb::silent:
      return true;
    case QtestVerb::clock:
      return feed_clock(request, answer);
    default:
      return feed_memory(request, answer);
  }
}

bool QtestFeeder::feed_port(const QtestRequest& request, std::optional<std::string_view> answer) {
  PortAccess access;
  access.write = request.command->verb == QtestVerb::out;
  access.port = static_cast<std::uint16_t>(request.address);
  access.width = request.command->width;
  access.value = static_cast<std::uint32_t>(request.value);
  if (access.width < 4) access.value &= (1u << (8 * access.width)) - 1;
  access.line = request.line;
  if (!access.write) {
    access.seen = answer.has_value();
    std::uint64_t value = 0;
    LineScanner scan(answer.value_or(std::string_view{}));
    if (access.seen && !scan_qtest_number(scan, value)) return false;
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

bool QtestFeeder::feed_memory(const QtestRequest& request, std::optional<std::string_view> answer) {
  if (request.address >= kDeviceSpace && !every_port_) {
    builder_.left_out("accesses to memory-mapped devices");
    return true;
  }
  const QtestVerb verb = request.command->verb;
  if (verb == QtestVerb::write_word || verb == QtestVerb::write || verb == QtestVerb::b64write ||
      verb == QtestVerb::memset) {
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
  if (verb == QtestVerb::read_word) {
    if (!scan.number(value)) return false;
    bytes = little_endian_bytes(value, request.command->width);
  } else if (verb == QtestVerb::b64read) {
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

bool QtestFeeder::feed_clock(const QtestRequest& request, std::optional<std::string_view> answer) {
  std::uint64_t then = now_ns_;
  LineScanner scan(answer.value_or(std::string_view{}));
  if (answer) {
    if (!scan_qtest_number(scan, then)) return false;
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
  return scan.word(name) && find_qtest_command(name) != nullptr;
}

namespace {

/// A log is read twice: first to find the IDE function among all that was looked at.
struct LogRow {
  enum class Kind : std::uint8_t { request, answer, failure, level } kind;
  QtestRequest request;
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
      if (const auto wrong = scan_qtest_request(scan, row.request)) return at(*wrong);
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
  std::deque<const QtestRequest*> waiting;
  for (const LogRow& row : rows) {
    if (row.kind == LogRow::Kind::request) waiting.push_back(&row.request);
    if ((row.kind != LogRow::Kind::answer && row.kind != LogRow::Kind::failure) || waiting.empty()) continue;
    const QtestRequest& request = *waiting.front();
    waiting.pop_front();
    std::uint64_t value = 0;
    LineScanner scan(row.text);
    if (row.kind == LogRow::Kind::failure) continue;
    if (request.command->verb == QtestVerb::out) {
      finder.write(static_cast<std::uint16_t>(request.address), request.command->width,
                   static_cast<std::uint32_t>(request.value));
    } else if (request.command->verb == QtestVerb::in && scan.number(value)) {
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
  std::deque<const QtestRequest*> waiting;
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
  for (const QtestRequest* request : waiting) feeder.feed(*request, std::nullopt, {});
  if (builder.accesses() == 0) return Error{options.name, "no access to a PIIX IDE function in this qtest log"};
  return builder.finish(options.name);
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
    QtestRequest request;
    request.line = lines.number();
    if (const auto wrong = scan_qtest_request(LineScanner(line), request)) {
      return Error{options.name + ":" + std::to_string(lines.number()), *wrong};
    }
    feeder.feed(request, std::nullopt, {});
  }
  return builder.finish(options.name);
}

}  // namespace coincide
