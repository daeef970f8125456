// A hard disk as a SCSI logical unit (SPC, SBC): the disk that StorVSP serves. Where the standards leave a choice, the
// unit has what OpenVMM's SimpleScsiDisk has (sheet VMBus/StorVSP, section 4).
//
// disk_unit.cpp            which command runs, sense, unit attention, data, ends of disk requests
// disk_command_table.cpp   every command, once
// sbc_identification.cpp   INQUIRY and its pages, REQUEST SENSE, TEST UNIT READY, REPORT LUNS
// sbc_capacity.cpp         READ CAPACITY (10/16), GET LBA STATUS
// sbc_transfer.cpp         READ and WRITE (6-16), WRITE AND VERIFY, VERIFY
// sbc_write_same.cpp       WRITE SAME (10/16)
// sbc_unmap.cpp            UNMAP
// sbc_mode.cpp             MODE SENSE, MODE SELECT
// sbc_control.cpp          SYNCHRONIZE CACHE, START STOP UNIT, SEND DIAGNOSTIC and what does nothing
// sbc_reservations.cpp     PERSISTENT RESERVE IN and OUT (what they change: reservations.*)
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "emu/media/block_store.h"
#include "emu/media/disk_queue.h"
#include "emu/profile.h"
#include "emu/scsi/command_table.h"
#include "emu/scsi/disk_command_table.h"
#include "emu/scsi/reply.h"
#include "emu/scsi/reservations.h"
#include "emu/scsi/sense.h"
#include "emu/scsi/unit.h"

namespace coincide::scsi {

/// What a disk may choose; what it has when nothing is said is OVMM-SCSI-01's. Logical blocks have 512 bytes.
struct DiskUnitConfig {
  std::string vendor = "Msft";           ///< at most 8 characters
  std::string product = "Virtual Disk";  ///< at most 16
  std::string revision = "1.0";          ///< at most 4
  std::array<std::uint8_t, 16> disk_id{};
  std::string serial;                  ///< page 80h, if not empty; at most 252
  std::uint16_t rotation_rate = 1;     ///< page B1h; 1 = solid state
  std::uint8_t physical_exponent = 0;  ///< a physical block has 2^n logical ones, n at most 15
  bool read_only = false;
  bool fua = true;                       ///< announced in MODE SENSE
  bool write_cache = true;               ///< announced in MODE SENSE; the medium has every write at once all the same
  std::uint64_t size_limit_sectors = 0;  ///< 0 = none
  bool odx = false;                      ///< page 8Fh
  bool unmap = true;                     ///< UNMAP, pages B0h to B2h
  bool unmap_ignored = false;            ///< UNMAP ends well and does nothing
  std::uint32_t unmap_granularity = 1;   ///< blocks, page B0h
  std::uint8_t threshold_exponent = 1;   ///< page B2h, at least 1
  std::uint64_t max_transfer_bytes = 8u << 20;  ///< of WRITE SAME, which never takes more than 8 MiB
  bool lba_status = false;                      ///< GET LBA STATUS
  bool reservations = false;                    ///< PERSISTENT RESERVE IN and OUT
  /// TransportID of the one initiator in READ FULL STATUS; as it stands: of no protocol.
  std::vector<std::uint8_t> transport_id = {0x0f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  Profile profile;  ///< where the disk departs from the standards
};

/// Whoever builds it attaches it to the queue (DiskQueue::attach) under the same unit number. `medium` may be shared
/// with other paths to the disk (Device::store); it outlives the unit and is no part of its snapshot.
class DiskUnit final : public Unit, public RequestOwner {
 public:
  DiskUnit(Initiator& initiator, Output& output, DiskQueue& queue, std::uint8_t unit, BlockStore& medium,
           DiskUnitConfig config);

  void command(std::span<const std::uint8_t> cdb, std::uint64_t data_limit) override;
  void take(std::span<std::uint8_t> out) override;
  void give(std::span<const std::uint8_t> in) override;
  void resume(bool all) override;
  Direction direction() const override { return command_ != nullptr ? command_->direction : Direction::none; }
  Ending ending() const override { return ending_; }
  std::optional<std::uint32_t> claimed_bytes() const override;
  void cancel() override;
  void reset(bool power_on) override;
  bool medium_present() const override { return medium_.sectors() != 0; }
  std::uint8_t device_type() const override { return 0x00; }
  void medium_inserted(std::uint32_t /*index*/) override {}
  void eject_pressed() override {}
  void medium_removed() override {}
  void save(SnapshotWriter& archive) override;
  void restore(SnapshotReader& archive) override;
  void request_done(const DiskRequest& request, const FaultHit& end) override;

  /// Blocks that commands reach.
  std::uint64_t capacity() const;
  const DiskUnitConfig& config() const { return config_; }
  /// What REQUEST SENSE would return now, and what a transport with autosense sends after CHECK CONDITION.
  std::array<std::uint8_t, SenseData::kBytes> sense_bytes() const { return sense_.bytes(); }

