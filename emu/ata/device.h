// One device on a channel's cable: its task file, its interrupt pending state, its data port. What the commands do
// is the business of the derived class (a disk; a packet device).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "emu/answer.h"
#include "emu/ata/power.h"
#include "emu/ata/task_file.h"
#include "emu/media/disk_queue.h"
#include "emu/profile.h"
#include "emu/registers.h"
#include "emu/snapshot.h"

namespace coincide {

class BlockStore;
class Device;

/// What a device tells its channel.
class DeviceHost {
 public:
  virtual ~DeviceHost() = default;
  /// Interrupt pending or nIEN changed: the INTRQ line may have to follow.
  virtual void interrupt_changed() = 0;
  /// DMARQ was asserted.
  virtual void dma_requested() = 0;
  /// The device at the other end of the cable, or nullptr: PDIAG- runs between the two.
  virtual Device* neighbour(unsigned unit) = 0;
  /// The host's end of the cable runs DMA commands of this drive by the Ultra DMA protocol.
  virtual bool ultra_dma(unsigned /*unit*/) const { return true; }
};

/// State of the data port.
enum class DataPhase : std::uint8_t { none, pio_in, pio_out, dma_in, dma_out };

class Device : public RequestOwner {
 public:
  Device(Output& output, DiskQueue& queue, DeviceHost& host, const Profile& profile, unsigned unit);

  // --- what the channel asks -------------------------------------------------------------------
  bool busy() const { return (status() & status::BSY) != 0; }
  bool drq() const { return (status() & status::DRQ) != 0; }
  /// In Sleep only a reset works (ATA6-PM-12).
  bool asleep() const { return regs_.get(DeviceReg::power_mode) == static_cast<unsigned>(PowerMode::sleep); }
  /// DEV bit of this device's copy of the Device register.
  bool dev() const { return (regs_.byte(DeviceReg::device) & device_bits::DEV) != 0; }
  /// The INTRQ pin, if this device is the selected one (ATA6-DC-2).
  bool intrq() const {
    return regs_.get(DeviceReg::interrupt_pending) != 0 &&
           (regs_.byte(DeviceReg::device_control) & device_control::nIEN) == 0 && !reset_waits();
  }

  /// Register reads of the selected device. Reading Status clears interrupt pending (ATA6-REG-4).
  Answer read(TaskReg reg);
  Answer read_alternate_status() const { return status_answer(); }
  /// Register reads when Device 0 stands in for an absent Device 1 (ATA6 r3a §9.16.1).
  virtual Answer read_standing_in(TaskReg reg) = 0;

  /// A host write to Features ... Device reaches this device (ATA6-SEL-1).
  void latch(TaskReg reg, std::uint8_t value);
  /// Device Control acts in both devices at any BSY and DRQ (ATA6-SEL-3).
  void write_control(std::uint8_t value);
  /// A Command write to the selected device.
  void write_command(std::uint8_t opcode);
  /// EXECUTE DEVICE DIAGNOSTIC, which both devices run.
  void run_diagnostic();
  /// RESET- or a power cycle.
  virtual void hardware_reset(ResetKind kind) = 0;
  /// PDIAG- as Device 1 drives it: its diagnostic runs; its last one failed.
  bool diagnosing() const { return diagnosing_; }
  bool diagnostic_failed() const { return diagnostic_failed_; }
  /// Device 1 has ended its diagnostic: Device 0 samples PDIAG-.
  void neighbour_diagnosed();

  /// Data port, one word (ATA6-REG-7). A read with no data behind it leaves all bits open.
  Answer read_data();
  void write_data(std::uint16_t word);
  /// Many bytes at once inside the current DRQ block; how many were moved.
  std::size_t read_data_run(std::span<std::uint8_t> out);
  std::size_t write_data_run(std::span<const std::uint8_t> in);
  /// Registers are there for the host while BSY or DRQ is 1.
  virtual bool always_open() const { return false; }
  /// Quirk openvmm-data-port-bytes: moves bytes of the open block, however many; read_bytes leaves alone what the
  /// device has nothing for.
  void read_bytes(std::span<std::uint8_t> out);
  void write_bytes(std::span<const std::uint8_t> in);
  void clear_interrupt() { set_pending(false); }
  /// Quirk openvmm-srst: a software reset waits for the end of the command.
  virtual bool reset_waits() const { return false; }
  /// A byte access to the data port moves a byte.
  bool byte_port() const { return eight_bit(); }

