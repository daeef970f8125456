// Events as people read them: port and register names, commands with address and count, bits by letter, payloads in
// short, polls folded. One line an event, or one JSON object an event.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "emu/event.h"
#include "replay/command_tracker.h"
#include "replay/ports.h"
#include "replay/vmbus_map.h"

namespace coincide {

/// One event with what its place in the trace tells.
struct ListedEvent {
  std::uint64_t number = 0;
  std::uint64_t time_ns = 0;
  Event event;
  std::uint64_t payload_bytes = 0;  ///< more than event.payload has if payloads were stripped
};

/// The parts of a line. Empty parts do not apply.
struct ListingLine {
  std::uint64_t number = 0;
  std::uint64_t time_ns = 0;
  bool observation = false;
  bool command = false;  ///< a write that starts a command
  std::string what;      ///< "in", "out", "reg", "irq", ...
  std::string where;     ///< "1F7h", "00020000h", "IRQ14", "#3"
  std::string name;      ///< "primary Status"
  std::string value;     ///< "50h", "50h -> 80h", "512 bytes 48 44 30 20 ..."
  std::string bits;      ///< ".R.S...."
  std::string note;      ///< "READ DMA lba=0x100 count=8", "(12 polls)"
  std::string device;    ///< of a command: "primary master"
};

/// Decodes a stream, event by event. Keeps what the host said so far: BMIBA, task files.
class ListingDecoder {
 public:
  ListingLine decode(const ListedEvent& listed);
  /// The register that the last decoded event accessed or changed: "primary Status"; empty if none.
  const std::string& register_name() const { return register_name_; }
  /// Whether the last decoded event was a look at a register that hosts poll.
  bool polled() const { return polled_; }

 private:
  void access(const ListedEvent& listed, ListingLine& line);
  void ring_access(const ListedEvent& listed, ListingLine& line) const;
  PortMap ports_;
  VmbusMap vmbus_;
  CommandTracker commands_;
  std::string register_name_;
  bool polled_ = false;
};

/// Folds looks that repeat: the same read with the same answer and nothing but steps of the clock between becomes one
/// line. Lines go to `out` in order.
class PollFolder {
 public:
  explicit PollFolder(std::function<void(const ListingLine&)> out) : out_(std::move(out)) {}
  void add(ListingLine line, const Event& event, bool polled);
  /// Hands out what is held back. Last.
  void finish();

 private:
  bool same_look(const Event& event) const;

  std::function<void(const ListingLine&)> out_;
  std::optional<ListingLine> look_;
  Event look_event_;
  std::uint64_t looks_ = 0;
  std::uint64_t looks_clock_ns_ = 0;
  std::optional<ListingLine> clock_;  ///< steps since the last look, held back
  std::uint64_t clock_ns_ = 0;
  std::uint64_t clock_steps_ = 0;
};

/// "     12  in     1F7h       primary Status   50h  .R.S....  (12 polls)", no line end.
std::string listing_text(const ListingLine& line, bool color);

/// One JSON object with every field of the event and the decoded names; payload in hexadecimal.
std::string listing_json(const ListedEvent& listed, const ListingLine& line);

/// "primary master" for unit 0.
std::string unit_name(unsigned unit);

}  // namespace coincide