  // Commands (rows of the table), and their data-out.
  void test_unit_ready();
  void request_sense();
  void format_unit();
  void read();
  void write();
  void write_and_verify();
  void write_piece_received();
  void inquiry();
  void mode_select();
  void mode_list_received();
  void reserve_release_6();
  void mode_sense();
  void start_stop_unit();
  void send_diagnostic();
  void prevent_allow_medium_removal();
  void read_capacity_10();
  void verify();
  void synchronize_cache();
  void write_same();
  void write_same_received();
  void unmap();
  void unmap_list_received();
  void persistent_reserve_in();
  void persistent_reserve_out();
  void reservation_list_received();
  void service_action_in_16();
  void report_luns();

 private:
  static constexpr std::uint32_t kMaxRequestBlocks = 2048;  ///< of a read or write: 1 MiB
  static constexpr std::uint64_t kMaxWriteSameBytes = 8u << 20;
  static constexpr std::uint16_t kMaxUnmapDescriptors = 4096;

  /// Blocks that a command names.
  struct Range {
    std::uint64_t lba = 0;
    std::uint64_t count_blocks = 0;

    template <class Archive>
    void fields(Archive& archive) {
      archive(lba, count_blocks);
    }
  };

  // Ends of commands and data (disk_unit.cpp).
  void end_of_command();
  void good();
  void fail(const SenseData& sense, Ending ending = Ending::plain);
  void fail_field(std::uint16_t byte, std::uint8_t bit = FieldPointer::kNoBit);  ///< 5/24/00 with its field pointer
  void fail_list(std::uint16_t byte, std::uint8_t bit = FieldPointer::kNoBit);   ///< 5/26/00, likewise
  void conflict();                                                               ///< RESERVATION CONFLICT
  void finish(Status status, const SenseData& sense, Ending ending);
  /// Data-in as a whole. Allocation lengths are the caller's.
  void send(const Reply& reply, std::uint64_t allocation_length);
  /// True if the allocation length is one that the profile lets pass; else the command has ended.
  bool allocation_ok(std::uint64_t allocation_length, std::uint64_t least, std::uint16_t byte);
  void send_piece(std::uint32_t bytes);
  void ask_piece(std::uint32_t bytes);
  void issue(DiskOp op, std::uint64_t lba, std::uint64_t count_blocks);
  /// Asks for the flush that ends the command.
  void flush() { issue(DiskOp::flush, 0, 0); }
  void medium_failed(DiskOp op, const FaultHit& end);
  SenseData sense_of(DiskOp op, const FaultHit& end) const;
  bool has(Quirk quirk) const { return config_.profile.has(quirk); }
  void notice_capacity();
  std::uint8_t opcode() const { return cdb_[0]; }
  bool lists_fit() const;

  // sbc_transfer.cpp
  Range cdb_range() const;
  bool in_range(const Range& range) const;
  /// The checks of a read or write. False if the command has ended.
  bool accept_transfer(Range& range, bool writes);
  bool accept_flags();
  void next_read_request();
  void next_read_piece();
  void next_write_piece();
  static std::uint64_t blocks_written(const DiskRequest& request, const FaultHit& end);
  void write_done(const DiskRequest& request, const FaultHit& end);
  void commit(std::uint32_t request, std::uint64_t lba, std::span<const std::uint8_t> bytes);
  // sbc_write_same.cpp, sbc_unmap.cpp
  void write_same_done(const DiskRequest& request, const FaultHit& end);
  void next_unmap_descriptor();
  void unmap_done(const DiskRequest& request, const FaultHit& end);
  // sbc_identification.cpp
  void vital_product_data(std::uint8_t page, std::uint64_t allocation_length);
  // sbc_capacity.cpp
  void read_capacity_16();
  void get_lba_status();
  // sbc_control.cpp
  void spin_done();
  void flush_done();

  /// Snapshot: everything but what the board fixes and the medium.
  template <class Archive>
  void fields(Archive& archive) {
    archive(seen_sectors_, stopped_, sense_, attention_, ending_, reservations_);
    archive(cdb_, data_limit_, request_, buffer_, position_, piece_end_, plan_, chunk_blocks_, chunk_moved_, through_,
            next_descriptor_);
  }

  Initiator& initiator_;
  Output& output_;
  DiskQueue& queue_;
  std::uint8_t unit_;
  BlockStore& medium_;
  DiskUnitConfig config_;

  // The disk.
  std::uint64_t seen_sectors_ = 0;  ///< the capacity that the host knows of
  bool stopped_ = false;
  SenseData sense_;
  AttentionQueue attention_;
  Ending ending_ = Ending::plain;
  Reservations reservations_;

  // The command under way.
  const DiskCommand* command_ = nullptr;
  Cdb cdb_;
  std::uint64_t data_limit_ = 0;      ///< bytes that may still move
  std::uint32_t request_ = 0;         ///< number of its disk request, or 0
  std::vector<std::uint8_t> buffer_;  ///< data of one reply, list or request
  std::uint32_t position_ = 0;        ///< bytes of buffer_ that have moved
  std::uint32_t piece_end_ = 0;       ///< where the piece that moves now ends in it
  Range plan_;                        ///< blocks still to come, those of the present request included
  std::uint32_t chunk_blocks_ = 0;    ///< blocks of the present request
  std::uint32_t chunk_moved_ = 0;     ///< bytes of them that the host has
  bool through_ = false;              ///< a flush follows the write (FUA)
  std::uint16_t next_descriptor_ = 0;
};

}  // namespace coincide::scsi
