// Writes a run as a trace while it happens. It is an Observer, so a controller that is given one records.
//
// Made for speed: an event costs a few stores into columns that are already there; hashing, checking and writing are
// done once a chunk. What may go wrong (a full disk, a payload over the limit) is kept and told by finish().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "emu/observer.h"
#include "trace/cut.h"
#include "trace/error.h"
#include "trace/frame_writer.h"

namespace coincide {

struct WriterOptions {
  std::optional<Provenance> provenance{};
  /// zstd level for messages and payloads; 0 = as they are. Changes no hash, only the file.
  int zstd_level = 0;
};

class TraceWriter final : public Observer {
 public:
  /// `sink` must outlive the writer. The first bytes are written at once.
  TraceWriter(Sink& sink, const TraceHeader& header, const WriterOptions& options = {});
  ~TraceWriter() override;
  TraceWriter(const TraceWriter&) = delete;
  TraceWriter& operator=(const TraceWriter&) = delete;

  void stimulus(const Event& event) override;
  /// Only after a stimulus that is a read; other calls are a broken invariant.
  void answer(std::uint64_t value, std::uint64_t open, ByteSpan payload) override;
  void observe(const Event& event) override;

  /// Virtual time of the events to come. After a clock_advance the writer moves its clock by itself, to the end of the
  /// step; an event inside the step is announced by its own time. Times before the last recorded event's count as that
  /// event's.
  void time(std::uint64_t now_ns) override;

  /// Closes the last chunk, writes index and trailer, and finishes the sink. Once, and last.
  Result<TraceSummary> finish();

  std::uint64_t events() const { return frames_.events() + rows_; }

 private:
  struct Columns;  // the open chunk, in the machine's own byte order
  std::uint64_t weight() const { return rows_ + blob_size_ / kPayloadBytesPerRow; }
  void append(const Event& event);
  void append_payload(std::size_t row, std::uint64_t at, ByteSpan payload);
  void before_stimulus();
  void before_observation();
  void before_row();
  void set_limits();
  void close_chunk();
  void fail(const char* what);

  // What every event touches. The two limits fold everything unusual (a full column, a heavy chunk, time that moved, an
  // error) into one comparison.
  std::size_t rows_ = 0;
  std::size_t stimulus_limit_ = 0;     ///< at so many rows a stimulus takes the slow path
  std::size_t observation_limit_ = 0;  ///< the same for other events
  std::uint8_t* kind_ = nullptr;
  std::uint8_t* width_ = nullptr;
  std::uint8_t* unit_ = nullptr;
  std::uint32_t* where_ = nullptr;
  std::uint64_t* value_ = nullptr;
  std::uint64_t* detail_ = nullptr;
  bool in_read_ = false;       ///< the last stimulus is a read
  std::size_t read_row_ = 0;   ///< its row
  std::uint64_t read_at_ = 0;  ///< where its payload will stand in the blob
  std::uint64_t blob_size_ = 0;
  CommandCut cut_;

  std::unique_ptr<Columns> columns_;
  std::uint64_t now_ns_ = 0;
  std::uint64_t last_row_ns_ = 0;
  std::uint64_t first_row_ns_ = 0;  ///< of the open chunk
  int zstd_level_;
  FrameWriter frames_;
};

}  // namespace coincide
