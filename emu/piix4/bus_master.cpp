#include "emu/piix4/bus_master.h"

#include <algorithm>

namespace coincide {
namespace {

constexpr unsigned kDescriptorBytes = 8;
constexpr std::uint32_t kEndOfTable = 0x80000000;

}  // namespace

std::uint8_t BusMaster::read(unsigned offset) const {
  switch (offset) {
    case 0:
      return regs_.byte(ChannelReg::bmic);
    case 2:
      return status();  // BMIDE-41: no side effect
    case 4:
    case 5:
    case 6:
    case 7:
      return static_cast<std::uint8_t>(regs_.get(ChannelReg::bmidtp) >> (8 * (offset - 4)));  // BMIDE-44
    default:
      return 0;  // PIIX4-IO-24, PIIX4-IO-25: reserved bytes
  }
}

std::uint8_t BusMaster::status_open() const {
  const bool started = (regs_.byte(ChannelReg::bmic) & bmic::SSBM) != 0;
  const bool all_moved = std::any_of(devices_.begin(), devices_.end(), [](const Device* d) {
    return d != nullptr && d->dma_active() && d->dma_remaining() == 0;
  });
  return started && !active() && all_moved ? bmis::ACTIVE : std::uint8_t{0};
}

bool BusMaster::dma_under_way() const {
  return std::any_of(devices_.begin(), devices_.end(), [](const Device* d) { return d != nullptr && d->dma_active(); });
}

void BusMaster::write(unsigned offset, unsigned bytes, std::uint32_t value) {
  if (offset >= 4) return write_pointer(offset - 4, bytes, value);
  // PIIX4-IO-27: status first, so that a start in the same cycle is not undone by its own clearing.
  for (unsigned i = 0; i < bytes; ++i) {
    if (offset + i == 2) write_status(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  if (offset == 0) write_command(static_cast<std::uint8_t>(value));
}

void BusMaster::write_pointer(unsigned offset, unsigned bytes, std::uint32_t value) {
  // PIIX4-IO-28: parts merge. BMIDE-43: bits 1:0 read 0.
  std::uint32_t pointer = static_cast<std::uint32_t>(regs_.get(ChannelReg::bmidtp));
  for (unsigned i = 0; i < bytes; ++i) {
    const unsigned shift = 8 * (offset + i);
    pointer = (pointer & ~(0xffu << shift)) | (value >> (8 * i) & 0xff) << shift;
  }
  regs_.set(ChannelReg::bmidtp, pointer & ~3u);  // BMIDE-45: only the next start sees it
}

void BusMaster::write_status(std::uint8_t value) {
  const std::uint8_t cleared = value & (bmis::INT | bmis::ERR);  // BMIDE-24, BMIDE-31
  // BMIDE-19: taken as written, every time; BMIDE-20: nothing looks at them.
  const std::uint8_t caps = value & (bmis::D0CAP | bmis::D1CAP);
  // BMIDE-18, BMIDE-21, BMIDE-35: bits 7, 4, 3 read 0; ACTIVE is read only.
  const unsigned kept = status() & ~cleared & (bmis::INT | bmis::ERR | bmis::ACTIVE);
  set_status(kept | caps);
}

void BusMaster::write_command(std::uint8_t value) {
  const std::uint8_t old = regs_.byte(ChannelReg::bmic);
  std::uint8_t next = value & (bmic::SSBM | bmic::RWCON);  // BMIDE-02
  const bool start_asked = (next & bmic::SSBM) != 0;
  const bool running = (old & bmic::SSBM) != 0;
  // BMIDE-13, BMIDE-14: RWCON is frozen while a DMA transfer is in progress. The write that stops it frees the bit.
  if (active() && dma_under_way() && start_asked)
    next = static_cast<std::uint8_t>((next & ~bmic::RWCON) | (old & bmic::RWCON));
  regs_.set(ChannelReg::bmic, next);     // BMIDE-09: only software clears SSBM; BMIDE-12: the new RWCON counts at once
  if (start_asked && !running) start();  // BMIDE-04, BMIDE-10: a 1 written over a 1 does nothing
  if (!start_asked && running) stop();
}

void BusMaster::start() {
  // BMIDE-03, BMIDE-36: ACTIVE at once, whatever the drive does. BMIDE-29: INT and ERR stay. BMIDE-67: a drive that has
  // its command already is served by the pump below.
  set_status(status() | bmis::ACTIVE);
  next_descriptor_ = static_cast<std::uint32_t>(regs_.get(ChannelReg::bmidtp));  // BMIDE-06
  index_ = 0;
  loaded_ = false;
  pump();
}

void BusMaster::stop() {
  // BMIDE-05, BMIDE-07, BMIDE-38, BMIDE-85: engine state is lost; BMIDE-08: nothing else changes.
  set_status(status() & ~unsigned{bmis::ACTIVE});
  loaded_ = false;
  left_ = 0;
}

void BusMaster::reset() {
  regs_.set(ChannelReg::bmic, 0);  // BMIDE-01, BMIDE-17, BMIDE-43
  regs_.set(ChannelReg::bmis, 0);
  regs_.set(ChannelReg::bmidtp, 0);
  loaded_ = false;
  left_ = 0;
}

/// BMIDE-30, BMIDE-32, BMIDE-33, BMIDE-34: master abort stops the engine, sets ERR and PCISTS, raises nothing.
void BusMaster::abort(std::uint64_t address, std::uint64_t bytes) {
  output_.observe({EventKind::bus_fault, 0, channel_, 0, address, bytes, {}});
  set_status((status() & ~unsigned{bmis::ACTIVE}) | bmis::ERR);
  function_.received_master_abort();
  loaded_ = false;
  left_ = 0;
}

bool BusMaster::fetch_descriptor() {
  std::array<std::uint8_t, kDescriptorBytes> raw{};
  for (unsigned i = 0; i < kDescriptorBytes;) {
    const auto run = memory_.readable(next_descriptor_ + i, kDescriptorBytes - i);
    if (run.empty()) {  // BMIDE-74
      abort(next_descriptor_ + i, kDescriptorBytes - i);
      return false;
    }
    std::copy(run.begin(), run.end(), raw.begin() + i);
    i += static_cast<unsigned>(run.size());
  }
  const auto dword = [&](unsigned at) {
    return raw[at] | std::uint32_t{raw[at + 1]} << 8 | std::uint32_t{raw[at + 2]} << 16 |
           std::uint32_t{raw[at + 3]} << 24;
  };
  address_ = dword(0) & ~1u;        // BMIDE-49
  left_ = dword(4) & 0xfffe;        // BMIDE-49, BMIDE-51
  if (left_ == 0) left_ = 0x10000;  // BMIDE-50
  last_ = (dword(4) & kEndOfTable) != 0;
  loaded_ = true;
  next_descriptor_ += kDescriptorBytes;  // BMIDE-48
  return true;
}

Device* BusMaster::requesting_device() const {
  // BMIDE-71: the drive that asks owns the engine; DEV does not steer it.
  for (Device* device : devices_) {
    if (device != nullptr && device->dma_ready()) return device;
  }
  return nullptr;
}

/// Moves one contiguous run of bytes; false if the engine had to stop.
bool BusMaster::move_run(Device& device) {
  // BMIDE-81: whichever ends first, region or device transfer; BMIDE-57, BMIDE-58: not a byte beyond. BMIDE-80: both
  // are whole words.
  const std::uint64_t want = std::min<std::uint64_t>(left_, device.dma_remaining());
  if (device.dma_to_host()) {
    const auto run = memory_.writable(address_, want);
    if (run.empty()) {
      abort(address_, want);  // BMIDE-76: what lies before stays transferred
      return false;
    }
    device.dma_read(run);  // BMIDE-27, BMIDE-28: in memory before anything tells of it
    output_.observe({EventKind::dma_write, 0, channel_, index_, address_, run.size(), run});
    address_ += static_cast<std::uint32_t>(run.size());  // BMIDE-55: this model advances linearly
    left_ -= static_cast<std::uint32_t>(run.size());
    return true;
  }
  const auto run = memory_.readable(address_, want);
  if (run.empty()) {
    abort(address_, want);
    return false;
  }
  device.dma_write(run);
  output_.observe({EventKind::dma_read, 0, channel_, index_, address_, run.size(), run});
  address_ += static_cast<std::uint32_t>(run.size());
  left_ -= static_cast<std::uint32_t>(run.size());
  return true;
}

void BusMaster::pump() {
  if (pumping_) return;
  pumping_ = true;
  while (active() && function_.bus_master()) {  // BMIDE-72, BMIDE-73: without BME it waits
    if (!loaded_ && !fetch_descriptor()) break;
    Device* device = requesting_device();
    // BMIDE-68: nothing moves until a drive asks; BMIDE-16: nor against RWCON.
    if (device == nullptr || device->dma_to_host() != writes_memory()) break;
    if (!move_run(*device)) break;
    const bool device_done = device->dma_remaining() == 0;
    if (left_ == 0) {
      loaded_ = false;
      if (last_) {
        // BMIDE-37, BMIDE-61; BMIDE-64: a drive that wants more waits, and nothing interrupts.
        set_status(status() & ~unsigned{bmis::ACTIVE});
      } else {
        ++index_;
        fetch_descriptor();  // BMIDE-53: when the last word of the region has moved; BMIDE-82: the burst goes on there
      }
    }
    // BMIDE-40, BMIDE-62: by the time the drive interrupts, ACTIVE tells whether the table was used up. BMIDE-39,
    // BMIDE-63, BMIDE-65: what the drive says does not touch it.
    if (!device_done) continue;
    device->dma_finish();
    if (device->stops_bus_master()) set_status(status() & ~unsigned{bmis::ACTIVE});
  }
  pumping_ = false;
}

}  // namespace coincide
