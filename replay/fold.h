// An episode without what is only timing: looks at status that repeat are folded, transfers that were split are joined,
// and what the device did is sorted by what it was done to. Two runs of one driver fold to the same thing however often
// they polled and wherever an interrupt fell between two stimuli.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "replay/episodes.h"
#include "replay/ports.h"
#include "trace/event_list.h"

namespace coincide {

/// The looks at polled registers, and the steps of the clock, between two items. Status and Alternate Status are one
/// register here; the last look is what the host acted on.
struct Looks {
  struct Last {
    std::uint32_t event = 0;
    HostAccess access;
    std::uint8_t value = 0;
    std::uint8_t open = 0;  ///< bits that the standard leaves open
    std::uint32_t folded = 0;
  };
  std::optional<Last> status;
  std::optional<Last> bus_master;
  /// Looks that did something: a Status read that took an interrupt back (ATA6-REG-4). Those are no timing.
  std::vector<std::uint32_t> acknowledged;
  std::uint32_t count = 0;
  std::uint64_t clock_ns = 0;

  void join(const Looks& later);
};

/// One thing that the host did.
struct FoldedItem {
  enum class Kind : std::uint8_t {
    access,  ///< a register access; reads that repeat with the same answer are one
    data,    ///< the data port, in or out: all bytes that moved with nothing but looks between
    memory,  ///< memory written by the CPU; contiguous writes are one
    look,    ///< memory read by the CPU
    other,   ///< any other stimulus
  };
  Kind kind = Kind::other;
  EventKind event_kind = EventKind::none;
  HostAccess access;
  std::uint32_t event = 0;   ///< first event of it
  std::uint32_t folded = 1;  ///< how many stimuli it stands for
  std::uint32_t where = 0;   ///< port, offset, as in Event
  std::uint8_t width = 0;    ///< of a register access; data may have moved in any width
  std::uint8_t unit = 0;
  std::uint64_t address = 0;  ///< memory; `detail` of other stimuli
  std::uint64_t value = 0;    ///< value read or written; bytes of data and memory
  std::uint64_t open = 0;     ///< open bits of a read
  std::vector<std::uint8_t> bytes;
  std::uint64_t open_bytes = 0;  ///< at the end of a transfer: no data stood behind them
  Looks before;

  bool is_answered() const { return kind == Kind::look || (event_kind != EventKind::none && is_read(event_kind)); }
  /// The port or offset as far as it tells more than `access`.
  std::uint32_t place() const;
  /// The host did the same, whatever it was answered.
  bool same_stimulus(const FoldedItem& other) const;
  /// ... and was answered the same, where the standard says what the answer is.
  bool same_answer(const FoldedItem& other) const;
  /// Equal for two items of the same stimulus.
  std::uint64_t key() const;
};

/// What the device and the bus master did, by what they did it to: a list for each register, for the bytes that reached
/// memory, for the requests to a medium. Order is kept within a list and not between lists.
enum class EffectKind : std::uint8_t {
  reg,
  interrupt,
  dma_read,
  dma_write,
  request,
  medium,
  fault,
  completion,
  enlightened
};
struct Effect {
  std::uint64_t digest = 0;  ///< equal for equal things; of a register its value
  std::uint32_t event = 0;   ///< first event of it
  std::uint32_t items = 0;   ///< items of the episode before it
  std::uint32_t folded = 1;  ///< events that it joins
};
using EffectKey = std::pair<EffectKind, std::uint32_t>;  ///< and the register, or channel or unit
using Effects = std::map<EffectKey, std::vector<Effect>>;

struct FoldedEpisode {
  std::vector<FoldedItem> items;
  Looks after;  ///< looks behind the last item
  Effects effects;
};

/// The register that each event accesses, by number of event.
std::vector<HostAccess> decode_accesses(const EventList& events);

struct FoldOptions {
  /// What both recordings could see (trace/message.h); the rest is left out.
  std::uint64_t sees = 0;
  /// Where in guest memory tables and buffers lie is left out: an operating system puts them elsewhere at each boot. Of
  /// a PRD table the bytes that it describes are left, of transfers the bytes that moved.
  bool free_addresses = false;
};

/// Folds the events of one episode (or of Episodes::function), in order.
FoldedEpisode fold(const EventList& events, const std::vector<HostAccess>& accesses,
                   const std::vector<std::uint32_t>& numbers, const FoldOptions& options);

}  // namespace coincide
