// A logical unit behind StorVSP: one SCSI unit that runs the requests of its channels one after the other, each with
// the guest memory that its SRB names.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "emu/hyperv/page_range.h"
#include "emu/hyperv/srb.h"
#include "emu/scsi/unit.h"

namespace coincide::hyperv {

struct ScsiAddress {
  std::uint8_t path = 0;
  std::uint8_t target = 0;
  std::uint8_t lun = 0;
  auto operator<=>(const ScsiAddress&) const = default;
};

/// An EXECUTE_SRB on its way.
struct StorRequest {
  std::uint8_t worker = 0;  ///< index of its channel
  bool orphan = false;      ///< its channel was closed: nobody is told how it ends
  std::uint32_t channel = 0;
  std::uint64_t transaction_id = 0;
  std::uint32_t reply_bytes = 0;  ///< payload of the completion, head included
  SrbBytes srb{};
  PageRange range;  ///< cut to the transfer length

  std::uint32_t transfer_bytes() const;
  bool may_write_memory() const { return srb[srb_at::data_in] != 0; }  // STORVSP-51

  template <class Archive>
  void fields(Archive& archive) {
    archive(worker, orphan, channel, transaction_id, reply_bytes, srb, range);
    if constexpr (!Archive::kSaving) {
      if (reply_bytes < kStorHeadBytes || reply_bytes > kStorHeadBytes + kSrbBytes ||
          range.count_bytes != transfer_bytes()) {
        archive.fail();
        range = {};
        srb = {};
      }
    }
  }
};

/// How a command ended, in the words of the SRB.
struct StorEnd {
  std::uint8_t srb_status = srb_status::success;
  std::uint8_t scsi_status = 0;
  bool has_sense = false;
  std::array<std::uint8_t, kSenseBytes> sense{};
  std::uint32_t moved_bytes = 0;
};

/// Who hears of ends, and who lets units run.
class LunHost {
 public:
  virtual ~LunHost() = default;
  /// A unit has something to say outside of Lun::step.
  virtual void lun_awake() = 0;
  virtual void request_ended(const StorRequest& request, const StorEnd& end) = 0;
  virtual HostMemory& host_memory() = 0;
};

class Lun final : private scsi::Initiator {
 public:
  Lun(LunHost& host, ScsiAddress address) : host_(host), address_(address) {}
  Lun(const Lun&) = delete;
  Lun& operator=(const Lun&) = delete;

  ScsiAddress address() const { return address_; }
  /// The unit reports to initiator().
  scsi::Initiator& initiator() { return *this; }
  void attach(std::unique_ptr<scsi::Unit> unit) { unit_ = std::move(unit); }
  scsi::Unit& unit() { return *unit_; }

  void queue(StorRequest request) { waiting_.push_back(std::move(request)); }
  /// Goes as far as it can without the medium; true if it went at all.
  bool step();
  /// Requests of a channel that nobody has heard of yet.
  std::uint32_t count_of(std::uint8_t worker) const;
  /// True if every request is of a channel below `count`.
  bool workers_below(std::size_t count) const;
  /// The channel was closed: what has not begun is dropped, what has goes on and nobody is told.
  void abandon(std::uint8_t worker);
  /// Ends every request with SRB status REQUEST_FLUSHED.
  void flush_requests();
  /// Power cycle: nothing is outstanding.
  void reset();
  /// Nothing is outstanding, and nobody is told.
  void forget() { reset_command(); }

  template <class Archive>
  void fields(Archive& archive) {
    archive(active_, waiting_, piece_in_, piece_out_, position_, ended_, failed_, status_, sense_);
    if constexpr (Archive::kSaving) {
      unit_->save(archive);
    } else {
      const std::uint64_t length = active_ ? active_->transfer_bytes() : 0;
      bool good = position_ <= length && piece_in_ <= length - position_ && piece_out_ <= length - position_;
      good = good && (active_ || !ended_) && status_ <= scsi::Status::task_aborted;
      if (!good) archive.fail(), reset_command();
      unit_->restore(archive);
    }
  }

 private:
  void data_in(std::uint32_t bytes) override;
  void data_out(std::uint32_t bytes) override;
  void done(scsi::Status status, const scsi::Sense& sense) override;

  void begin();
  void move_piece();
  /// Memory that is not there, or may not be written.
  void refuse_memory();
  void finish();
  void reset_command();
  /// How the unit ended the command.
  StorEnd unit_end(scsi::Status status, const scsi::Sense& sense) const;

  LunHost& host_;
  ScsiAddress address_;
  std::unique_ptr<scsi::Unit> unit_;
  std::optional<StorRequest> active_;
  std::vector<StorRequest> waiting_;
  std::uint32_t piece_in_ = 0;  ///< bytes that the unit has ready, or wants
  std::uint32_t piece_out_ = 0;
  std::uint32_t position_ = 0;  ///< bytes moved
  bool ended_ = false;          ///< the unit, or the memory, has ended the command
  bool failed_ = false;         ///< the memory did
  scsi::Status status_ = scsi::Status::good;
  scsi::Sense sense_;
};

/// CHECK CONDITION with 5/24/00, SRB INVALID_REQUEST (STORVSP-52, STORVSP-53, STORVSP-57, STORVSP-58).
StorEnd invalid_field();

}  // namespace coincide::hyperv
