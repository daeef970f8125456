// What a target says for a logical unit that is not there: CHECK CONDITION, LOGICAL UNIT NOT SUPPORTED.
#pragma once

#include "emu/scsi/unit.h"

namespace coincide::scsi {

class NoUnit final : public Unit {
 public:
  explicit NoUnit(Initiator& initiator) : initiator_(initiator) {}
  void command(std::span<const std::uint8_t> /*cdb*/, std::uint64_t /*data_limit*/) override {
    initiator_.done(Status::check_condition, {0x05, 0x25, 0x00});
  }
  void take(std::span<std::uint8_t> /*out*/) override {}
  void give(std::span<const std::uint8_t> /*in*/) override {}
  void resume(bool /*all*/) override {}
  Direction direction() const override { return Direction::none; }
  void cancel() override {}
  void reset(bool /*power_on*/) override {}
  std::uint8_t device_type() const override { return 0x1f; }
  void medium_inserted(std::uint32_t /*index*/) override {}
  void eject_pressed() override {}
  void medium_removed() override {}
  void save(SnapshotWriter& /*archive*/) override {}
  void restore(SnapshotReader& /*archive*/) override {}

 private:
  Initiator& initiator_;
};

}  // namespace coincide::scsi
