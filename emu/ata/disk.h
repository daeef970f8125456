// The ATA disk: what each command of the command table does (ATA6 r3a §8), for a device without the PACKET set.
//
// disk_commands.cpp  which commands there are, and the gate that each passes
// disk.cpp           completion, address registers, exchange of sectors
// disk_transfer.cpp  media commands: PIO, MULTIPLE, DMA, verify
// disk_settings.cpp  SET MULTIPLE MODE, SEEK, and other commands that are no set of their own
// set_features.cpp   SET FEATURES, one row a subcommand
// power_management.cpp  power modes and the standby timer
// disk_reset.cpp     power-on, RESET-, SRST
// identify.cpp       IDENTIFY DEVICE, word by word
// disk_openvmm.cpp   what the quirks of OpenVMM's disk put in the place of it
// disk_store.cpp     the medium as another path to the disk sees it
// and a file a feature set: smart, security, host_protected_area ...
#pragma once

#include <algorithm>

#include "emu/ata/cfa.h"
#include "emu/ata/command_table.h"
#include "emu/ata/configuration_overlay.h"
#include "emu/ata/device.h"
#include "emu/ata/general_purpose_log.h"
#include "emu/ata/host_protected_area.h"
#include "emu/ata/media_card.h"
#include "emu/ata/overlap.h"
#include "emu/ata/power.h"
#include "emu/ata/power_up_in_standby.h"
#include "emu/ata/removable_media.h"
#include "emu/ata/sector_buffer.h"
#include "emu/ata/security.h"
#include "emu/ata/smart.h"
#include "emu/ata/transfer.h"
#include "emu/ata/write_cache.h"
#include "emu/board.h"
#include "emu/media/block_store.h"
#include "emu/media/overlay.h"

namespace coincide {

class Disk final : public Device {
 public:
  Disk(Output& output, DiskQueue& queue, DeviceHost& host, const Profile& profile, const DeviceConfig& config,
       unsigned unit, bool other_present);

  Answer read_standing_in(TaskReg reg) override;
  void hardware_reset(ResetKind kind) override;
  void request_done(const DiskRequest& request, const FaultHit& end) override;
  void save(SnapshotWriter& archive) override { archive(*this); }
  void restore(SnapshotReader& archive) override { archive(*this); }
  void clock(std::uint64_t now_ns) override;
  std::uint64_t next_deadline_ns() const override { return std::min(standby_deadline_ns_, smart_.next_deadline_ns()); }
  void read_medium(std::uint64_t offset, std::span<std::uint8_t> out) const override { overlay().read(offset, out); }
  std::uint64_t medium_sectors() const override { return overlay().sectors(); }
  BlockStore* store() override { return &store_; }
  FaultPlan* fault_plan() override { return &faults_; }
  void media_insert(std::uint64_t index) override { removable_.insert(index); }
  void media_eject(bool force) override { removable_.eject(force); }

  /// Fills 512 bytes of IDENTIFY DEVICE data for the present state (identify.cpp).
  void identify(std::span<std::uint8_t, kSectorBytes> out) const;

  const DeviceConfig& config() const { return config_; }
  bool other_present() const { return other_present_; }
  /// Sectors that 28-bit and 48-bit commands reach (words 61:60, 103:100); Host Protected Area and overlay included.
  std::uint64_t limit28() const;
  std::uint64_t limit48() const;
  std::uint16_t default_cylinders() const;
  std::uint16_t current_cylinders() const;

