#include "emu/piix4/bus_master.h"

#include <algorithm>

namespace coincide {
namespace {

constexpr unsigned kDescriptorBytes = 8;
constexpr std::uint32_t kEndOfTable = 0x80000000;

/// Widths that each register takes under quirk openvmm-bm-widths, as the sum of 1, 2 and 4.
struct Widths {
  std::uint8_t offset, read, write;
};
constexpr Widths kWidths[] = {{0, 3, 3}, {2, 3, 3}, {4, 6, 6}, {6, 2, 7}};

/// The row that takes this access; nullptr: OVMM-IDE-063: no register there; OVMM-IDE-064: not in this width.
const Widths* find_widths(unsigned offset, unsigned bytes, std::uint8_t Widths::*direction) {
  for (const Widths& row : kWidths) {
    if (row.offset == offset && (row.*direction & bytes) != 0) return &row;
  }
  return nullptr;
}

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

Answer BusMaster::read_whole(unsigned offset, unsigned bytes) const {
  constexpr std::uint32_t kOnes[] = {0, 0xff, 0xffff, 0xffffff, 0xffffffff};
  if (find_widths(offset, bytes, &Widths::read) == nullptr) return {kOnes[bytes], 0};
  // OVMM-IDE-059, OVMM-IDE-060: a word has a zero above the byte. OVMM-IDE-061, OVMM-IDE-062
  Answer answer;
  for (unsigned i = 0; i < (offset < 4 ? 1 : bytes); ++i) answer.value |= std::uint32_t{read(offset + i)} << (8 * i);
  return answer;
}

void BusMaster::write_whole(unsigned offset, unsigned bytes, std::uint32_t value) {
  if (find_widths(offset, bytes, &Widths::write) == nullptr) return;
  if (offset < 4) return write(offset, 1, value);
  write(offset, offset == 6 ? 2 : bytes, value);  // OVMM-IDE-062: the low 16 bits, a byte with a zero above
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
  // OVMM-IDE-058
  if (quirk(Quirk::openvmm_bm_interrupt_level) && regs_.get(ChannelReg::intrq) != 0) interrupt_edge();
}

void BusMaster::write_command(std::uint8_t value) {
  const std::uint8_t old = regs_.byte(ChannelReg::bmic);
  std::uint8_t next = value & (bmic::SSBM | bmic::RWCON);  // BMIDE-02
  const bool start_asked = (next & bmic::SSBM) != 0;
  const bool running = (old & bmic::SSBM) != 0;
  // BMIDE-13, BMIDE-14: RWCON is frozen while a DMA transfer is in progress. The write that stops it frees the bit.
  // OVMM-IDE-070
  const bool frozen = quirk(Quirk::openvmm_bm_direction_kept) ? running : active() && dma_under_way() && start_asked;
  if (frozen) next = static_cast<std::uint8_t>((next & ~bmic::RWCON) | (old & bmic::RWCON));
  regs_.set(ChannelReg::bmic, next);     // BMIDE-09: only software clears SSBM; BMIDE-12: the new RWCON counts at once
  if (start_asked && !running) start();  // BMIDE-04, BMIDE-10, OVMM-IDE-068: a 1 over a 1 does nothing
  if (!start_asked && running) stop();
}

void BusMaster::start() {
  // BMIDE-03, BMIDE-36, OVMM-IDE-066: ACTIVE at once, whatever the drive does. BMIDE-29: INT and ERR stay. BMIDE-67: a
  // drive that has its command already is served by the pump below.
  set_status(status() | bmis::ACTIVE);
  next_descriptor_ = static_cast<std::uint32_t>(regs_.get(ChannelReg::bmidtp));  // BMIDE-06
  index_ = 0;
  loaded_ = false;
  pump();
}

void BusMaster::stop() {
  // OVMM-IDE-069, BMIDE-05, BMIDE-07, BMIDE-38, BMIDE-85: engine state is lost; BMIDE-08: nothing else changes.
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
  const bool silent = quirk(Quirk::openvmm_bm_memory_error);
  set_status((status() & ~unsigned{bmis::ACTIVE}) | (silent ? 0u : bmis::ERR));
  loaded_ = false;
  left_ = 0;
  if (!silent) return function_.received_master_abort();
  // OVMM-IDE-067, OVMM-IDE-084, OVMM-IDE-085: the drive forgets its command.
  if (Device* device = requesting_device()) device->memory_failed();
}

/// PIT-20: to EOT, over as many pages as the table has.
bool BusMaster::fetch_descriptor() {
  std::array<std::uint8_t, kDescriptorBytes> raw{};
  // OVMM-IDE-071: wherever the pointer stands now.
  if (quirk(Quirk::openvmm_bm_pointer_live)) {
    const auto pointer = static_cast<std::uint32_t>(regs_.get(ChannelReg::bmidtp));
    next_descriptor_ = pointer + kDescriptorBytes * (index_ & 0xff);
  }
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
  const std::uint32_t odd = quirk(Quirk::openvmm_bm_any_byte) ? 1 : 0;
  address_ = dword(0) & ~(1u - odd);  // BMIDE-49
  left_ = dword(4) & (0xfffe | odd);  // BMIDE-49, BMIDE-51
  beyond_4g_ = false;
  if (left_ == 0) left_ = 0x10000;  // BMIDE-50
  last_ = (dword(4) & kEndOfTable) != 0;
  loaded_ = true;
  next_descriptor_ += kDescriptorBytes;  // BMIDE-48
  return true;
}

Device* BusMaster::requesting_device() const {
  // BMIDE-71: the drive that asks owns the engine; DEV does not steer it.
  if (quirk(Quirk::openvmm_bm_selected_drive)) {  // OVMM-IDE-073
    Device* chosen = devices_[selected_()];
    return chosen != nullptr && chosen->dma_ready() ? chosen : nullptr;
  }
  for (Device* device : devices_) {
    if (device != nullptr && device->dma_ready()) return device;
  }
  return nullptr;
}

/// Moves one contiguous run of bytes; false if the engine had to stop.
bool BusMaster::move_run(Device& device) {
  // BMIDE-81, OVMM-IDE-076: whichever ends first, region or device transfer; BMIDE-57, BMIDE-58: not a byte beyond.
  // BMIDE-80: both are whole words.
  const std::uint64_t want = std::min<std::uint64_t>(left_, device.dma_remaining());
  const std::uint64_t at = address_ | std::uint64_t{beyond_4g_} << 32;
  if (device.dma_to_host()) {
    const auto run = memory_.writable(at, want);
    if (run.empty()) {
      abort(at, want);  // BMIDE-76: what lies before stays transferred
      return false;
    }
    device.dma_read(run);  // BMIDE-27, BMIDE-28: in memory before anything tells of it
    output_.observe({EventKind::dma_write, 0, channel_, index_, at, run.size(), run});
    advance(run.size());
    return true;
  }
  const auto run = memory_.readable(at, want);
  if (run.empty()) {
    abort(at, want);
    return false;
  }
  device.dma_write(run);
  output_.observe({EventKind::dma_read, 0, channel_, index_, at, run.size(), run});
  advance(run.size());
  return true;
}

void BusMaster::advance(std::size_t bytes) {
  const auto moved = static_cast<std::uint32_t>(bytes);
  const std::uint32_t old = address_;
  address_ += moved;  // BMIDE-55: this model advances linearly
  left_ -= moved;
  if (address_ < old && quirk(Quirk::openvmm_bm_any_byte)) beyond_4g_ = true;  // OVMM-IDE-090
}

/// PIT-07, PIT-08: ends whatever the regions add up to.
void BusMaster::pump() {
  if (pumping_) return;
  pumping_ = true;
  const bool late = quirk(Quirk::openvmm_bm_late_fetch);
  while (active() && function_.may_master()) {  // BMIDE-72, BMIDE-73: without BME it waits
    if (!loaded_ && !late && !fetch_descriptor()) break;
    Device* device = requesting_device();
    // BMIDE-68, OVMM-IDE-074: nothing moves until a drive asks; BMIDE-16: nor against RWCON.
    if (device == nullptr || device->dma_to_host() != writes_memory()) break;
    if (!loaded_ && !fetch_descriptor()) break;  // OVMM-IDE-075
    if (!move_run(*device)) break;
    bool device_done = device->dma_remaining() == 0;
    if (left_ == 0) {
      loaded_ = false;
      if (last_) {
        // BMIDE-37, BMIDE-61; BMIDE-64, OVMM-IDE-077, OVMM-IDE-082: a drive that wants more waits, and nothing
        // interrupts.
        set_status(status() & ~unsigned{bmis::ACTIVE});
        // OVMM-IDE-079: what is left of the drive's buffer counts as moved.
        if (!device_done && quirk(Quirk::openvmm_bm_short_table)) device_done = device->table_ended();
      } else {
        ++index_;
        if (!late)
          fetch_descriptor();  // BMIDE-53: when the last word of the region has moved; BMIDE-82: the burst goes on
                               // there
      }
    }
    // BMIDE-40, BMIDE-62: by the time the drive interrupts, ACTIVE tells whether the table was used up. BMIDE-39,
    // BMIDE-63, BMIDE-65, OVMM-IDE-078: what the drive says does not touch it.
    if (!device_done) continue;
    device->dma_finish();
    if (device->stops_bus_master()) set_status(status() & ~unsigned{bmis::ACTIVE});
  }
  pumping_ = false;
}

}  // namespace coincide
