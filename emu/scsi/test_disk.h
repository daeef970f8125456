// A disk for the unit tests of this room: a disk unit on a medium that can grow, a disk queue, and an initiator that
// moves all data.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "emu/media/overlay_store.h"
#include "emu/media/pattern.h"
#include "emu/observer.h"
#include "emu/scsi/disk_unit.h"
#include "emu/scsi/srb_status.h"

namespace coincide::scsi::testing {

/// A pattern disk that another path may have made smaller or larger.
class TestStore final : public BlockStore {
 public:
  explicit TestStore(std::uint64_t sectors) : size(sectors) {}
  std::uint64_t sectors() const override { return size; }
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const override { store_.read(offset, out); }
  void write(std::uint64_t offset, std::span<const std::uint8_t> in) override { store_.write(offset, in); }
  void fill(std::uint64_t first, std::uint64_t count, std::uint8_t value) override { store_.fill(first, count, value); }
  std::vector<std::uint8_t> block(std::uint64_t lba) const {
    std::vector<std::uint8_t> out(kSectorBytes);
    store_.read(lba * kSectorBytes, out);
    return out;
  }

  std::uint64_t size;

 private:
  OverlayStore store_{make_pattern_medium(std::uint64_t{1} << 40, {'H', 'D', '0'})};
};

inline std::vector<std::uint8_t> pattern_block(std::uint64_t lba) {
  std::vector<std::uint8_t> out(kSectorBytes);
  pattern_sector({'H', 'D', '0'}, lba, std::span<std::uint8_t, kSectorBytes>(out.data(), kSectorBytes));
  return out;
}

class TestDisk : public Initiator, public Observer {
 public:
  static constexpr std::uint64_t kBlocks = 10000;
  static constexpr std::uint8_t kUnit = 4;
  static constexpr std::uint64_t kFull = ~std::uint64_t{0};  ///< a buffer that never ends

  explicit TestDisk(DiskUnitConfig config = {}, std::vector<Fault> faults = {},
                    CompletionPolicy::Kind policy = CompletionPolicy::Kind::immediate)
      : queue(output, CompletionPolicy{policy, 0}),
        store(kBlocks),
        faults_(std::move(faults)),
        unit(*this, output, queue, kUnit, store, std::move(config)) {
    output.observer = this;
    queue.attach(kUnit, unit, faults_);
  }
  static DiskUnitConfig with(std::string_view profile) {
    DiskUnitConfig config;
    config.profile = *Profile::find(profile);
    return config;
  }

  /// Runs a command to its end; true if it ended well.
  bool run(std::initializer_list<std::uint8_t> cdb, std::uint64_t buffer = kFull) {
    begin(std::vector<std::uint8_t>(cdb), buffer);
    settle();
    return ended && status == Status::good;
  }
  /// The same with data-out, for which the buffer is as long as they are, or as it says.
  bool run(std::initializer_list<std::uint8_t> cdb, std::vector<std::uint8_t> out, std::uint64_t buffer = kFull) {
    const std::uint64_t bytes = buffer == kFull ? out.size() : buffer;
    to_give = std::move(out);
    return run(cdb, bytes);
  }
  void begin(std::vector<std::uint8_t> cdb, std::uint64_t buffer = kFull) {
    cdb.resize(16);
    data.clear();
    requests.clear();
    ended = false;
    in_ = out_ = 0;
    given_ = 0;
    unit.command(cdb, buffer);
  }
  /// Moves what there is to move until nothing happens.
  void settle() {
    for (;;) {
      if (in_ != 0) {
        const std::size_t at = data.size();
        data.resize(at + in_);
        in_ = 0;
        const std::size_t half = (data.size() - at) / 2;  // two pieces: the unit keeps the place
        unit.take(std::span(data).subspan(at, half));
        unit.take(std::span(data).subspan(at + half));
        unit.resume(true);
      } else if (out_ != 0) {
        std::vector<std::uint8_t> piece(out_);
        const std::size_t have = std::min<std::size_t>(out_, to_give.size() - std::min(given_, to_give.size()));
        std::copy_n(to_give.begin() + static_cast<std::ptrdiff_t>(given_), have, piece.begin());
        given_ += have;
        out_ = 0;
        unit.give(std::span(piece).first(piece.size() / 2));
        unit.give(std::span(piece).subspan(piece.size() / 2));
        unit.resume(true);
      } else if (queue.due()) {
        queue.run_due();
      } else {
        return;
      }
    }
  }
  bool failed_with(std::uint8_t key, std::uint8_t asc, std::uint8_t ascq) const {
    return ended && status == Status::check_condition && sense.key == key && sense.asc == asc && sense.ascq == ascq;
  }
  SrbStatus srb() const { return srb_status(status, sense, unit.ending()); }
  /// Reset and size are told; what follows is about something else.
  void hear_news() {
    for (int news = 0; news < 3; ++news) {
      run({0x03, 0, 0, 0, 18}, 18);
      if (data.size() < 3 || (data[2] & 15) != 6) return;
    }
  }
  std::uint64_t be(std::size_t at, unsigned bytes) const {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value = value << 8 | data.at(at + i);
    return value;
  }
  bool asks_for_data_out() const { return out_ != 0; }
  std::size_t given() const { return given_; }

  void data_in(std::uint32_t bytes) override { in_ = bytes; }
  void data_out(std::uint32_t bytes) override { out_ = bytes; }
  void done(Status s, const Sense& what) override {
    ended = true;
    status = s;
    sense = what;
  }
  void stimulus(const Event& /*event*/) override {}
  void answer(std::uint64_t /*value*/, std::uint64_t /*open*/, std::span<const std::uint8_t> /*payload*/) override {}
  void observe(const Event& event) override {
    if (event.kind == EventKind::disk_request)
      requests.push_back({event.where, event.unit, static_cast<DiskOp>(event.width), event.detail, event.value});
  }

  Output output;
  DiskQueue queue;
  TestStore store;

 private:
  FaultPlan faults_;
  std::uint32_t in_ = 0;
  std::uint32_t out_ = 0;
  std::size_t given_ = 0;

 public:
  DiskUnit unit;
  bool ended = false;
  Status status = Status::good;
  Sense sense;
  std::vector<std::uint8_t> data;
  std::vector<std::uint8_t> to_give;
  std::vector<DiskRequest> requests;  ///< of the last command
};

}  // namespace coincide::scsi::testing
