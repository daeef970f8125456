// Reads traces: opens them, finds events by number, hands them out, and holds every byte against the format.
//
// Opening a whole file reads its header, index and trailer; a chunk is checked when it is loaded. Damage anywhere else
// is found by verify(), or by whoever comes to the chunk. Every Error's place is "NAME: byte OFFSET".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emu/event.h"
#include "trace/chunk.h"
#include "trace/error.h"
#include "trace/file_bytes.h"
#include "trace/message.h"
#include "trace/walk.h"

namespace coincide {

class TraceReader {
 public:
  /// For whole files: any damage that opening meets is the error. `input` names the file in errors.
  static Result<TraceReader> open(SharedBytes bytes, std::string input);
  static Result<TraceReader> open(const std::string& path);
  /// For damaged files: takes what is whole and lists what is not in damages(). With a good index these are all whole
  /// chunks, the bad ones fail when they are loaded; without it, the chunks before the first bad frame (FORMAT.md,
  /// section 8). An error only if not even the header is good.
  static Result<TraceReader> recover(SharedBytes bytes, std::string input);
  static Result<TraceReader> recover(const std::string& path);

  const std::string& input() const { return input_; }
  const TraceHeader& header() const { return contents_.header; }
  const Digest& header_hash() const { return contents_.header_hash; }
  const std::optional<Provenance>& provenance() const { return contents_.provenance; }
  const TraceIndex& index() const { return contents_.index; }
  std::uint64_t events() const { return contents_.index.events; }
  std::size_t chunks() const { return contents_.index.chunks.size(); }
  /// The digest that names the run; of a recovered file without index, of the part that is there.
  Digest name() const;
  /// What recover() found; empty after open().
  const std::vector<Error>& damages() const { return damages_; }

  /// Loads and checks a chunk. It uses the reader's bytes in place: keep the reader.
  Result<Chunk> chunk(std::size_t number) const;
  /// The chunk that holds an event; `event` must be less than events().
  std::size_t chunk_of(std::uint64_t event) const;

  /// Checks every byte of the file: frames, sums, hashes, chain, index, trailer. The first damage is the error.
  Result<void> verify() const;

 private:
  TraceReader(SharedBytes bytes, std::string input) : bytes_(std::move(bytes)), input_(std::move(input)) {}
  Error error(const Damage& damage) const;

  SharedBytes bytes_;
  std::string input_;
  Contents contents_;
  std::vector<Error> damages_;
};

/// Walks the events of a trace in order. Keep the reader.
///
///   EventCursor at(reader);
///   while (at.next()) use(at.event());
///   if (at.error()) ...
class EventCursor {
 public:
  /// Stands before event `first`.
  explicit EventCursor(const TraceReader& reader, std::uint64_t first = 0) : reader_(&reader), next_(first) {}

  /// Moves to the next event. False at the end, and at a chunk that is damaged (error() is then set).
  bool next();
  /// The payload lives until the cursor leaves the chunk; it is empty if payloads were stripped.
  const Event& event() const { return event_; }
  std::uint64_t number() const { return next_ - 1; }
  std::uint64_t time_ns() const { return time_ns_; }
  /// Size of the payload, also of one that was stripped.
  std::uint32_t payload_length() const { return payload_length_; }
  const std::optional<Error>& error() const { return error_; }
  /// The chunk that the event stands in. Meaningful after next() was true.
  const Chunk& chunk() const { return chunk_; }
  std::size_t chunk_number() const { return chunk_number_; }

 private:
  bool enter_chunk();

  const TraceReader* reader_;
  std::uint64_t next_;          ///< number of the event that next() goes to
  std::uint64_t row_ = 0;       ///< its row
  std::uint64_t at_ = 0;        ///< where its payload starts in the blob
  std::uint64_t clock_ns_ = 0;  ///< time before its delta
  Chunk chunk_;
  std::size_t chunk_number_ = 0;
  Event event_;
  std::uint64_t time_ns_ = 0;
  std::uint32_t payload_length_ = 0;
  std::optional<Error> error_;
};

}  // namespace coincide
