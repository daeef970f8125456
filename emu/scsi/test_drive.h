// A drive for the unit tests of this room: an optical unit, a disk queue, and an initiator that moves all data.
#pragma once

#include <initializer_list>
#include <vector>

#include "emu/media/pattern.h"
#include "emu/scsi/optical_unit.h"

namespace coincide::scsi::testing {

inline constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

inline DiscPtr pattern_disc(std::uint32_t blocks, const std::array<char, 3>& tag = {'C', 'D', '0'}) {
  return std::make_shared<const OpticalDisc>(make_pattern_medium(std::uint64_t{blocks} * 4, tag));
}
inline DiscPtr pattern_dvd(std::uint32_t blocks) {
  return std::make_shared<const OpticalDisc>(DiscKind::dvd_rom,
                                             make_pattern_medium(std::uint64_t{blocks} * 4, {'D', 'V', 'D'}));
}

class TestDrive : public Initiator {
 public:
  explicit TestDrive(OpticalConfig config, std::vector<Fault> faults = {},
                     CompletionPolicy::Kind policy = CompletionPolicy::Kind::immediate)
      : queue(output, CompletionPolicy{policy, 0}),
        faults_(std::move(faults)),
        unit(*this, queue, 0, std::move(config)) {
    queue.attach(0, unit, faults_);
  }
  /// With one CD of 1000 blocks in it, and nothing to report.
  static OpticalConfig with(std::vector<DiscPtr> discs) {
    OpticalConfig config;
    config.discs = std::move(discs);
    if (!config.discs.empty()) config.disc_inside = 0;
    return config;
  }

  /// Runs a command to its end; true if it ended well.
  bool run(std::initializer_list<std::uint8_t> cdb, std::uint64_t limit = kNoLimit) {
    std::array<std::uint8_t, 12> packet{};
    std::copy(cdb.begin(), cdb.end(), packet.begin());
    data.clear();
    ended = false;
    given_ = 0;
    unit.command(packet, limit);
    settle();
    return ended && status == Status::good;
  }
  /// The same with data-out.
  bool run(std::initializer_list<std::uint8_t> cdb, std::vector<std::uint8_t> out) {
    to_give = std::move(out);
    return run(cdb);
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
        unit.give(std::span(to_give).subspan(given_, out_));
        given_ += out_;
        out_ = 0;
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
  /// The reset is told; what follows is about something else.
  void hear_of_reset() { run({0x03, 0, 0, 0, 18}); }
  std::vector<std::uint8_t> request_sense() {
    run({0x03, 0, 0, 0, 18});
    return data;
  }
  std::uint32_t be(std::size_t at, unsigned bytes) const {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value = value << 8 | data.at(at + i);
    return value;
  }

  void data_in(std::uint32_t bytes) override { in_ = bytes; }
  void data_out(std::uint32_t bytes) override { out_ = bytes; }
  void done(Status s, const Sense& what) override {
    ended = true;
    status = s;
    sense = what;
  }
  bool link_checks_data() const override { return ultra_dma; }
  std::uint32_t piece_limit() const override { return limit; }

  Output output;
  DiskQueue queue;

 private:
  FaultPlan faults_;
  std::uint32_t in_ = 0;
  std::uint32_t out_ = 0;
  std::size_t given_ = 0;

 public:
  OpticalUnit unit;
  bool ultra_dma = false;
  std::uint32_t limit = ~std::uint32_t{0};
  bool ended = false;
  Status status = Status::good;
  Sense sense;
  std::vector<std::uint8_t> data;
  std::vector<std::uint8_t> to_give;
};

}  // namespace coincide::scsi::testing
