// One IDE channel: two devices on a cable, the decode of its legacy ports, its interrupt line, its bus master.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "emu/ata/device.h"
#include "emu/board.h"
#include "emu/piix4/bus_master.h"

namespace coincide {

class Channel final : public DeviceHost {
 public:
  Channel(Output& output, DiskQueue& queue, GuestMemory& memory, PciFunction& function, const Profile& profile,
          const Board& board, unsigned channel);

  /// One bus cycle to the command block, `offset` 0-7, `bytes` 1, 2 or 4 inside one dword.
  Answer read_command_block(unsigned offset, unsigned bytes);
  void write_command_block(unsigned offset, unsigned bytes, std::uint32_t value);
  /// One byte cycle to 3F6h / 376h.
  Answer read_control();
  void write_control(std::uint8_t value);
  /// String I/O on the data port: moves what the selected device has (takes) now, in bytes; 0 = nothing.
  std::size_t read_data_run(std::span<std::uint8_t> out);
  std::size_t write_data_run(std::span<const std::uint8_t> in);

  void reset(ResetKind kind);
  void clock(std::uint64_t now_ns);
  std::uint64_t next_deadline_ns() const;

  void interrupt_changed() override;
  void dma_requested() override { bus_master_.pump(); }
  Device* neighbour(unsigned unit) override { return devices_[(unit ^ 1) & 1].get(); }
  bool ultra_dma(unsigned unit) const override { return function_.ultra_dma(unit); }

  /// Snapshot: the cable, what hangs on it, and the engine.
  template <class Archive>
  void fields(Archive& archive) {
    archive(regs_, bus_master_);
    if (absent_) archive(*absent_);
    if (profile_.has(Quirk::openvmm_channel_selects)) archive(selection_);
    for (auto& device : devices_) {
      if (device == nullptr) continue;
      if constexpr (Archive::kSaving) {
        device->save(archive);
      } else {
        device->restore(archive);
      }
    }
  }

  BusMaster& bus_master() { return bus_master_; }
  const RegisterFile<ChannelReg>& registers() const { return regs_; }
  Device* device(unsigned index) const { return devices_[index].get(); }
  /// The device that DEV selects, or nullptr: an absent one stays absent, whoever answers for it.
  Device* chosen() const { return devices_[selected()].get(); }
  bool irq() const { return regs_.get(ChannelReg::intrq) != 0; }

 private:
  bool empty() const { return devices_[0] == nullptr && devices_[1] == nullptr; }
  /// DEV as the devices on the cable have it.
  unsigned selected() const;
  Answer read_register(TaskReg reg);
  void write_register(TaskReg reg, std::uint8_t value);
  void write_command(std::uint8_t opcode);

  Output& output_;
  const Profile& profile_;
  const PciFunction& function_;
  unsigned channel_;
  RegisterFile<ChannelReg> regs_;
  BusMaster bus_master_;
  std::array<std::unique_ptr<Device>, 2> devices_;
  /// The device that takes commands and data: the selected one, if it agrees that it is.
  Device* addressee() const;
  bool agrees(unsigned dev) const;
  Answer read_data_port(unsigned bytes);
  /// Quirk openvmm-channel-selects: DEV as the channel has it.
  std::uint8_t selection_ = 0;
  /// Quirk qemu-absent-own-registers: what an absent Device 1 was told last.
  void reset_absent();
  std::optional<RegisterFile<DeviceReg>> absent_;
};

}  // namespace coincide
