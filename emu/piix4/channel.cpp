#include "emu/piix4/channel.h"

#include <algorithm>
#include <array>

#include "emu/ata/disk.h"
#include "emu/atapi/optical_drive.h"

namespace coincide {
namespace {

/// PIIX4-IO-19: nobody drives the bus; DD7 has a pull-down. FFh is as right, so bit 7 is open.
/// OVMM-IDE-048, OVMM-IDE-051: OpenVMM too.
constexpr Answer kFloating{0x7f, 0x80};
constexpr unsigned kFirstIrq = 14;  // PIIX4-IRQ-01
/// What an absent Device 1 latches under quirk qemu-absent-own-registers, by command block offset.
constexpr DeviceReg kLatched[] = {DeviceReg::features, DeviceReg::features, DeviceReg::sector_count,
                                  DeviceReg::lba_low,  DeviceReg::lba_mid,  DeviceReg::lba_high};

}  // namespace

Channel::Channel(Output& output, DiskQueue& queue, GuestMemory& memory, PciFunction& function, const Profile& profile,
                 const Board& board, unsigned channel)
    : output_(output),
      profile_(profile),
      function_(function),
      channel_(channel),
      regs_(output, channel_scope(channel)),
      bus_master_(output, function, memory, regs_, profile, channel) {
  for (unsigned i = 0; i < 2; ++i) {
    const unsigned unit = 2 * channel + i;
    const DeviceConfig& config = board.devices[unit];
    const bool other = board.devices[unit ^ 1].kind != DeviceKind::none;
    if (config.kind == DeviceKind::packet) {
      devices_[i] = make_optical_drive(output, queue, *this, profile, config, unit, other);
    }
    if (config.kind != DeviceKind::disk || config.medium == nullptr) continue;
    devices_[i] = std::make_unique<Disk>(output, queue, *this, profile, config, unit, other);
  }
  bus_master_.attach({devices_[0].get(), devices_[1].get()}, [this] { return selected(); });
  if (devices_[0] != nullptr && devices_[1] == nullptr && profile.has(Quirk::qemu_absent_own_registers)) {
    absent_.emplace(output, device_scope(2 * channel + 1));
    reset_absent();
  }
}

void Channel::reset_absent() {
  if (!absent_) return;
  absent_->set(DeviceReg::sector_count, 0x01);
  absent_->set(DeviceReg::lba_low, 0x01);
  absent_->set(DeviceReg::lba_mid, 0xff);
  absent_->set(DeviceReg::lba_high, 0xff);
}

unsigned Channel::selected() const {
  if (profile_.has(Quirk::openvmm_channel_selects)) return selection_;  // OVMM-IDE-047
  // ATA6-SEL-11: a sleeping Device 0 no longer follows DEV, and Device 1 answers if it is awake to see itself selected.
  const bool ask_second = devices_[0] == nullptr || (devices_[0]->asleep() && devices_[1] != nullptr);
  const Device* speaker = devices_[ask_second ? 1 : 0].get();
  return speaker != nullptr && speaker->dev() ? 1 : 0;
}

/// Whether the selected device takes itself for that.
bool Channel::agrees(unsigned dev) const {
  return !profile_.has(Quirk::openvmm_channel_selects) || devices_[dev]->dev() == (dev == 1);
}

Device* Channel::addressee() const {
  if (!profile_.has(Quirk::openvmm_channel_selects)) return devices_[selected()].get();
  for (unsigned i = 0; i < 2; ++i) {  // OVMM-IDE-046: each drive decides for itself
    if (devices_[i] != nullptr && devices_[i]->dev() == (i == 1)) return devices_[i].get();
  }
  return nullptr;
}

/// OVMM-ATAPI-01: what a drive that is not selected reads is the selected one's affair; its interrupt stays.
Answer Channel::read_register(TaskReg reg) {
  if (empty()) return kFloating;
  const unsigned dev = selected();
  if (devices_[dev] != nullptr) {
    return agrees(dev) ? devices_[dev]->read(reg) : devices_[dev]->read_standing_in(reg);
  }
  // PIIX4-IO-20, ATA6-ABS-4: Device 0 answers for an absent Device 1, but not the other way (ATA6-ABS-6).
  if (dev == 1) {
    if (absent_ && reg == TaskReg::device) return devices_[0]->read(reg);
    if (absent_ && reg != TaskReg::status_command) {
      return {reg == TaskReg::error_features ? 0u : absent_->byte(kLatched[static_cast<unsigned>(reg)]), 0};
    }
    // OVMM-IDE-049; OVMM-IDE-050: not that of a packet device
    const bool disk = devices_[0]->store() != nullptr;
    if (disk && reg == TaskReg::status_command && profile_.has(Quirk::openvmm_absent_clears_interrupt))
      devices_[0]->clear_interrupt();
    return devices_[0]->read_standing_in(reg);
  }
  return kFloating;
}

/// OVMM-IDE-036: FFh, and 7Fh in the first byte, under as many bytes as the drive still has (OVMM-ATAPI-30);
/// OVMM-IDE-052: an absent one has none.
Answer Channel::read_data_port(unsigned bytes) {
  std::array<std::uint8_t, 4> data{0x7f, 0xff, 0xff, 0xff};
  Device* device = devices_[selected()].get();
  if (device != nullptr && device == addressee()) device->read_bytes(std::span(data).first(bytes));
  Answer answer;
  for (unsigned i = 0; i < bytes; ++i) answer.value |= std::uint32_t{data[i]} << (8 * i);
  return answer;
}

Answer Channel::read_command_block(unsigned offset, unsigned bytes) {
  if (offset == 0 && profile_.has(Quirk::openvmm_data_port_bytes)) return read_data_port(bytes);
  if (offset == 0) {
    Device* device = devices_[selected()].get();
    // PIIX4-IO-07, PIIX4-IO-08, PIIX4-IO-09: word cycles, lower half first.
    Answer answer;
    for (unsigned at = 0; at < bytes; at += 2) {
      const Answer word = device != nullptr ? device->read_data() : Answer{0x7f7f, 0xffff};
      answer.value |= word.value << (8 * at);
      answer.open |= word.open << (8 * at);
    }
    // What one byte of a word is worth is open, but a drive may have been told to use DD(7:0) alone (SET FEATURES 01h).
    if (bytes == 1)
      answer = {answer.value & 0xff, device != nullptr && device->byte_port() ? answer.open & 0xff : 0xff};
    return answer;
  }
  const Answer one = read_register(static_cast<TaskReg>(offset));
  // PIIX4-IO-10: one IDE cycle; the byte stands in every lane.
  if (profile_.has(Quirk::openvmm_first_port)) return {one.value & 0xff, ~0xffu & ((2u << (8 * bytes - 1)) - 1)};
  constexpr std::uint32_t kRepeat[] = {0, 0x01, 0x0101, 0x010101, 0x01010101};
  return {one.value * kRepeat[bytes], one.open * kRepeat[bytes]};
}

void Channel::write_register(TaskReg reg, std::uint8_t value) {
  const unsigned dev = selected();
  if (reg == TaskReg::device) selection_ = (value & device_bits::DEV) != 0 ? 1 : 0;
  for (unsigned i = 0; i < 2; ++i) {
    Device* device = devices_[i].get();
    if (device == nullptr) continue;
    const bool engaged = device->busy() || (i == dev && device->drq());
    if (engaged && !device->always_open())
      continue;  // ATA6-SEL-2, ATA6-SEL-6; the selected one: indeterminate, ignored
    // While the selected device is in the middle of a command, DEV must not change in the other one alone.
    const Device* chosen = devices_[dev].get();
    const bool in_command = chosen != nullptr && (chosen->busy() || chosen->drq()) && !chosen->always_open();
    if (reg == TaskReg::device && in_command) continue;
    device->latch(reg, value);  // ATA6-SEL-1, ATA6-FIFO-9, ATA6-ABS-2
  }
  if (absent_ && reg < TaskReg::device && !devices_[0]->busy() && !devices_[0]->drq()) {
    absent_->set(kLatched[static_cast<unsigned>(reg)], value);
  }
  // OVMM-IDE-056, ATA6-SEL-8, PIIX4-IRQ-08, ATA6-INT-16, ATA6-IDLE-2: the line follows the selection; ATA6-SEL-9,
  // ATA6-INT-15: pending stays where it is.
  if (reg == TaskReg::device) interrupt_changed();
}

void Channel::write_command(std::uint8_t opcode) {
  Device* chosen = addressee();
  const bool each = profile_.has(Quirk::openvmm_diagnostic);  // OVMM-IDE-107: each disk says for itself
  if (opcode == 0x90) {
    // ATA6-DIAG-1, ATA6-SEL-4: both devices run it; ATA6-DIAG-6: also when it is the absent Device 1 that is selected.
    const bool engaged = chosen != nullptr && (chosen->busy() || chosen->drq());
    const bool ignored = chosen == nullptr && profile_.has(Quirk::qemu_absent_ignores_90);
    if ((engaged && !each) || ignored) return;
    for (auto& device : devices_) {
      if (device == nullptr || device->busy() || (each && device->drq())) continue;
      device->run_diagnostic();
    }
    return;
  }
  if (chosen != nullptr) chosen->write_command(opcode);  // ATA6-ABS-3: a command to an absent device is ignored
}

void Channel::write_command_block(unsigned offset, unsigned bytes, std::uint32_t value) {
  if (offset == 0) {
    Device* device = addressee();
    if (device == nullptr) return;
    if (profile_.has(Quirk::openvmm_data_port_bytes)) {  // OVMM-IDE-035, OVMM-IDE-037
      std::array<std::uint8_t, 4> data{};
      for (unsigned i = 0; i < bytes; ++i) data[i] = static_cast<std::uint8_t>(value >> (8 * i));
      return device->write_bytes(std::span(data).first(bytes));
    }
    device->write_data(static_cast<std::uint16_t>(value));  // PIIX4-IO-16: in the drive before the next access
    if (bytes == 4) device->write_data(static_cast<std::uint16_t>(value >> 16));
    return;
  }
  const auto byte = static_cast<std::uint8_t>(value);  // PIIX4-IO-11, OVMM-IDE-034: the upper bytes are dropped
  if (offset == 7) return write_command(byte);
  write_register(static_cast<TaskReg>(offset), byte);
}

Answer Channel::read_control() {
  if (empty()) return kFloating;
  const unsigned dev = selected();
  if (devices_[dev] != nullptr) {  // PIIX4-IRQ-07, ATA6-REG-3
    return agrees(dev) ? devices_[dev]->read_alternate_status() : Answer{};
  }
  if (dev == 1) return devices_[0]->read_standing_in(TaskReg::status_command);
  return kFloating;
}

void Channel::write_control(std::uint8_t value) {
  if ((value & device_control::SRST) != 0) selection_ = 0;  // OVMM-IDE-176
  for (auto& device : devices_) {
    if (device != nullptr) device->write_control(value);  // ATA6-SEL-3, ATA6-SRST-2, ATA6-ABS-1, ATA6-ABS-8
  }
  if ((value & device_control::SRST) != 0) reset_absent();
}

std::size_t Channel::read_data_run(std::span<std::uint8_t> out) {
  Device* device = addressee();
  return device == nullptr ? 0 : device->read_data_run(out);
}

std::size_t Channel::write_data_run(std::span<const std::uint8_t> in) {
  Device* device = addressee();
  return device == nullptr ? 0 : device->write_data_run(in);
}

void Channel::interrupt_changed() {
  const Device* device = addressee();  // OVMM-IDE-054
  // ATA6-ABS-9: nothing is driven for an absent device. PIIX4-IRQ-05, PIIX4-IRQ-06: nIEN gates the line. PIIX4-IRQ-04,
  // PIIX4-IRQ-11: the device alone takes it away, INT has no say and keeps what it has.
  const bool level = device != nullptr && device->intrq();
  if (level == irq()) return;
  regs_.set(ChannelReg::intrq, level ? 1 : 0);
  output_.observe({EventKind::irq, 0, 0, kFirstIrq + channel_, 0, level ? 1u : 0u, {}});
  // BMIDE-22, BMIDE-23, PIIX4-IRQ-02, PIIX4-IRQ-09: each edge sets INT, whatever the command was. BMIDE-25, BMIDE-26:
  // nothing else does.
  if (level) bus_master_.interrupt_edge();
}

void Channel::reset(ResetKind kind) {
  // PIIX4-RST-07: RST# reaches the drives' RESET# too.
  for (auto& device : devices_) {
    if (device != nullptr) device->hardware_reset(kind);
  }
  selection_ = 0;
  reset_absent();
  bus_master_.reset();
}

void Channel::clock(std::uint64_t now_ns) {
  for (auto& device : devices_) {
    if (device != nullptr) device->clock(now_ns);
  }
}

std::uint64_t Channel::next_deadline_ns() const {
  std::uint64_t next = ~std::uint64_t{0};
  for (const auto& device : devices_) {
    if (device != nullptr) next = std::min(next, device->next_deadline_ns());
  }
  return next;
}

}  // namespace coincide
