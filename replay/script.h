// A parsed script: its board, its profile and its statements. The language is described in SCRIPT.md; shorthands are
// expanded into plain statements while parsing, so nothing below knows them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emu/board.h"
#include "emu/event.h"
#include "emu/registers.h"
#include "replay/media_source.h"
#include "replay/script_data.h"
#include "replay/script_expression.h"
#include "trace/error.h"

namespace coincide {

/// What an access, a look or a wait goes to.
enum class Space : std::uint8_t { port, config, memory };

/// Counters that `expect count` reads and `clear_counts` clears.
enum class Counter : std::uint8_t {
  edges14,
  edges15,
  dma_read_primary,
  dma_write_primary,
  dma_read_secondary,
  dma_write_secondary,
  bus_faults,
  disk_requests,
  disk_data,
  vmbus_interrupts,  ///< event flags
  vmbus_messages,
  vmbus_signals,  ///< the guest's
  vmbus_read,     ///< bytes
  vmbus_write,
  count
};
std::string_view counter_name(Counter counter);

/// Where a field of a packet from the host stands, descriptor included.
struct ReplyField {
  std::string_view name;
  std::uint32_t offset = 0;
  std::uint8_t width = 0;  ///< 0: `bytes` and `sense`, which are made of several
};

/// Something that has a number.
struct Subject {
  enum class Kind : std::uint8_t {
    access,    ///< a read of `space` at `address`: an event
    irq,       ///< level of line `address`
    reg,       ///< register `reg`, from within
    word,      ///< word or byte number `address` of the buffer, by `width`
    checksum,  ///< byte sum of the buffer
    pending,
    deferred,  ///< a write to an enlightened port of channel `address` waits
    clock,
    counter,
    messages,  ///< control messages that nobody has looked at
    reply,     ///< field `reply` of the last packet that was received
    waiting,   ///< bytes in the host's ring of unit `address`
  };
  Kind kind = Kind::access;
  Space space = Space::port;
  std::uint8_t width = 1;
  Expression address;
  RegisterId reg = 0;
  Counter counter = Counter::edges14;
  ReplyField reply;
};

/// What the number must be.
struct Match {
  enum class Op : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal, one_of };
  Op op = Op::equal;
  std::optional<Expression> mask;
  std::vector<Expression> values;  ///< one, or more for one_of
};

struct ReadStatement {
  Space space = Space::port;
  std::uint8_t width = 1;
  Expression address;
};
struct WriteStatement {
  Space space = Space::port;
  std::uint8_t width = 1;
  Expression address;
  Expression value;
};
struct MemoryReadStatement {
  Expression address;
  Expression size;
};
struct MemoryWriteStatement {
  Expression address;
  ScriptData data;
  std::optional<Expression> size;  ///< data are cut or zero filled to it
};
struct BlockReadStatement {
  Expression port;
  std::uint8_t width = 2;
  Expression count;
};
struct BlockWriteStatement {
  Expression port;
  std::uint8_t width = 2;
  ScriptData data;
};
/// pio_in, pio_out, packet_in, packet_out: blocks of a PIO data transfer, each with its wait for DRQ. The only
/// shorthands whose length is known when they run; that of a packet command's block stands in LBA Mid and High.
struct PioStatement {
  bool in = true;
  bool packet = false;
  std::uint8_t channel = 0;
  std::uint8_t width = 2;
  Expression sectors;  ///< `in` only; bytes if `packet`
  ScriptData data;     ///< out only
  Expression block;
  std::uint32_t expectation = 0;  ///< where its waits report
};
struct ClockStatement {
  std::optional<Expression> nanoseconds;  ///< none: the board's latency
  bool absolute = false;
};
struct MemoryMapStatement {
  bool map = true;
  Expression address;
  Expression size;
};
struct DiskCompleteStatement {
  std::optional<Expression> number;  ///< none: the oldest
  DiskOutcome outcome = DiskOutcome::done;
  Expression lba;
};
struct MediaStatement {
  bool insert = true;
  std::uint8_t unit = 0;
  std::optional<Expression> index;  ///< `insert` only; none: 0
  bool force = false;               ///< eject only
};
struct ResetStatement {
  ResetKind kind = ResetKind::pci;
};
struct NoteStatement {
  std::string text;
};
struct LetStatement {
  std::size_t slot = 0;
  Expression value;
};
struct KeepStatement {
  std::size_t slot = 0;
  Subject subject;
};
struct ClearCountsStatement {};
struct ExpectStatement {
  Subject subject;
  Match match;
  std::uint32_t expectation = 0;
};
struct ExpectDataStatement {
  enum class Kind : std::uint8_t { memory, block, buffer, medium };
  Kind kind = Kind::memory;
  Expression address;  ///< guest address, port, offset in the buffer, LBA
  std::uint8_t width = 2;
  std::uint8_t unit = 0;
  Expression count;  ///< elements of `block`
  ScriptData data;
  std::uint32_t expectation = 0;
};
struct ExpectStringStatement {
  Expression first_word;
  Expression last_word;
  std::string text;
  std::uint32_t expectation = 0;
};
struct ExpectRequestStatement {
  std::optional<Expression> number;  ///< none: the oldest
  DiskOp op = DiskOp::none;
  std::optional<Expression> lba;
  std::optional<Expression> count_sectors;
  std::uint32_t expectation = 0;
};
struct WaitStatement {
  Subject subject;
  Match match;
  Expression max;
  std::optional<Expression> step_ns;
  std::uint32_t expectation = 0;
};
struct WaitIrqStatement {
  Expression line;
  Expression level;
  Expression max_ns;
  Expression step_ns;
  std::uint32_t expectation = 0;
};

