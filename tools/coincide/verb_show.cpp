// coincide show T: a decoded listing of a trace.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "replay/listing.h"
#include "tools/coincide/console.h"
#include "tools/coincide/verb.h"
#include "trace/reader.h"

namespace coincide {
namespace {

struct Options {
  std::string trace;
  std::uint64_t from = 0;
  std::uint64_t to = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  std::vector<std::string> commands;
  std::vector<std::string> registers;
  bool unfolded = false;
  bool time = false;
  ReportOptions report;
};

/// "READ DMA EXT", "read_dma_ext" and "Read-DMA-ext" are one name.
std::string folded_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'a' && c <= 'z') {
      out += static_cast<char>(c - 'a' + 'A');
    } else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
      out += c;
    }
  }
  return out;
}

/// A register filter names a register as listings do, or only its last words: "Status" is that of every device.
bool names_register(std::string_view filter, std::string_view name) {
  const std::string wanted = folded_name(filter);
  return !wanted.empty() && folded_name(name).ends_with(wanted);
}

bool names_command(std::string_view filter, const HostCommand& command) {
  const std::string wanted = folded_name(filter);
  if (command.row != nullptr &&
      (wanted == folded_name(command.row->name) || wanted == folded_name(command.row->symbol))) {
    return true;
  }
  return wanted == folded_name(hex_text(command.opcode, 1));
}

/// The first filter that no command or register could ever match: a slip of the hand, not an empty listing.
std::optional<Error> unknown_filter(const Options& options) {
  for (const std::string& filter : options.commands) {
    bool known = false;
    for (unsigned opcode = 0; opcode < 256 && !known; ++opcode)
      known = folded_name(hex_text(opcode, 1)) == folded_name(filter);
    for (const CommandRow& row : command_table()) {
      known = known || folded_name(filter) == folded_name(row.name) || folded_name(filter) == folded_name(row.symbol);
    }
    if (!known) return Error{"--command", fmt::format("no ATA command is called '{}'", filter)};
  }
  for (const std::string& filter : options.registers) {
    bool known = false;
    for (const Scope scope :
         {Scope::function, Scope::primary, Scope::secondary, Scope::device0, Scope::device1, Scope::device2,
          Scope::device3, Scope::accelerator0, Scope::accelerator1, Scope::accelerator2, Scope::accelerator3}) {
      for (unsigned i = 0; i < register_table(scope).size(); ++i) {
        known = known || names_register(filter, register_name(register_id(scope, i)));
      }
    }
    // And as the host sees them: Alternate Status, Data and the like are no recorded state.
    const PortMap ports;
    for (std::uint32_t port = 0; port <= 0xffff && !known; ++port) {
      for (const bool write : {false, true}) {
        known = known || names_register(filter, host_register_long_name(ports.decode_port(port, write)));
      }
    }
    for (unsigned offset = 0; offset < 256 && !known; ++offset) {
      const HostAccess access{HostRegister::config, 0, static_cast<std::uint8_t>(offset), false};
      known = names_register(filter, host_register_long_name(access));
    }
    if (!known) return Error{"--register", fmt::format("no register is called '{}'", filter)};
  }
  return std::nullopt;
}

/// Which events --command shows: from the Command write of a matching command to the next one on its channel.
class CommandFilter {
 public:
  explicit CommandFilter(const std::vector<std::string>& filters) : filters_(filters) {}
  bool empty() const { return filters_.empty(); }
  void follow(const ListedEvent& listed) {
    if (is_stimulus(listed.event.kind)) tracker_.stimulus(listed.event, listed.number);
    channel_ = channel_of(listed.event);
  }
  /// Whether the event just followed belongs to a command that is asked for.
  bool matches() const {
    if (!channel_) return false;
    const auto& command = tracker_.command(*channel_);
    return command && std::any_of(filters_.begin(), filters_.end(),
                                  [&](const std::string& filter) { return names_command(filter, *command); });
  }

