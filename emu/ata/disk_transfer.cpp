// Media commands of the disk: PIO data-in and data-out (ATA6 r3a §9.5, §9.6), DMA (§9.7), verify.
// OVMM-IDE-182, OVMM-IDE-183: a PIO read and a DMA write of OpenVMM, step by step.
#include <algorithm>

#include "emu/ata/disk.h"
#include "emu/ata/transfer_mode.h"

namespace coincide {
namespace {

constexpr std::uint8_t kAddressOverflow = 0x2f;  ///< extended error code of CFA

/// What Error says of a disk request that has failed, by DiskOutcome (ATA6 r3a §7.9, each §8.x.6). A device fault has
/// no bit there.
constexpr std::uint8_t kErrors[] = {
    0,
    error::UNC,
    0,
    error::ABRT,
    error::NM,
    error::IDNF,
    error::ICRC | error::ABRT,  // ATA6-ERR-6, ATA6-RW-12, BMIDE-42: the bus master knows nothing of it
    error::MC,
    error::MCR,
    error::WP,
};

std::uint8_t error_of(DiskOutcome outcome) {
  const auto number = static_cast<std::size_t>(outcome);
  return number < std::size(kErrors) ? kErrors[number] : error::ABRT;
}

}  // namespace

/// Address and count as the registers give them. False if the command has ended: they are none.
bool Disk::take_address(const CommandRow& row, Transfer& t) {
  const bool queued = row.inputs == Inputs::queued28 || row.inputs == Inputs::queued48;
  const std::uint8_t device = regs_.byte(DeviceReg::device);
  const std::uint64_t low = regs_.get(DeviceReg::lba_low);
  const std::uint64_t mid = regs_.get(DeviceReg::lba_mid);
  const std::uint64_t high = regs_.get(DeviceReg::lba_high);
  // A queued command has its tag in Sector Count and its count in Features.
  const std::uint64_t count = regs_.get(queued ? DeviceReg::features : DeviceReg::sector_count);
  const std::uint64_t count_prev = regs_.get(queued ? DeviceReg::features_prev : DeviceReg::sector_count_prev);

  if (is_ext(row) && !lba_selected() && quirk(Quirk::openvmm_range_errors)) {  // OVMM-IDE-120
    fail(error::IDNF, 0);
    return false;
  }
  if (is_ext(row)) {  // ATA6-RW-13: each command stands for itself, 28 or 48 bits
    t.addressing = Addressing::lba48;
    t.lba = address48();
    t.remaining = count | count_prev << 8;
    if (row.opcode == 0x34 && quirk(Quirk::openvmm_write_ext_count)) t.remaining = count;  // OVMM-IDE-144
    if (t.remaining == 0) t.remaining = 65536;                                             // ATA6-RW-1, ATA6-ADDR-3
  } else {
    t.remaining = count == 0 ? 256 : count;  // OVMM-IDE-114, OVMM-IDE-115
    // OVMM-IDE-117: READ LONG and WRITE LONG
    const bool is_long = (regs_.byte(DeviceReg::command) & 0xee) == 0x22;
    if (is_long && quirk(Quirk::openvmm_commands)) t.remaining = 1;
    if (lba_selected()) {
      t.addressing = Addressing::lba28;
      t.lba = address28();
    } else {
      t.addressing = Addressing::chs;
      const std::uint64_t track = regs_.get(DeviceReg::logical_sectors);
      const std::uint64_t heads = regs_.get(DeviceReg::logical_heads);
      const std::uint64_t head = device & device_bits::head;
      const std::uint64_t cylinder = mid | high << 8;
      // ATA6-CHS-3: an address outside the translation is not found.
      const bool outside = low > track || head >= heads || cylinder >= current_cylinders();
      if (low == 0 || (outside && !quirk(Quirk::openvmm_geometry))) {  // OVMM-IDE-122
        fail(error::IDNF, 0);
        return false;
      }
      t.lba = (cylinder * heads + head) * track + low - 1;  // ATA6-CHS-2
    }
  }
  return true;
}

bool Disk::prepare(const CommandRow& row, Transfer& t) {
  if (!removable_.admits(row.media == MediaAccess::write)) return false;
  t.access = row.media;
  t.protocol = row.protocol;
  if (t.protocol == Protocol::queued_in) t.protocol = Protocol::dma_in;
  if (t.protocol == Protocol::queued_out) t.protocol = Protocol::dma_out;
  t.cfa = row.set == FeatureSet::cfa;
  if (!take_address(row, t)) return false;
  // ATA6-PIO-IN-8, ATA6-MULT-4, OVMM-IDE-116: one sector, or the size that SET MULTIPLE MODE gave
  t.block = row.multiple ? static_cast<std::uint32_t>(regs_.get(DeviceReg::multiple_count)) : 1;
  if (row.multiple && t.block == 0) {  // ATA6-MULT-5, ATA6-MULT-7
    abort();
    return false;
  }
  if (t.access == MediaAccess::verify && quirk(Quirk::openvmm_verify_blocks))  // OVMM-IDE-148
    t.block = static_cast<std::uint32_t>(std::max<std::uint64_t>(regs_.get(DeviceReg::multiple_count), 1));
  std::uint64_t limit = t.addressing == Addressing::lba48 ? limit48() : limit28();  // OVMM-IDE-121
  if (t.addressing == Addressing::chs && quirk(Quirk::openvmm_geometry)) limit = chs_sectors();
  // ATA6-RW-2, ATA6-RW-3, ATA6-ADDR-6, ATA6-ADDR-7: the first address outside ends the command. This model looks
  // before it moves any data.
  if (t.lba >= limit || t.remaining > limit - t.lba) {
    if (quirk(Quirk::openvmm_range_errors)) {  // OVMM-IDE-123, OVMM-IDE-124, OVMM-IDE-167
      fail(error::IDNF, 0);
      return false;
    }
    transfer_ = t;
    // ATA6-PIO-IN-7; ATA6-SMART-20: the host's error, which no log shows
    report_failure({DiskOutcome::not_found, std::max(t.lba, limit)});
    if (t.lba < limit) cfa_.note(kAddressOverflow);
    return false;
  }
  set_power_mode(PowerMode::active);  // ATA6-RW-14
  return true;
}

void Disk::media_command(const CommandRow& row) {
  Transfer t;
  if (!prepare(row, t)) return;
  transfer_ = t;
  if (!quirk(Quirk::openvmm_bm_short_table_sticks)) table_exhausted_ = false;  // OVMM-IDE-083
  dma_buffer_.clear();
  switch (t.protocol) {
    case Protocol::pio_in:
      next_block();
      return;
    case Protocol::pio_out:
      transfer_.open_block = static_cast<std::uint32_t>(std::min<std::uint64_t>(t.block, t.remaining));
      // ATA6-PIO-OUT-1: no interrupt for the first block.
      open_block(DataPhase::pio_out, transfer_.open_block * std::size_t{kSectorBytes});
      return;
    case Protocol::dma_in:
      start_dma(DataPhase::dma_in, dma_chunk() * kSectorBytes);
      issue(DiskOp::read, t.lba, dma_chunk());
      return;
    case Protocol::dma_out:
      return start_dma_out();
    default:
      if (t.access == MediaAccess::write) {  // CFA ERASE SECTORS
        buffer_.assign(t.remaining * kSectorBytes, 0xff);
        transfer_.open_block = static_cast<std::uint32_t>(t.remaining);
        return write_out(t.remaining);
      }
      issue(DiskOp::verify, t.lba,
            quirk(Quirk::openvmm_verify_blocks) ? std::min<std::uint64_t>(t.block, t.remaining)
                                                : t.remaining);  // ATA6-RW-6
      return;
  }
}

/// Sectors that the drive's buffer takes at a time. OVMM-IDE-119: 64 KiB.
std::uint64_t Disk::dma_chunk() const {
  return quirk(Quirk::openvmm_dma_chunks) ? std::min<std::uint64_t>(transfer_.remaining, 128) : transfer_.remaining;
}

void Disk::start_dma_out() {
  const std::size_t bytes = dma_chunk() * kSectorBytes;
  if (quirk(Quirk::openvmm_bm_short_table)) {  // OVMM-IDE-081: one buffer for all that the drive does
    if (buffer_.size() < bytes) buffer_.resize(bytes);
    dma_buffer_.assign(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(bytes));
  }
  dma_buffer_.resize(bytes);
  transfer_.dma_bytes = 0;
  start_dma(DataPhase::dma_out, bytes);
  assert_dmarq();
}

/// A buffer of a DMA read is empty.
void Disk::next_dma_in(bool interrupts) {
  const std::uint64_t chunk = dma_chunk();
  transfer_.lba += chunk;
  if (chunk == transfer_.remaining) return end_transfer(interrupts);  // OVMM-IDE-091
  transfer_.remaining -= chunk;
  transfer_.dma_bytes = 0;
  set_busy();
  start_dma(DataPhase::dma_in, dma_chunk() * kSectorBytes);
  issue(DiskOp::read, transfer_.lba, dma_chunk());
}

/// OVMM-IDE-097: a block from transfer_.lba on has been read or written.
void Disk::block_at_medium(std::uint64_t sectors) {
  if (quirk(Quirk::openvmm_next_address)) set_address(transfer_.lba + sectors, transfer_.addressing);
}

void Disk::run_queued(const Transfer& transfer, const FaultHit& end) {
  transfer_ = transfer;
  dma_buffer_.clear();
  set_power_mode(PowerMode::active);
  count_tells_phase_ = true;
  const std::uint64_t bytes = transfer.remaining * kSectorBytes;
  if (transfer.access == MediaAccess::read) {
    start_dma(DataPhase::dma_in, bytes);
    return read_done(on_cable(end));
  }
  if (end.outcome != DiskOutcome::done && end.outcome != DiskOutcome::crc) return transfer_failed(end);
  dma_buffer_.resize(bytes);
  start_dma(DataPhase::dma_out, bytes);
  assert_dmarq();
}

/// Asks the medium for the next DRQ block of a PIO data-in command; BSY=1 meanwhile (ATA6-PIO-IN-4).
void Disk::next_block() {
  transfer_.open_block = static_cast<std::uint32_t>(std::min<std::uint64_t>(transfer_.block, transfer_.remaining));
  issue(DiskOp::read, transfer_.lba, transfer_.open_block);
}

bool Disk::ultra_dma() const {
  const bool dma = transfer_.protocol == Protocol::dma_in || transfer_.protocol == Protocol::dma_out;
  return dma && is_ultra(regs_.byte(DeviceReg::dma_mode)) && host_.ultra_dma(unit());
}

/// A CRC error needs an Ultra DMA burst, and both ends of the cable for that (PIIX4-TIM-06).
FaultHit Disk::on_cable(FaultHit end) const {
  if (end.outcome == DiskOutcome::crc && !ultra_dma()) end.outcome = DiskOutcome::done;
  return end;
}

void Disk::request_done(const DiskRequest& request, const FaultHit& hit) {
  FaultHit told = hit;
  const bool medium = request.op != DiskOp::diagnose && request.op != DiskOp::spin && request.op != DiskOp::flush;
  if (medium && !removable_.present()) told = {DiskOutcome::no_medium, request.lba};
  if (smart_.owns(request.number)) return smart_.verified(told);
  if (write_cache_.owns(request.number)) return write_cache_.written(told);
  if (overlap_.owns(request.number)) return overlap_.request_done(request.number, told);
  if (security_.owns(request.number)) return security_.erase_done(told);
  const FaultHit end = on_cable(told);
  switch (request.op) {
    case DiskOp::read:
      return read_done(end);
    case DiskOp::write:
      return write_done(request, end);
    case DiskOp::verify:
      return end.outcome == DiskOutcome::done ? verify_done(request) : transfer_failed(end);
    case DiskOp::diagnose:
      return end_diagnostic(end.outcome != DiskOutcome::done);
    case DiskOp::spin:
      return puis_.spin_up_done(end);
    case DiskOp::flush:
      if (end.outcome != DiskOutcome::done) return flush_failed(end);
      removable_.flushed();
      return complete();
    default:
      if (end.outcome == DiskOutcome::write_fault) return device_fault();
      if (end.outcome != DiskOutcome::done)
        return fail(end.outcome == DiskOutcome::uncorrectable ? error::ABRT : error_of(end.outcome), 0);
      return complete();
  }
}

void Disk::verify_done(const DiskRequest& request) {
  block_at_medium(request.count_sectors);
  transfer_.lba += request.count_sectors;
  if (request.count_sectors == transfer_.remaining) return end_transfer();
  transfer_.remaining -= request.count_sectors;
  issue(DiskOp::verify, transfer_.lba, std::min<std::uint64_t>(transfer_.block, transfer_.remaining));
  set_pending(true);  // OVMM-IDE-148
}

void Disk::flush_failed(const FaultHit& end) {
  if (quirk(Quirk::openvmm_media_errors)) {  // OVMM-IDE-169
    set_address(0, lba_selected() ? Addressing::lba28 : Addressing::chs);
    return fail(error::ABRT, 0);
  }
  if (end.outcome == DiskOutcome::write_fault) {
    device_fault();
    return smart_.error_reported(end.outcome);
  }
  // ATA6-FLUSH-2, ATA6-FLUSH-3: the first bad address; the 28-bit form is limited to 0FFFFFFFh.
  const bool ext = regs_.byte(DeviceReg::command) == 0xea;
  set_address(ext ? end.lba : std::min<std::uint64_t>(end.lba, 0x0fffffff),
              ext ? Addressing::lba48 : Addressing::lba28);
  fail(error::ABRT, kOpenCount);
  smart_.error_reported(DiskOutcome::write_fault);
}

void Disk::read_done(const FaultHit& end) {
  const bool bad_data = end.outcome == DiskOutcome::uncorrectable;
  const bool good = end.outcome == DiskOutcome::done || end.outcome == DiskOutcome::crc;
  if (!good && quirk(Quirk::openvmm_media_errors)) return transfer_failed(end);  // OVMM-IDE-168
  if (table_exhausted_) return end_without_data();                               // OVMM-IDE-080
  if (transfer_.protocol == Protocol::dma_in) {
    if (good) block_at_medium(dma_chunk());
    if (good && quirk(Quirk::openvmm_bm_short_table)) {  // OVMM-IDE-081: one buffer for all that the drive does
      const std::size_t chunk_bytes = dma_chunk() * kSectorBytes;
      if (buffer_.size() < chunk_bytes) buffer_.resize(chunk_bytes);
      overlay().read(transfer_.lba * kSectorBytes, {buffer_.data(), chunk_bytes});
    }
    transfer_.fault = end;
    // ATA6-CRC-5: a CRC error is reported at the end, when all has moved.
    if (good) return assert_dmarq();
    // ATA6-DMA-8: how much moves before an error is open; this model moves what lies before the bad sector.
    const std::uint64_t before = bad_data && end.lba > transfer_.lba ? end.lba - transfer_.lba : 0;
    if (before == 0 || before >= transfer_.remaining) return transfer_failed(end);  // ATA6-DMA-3
    start_dma(DataPhase::dma_in, before * kSectorBytes);
    return assert_dmarq();
  }
  if (end.outcome != DiskOutcome::done && !bad_data) return transfer_failed(end);
  const std::size_t bytes = transfer_.open_block * std::size_t{kSectorBytes};
  if (buffer_.size() < bytes) buffer_.resize(bytes);
  overlay().read(transfer_.lba * kSectorBytes, {buffer_.data(), bytes});
  write_cache_.patch(transfer_.lba * kSectorBytes, {buffer_.data(), bytes});
  if (good) block_at_medium(transfer_.open_block);
  std::uint8_t extra = 0;
  if (bad_data) {
    // ATA6-PIO-IN-9, ATA6-RW-7: the error is posted at the start of the block, DRQ is set all the same, and the
    // block with the bad data is transferred.
    transfer_.failed = true;
    transfer_.fault = end;
    const std::uint64_t bad = end.lba > transfer_.lba ? end.lba - transfer_.lba : 0;
    const std::size_t from =
        static_cast<std::size_t>(std::min<std::uint64_t>(bad, transfer_.open_block)) * kSectorBytes;
    std::fill(buffer_.begin() + static_cast<std::ptrdiff_t>(from), buffer_.begin() + static_cast<std::ptrdiff_t>(bytes),
              0);
    set_address(end.lba, transfer_.addressing);
    regs_.set(DeviceReg::error, error::UNC);
    set_open(kOpenCount);
    extra = status::ERR;
  }
  open_block(DataPhase::pio_in, bytes, extra);  // TRAP-73: nobody looks between this and the interrupt
  if (bad_data) smart_.error_reported(end.outcome);
  set_pending(true);  // ATA6-PIO-IN-2, ATA6-INT-3, OVMM-IDE-110: every block, the first one too
}

void Disk::block_done() {
  if (transfer_.access == MediaAccess::none) return exchange_block_done();
  if (phase_ == DataPhase::pio_in) {
    if (transfer_.failed) {  // ATA6-RW-5: the first unrecoverable error ends the command
      drop_data_phase();
      set_status(static_cast<std::uint8_t>(idle_status() | status::ERR));
      return;
    }
    transfer_.lba += transfer_.open_block;
    transfer_.remaining -= transfer_.open_block;
    if (transfer_.remaining == 0) return end_transfer();
    set_busy();
    return next_block();
  }
  // Data-out: BSY before DRQ drops (ATA6-PIO-OUT-4), in one step here.
  phase_ = DataPhase::none;
  set_busy();
  write_out(transfer_.open_block);
}

/// The data of `sectors` sectors from `transfer_.lba` on, as the host gave them.
std::span<const std::uint8_t> Disk::host_data(std::uint64_t sectors) const {
  const std::vector<std::uint8_t>& data = transfer_.protocol == Protocol::dma_out ? dma_buffer_ : buffer_;
  return {data.data(), static_cast<std::size_t>(sectors * kSectorBytes)};
}

/// Sends a block of the host's data to the medium, or to the write cache where the disk writes back.
void Disk::write_out(std::uint64_t sectors) {
  const bool caches = config_.write_back && regs_.get(DeviceReg::write_cache) != 0;
  if (caches || !write_cache_.empty()) {
    // FUA, and CFA ERASE SECTORS
    const bool through = regs_.byte(DeviceReg::command) == 0x3d || transfer_.protocol == Protocol::non_data;
    if (caches && !through && write_cache_.store(transfer_.lba, host_data(sectors))) return write_accepted(sectors);
    if (write_cache_.flush()) return;  // first what came before: cache_flushed
  }
  issue(DiskOp::write, transfer_.lba, sectors);
}

void Disk::cache_flushed() {
  if (transfer_.access != MediaAccess::write) {
    issue(DiskOp::flush, 0, 0);
    return;
  }
  issue(DiskOp::write, transfer_.lba,
        transfer_.protocol == Protocol::dma_out ? dma_chunk() : std::uint64_t{transfer_.open_block});
}

void Disk::cache_failed(const FaultHit& end) {
  if (transfer_.access == MediaAccess::write) return transfer_failed(end);
  flush_failed(end);
}

/// Writes data to the medium.
void Disk::commit(std::uint32_t request, std::uint64_t lba, std::span<const std::uint8_t> bytes, bool erases) {
  cfa_.written(lba, bytes.size() / kSectorBytes, erases);
  overlay().write(lba * kSectorBytes, bytes);
  for (std::size_t at = 0; at < bytes.size(); at += kMaxPayload) {
    const auto piece = bytes.subspan(at, std::min(bytes.size() - at, kMaxPayload));
    output_.observe({EventKind::disk_data, 0, static_cast<std::uint8_t>(unit()), request, lba + at / kSectorBytes,
                     piece.size() / kSectorBytes, piece});
  }
}

void Disk::write_done(const DiskRequest& request, const FaultHit& end) {
  const bool erases = transfer_.protocol == Protocol::non_data;  // CFA ERASE SECTORS
  if (config_.read_only && quirk(Quirk::openvmm_read_only))      // OVMM-IDE-170
    return transfer_failed({DiskOutcome::write_protected, request.lba});
  if (end.outcome != DiskOutcome::done) {
    const std::uint64_t good = end.lba > request.lba ? end.lba - request.lba : 0;
    const bool named = end.outcome == DiskOutcome::uncorrectable || end.outcome == DiskOutcome::not_found;
    commit(request.number, request.lba, host_data(named ? std::min(good, request.count_sectors) : 0), erases);
    return transfer_failed(end);  // ATA6-RW-9, ATA6-PIO-OUT-7: no further block
  }
  commit(request.number, request.lba, host_data(request.count_sectors), erases);
  write_accepted(request.count_sectors);
}

/// Sectors of the command are where they belong: on the medium, or in the write cache.
void Disk::write_accepted(std::uint64_t sectors) {
  block_at_medium(sectors);
  transfer_.lba += sectors;
  transfer_.remaining -= sectors;
  if (transfer_.protocol == Protocol::dma_out && quirk(Quirk::openvmm_bm_short_table))
    std::copy(dma_buffer_.begin(), dma_buffer_.end(), buffer_.begin());
  if (transfer_.remaining == 0 || table_exhausted_)
    return end_transfer();  // ATA6-PIO-OUT-3, ATA6-PIO-OUT-5: completion interrupts
  if (transfer_.protocol == Protocol::dma_out) return start_dma_out();  // OVMM-IDE-112: no interrupt
  transfer_.open_block = static_cast<std::uint32_t>(std::min<std::uint64_t>(transfer_.block, transfer_.remaining));
  open_block(DataPhase::pio_out, transfer_.open_block * std::size_t{kSectorBytes});
  set_pending(true);  // ATA6-PIO-OUT-2, ATA6-INT-4
}

void Disk::dma_read_bytes(std::span<std::uint8_t> out) {
  overlay().read(transfer_.lba * kSectorBytes + transfer_.dma_bytes, out);
  write_cache_.patch(transfer_.lba * kSectorBytes + transfer_.dma_bytes, out);
  transfer_.dma_bytes += out.size();
}

void Disk::dma_write_bytes(std::span<const std::uint8_t> in) {
  std::copy(in.begin(), in.end(), dma_buffer_.begin() + static_cast<std::ptrdiff_t>(transfer_.dma_bytes));
  transfer_.dma_bytes += in.size();
}

void Disk::dma_done() {
  if (transfer_.protocol == Protocol::dma_out) {
    // The phase stays: from outside, a burst that may yet come and a write under way look the same.
    set_busy();
    return write_out(dma_chunk());
  }
  // ATA6-DMA-4, ATA6-DMA-5, ATA6-CRC-4: what went wrong is told in the end, with an interrupt.
  if (transfer_.fault.outcome != DiskOutcome::done) return transfer_failed(transfer_.fault);
  next_dma_in(true);  // ATA6-DMA-2: one interrupt, at the end
}

/// The last sector has moved: `transfer_.lba` is one past it.
void Disk::end_transfer(bool interrupts) {
  const bool pio_in = transfer_.protocol == Protocol::pio_in;
  const bool keeps = quirk(Quirk::openvmm_next_address);  // OVMM-IDE-098
  // ATA6-OUT-3: these registers are open now. Count 0 and the last address, as disks of the time did.
  if (!keeps) regs_.set(DeviceReg::sector_count, 0);
  if (!keeps) set_address(transfer_.lba - 1, transfer_.addressing);
  if (!keeps && transfer_.addressing == Addressing::lba48) {
    regs_.set(DeviceReg::sector_count_prev, 0);
    set_previous_open(kOpenCount | kOpenLba);
  }
  const unsigned open_after = kOpenError | kOpenCount | kOpenLba | kOpenDevice;
  if (!pio_in && interrupts) return complete(open_after);
  drop_data_phase();
  if (reset_that_waited()) return;
  set_open(open_after);
  // ATA6-PIO-IN-5, ATA6-INT-18, OVMM-IDE-111: no interrupt after the last block; ATA6-PIO-IN-6
  set_status(idle_status());
}

void Disk::transfer_failed(const FaultHit& end) {
  report_failure(end);
  smart_.error_reported(end.outcome);
}

void Disk::report_failure(const FaultHit& end) {
  if (quirk(Quirk::openvmm_media_errors)) {  // OVMM-IDE-168: the registers stand at the block
    set_address(transfer_.lba, transfer_.addressing);
    return fail(error::ICRC, 0);
  }
  if (end.outcome == DiskOutcome::crc) return fail(error_of(end.outcome), kOpenCount | kOpenLba | kOpenDevice);
  // ATA6-OUT-5, ATA6-FIFO-6: the address of the first bad sector, or of the first of the request where none is named;
  // Sector Count is open (ATA6-OUT-4).
  const bool named = end.outcome == DiskOutcome::uncorrectable || end.outcome == DiskOutcome::not_found;
  set_address(named ? end.lba : std::max(end.lba, transfer_.lba), transfer_.addressing);
  switch (end.outcome) {
    case DiskOutcome::write_fault:
      return device_fault();
    case DiskOutcome::uncorrectable:
    case DiskOutcome::not_found:
      if (end.outcome == DiskOutcome::uncorrectable && transfer_.cfa)
        return fail(error::MED, kOpenCount);  // ATA6-CFA-6
      // A write meets no UNC (bit 6 is WP there); a sector that cannot be written is reported as not found.
      return fail(end.outcome == DiskOutcome::uncorrectable && transfer_.access != MediaAccess::write ? error::UNC
                                                                                                      : error::IDNF,
                  kOpenCount);  // ATA6-ERR-7
    default:
      return fail(error_of(end.outcome), kOpenCount);
  }
}

}  // namespace coincide
