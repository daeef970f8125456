// An optical drive as a SCSI logical unit: a DVD-ROM or CD-ROM drive with a tray (MMC).
//
// optical_unit.cpp           which command runs, sense, pieces of data, disk requests
// command_table.cpp          every command, once
// mmc_identification.cpp     INQUIRY, REQUEST SENSE, TEST UNIT READY
// mmc_reading.cpp            READ(10/12), READ CAPACITY, VERIFY, SEEK, READ HEADER
// mmc_read_cd.cpp            READ CD, READ CD MSF: selection of fields
// mmc_toc.cpp                READ TOC/PMA/ATIP
// mmc_sub_channel.cpp        READ SUB-CHANNEL
// mmc_mode.cpp               MODE SENSE, MODE SELECT (pages: mode_pages.*)
// mmc_tray.cpp               tray, eject button, lock, START STOP UNIT, events, MECHANISM STATUS
// mmc_configuration.cpp      GET CONFIGURATION
// mmc_disc_information.cpp   READ DISC INFORMATION, READ TRACK INFORMATION
// mmc_dvd_structure.cpp      READ DVD STRUCTURE
// mmc_performance.cpp        SET CD SPEED, GET PERFORMANCE, READ BUFFER CAPACITY, SET READ AHEAD
// openvmm_dvd.h              the commands of OpenVMM's drive
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emu/media/disk_queue.h"
#include "emu/media/optical.h"
#include "emu/profile.h"
#include "emu/scsi/command_table.h"
#include "emu/scsi/mode_pages.h"
#include "emu/scsi/openvmm_dvd.h"
#include "emu/scsi/reply.h"
#include "emu/scsi/sense.h"
#include "emu/scsi/unit.h"

namespace coincide::scsi {

/// What a drive may choose.
struct OpticalConfig {
  std::string vendor = "COINCIDE";      ///< at most 8 characters
  std::string product = "DVD-ROM";      ///< at most 16
  std::string revision = "1.0";         ///< at most 4
  std::string serial;                   ///< feature 0108h, if not empty; at most 20
  bool reads_dvd = true;                ///< else a CD-ROM drive
  std::uint16_t max_speed_kb_s = 7056;  ///< 40x CD
  std::uint16_t buffer_kb = 512;
  std::uint32_t physical_interface = 0x02;   ///< feature 0001h: 1 SCSI, 2 ATAPI
  std::vector<DiscPtr> discs;                ///< what `medium_inserted` counts
  std::optional<std::uint32_t> disc_inside;  ///< the one that is in at power-on
  Profile profile;                           ///< where the drive departs from the rules
  bool adapter = true;                       ///< OpenVMM: the ATAPI adapter stands before the drive
};

/// Whoever builds it attaches it to the queue (DiskQueue::attach) under the same unit number.
class OpticalUnit final : public Unit, public RequestOwner {
 public:
  OpticalUnit(Initiator& initiator, DiskQueue& queue, std::uint8_t unit, OpticalConfig config);

  void command(std::span<const std::uint8_t> cdb, std::uint64_t data_limit) override;
  void take(std::span<std::uint8_t> out) override;
  void give(std::span<const std::uint8_t> in) override;
  void resume(bool all) override;
  void link_failed() override;
  Direction direction() const override { return command_ != nullptr ? command_->direction : Direction::none; }
  Ending ending() const override { return ending_; }
  void cancel() override;
  void reset(bool power_on) override;
  bool medium_present() const override { return disc() != nullptr; }
  std::uint8_t device_type() const override { return 0x05; }
  void medium_inserted(std::uint32_t index) override;
  void eject_pressed() override;
  void medium_removed() override;
  void save(SnapshotWriter& archive) override;
  void restore(SnapshotReader& archive) override;
  void request_done(const DiskRequest& request, const FaultHit& end) override;

  // Commands (rows of the table).
  void test_unit_ready();
  void request_sense();
  void inquiry();
  void read_capacity();
  void read_10();
  void read_12();
  void verify_10();
  void seek_10();
  void read_header();
  void read_cd();
  void read_cd_msf();
  void read_toc();
  void read_sub_channel();
  void mode_sense_10();
  void mode_select_10();
  void start_stop_unit();
  void prevent_allow_medium_removal();
  void get_event_status_notification();
  void mechanism_status();
  void get_configuration();
  void read_disc_information();
  void read_track_information();
  void read_dvd_structure();
  void set_cd_speed();
  void get_performance();
  void read_buffer_capacity();
  void set_read_ahead();

 private:
  friend struct OpenVmmDvd;
  /// Event codes of GET EVENT STATUS NOTIFICATION, media class; `replaced` is told as two.
  enum class MediaEvent : std::uint8_t { none = 0, eject_request = 1, new_media = 2, media_removal = 3, replaced };
  /// What a command has come to whose end waits (openvmm-dvd-later).
  enum class Later : std::uint8_t { none, good, failure, data };
  /// What becomes of a tray when the spindle has done as it was told.
  enum class TrayMove : std::uint8_t { none, open, close };
  /// Blocks still to be read for the command under way. A request brings up to one piece of them.
  struct ReadPlan {
    std::uint32_t lba = 0;
    std::uint32_t count_blocks = 0;
    bool cd = false;               ///< READ CD: fields as selected; else user data
    std::uint8_t expected = 0;     ///< expected sector type, 0 = any
    std::uint8_t fields_byte = 0;  ///< CDB byte 9
    std::uint8_t sub_channel = 0;  ///< CDB byte 10, bits 2:0

