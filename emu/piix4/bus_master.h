// The bus-master engine of one channel: BMIC, BMIS, BMIDTP and the walk along the PRD table (piix4-ide.md 3).
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "emu/answer.h"
#include "emu/ata/device.h"
#include "emu/bus/memory.h"
#include "emu/piix4/function.h"

namespace coincide {

namespace bmic {
inline constexpr std::uint8_t SSBM = 0x01, RWCON = 0x08;
}
namespace bmis {
inline constexpr std::uint8_t ACTIVE = 0x01, ERR = 0x02, INT = 0x04, D0CAP = 0x20, D1CAP = 0x40;
}

/// One a channel, with nothing in common (BMIDE-15, BMIDE-70).
class BusMaster {
 public:
  BusMaster(Output& output, PciFunction& function, GuestMemory& memory, RegisterFile<ChannelReg>& regs,
            const Profile& profile, unsigned channel)
      : output_(output),
        profile_(profile),
        function_(function),
        memory_(memory),
        regs_(regs),
        channel_(static_cast<std::uint8_t>(channel)) {}

  /// `selected` tells which of the two the channel has selected.
  void attach(const std::array<Device*, 2>& devices, std::function<unsigned()> selected) {
    devices_ = devices;
    selected_ = std::move(selected);
  }

  /// Byte registers by offset 0-7 inside the channel's half of the window. Several bytes of one bus cycle act
  /// together (PIIX4-IO-27).
  std::uint8_t read(unsigned offset) const;
  /// Quirk openvmm-bm-widths: one access as a whole.
  Answer read_whole(unsigned offset, unsigned bytes) const;
  void write_whole(unsigned offset, unsigned bytes, std::uint32_t value);
  /// Bits of BMIS that may read either way now. This model's drive takes all words of a data-out command at once, and
  /// then writes them; a drive that takes the last word just before it is done keeps ACTIVE up until then (BMIDE-37).
  std::uint8_t status_open() const;
  void write(unsigned offset, unsigned bytes, std::uint32_t value);

  /// The channel's interrupt line went from inactive to active (BMIDE-22).
  void interrupt_edge() { set_status(status() | bmis::INT); }
  /// Moves what can be moved now: called when DMARQ rises, when the engine starts, when BME is set.
  void pump();
  /// PCI reset.
  void reset();

  /// Snapshot: the run under way; the registers are the channel's.
  template <class Archive>
  void fields(Archive& archive) {
    archive(next_descriptor_, index_, loaded_, last_, address_, left_);
    if (quirk(Quirk::openvmm_bm_any_byte)) archive(beyond_4g_);
  }

 private:
  std::uint8_t status() const { return regs_.byte(ChannelReg::bmis); }
  void set_status(unsigned value) { regs_.set(ChannelReg::bmis, value); }
  bool quirk(Quirk q) const { return profile_.has(q); }
  bool active() const { return (status() & bmis::ACTIVE) != 0; }
  /// BMIDE-11: the direction as the bus master sees it.
  bool writes_memory() const { return (regs_.byte(ChannelReg::bmic) & bmic::RWCON) != 0; }

  void write_command(std::uint8_t value);
  void write_status(std::uint8_t value);
  void write_pointer(unsigned offset, unsigned bytes, std::uint32_t value);
  void start();
  void stop();
  bool fetch_descriptor();
  bool move_run(Device& device);
  void abort(std::uint64_t address, std::uint64_t bytes);
  void advance(std::size_t bytes);
  Device* requesting_device() const;
  /// A drive on the cable runs a DMA command.
  bool dma_under_way() const;

  Output& output_;
  const Profile& profile_;
  PciFunction& function_;
  GuestMemory& memory_;
  RegisterFile<ChannelReg>& regs_;
  std::uint8_t channel_;
  std::array<Device*, 2> devices_{};
  std::function<unsigned()> selected_;

  // State of the run, not visible to software (BMIDE-44).
  std::uint32_t next_descriptor_ = 0;  ///< address of the descriptor to fetch next
  std::uint32_t index_ = 0;            ///< index of the loaded descriptor in its table
  bool loaded_ = false;
  bool last_ = false;  ///< the loaded descriptor has EOT
  std::uint32_t address_ = 0;
  std::uint32_t left_ = 0;  ///< bytes left in the region
  bool beyond_4g_ = false;  ///< quirk openvmm-bm-any-byte: address_ is 4 GiB less than the address
  bool pumping_ = false;
};

}  // namespace coincide
