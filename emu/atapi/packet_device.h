// The ATA packet device: PACKET and the few ATA commands that such a device runs (ATA6 r3a §6.8, §9.8), in front of one
// SCSI logical unit. What the packets mean is the unit's business.
//
// packet_commands.cpp   which ATA commands there are, settings, power
// packet_protocol.cpp   PACKET: packet, data and status phase
// packet_overlap.cpp    PACKET with OVL=1: bus release, the queue, SERVICE
// packet_settings.cpp   SET FEATURES, and Media Status Notification
// packet_reset.cpp      power-on, RESET-, SRST, DEVICE RESET, the self-test
// identify_packet.cpp   IDENTIFY PACKET DEVICE, word by word
#pragma once

#include <memory>
#include <vector>

#include "emu/ata/command_table.h"
#include "emu/ata/device.h"
#include "emu/board.h"
#include "emu/media/fault_plan.h"
#include "emu/scsi/unit.h"

namespace coincide {

class PacketDevice final : public Device, private scsi::Initiator {
 public:
  PacketDevice(Output& output, DiskQueue& queue, DeviceHost& host, const Profile& profile, const DeviceConfig& config,
               unsigned unit, bool other_present);
  /// The logical unit behind it, before anything else is asked. It reports to initiator().
  void attach(std::unique_ptr<scsi::Unit> logical_unit) { logical_unit_ = std::move(logical_unit); }
  scsi::Initiator& initiator() { return *this; }
  scsi::Unit& logical_unit() { return *logical_unit_; }
  FaultPlan& faults() { return faults_; }
  FaultPlan* fault_plan() override { return &faults_; }

  Answer read_standing_in(TaskReg reg) override;
  void hardware_reset(ResetKind kind) override;
  /// The self-test; what the unit asks of its medium ends there.
  void request_done(const DiskRequest& request, const FaultHit& end) override;
  void save(SnapshotWriter& archive) override;
  void restore(SnapshotReader& archive) override;
  void media_insert(std::uint64_t index) override;
  void media_eject(bool force) override;
  void clock(std::uint64_t now_ns) override;
  std::uint64_t next_deadline_ns() const override { return standby_deadline_ns_; }

  /// Fills 512 bytes of IDENTIFY PACKET DEVICE data for the present state (identify_packet.cpp).
  void identify(std::span<std::uint8_t, kSectorBytes> out) const;
  const DeviceConfig& config() const { return config_; }
  bool other_present() const { return other_present_; }
  bool has(Feature feature) const { return config_.features.has(feature); }
  std::uint8_t device_type() const { return logical_unit_->device_type(); }
  std::uint8_t ultra_modes() const;

  bool always_open() const override { return profile_.has(Quirk::openvmm_packet_registers_open); }
  bool stops_bus_master() const override {
    return stage_ == Stage::none && profile_.has(Quirk::qemu_packet_dma_inactive);
  }

 protected:
  void execute(std::uint8_t opcode) override;
  void software_reset(bool asserted) override;
  void cancel_requests() override;
  void diagnostic_starts() override;
  void diagnostic_posts() override;
  bool diagnostic_silent() const override { return profile_.has(Quirk::qemu_packet_diagnostic_silent); }
  bool device_reset() override;
  void block_done() override;
  void dma_read_bytes(std::span<std::uint8_t> out) override;
  void dma_write_bytes(std::span<const std::uint8_t> in) override;
  void dma_done() override;
  bool valid_with_drq(TaskReg reg) const override;
  bool latches_dev_asleep() const override { return true; }
  void status_was_read() override;
  void diagnostic_ended() override;
  void device_was_written() override;
  bool keeps_pending() const override { return profile_.has(Quirk::openvmm_packet_keeps_pending); }
  bool shows_previous() const override { return !profile_.has(Quirk::openvmm_packet_no_hob); }
  bool table_ended() override;
  void memory_failed() override;