 private:
  std::optional<unsigned> channel_of(const Event& event) const {
    switch (event.kind) {
      case EventKind::port_read:
      case EventKind::port_write:
      case EventKind::port_read_block:
      case EventKind::port_write_block: {
        const auto access = channel_access(static_cast<std::uint16_t>(event.where), tracker_.bmiba());
        return access ? std::optional(access->channel) : std::nullopt;
      }
      case EventKind::register_change: {
        const unsigned scope = event.where >> 16;
        if (scope == 1 || scope == 2) return scope - 1;
        if (scope >= 4 && scope < 8) return (scope - 4) / 2;
        return std::nullopt;
      }
      case EventKind::irq:
        return event.where - 14;
      case EventKind::dma_read:
      case EventKind::dma_write:
      case EventKind::port_write_deferred:
      case EventKind::port_write_done:
        return event.unit;
      case EventKind::disk_request:
      case EventKind::disk_data:
        return event.unit < 4 ? std::optional<unsigned>(event.unit / 2) : std::nullopt;
      case EventKind::bus_fault:
        return event.unit < 2 ? std::optional<unsigned>(event.unit) : std::nullopt;
      default:
        return std::nullopt;
    }
  }

  const std::vector<std::string>& filters_;
  CommandTracker tracker_;
  std::optional<unsigned> channel_;
};

void print_header(const TraceReader& reader) {
  const TraceHeader& header = reader.header();
  fmt::print("# {}: {} events in {} {}, name {}\n", reader.input(), reader.events(), reader.chunks(),
             reader.chunks() == 1 ? "chunk" : "chunks", reader.name().hex());
  fmt::print("# profile {}\n", header.profile.empty() ? "none (not made by the emulator)" : header.profile);
  std::string_view board = header.board;
  while (!board.empty()) {
    const std::size_t end = std::min(board.find('\n'), board.size());
    fmt::print("# {}\n", board.substr(0, end));
    board.remove_prefix(std::min(end + 1, board.size()));
  }
}

int show(const Options& options) {
  if (const auto error = unknown_filter(options)) return not_judged(*error);
  const auto reader = TraceReader::recover(options.trace);
  if (!reader) return not_judged(reader.error());
  const bool text = !options.report.json && !options.report.quiet;
  const bool color = stdout_has_color();
  if (text) print_header(*reader);

  ListingDecoder decoder;
  CommandFilter command_filter(options.commands);
  std::uint64_t printed = 0;
  PollFolder folder([&](const ListingLine& line) {
    if (printed++ >= options.limit || !text) return;
    if (options.time) fmt::print("{:>14}", line.time_ns);
    fmt::print("{}\n", listing_text(line, color));
  });
  EventCursor cursor(*reader);
  while (printed < options.limit && cursor.next() && cursor.number() <= options.to) {
    const ListedEvent listed{cursor.number(), cursor.time_ns(), cursor.event(), cursor.payload_length()};
    // Everything is decoded, also what is not shown: BMIBA and task files are told by what came before.
    const ListingLine line = decoder.decode(listed);
    command_filter.follow(listed);
    if (listed.number < options.from || (!command_filter.empty() && !command_filter.matches())) continue;
    const auto names_it = [&](const std::string& filter) { return names_register(filter, decoder.register_name()); };
    if (!options.registers.empty() && std::none_of(options.registers.begin(), options.registers.end(), names_it)) {
      continue;
    }
    if (options.report.json) {
      ++printed;
      if (!options.report.quiet) fmt::print("{}\n", listing_json(listed, line));
    } else {
      folder.add(line, listed.event, decoder.polled() && !options.unfolded);
    }
  }
  folder.finish();
  if (cursor.error()) return not_judged(*cursor.error());
  if (!reader->damages().empty()) return not_judged(reader->damages().front());
  return kExitCoincide;
}

}  // namespace

VerbRun set_up_show(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.footer(
      "Polls that repeat are folded into one line. Of a damaged trace the whole chunks before the damage are listed,\n"
      "then the status is 125.");
  app.add_option("TRACE", options->trace, "trace to list")->required();
  app.add_option("--from", options->from, "first event to show (they count from 0)");
  app.add_option("--to", options->to, "last event to show");
  app.add_option("--limit", options->limit, "show so many lines at most");
  app.add_option("--command", options->commands,
                 "only what belongs to this command, from its write to the next: READ_DMA, C8h; may be repeated");
  app.add_option("--register", options->registers, "only this register: Status, \"primary BMIS\"; may be repeated");
  app.add_flag("--all-polls", options->unfolded, "do not fold polls");
  app.add_flag("--time", options->time, "virtual time in nanoseconds before each line");
  add_report_options(app, options->report);
  return [options] { return show(*options); };
}

}  // namespace coincide