/// What the guest's drivers of VMBus and StorVSP do: plain stimuli that are known only when they run.
struct GuestStatement {
  enum class Kind : std::uint8_t { post, signal, connect, open, close, stor, scsi, ring_send, receive };
  enum Option : std::uint8_t {
    version,
    up,
    down,
    vp,
    bytes,
    id,
    ask,
    path,
    target,
    lun,
    data_in,
    length,
    srb_flags,
    advance,
    trailer,
    option_count
  };
  Kind kind = Kind::post;
  std::uint8_t unit = 0;
  ScriptData data;     ///< message, payload, CDB, bytes of the ring
  Expression operand;  ///< connection; address of the rings, of the SRB's data; operation
  Expression size;     ///< of the SRB's data
  std::array<std::optional<Expression>, option_count> options;
  std::uint32_t expectation = 0;  ///< of `receive`
};
struct ExpectMessageStatement {
  std::uint32_t type = 0;
  std::uint32_t expectation = 0;
};

struct Statement;
struct RepeatStatement {
  Expression count;
  std::optional<std::size_t> slot;  ///< counts 0 ... count - 1
  std::vector<Statement> body;
};

using AnyStatement =
    std::variant<ReadStatement, WriteStatement, MemoryReadStatement, MemoryWriteStatement, BlockReadStatement,
                 BlockWriteStatement, PioStatement, ClockStatement, MemoryMapStatement, DiskCompleteStatement,
                 MediaStatement, ResetStatement, NoteStatement, LetStatement, KeepStatement, ClearCountsStatement,
                 ExpectStatement, ExpectDataStatement, ExpectStringStatement, ExpectRequestStatement, WaitStatement,
                 WaitIrqStatement, GuestStatement, ExpectMessageStatement, RepeatStatement>;

struct Statement {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  AnyStatement what;
};

/// One place of the script that can pass or fail.
struct Expectation {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string text;                ///< the line, blanks folded, without its comment
  std::vector<std::string> rules;  ///< rule IDs that its comment cites, in order
};

struct Script {
  std::string name;      ///< as given to parse_script
  std::string headline;  ///< first comment line
  Board board;
  bool board_given = false;  ///< the script has board lines; else `board` is the default board
  std::optional<std::string> profile;
  std::vector<Statement> statements;
  std::vector<Expectation> expectations;
  std::size_t variables = 1;
};

/// Most statements that a script may have, shorthands expanded.
inline constexpr std::size_t kMaxStatements = 1u << 20;
/// Longest script file.
inline constexpr std::uint64_t kMaxScriptBytes = 32u << 20;

/// Parses a script. `name` stands in front of every error: "name:line:column: what". Media that board lines name are
/// opened (`search` says where); one that cannot be is an error too, and more statements than `most_statements`. The
/// profile's name is not checked here.
Result<Script> parse_script(std::string_view text, std::string_view name, const MediaSearch& search,
                            std::size_t most_statements = kMaxStatements);

/// Reads a file and parses it; its directory is searched for media first.
Result<Script> load_script(const std::string& path);

/// True for a word that a line of a script may begin with: a statement, a shorthand, `board`, `profile`, `repeat`.
bool is_script_keyword(std::string_view word);

/// Rule IDs in a comment: words of capitals, digits and hyphens that end in a number.
std::vector<std::string> cited_rules(std::string_view comment);

}  // namespace coincide