    template <class Archive>
    void fields(Archive& archive) {
      archive(lba, count_blocks, cd, expected, fields_byte, sub_channel);
    }
  };

  // Ends of commands and data (optical_unit.cpp).
  void good();
  void fail(const SenseData& sense);
  void fail_field(std::uint16_t byte, std::uint8_t bit = FieldPointer::kNoBit);  ///< 5/24/00 with its field pointer
  void send(const Reply& reply, std::uint64_t allocation_length);
  void ask_for(std::uint32_t bytes);
  void end_of_command();
  void issue(DiskOp op, std::uint64_t lba, std::uint64_t count_blocks);
  void begin(std::span<const std::uint8_t> cdb, std::uint64_t data_limit);
  const PacketCommand* find_command(std::uint8_t opcode) const;
  bool wait_with(Later what);
  std::uint32_t most_bytes() const { return has(Quirk::openvmm_dvd_read) ? 2 * kMaxPiece : kMaxPiece; }
  bool has(Quirk quirk) const { return config_.profile.has(quirk); }
  void reset_attention();
  /// The next thing the host has to hear of before its command runs.
  std::optional<SenseData> take_attention();
  std::optional<SenseCode> not_ready(Needs needs) const;
  SenseData sense_of(const FaultHit& end) const;

  // mmc_reading.cpp, mmc_read_cd.cpp
  bool in_range(std::uint64_t lba, std::uint64_t count_blocks);
  void read_blocks(std::uint32_t lba, std::uint32_t count_blocks);
  void read_cd_blocks(std::uint32_t lba, std::uint32_t count_blocks);
  void next_piece();
  void read_done(const DiskRequest& request, const FaultHit& end);
  std::optional<SenseData> append_block(std::uint32_t lba);
  std::optional<SenseData> append_cd_block(std::uint32_t lba);
  void append_sub_channel(std::uint32_t lba);

  // mmc_mode.cpp
  void mode_list_received();
  /// A page after its head, with the unit's state in page 2Ah.
  std::array<std::uint8_t, ModePages::kMaxLength> page_now(const ModePage& page, PageControl control) const;

  // mmc_tray.cpp
  const OpticalDisc* disc() const;  ///< that lies in the closed tray, or nullptr
  bool locked() const { return prevent_ || persistent_prevent_; }
  void spin_done(const FaultHit& end, bool immediate);
  void tray_open();
  void tray_close();
  /// The disc goes away under a command that reads it.
  void stop_reading(const SenseCode& why);

  std::uint16_t profile() const;  ///< mmc_configuration.cpp

  /// Snapshot: everything but what the board fixes.
  template <class Archive>
  void fields(Archive& archive) {
    archive(disc_index_, tray_open_, prevent_, persistent_prevent_, media_event_, events_polled_, spin_request_,
            tray_move_, head_lba_, sense_, told_, deferred_, attention_, empty_first_, pages_, speed_kb_s_);
    archive(cdb_, data_limit_, request_, buffer_, position_, plan_, failure_, counts_as_present_, later_, ending_);
  }

  Initiator& initiator_;
  DiskQueue& queue_;
  std::uint8_t unit_;
  OpticalConfig config_;

  // The drive.
  std::optional<std::uint32_t> disc_index_;  ///< of the disc on the tray, in config_.discs
  bool tray_open_ = false;
  bool counts_as_present_ = true;  ///< the disc may be used (openvmm-dvd-media-state)
  bool prevent_ = false;
  bool persistent_prevent_ = false;
  MediaEvent media_event_ = MediaEvent::none;
  bool events_polled_ = false;      ///< the host learns of the eject button by its polls
  std::uint32_t spin_request_ = 0;  ///< number of a spin request that outlives its command (Immed), or 0
  TrayMove tray_move_ = TrayMove::none;
  std::uint32_t head_lba_ = 0;  ///< where the last access left the head
  SenseData sense_;
  SenseData told_;  ///< what the REQUEST SENSE under way reports
  std::optional<SenseData> deferred_;
  AttentionQueue attention_;
  bool empty_first_ = false;  ///< the change of medium is told as an empty drive first (qemu-change-shows-empty)
  ModePages pages_;
  std::uint16_t speed_kb_s_;

  // The command under way.
  const PacketCommand* command_ = nullptr;
  Ending ending_ = Ending::plain;  ///< of the last command, once it has ended
  Cdb cdb_;
  std::uint64_t data_limit_ = 0;  ///< bytes that may still move
  std::uint32_t request_ = 0;     ///< number of its disk request, or 0
  bool starting_ = false;         ///< command() has not returned
  Later later_ = Later::none;
  std::vector<std::uint8_t> buffer_;
  std::uint32_t position_ = 0;  ///< bytes of buffer_ that have moved
  ReadPlan plan_;
  std::optional<SenseData> failure_;  ///< reported when the data before it have moved
};

}  // namespace coincide::scsi