  // --- what the feature sets use ------------------------------------------------------------------
  /// A feature that the board has given and the configuration overlay has not taken away.
  bool has(Feature feature) const { return offers(feature) && dco_.allows(feature); }
  /// The same with no overlay in force.
  bool offers(Feature feature) const;
  /// The 48-bit Address feature set, likewise.
  bool has_lba48() const { return config_.lba48 && dco_.allows_lba48(); }
  bool has_power_management() const { return config_.power_management; }
  bool has_fua() const { return config_.fua; }
  /// A disk that has no write commands; where media can be changed it is the medium that is protected.
  bool is_read_only() const { return config_.read_only && !removable_.removable(); }
  const Profile& profile() const { return profile_; }
  RegisterFile<DeviceReg>& regs() { return regs_; }
  const RegisterFile<DeviceReg>& regs() const { return regs_; }
  std::uint64_t now_ns() const { return output_.now_ns; }
  /// Ends the command without error. `open_after`: registers that the standard then leaves open.
  void complete(unsigned open_after = kOpenError);
  void fail(std::uint8_t error_bits, unsigned open_after);
  void abort() { fail(error::ABRT, 0); }  ///< "command aborted"
  void device_fault();
  /// PIO data-in of whole sectors, one DRQ block each.
  void send(std::span<const std::uint8_t> data);
  /// PIO data-out of whole sectors, at least one; then the command's `received` finds them in received_data().
  void receive(std::uint32_t sectors);
  std::span<const std::uint8_t> received_data() const { return exchange_.data; }
  /// Asks the medium; the number of the request.
  std::uint32_t issue(DiskOp op, std::uint64_t lba, std::uint64_t count_sectors) {
    return queue_.issue(static_cast<std::uint8_t>(unit()), op, lba, count_sectors);
  }
  PowerMode power_mode() const { return static_cast<PowerMode>(regs_.get(DeviceReg::power_mode)); }
  void set_power_mode(PowerMode mode);
  Smart& smart() { return smart_; }
  const Security& security() const { return security_; }
  const PowerUpInStandby& puis() const { return puis_; }
  HostProtectedArea& hpa() { return hpa_; }
  const ConfigurationOverlay& dco() const { return dco_; }
  /// The command before this one was `opcode` and ended without error: what "directly after" asks for (§8.40, §8.47).
  bool directly_after(std::uint8_t opcode) const { return predecessor_ == opcode; }
  std::uint16_t power_word() const { return cfa_.power_word(); }
  /// The medium in the drive.
  Overlay& overlay() { return overlays_[removable_.loaded()]; }
  const Overlay& overlay() const { return overlays_[removable_.loaded()]; }
  /// Writes data to the medium, as request `request` did.
  void commit(std::uint32_t request, std::uint64_t lba, std::span<const std::uint8_t> bytes, bool erases = false);
  /// The write cache is on the medium, or has failed, and a command waits for that.
  void cache_flushed();
  void cache_failed(const FaultHit& end);
  /// The medium has been erased, and with it what the write cache holds.
  void forget_cached_writes() { write_cache_.clear(); }
  using Addressing = coincide::Addressing;
  void set_address(std::uint64_t lba, Addressing addressing);
  /// The LBA bit of Device, and the address in the registers as 28-bit and 48-bit commands take it.
  bool lba_selected() const { return (regs_.byte(DeviceReg::device) & device_bits::LBA) != 0; }
  std::uint64_t address28() const;
  std::uint64_t address48() const;
  using Device::kOpenCount;
  using Device::kOpenError;
  using Device::kOpenLba;
  using Device::Open;
  /// A command or a queue is under way.
  bool engaged() const { return busy() || drq() || !overlap_.empty(); }
  bool queue_empty() const { return overlap_.empty(); }
  void withdraw(std::uint32_t request) { queue_.withdraw(request); }
  void flush();
  /// Ends the command with ERR=0 and a value in Error that counts (CFA).
  void complete_with_error_register();

  // --- Overlap ------------------------------------------------------------------------------------
  /// Reads address and count of a media command and looks whether they will do. False if the command has ended.
  bool prepare(const CommandRow& row, Transfer& transfer);
  /// Moves the data of a queued command whose disk request has ended with `end`.
  void run_queued(const Transfer& transfer, const FaultHit& end);
  void release_bus();
  void define_service(bool defined) { serv_defined_ = defined; }
  void set_service(bool service) { service_ = service; }
  bool service_asked() const { return service_; }
  void request_service();

  // --- Removable media ----------------------------------------------------------------------------
  bool medium_write_protected(std::size_t index) const {
    return index == 0 ? config_.read_only : config_.media[index - 1].read_only;
  }
  /// Another medium is in the drive.
  void medium_loaded();
  void empty_cache() { write_cache_.drain(); }
  void lose_cache() { write_cache_.clear(); }

  /// Snapshot: all state that is not the board's.
  template <class Archive>
  void fields(Archive& archive) {
    device_fields(archive);
    for (Overlay& overlay : overlays_) archive(overlay);
    archive(faults_, transfer_, exchange_, entry_, command_features_, succeeded_, predecessor_, dma_buffer_,
            standby_deadline_ns_, sleep_pending_, smart_, general_purpose_log_, security_, hpa_, dco_, overlap_, cfa_,
            media_card_, removable_, write_cache_, puis_, sector_buffer_);
    if (quirk(Quirk::openvmm_srst)) archive(reset_waits_);
    if (quirk(Quirk::openvmm_bm_short_table)) archive(table_exhausted_);
  }

 protected:
  void execute(std::uint8_t opcode) override;
  void software_reset(bool asserted) override;
  void cancel_requests() override;
  void diagnostic_starts() override;
  void diagnostic_posts() override;
  void diagnostic_ended() override { write_cache_.resume(); }
  void block_done() override;
  void dma_read_bytes(std::span<std::uint8_t> out) override;
  void dma_write_bytes(std::span<const std::uint8_t> in) override;
  void dma_done() override;
  bool eight_bit() const override { return regs_.get(DeviceReg::eight_bit_pio) != 0; }
  void status_was_read() override;
  bool always_open() const override { return quirk(Quirk::openvmm_registers_open); }
  bool keeps_pending() const override { return quirk(Quirk::openvmm_command_keeps_interrupt); }
  bool any_direction() const override { return quirk(Quirk::openvmm_data_port_any_direction); }
  bool self_test_at_once() const override { return quirk(Quirk::openvmm_no_self_test); }
  bool diagnostic_silent() const override { return quirk(Quirk::openvmm_diagnostic); }  // OVMM-IDE-152
  std::uint8_t control_bits() const override;
  std::uint8_t busy_status() const override;
  bool reset_waits() const override { return reset_waits_; }
  void device_to_be_written(std::uint8_t value) override;
  void dma_taken_by_host() override;
  void buffer_misused() override;
  bool table_ended() override;
  void memory_failed() override;