  // --- DMA: the bus master's side ----------------------------------------------------------------
  /// DMARQ. True while the device has bytes for the host, or wants some.
  bool dma_ready() const { return dma_ready_; }
  bool dma_active() const { return phase_ == DataPhase::dma_in || phase_ == DataPhase::dma_out; }
  bool dma_to_host() const { return phase_ == DataPhase::dma_in; }
  std::uint64_t dma_remaining() const { return dma_remaining_; }
  /// Moves bytes, at most dma_remaining().
  void dma_read(std::span<std::uint8_t> out);
  void dma_write(std::span<const std::uint8_t> in);
  /// After dma_finish(): the bus master has nothing more to do, whatever its table says.
  virtual bool stops_bus_master() const { return false; }
  /// Called once dma_remaining() has become 0 and the bus master has closed its region.
  void dma_finish();
  /// Quirks of the bus master: its table has ended before dma_remaining() came to 0. True: the rest counts as moved.
  virtual bool table_ended() { return false; }
  /// Memory was not there for the data of this device.
  virtual void memory_failed() {}

  virtual void save(SnapshotWriter& archive) = 0;
  virtual void restore(SnapshotReader& archive) = 0;

  /// Virtual time has reached `now_ns`.
  virtual void clock(std::uint64_t /*now_ns*/) {}
  /// Next virtual time at which the device wants `clock`, or all ones.
  virtual std::uint64_t next_deadline_ns() const { return ~std::uint64_t{0}; }
  /// The world puts a medium into the drive, or the operator wants it out.
  virtual void media_insert(std::uint64_t /*index*/) {}
  virtual void media_eject(bool /*force*/) {}
  virtual std::uint64_t medium_sectors() const { return 0; }
  virtual void read_medium(std::uint64_t /*offset*/, std::span<std::uint8_t> /*out*/) const {}
  /// The sectors and the faults of a disk, for another path to it; nullptr: no disk.
  virtual BlockStore* store() { return nullptr; }
  virtual FaultPlan* fault_plan() { return nullptr; }

  const RegisterFile<DeviceReg>& registers() const { return regs_; }
  unsigned unit() const { return unit_; }

 protected:
  // --- what a command needs ----------------------------------------------------------------------
  virtual void execute(std::uint8_t opcode) = 0;
  virtual void software_reset(bool asserted) = 0;
  /// Takes back all that the device has asked of its medium; a late end must not touch a device that was reset.
  virtual void cancel_requests() = 0;
  /// EXECUTE DEVICE DIAGNOSTIC starts: what it stops and drops.
  virtual void diagnostic_starts() {}
  /// The self-test takes no time.
  virtual bool self_test_at_once() const { return false; }
  /// Bits of Device Control that are stored.
  virtual std::uint8_t control_bits() const { return 0xff; }
  /// No interrupt tells the end of the self-test.
  virtual bool diagnostic_silent() const { return false; }
  /// The self-test posts signature and Status; the code stands in Error.
  virtual void diagnostic_posts() = 0;
  /// All of it is done.
  virtual void diagnostic_ended() {}
  /// The host took, or gave, the last byte of a DRQ block.
  virtual void block_done() = 0;
  virtual void dma_read_bytes(std::span<std::uint8_t> out) = 0;
  virtual void dma_write_bytes(std::span<const std::uint8_t> in) = 0;
  virtual void dma_done() = 0;
  /// Quirk openvmm-data-port-any-direction: the host may use up any buffer, and what then becomes of the command.
  virtual bool any_direction() const { return false; }
  virtual void dma_taken_by_host() { dma_finish(); }
  virtual void buffer_misused() {}
  /// DEVICE RESET, which a packet device takes at any time (ATA6-DRST-2). False: this device does not have it.
  virtual bool device_reset() { return false; }
  /// A register that means something while DRQ is 1.
  virtual bool valid_with_drq(TaskReg /*reg*/) const { return false; }
  /// In Sleep the DEV bit is latched all the same (ATA6-SEL-12).
  virtual bool latches_dev_asleep() const { return false; }
  /// Device will be written.
  virtual void device_to_be_written(std::uint8_t /*value*/) {}
  /// Device was written.
  virtual void device_was_written() {}
  /// A command leaves the interrupt of the one before pending.
  virtual bool keeps_pending() const { return false; }
  /// HOB shows the previous content of a two-deep register.
  virtual bool shows_previous() const { return true; }
  /// Status was read with the device selected.
  virtual void status_was_read() {}

  // device_diagnostic.cpp: the self-test that every reset and EXECUTE DEVICE DIAGNOSTIC end with
  void begin_diagnostic();
  /// The request of kind `diagnose` has ended.
  void end_diagnostic(bool failed);

