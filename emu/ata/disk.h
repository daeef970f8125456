// The ATA disk: what each command of the command table does (ATA6 r3a §8), for a device without the PACKET set.
//
// disk.cpp           acceptance, completion, address registers
// disk_transfer.cpp  media commands: PIO, MULTIPLE, DMA, verify
// disk_settings.cpp  SET FEATURES, SET MULTIPLE MODE, power, and other non-data commands
// disk_reset.cpp     power-on, RESET-, SRST, EXECUTE DEVICE DIAGNOSTIC
// identify.cpp       IDENTIFY DEVICE, word by word
#pragma once

#include <functional>

#include "emu/ata/command_table.h"
#include "emu/ata/device.h"
#include "emu/board.h"
#include "emu/media/overlay.h"

namespace coincide {

/// Power modes in the order of ATA6 r3a §6.11.
enum class PowerMode : std::uint8_t { active = 0, idle = 1, standby = 2, sleep = 3 };

class Disk final : public Device {
 public:
  Disk(Output& output, DiskQueue& queue, DeviceHost& host, const Profile& profile, const DeviceConfig& config,
       unsigned unit, bool other_present);

  Answer read_standing_in(TaskReg reg) override;
  void run_diagnostic() override;
  void hardware_reset(ResetKind kind) override;
  bool diagnosing() const override { return diagnosing_; }
  bool diagnostic_failed() const override { return diagnostic_failed_; }
  void neighbour_diagnosed() override;
  void request_done(const DiskRequest& request, const FaultHit& end) override;
  void clock(std::uint64_t now_ns) override;
  std::uint64_t next_deadline_ns() const override { return standby_deadline_ns_; }
  void read_medium(std::uint64_t offset, std::span<std::uint8_t> out) const override { overlay_.read(offset, out); }

  /// Fills 512 bytes of IDENTIFY DEVICE data for the present state (identify.cpp).
  void identify(std::span<std::uint8_t, kSectorBytes> out) const;

  const DeviceConfig& config() const { return config_; }
  bool other_present() const { return other_present_; }
  std::uint64_t limit28() const;
  std::uint64_t limit48() const { return overlay_.sectors(); }
  std::uint16_t default_cylinders() const;
  std::uint16_t current_cylinders() const;

 protected:
  void execute(std::uint8_t opcode) override;
  void software_reset(bool asserted) override;
  void block_done() override;
  void dma_read_bytes(std::span<std::uint8_t> out) override;
  void dma_write_bytes(std::span<const std::uint8_t> in) override;
  void dma_done() override;
  bool asleep() const override { return power_mode() == PowerMode::sleep; }
  void status_was_read() override;

 private:
  using Handler = void (Disk::*)(const CommandRow&);
  struct Entry {
    std::uint8_t opcode;
    Handler handler;
  };
  static std::span<const Entry> handlers();

  /// How a media command addresses the medium.
  enum class Addressing : std::uint8_t { lba28, lba48, chs };
  /// A media command under way.
  struct Transfer {
    MediaAccess access = MediaAccess::none;
    Protocol protocol = Protocol::non_data;
    Addressing addressing = Addressing::lba28;
    std::uint64_t lba = 0;         ///< next sector
    std::uint64_t remaining = 0;   ///< sectors, those of the open block included
    std::uint32_t block = 0;       ///< sectors of one DRQ block
    std::uint32_t open_block = 0;  ///< sectors of the block in buffer_
    bool failed = false;           ///< the block carries an unrecoverable error (ATA6-RW-7)
    std::uint64_t dma_bytes = 0;   ///< moved so far
    FaultHit fault;
  };

  // disk.cpp
  bool supported(const CommandRow& row) const;
  void complete(unsigned open_after = kOpenError);
  void fail(std::uint8_t error_bits, unsigned open_after);
  void abort() { fail(error::ABRT, 0); }
  void device_fault();
  void set_address(std::uint64_t lba, Addressing addressing);
  void set_signature();
  void issue(DiskOp op, std::uint64_t lba, std::uint64_t count_sectors) {
    queue_.issue(*this, faults_, static_cast<std::uint8_t>(unit()), op, lba, count_sectors);
  }
  PowerMode power_mode() const { return static_cast<PowerMode>(regs_.get(DeviceReg::power_mode)); }
  void set_power_mode(PowerMode mode) { regs_.set(DeviceReg::power_mode, static_cast<unsigned>(mode)); }

  // disk_transfer.cpp
  void media_command(const CommandRow& row);
  void next_block();
  bool ultra_dma() const;  ///< the command under way moves its data in Ultra DMA bursts
  void end_transfer();
  void transfer_failed(const FaultHit& end);
  void read_done(const FaultHit& end);
  void write_done(const DiskRequest& request, const FaultHit& end);
  void commit(const DiskRequest& request, std::uint64_t sectors);

  // disk_settings.cpp
  void nop(const CommandRow&);
  void seek(const CommandRow& row);
  void flush(const CommandRow&);
  void identify_device(const CommandRow&);
  void initialize_device_parameters(const CommandRow&);
  void set_multiple_mode(const CommandRow&);
  void set_features(const CommandRow&);
  bool set_transfer_mode(std::uint8_t mode);
  void power_command(const CommandRow& row);
  void check_power_mode(const CommandRow&);
  void restart_standby_timer();

  // disk_reset.cpp
  void defaults(bool power_on);
  void begin_diagnostic();
  void end_diagnostic(bool failed);
  void post_diagnostic();

  // smart_qemu.cpp: commands of feature sets that only the `qemu` profile switches on so far
  void qemu_smart(const CommandRow&);
  void qemu_read_native_max(const CommandRow& row);

  DeviceConfig config_;
  bool other_present_;
  Overlay overlay_;
  FaultPlan faults_;
  Transfer transfer_;
  std::vector<std::uint8_t> dma_buffer_;
  std::uint64_t standby_deadline_ns_ = ~std::uint64_t{0};
  bool sleep_pending_ = false;
  /// The diagnostic under way belongs to EXECUTE DEVICE DIAGNOSTIC and will interrupt (Device 0 only).
  bool diagnostic_interrupts_ = false;
  bool diagnosing_ = false;         ///< the self-test's request is outstanding
  bool diagnostic_failed_ = false;  ///< how the last self-test of this device ended
  bool awaits_pdiag_ = false;       ///< Device 0 is done and waits for Device 1
  bool hardware_reset_ = false;     ///< the diagnostic under way belongs to power-on or RESET-
  std::uint8_t qemu_self_tests_ = 0;
};

}  // namespace coincide