 private:
  /// What another path to this disk reads and writes: the medium under what the write cache holds (disk_store.cpp).
  class Store final : public BlockStore {
   public:
    explicit Store(Disk& disk) : disk_(disk) {}
    std::uint64_t sectors() const override { return disk_.medium_sectors(); }
    void read(std::uint64_t offset, std::span<std::uint8_t> out) const override;
    void write(std::uint64_t offset, std::span<const std::uint8_t> in) override;
    void fill(std::uint64_t first_sector, std::uint64_t count_sectors, std::uint8_t value) override;

   private:
    Disk& disk_;
  };

  /// One command of the dispatch table (disk_commands.cpp).
  struct Entry {
    std::uint8_t opcode;
    std::int16_t subcommand;
    void (*start)(Disk&, const CommandRow&);
    void (*received)(Disk&, const CommandRow&);
  };
  static std::span<const Entry> entries();
  static constexpr std::uint8_t kNoEntry = 0xff;

  /// Sectors that a command moves which are not the medium's.
  struct Exchange {
    std::vector<std::uint8_t> data;
    std::uint64_t moved = 0;     ///< bytes sent
    std::uint64_t expected = 0;  ///< bytes to receive

    template <class Archive>
    void fields(Archive& archive) {
      archive(data, moved, expected);
    }
  };

  // disk_openvmm.cpp
  bool quirk(Quirk q) const { return profile_.has(q); }
  void take_openvmm_geometry();
  std::uint64_t chs_sectors() const;
  bool command_under_way() const;
  void software_reset_at_once();
  bool reset_that_waited();
  void end_without_data();

  // disk_commands.cpp
  bool supported(const CommandRow& row) const;
  bool addressable(const CommandRow& row) const;
  bool permitted(const CommandRow& row) const;
  void data_received();

  // disk.cpp
  void set_signature();
  void send_block();
  void exchange_block_done();
  void reset_feature_sets(ResetKind kind);
  void software_reset_feature_sets(bool revert);

  // disk_transfer.cpp
  void media_command(const CommandRow& row);
  bool take_address(const CommandRow& row, Transfer& transfer);
  FaultHit on_cable(FaultHit end) const;
  void next_block();
  std::uint64_t dma_chunk() const;
  void start_dma_out();
  void next_dma_in(bool interrupts);
  void block_at_medium(std::uint64_t sectors);
  bool ultra_dma() const;  ///< the command under way moves its data in Ultra DMA bursts
  void end_transfer(bool interrupts = true);
  void transfer_failed(const FaultHit& end);
  void report_failure(const FaultHit& end);
  void read_done(const FaultHit& end);
  void verify_done(const DiskRequest& request);
  void write_done(const DiskRequest& request, const FaultHit& end);
  std::span<const std::uint8_t> host_data(std::uint64_t sectors) const;
  void write_out(std::uint64_t sectors);
  void write_accepted(std::uint64_t sectors);
  void flush_failed(const FaultHit& end);

  // disk_settings.cpp
  void nop();
  void seek(const CommandRow& row);
  void identify_device();
  void initialize_device_parameters();
  void set_multiple_mode();
  void download_microcode();

  // set_features.cpp
  void set_features();
  bool set_transfer_mode(std::uint8_t mode);
  void set_level(DeviceReg reg, bool valid);
  void set_switch(DeviceReg reg, bool on);

  // power_management.cpp
  void power_command(const CommandRow& row);
  void check_power_mode();
  void restart_standby_timer();

  // disk_reset.cpp
  void defaults(bool power_on);

  DeviceConfig config_;
  bool other_present_;
  std::vector<Overlay> overlays_;  ///< of the media of the board, by index
  FaultPlan faults_;
  Store store_{*this};
  Transfer transfer_;
  Exchange exchange_;
  std::uint8_t entry_ = kNoEntry;      ///< of the command under way, in entries()
  std::uint8_t command_features_ = 0;  ///< Features at the Command write
  static constexpr std::uint8_t kNoCommand = 0;
  std::uint8_t succeeded_ = kNoCommand;    ///< opcode of the last command if complete() ended it
  std::uint8_t predecessor_ = kNoCommand;  ///< what `succeeded_` was when the command under way was written
  std::vector<std::uint8_t> dma_buffer_;
  std::uint64_t standby_deadline_ns_ = ~std::uint64_t{0};
  bool sleep_pending_ = false;
  bool reset_waits_ = false;      ///< quirk openvmm-srst: SRST came while a command was under way
  bool table_exhausted_ = false;  ///< quirk openvmm-bm-short-table: a PRD table ended too early

  Smart smart_;
  GeneralPurposeLog general_purpose_log_;
  Security security_;
  HostProtectedArea hpa_;
  ConfigurationOverlay dco_;
  Overlap overlap_;
  Cfa cfa_;
  MediaCard media_card_;
  RemovableMedia removable_;
  WriteCache write_cache_;
  PowerUpInStandby puis_;
  SectorBuffer sector_buffer_;
};

}  // namespace coincide