  std::uint8_t status() const { return regs_.byte(DeviceReg::status); }
  void set_status(std::uint8_t value) { regs_.set(DeviceReg::status, value); }
  void set_pending(bool pending);
  /// DRQ block of `bytes` bytes in buffer_: BSY=0 DRQ=1, phase pio_in or pio_out.
  void open_block(DataPhase phase, std::size_t bytes, std::uint8_t extra_status = 0);
  void start_dma(DataPhase phase, std::uint64_t bytes);
  /// DMARQ on; the bus master may move everything before this returns.
  void assert_dmarq(std::uint8_t extra_status = 0);
  void drop_data_phase();
  /// BSY=1, DRQ=0, ERR=0.
  void set_busy() { set_status(busy_status()); }
  virtual std::uint8_t busy_status() const { return idle_status() | status::BSY; }
  void drop_dma_rest() { dma_remaining_ = 0; }
  /// Status of a device that waits for a command. ATA6-STAT-12, OVMM-IDE-101: DRDY stays 1 in Idle and Standby.
  /// Bit 4 is SERV while queued commands are about; else it has its historic meaning.
  std::uint8_t idle_status() const {
    return status::DRDY | (serv_defined_ && !service_ ? std::uint8_t{0} : status::DSC);
  }

  /// Which registers hold a value that the standard leaves open until somebody writes them: bit n stands for
  /// TaskReg n, bit 7 for DRDY in Status.
  enum Open : std::uint8_t {
    kOpenError = 1 << 1,
    kOpenCount = 1 << 2,
    kOpenLba = 1 << 3 | 1 << 4 | 1 << 5,
    kOpenDevice = 1 << 6,
    kOpenStatusDrdy = 1 << 7,
  };
  void set_open(unsigned mask) { open_ = static_cast<std::uint8_t>(mask); }
  /// The same for the previous halves of the two-deep registers.
  void set_previous_open(unsigned mask) { previous_open_ = static_cast<std::uint8_t>(mask); }
  unsigned previous_open() const { return previous_open_; }
  unsigned open() const { return open_; }

  Output& output_;
  DiskQueue& queue_;
  DeviceHost& host_;
  const Profile& profile_;
  RegisterFile<DeviceReg> regs_;
  std::vector<std::uint8_t> buffer_;
  DataPhase phase_ = DataPhase::none;
  /// True while the last command was SEEK: bit 4 then means DSC (ATA6-SEEK-2).
  bool dsc_defined_ = false;
  /// Error holds a diagnostic code (ATA6-REG-8), or an extended error code of CFA.
  bool diagnostic_code_ = false;
  /// Bit 4 of Status is SERV, and its value (ATA6 r3a §7.15.6.4).
  bool serv_defined_ = false;
  bool service_ = false;
  /// Sector Count tells the tag and the direction of the data phase (ATA6-OVL-16).
  bool count_tells_phase_ = false;
  /// The data port is eight bits wide (SET FEATURES 01h).
  virtual bool eight_bit() const { return false; }
  /// The diagnostic under way belongs to EXECUTE DEVICE DIAGNOSTIC and will interrupt (Device 0 only).
  bool diagnostic_interrupts_ = false;
  bool diagnosing_ = false;         ///< the self-test's request is outstanding
  bool diagnostic_failed_ = false;  ///< how the last self-test of this device ended
  bool awaits_pdiag_ = false;       ///< Device 0 is done and waits for Device 1
  bool hardware_reset_ = false;     ///< the diagnostic under way belongs to power-on or RESET-

 private:
  void post_diagnostic();
  bool buffer_open() const { return drq() || reset_waits(); }
  bool use_up(bool reading, std::span<std::uint8_t> out, std::span<const std::uint8_t> in);
  Answer status_answer() const;
  Answer register_answer(TaskReg reg) const;

 protected:
  /// Snapshot: the state of the task file and of the data port.
  template <class Archive>
  void device_fields(Archive& archive) {
    archive(regs_, buffer_, phase_, dsc_defined_, diagnostic_code_, serv_defined_, service_, count_tells_phase_,
            diagnostic_interrupts_, diagnosing_, diagnostic_failed_, awaits_pdiag_, hardware_reset_, open_,
            previous_open_, position_, length_, dma_ready_, dma_remaining_);
  }

 private:
  std::uint8_t unit_;
  std::uint8_t open_ = 0;
  std::uint8_t previous_open_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t length_ = 0;
  bool dma_ready_ = false;
  std::uint64_t dma_remaining_ = 0;
};

}  // namespace coincide
