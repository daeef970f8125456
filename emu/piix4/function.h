// PCI function 1: its configuration space, and what the rest of the chip reads out of it.
#pragma once

#include <array>
#include <cstdint>

#include "emu/answer.h"
#include "emu/board.h"
#include "emu/profile.h"
#include "emu/registers.h"

namespace coincide {

class PciFunction {
 public:
  PciFunction(Output& output, const Profile& profile, Chip chip);

  /// A read or write that stays inside one dword: offset % 4 + width <= 4.
  Answer read(std::uint8_t offset, unsigned width) const;
  void write(std::uint8_t offset, unsigned width, std::uint32_t value);
  /// PCI RST# (PIIX4-RST-01).
  void reset();

  bool io_space() const { return (bytes_[0x04] & 0x01) != 0; }    ///< PCICMD.IOSE
  bool bus_master() const { return (bytes_[0x04] & 0x04) != 0; }  ///< PCICMD.BME
  /// Whether the bus master may run: BME, but where that only maps its window (OVMM-IDE-065).
  bool may_master() const { return bus_master() || profile_.has(Quirk::openvmm_window_by_command); }
  /// True if the channel's legacy ports are decoded: IOSE and IDETIM bit 15 (PIIX4-IO-01).
  bool channel_decoded(unsigned channel) const;
  /// Whether DMA commands of a drive run by the Ultra DMA protocol: its bit of UDMACTL (PIIX4-TIM-06).
  bool ultra_dma(unsigned unit) const { return (regs_.get(FunctionReg::udmactl) >> unit & 1) != 0; }
  /// Base of the bus-master window, or 0 when it is not decoded.
  std::uint16_t bus_master_base() const;
  /// The function's own cycle ended in master abort: PCISTS bit 13 (BMIDE-34).
  void received_master_abort();

  std::uint64_t register_value(FunctionReg reg) const { return regs_.get(reg); }
  void set_confadd(std::uint32_t value) { regs_.set(FunctionReg::confadd, value); }

  /// Snapshot: registers and bytes; the masks are the chip's.
  template <class Archive>
  void fields(Archive& archive) {
    archive(regs_, bytes_);
    if (profile_.has(Quirk::openvmm_window_by_command)) archive(mapped_base_);
  }

 private:
  void observe_registers(unsigned first, unsigned last);

  const Profile& profile_;
  RegisterFile<FunctionReg> regs_;
  std::array<std::uint8_t, 256> bytes_{};
  std::array<std::uint8_t, 256> write_mask_{};
  std::array<std::uint8_t, 256> clear_mask_{};
  std::array<std::uint8_t, 256> reset_{};
  std::uint16_t mapped_base_ = 0;  ///< quirk openvmm-window-by-command: where the window is
};

}  // namespace coincide