 private:
  /// Where the PACKET command that has the bus stands; `none` for every other command.
  enum class Stage : std::uint8_t { none, packet, running, data };
  /// Where the released command stands that the unit has begun: it runs, or asks for service with data or its status.
  enum class Released : std::uint8_t { none, running, data, ended };
  static constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};
  /// What a PACKET command brings along.
  struct Job {
    std::uint8_t tag = 0;     ///< 0 without queuing
    bool overlaps = false;    ///< OVL=1
    bool dma = false;         ///< Features bit 0
    std::uint16_t limit = 0;  ///< byte count limit as the host gave it
    std::vector<std::uint8_t> cdb;

    template <class Archive>
    void fields(Archive& archive) {
      archive(tag, overlaps, dma, limit, cdb);
    }
  };

  // The unit speaks (packet_protocol.cpp).
  bool link_checks_data() const override;
  std::uint32_t piece_limit() const override;
  void data_in(std::uint32_t bytes) override { wants_data(bytes); }
  void data_out(std::uint32_t bytes) override { wants_data(bytes); }
  void done(scsi::Status status, const scsi::Sense& sense) override;

  // packet_commands.cpp
  struct Entry {
    std::uint8_t opcode;
    void (*start)(PacketDevice&);
  };
  static std::span<const Entry> entries();
  void complete();
  void fail(std::uint8_t error_bits, bool keep_queue = false);
  void abort() { fail(error::ABRT); }
  void abort_with_signature();
  void identify_packet_device();
  void power_command(std::uint8_t opcode);
  void check_power_mode();
  void restart_standby_timer();

  // packet_settings.cpp
  void set_features();
  bool set_transfer_mode(std::uint8_t mode);
  void set_switch(DeviceReg reg, bool on);
  bool notifying() const { return regs_.get(DeviceReg::media_status_notification) != 0; }
  void notify(bool on);
  void drop_notification();
  void get_media_status();

  // packet_overlap.cpp
  bool queue_empty() const { return released_ == Released::none && waiting_.empty(); }
  bool queue_refuses() const;
  void run_overlapped();
  void release_bus();
  void ask_for_service(Released what);
  void service();
  void begin_next();
  void discard_queue();
  void show_queue();

  // packet_protocol.cpp
  void packet();
  void packet_received();
  bool bus_master_swallows_packet();
  void wants_data(std::uint32_t bytes);
  void data_phase(std::uint32_t bytes);
  void show_byte_count(std::uint32_t bytes);
  void next_block();
  void piece_moved();
  bool limit_usable(std::uint32_t bytes) const;
  void set_reason(std::uint8_t bits);

  // packet_reset.cpp
  void drop_packet();
  void defaults();
  void set_signature(bool keep_dev);
  void leave_sleep();
  void reset_at_once();
  void reset_if_waiting();

  template <class Archive>
  void fields(Archive& archive) {
    device_fields(archive);
    archive(faults_, stage_, job_, refused_, piece_left_, block_bytes_, sleep_pending_, software_reset_, reset_waits_,
            standby_deadline_ns_);
    archive(released_, head_, head_bytes_, head_status_, head_sense_, waiting_);
  }

  DeviceConfig config_;
  bool other_present_;
  FaultPlan faults_;
  std::unique_ptr<scsi::Unit> logical_unit_;
  Stage stage_ = Stage::none;
  Job job_;                        ///< the PACKET that has the bus
  bool refused_ = false;           ///< it fails when its packet has come: the queue does not allow it
  std::uint32_t piece_left_ = 0;   ///< bytes of the unit's present piece still to move
  std::uint32_t block_bytes_ = 0;  ///< bytes of the DRQ block in buffer_
  Released released_ = Released::none;
  Job head_;                      ///< the released command that the unit has begun
  std::uint32_t head_bytes_ = 0;  ///< that it asks to move
  scsi::Status head_status_ = scsi::Status::good;
  scsi::Sense head_sense_;    ///< with which it ended
  std::vector<Job> waiting_;  ///< released commands after it, oldest first
  bool sleep_pending_ = false;
  bool software_reset_ = false;  ///< SRST was set and its self-test has not ended
  bool reset_waits_ = false;     ///< SRST was set while a packet ran (openvmm-packet-reset-at-once)
  std::uint64_t standby_deadline_ns_ = ~std::uint64_t{0};
};

}  // namespace coincide
