#include "emu/hyperv/int13.h"

#include <algorithm>

#include "emu/ata/task_file.h"

namespace coincide::hyperv {
namespace {

constexpr std::uint16_t kPorts[] = {0x1e0, 0x160};  // OVMM-INT13-02
constexpr std::uint8_t kRefused = status::DRDY | status::DSC | status::ERR;
constexpr std::uint32_t kBlockBytes = 2048;
constexpr std::size_t kPieceBytes = 512;  // OVMM-INT13-32
/// Byte count limit of the packet command: whole blocks, and an even number below FFFFh.
constexpr std::uint32_t kByteCountLimit = 31 * kBlockBytes;

/// Offsets of the command block.
constexpr unsigned kData = 0, kFeatures = 1, kCount = 2, kLow = 3, kMid = 4, kHigh = 5, kDevice = 6, kCommand = 7;
/// Offsets of the bus master's registers.
constexpr unsigned kBmic = 0, kPointer = 4;

/// OVMM-INT13-13: the commands that a disk is given, no others; OVMM-INT13-19: which way their data go.
struct DiskCommand {
  std::uint8_t opcode;
  bool to_memory;
  bool two_deep;  ///< OVMM-INT13-15
};
constexpr DiskCommand kDiskCommands[] = {
    {0xc8, true, false},  {0xc9, true, false},   // READ DMA, without retries
    {0xca, false, false}, {0xcb, false, false},  // WRITE DMA, without retries
    {0x25, true, true},   {0x35, false, true},   // READ DMA EXT, WRITE DMA EXT
    {0x3d, false, true},                         // WRITE DMA FUA EXT
};

const DiskCommand* find(std::uint8_t opcode) {
  const auto* row = std::find_if(std::begin(kDiskCommands), std::end(kDiskCommands),
                                 [&](const DiskCommand& c) { return c.opcode == opcode; });
  return row == std::end(kDiskCommands) ? nullptr : row;
}

}  // namespace

Int13Packet Int13Packet::parse(std::span<const std::uint8_t, kBytes> b) {
  const auto word = [&](unsigned at) { return static_cast<std::uint16_t>(b[at] | b[at + 1] << 8); };
  const auto dword = [&](unsigned at) { return word(at) | std::uint32_t{word(at + 2)} << 16; };
  return {b[0], b[1], dword(4), word(8), word(10), dword(12), dword(16), word(20), word(22)};
}

EnlightenedInt13::EnlightenedInt13(Output& output, GuestMemory& memory, coincide::Channel& channel,
                                   const Profile& profile, const Board& board, unsigned number)
    : output_(output),
      memory_(memory),
      channel_(channel),
      profile_(profile),
      number_(static_cast<std::uint8_t>(number)),
      kinds_{board.devices[2 * number].kind, board.devices[2 * number + 1].kind},
      packet_bytes_{board.devices[2 * number].packet_bytes, board.devices[2 * number + 1].packet_bytes} {}

/// Guest memory as the controller reads it; nothing is recorded of a packet that is not all there.
bool EnlightenedInt13::fetch(std::uint32_t address, std::array<std::uint8_t, Int13Packet::kBytes>& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto run = memory_.readable(std::uint64_t{address} + at, bytes.size() - at);
    if (run.empty()) {
      output_.observe({EventKind::bus_fault, 0, number_, 0, std::uint64_t{address} + at, bytes.size() - at, {}});
      return false;
    }
    std::copy(run.begin(), run.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
    at += run.size();
  }
  output_.observe({EventKind::dma_read, 0, number_, kNoDescriptor, address, bytes.size(), bytes});
  return true;
}

bool EnlightenedInt13::store(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::uint64_t to = std::uint64_t{address} + at;
    const auto run = memory_.writable(to, bytes.size() - at);
    if (run.empty()) {
      output_.observe({EventKind::bus_fault, 0, number_, 0, to, bytes.size() - at, {}});
      return false;
    }
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), run.size(), run.begin());
    output_.observe({EventKind::dma_write, 0, number_, kNoDescriptor, to, run.size(), run});
    at += run.size();
  }
  return true;
}

/// OVMM-INT13-08: the port write ends at once, and nothing runs. What is sane is that the packet says so.
void EnlightenedInt13::refuse(std::uint32_t address) {
  if (quirk(Quirk::openvmm_int13_silent_drop)) return;
  if (phase_ != Phase::idle && address == address_) return;  // the result of the command under way will stand there
  store(address + Int13Packet::kResultStatus, std::span(&kRefused, 1));
}

void EnlightenedInt13::doorbell(unsigned bytes, std::uint32_t address) {
  // OVMM-INT13-05: the order of the checks.
  if (bytes != 4) return;
  if (phase_ != Phase::idle) return refuse(address);  // OVMM-INT13-03
  std::array<std::uint8_t, Int13Packet::kBytes> raw{};
  if (!fetch(address, raw)) return;  // OVMM-INT13-04
  const Int13Packet packet = Int13Packet::parse(raw);
  write(kDevice, packet.device_head);
  const Device* chosen = channel_.chosen();
  // OVMM-INT13-09; ATA6-PM-12: a drive that sleeps takes no command, and its Status says nothing.
  if (chosen == nullptr || chosen->asleep()) return refuse(address);
  const std::uint8_t now = static_cast<std::uint8_t>(chosen->read_alternate_status().value);
  if ((now & (status::BSY | status::DRQ)) != 0) return refuse(address);                            // OVMM-INT13-07
  if ((now & status::ERR) != 0 && quirk(Quirk::openvmm_int13_error_gate)) return refuse(address);  // OVMM-INT13-06
  unit_ = static_cast<std::uint8_t>(chosen->unit() & 1);
  if (!is_disc() && find(packet.command) == nullptr) return refuse(address);  // OVMM-INT13-13

  address_ = address;
  packet_ = packet;
  features_ = chosen->registers().byte(DeviceReg::features);
  control_ = chosen->registers().byte(DeviceReg::device_control);
  disturbed_ = memory_failed_ = data_seen_ = false;
  position_ = 0;
  stored_ = 0;
  deferred_ = true;  // OVMM-INT13-10
  output_.observe({EventKind::port_write_deferred, 4, number_, kPorts[number_], address, 0, {}});
  channel_.write_control(device_control::nIEN);  // OVMM-INT13-18, OVMM-INT13-29: no interrupt (OVMM-INT13-26)
  if (is_disc()) {
    begin_disc();
  } else {
    begin_disk();
  }
  // OVMM-INT13-11: a drive that shows DRQ now is taken for one that has ended.
  if (quirk(Quirk::openvmm_int13_early_done) && !is_disc() && (alternate_status() & status::DRQ) != 0) tell_done(0);
}

/// OVMM-INT13-27: what fails at once ends in the same port write.
void EnlightenedInt13::begin_disk() {
  const DiskCommand& command = *find(packet_.command);
  BusMaster& engine = channel_.bus_master();
  // A start over a start does nothing (BMIDE-10): without the stop, an engine left running would never take the table.
  if (!quirk(Quirk::openvmm_int13_start_over)) engine.write(kBmic, 1, 0);
  engine.write(kPointer, 4, packet_.data_buffer);  // OVMM-INT13-14
  // OVMM-INT13-15, OVMM-INT13-17: the LBA bit is the packet's business. OVMM-INT13-16: so are LBA bits 27:24.
  if (command.two_deep && !(command.opcode == 0x3d && quirk(Quirk::openvmm_int13_fua))) {  // OVMM-INT13-22
    write(kLow, packet_.lba_low >> 24);
    write(kMid, packet_.lba_high & 0xffu);
    write(kHigh, packet_.lba_high >> 8u);
    write(kCount, packet_.block_count >> 8u);
  }
  write(kCount, packet_.block_count & 0xffu);
  write(kLow, packet_.lba_low & 0xff);
  write(kMid, packet_.lba_low >> 8 & 0xff);
  write(kHigh, packet_.lba_low >> 16 & 0xff);
  engine.write(kBmic, 1, bmic::SSBM | (command.to_memory ? bmic::RWCON : 0u));  // OVMM-INT13-19
  phase_ = Phase::disk;
  write(kCommand, packet_.command);
}

/// OVMM-INT13-37, OVMM-INT13-38, OVMM-INT13-39: what the packet command says of counts and media holds here too.
void EnlightenedInt13::begin_disc() {
  write(kFeatures, 0);  // OVMM-INT13-29: no DMA, no overlap
  write(kMid, kByteCountLimit & 0xff);
  write(kHigh, kByteCountLimit >> 8);
  phase_ = Phase::cdb;
  write(kCommand, 0xa0);
}

/// OVMM-INT13-30: READ(10), whatever the packet's command is.
void EnlightenedInt13::send_cdb() {
  std::array<std::uint8_t, 16> cdb{0x28};
  for (unsigned i = 0; i < 4; ++i) cdb[2 + i] = static_cast<std::uint8_t>(packet_.lba_low >> (8 * (3 - i)));
  cdb[7] = static_cast<std::uint8_t>(packet_.block_count >> 8);
  cdb[8] = static_cast<std::uint8_t>(packet_.block_count);
  phase_ = Phase::data;
  for (unsigned i = 0; i < packet_bytes_[unit_]; i += 2)
    channel_.write_command_block(kData, 2, cdb[i] | std::uint32_t{cdb[i + 1]} << 8);
}

void EnlightenedInt13::control_written(std::uint8_t value) {
  if (phase_ == Phase::idle) return;
  control_ = value;  // OVMM-INT13-12: this is what is restored
  disturbed_ = disturbed_ || (value & device_control::SRST) != 0;
}

std::uint8_t EnlightenedInt13::alternate_status() const {
  const Device* asked = quirk(Quirk::openvmm_int13_selected_status) ? channel_.chosen() : drive();
  return asked == nullptr ? std::uint8_t{0} : static_cast<std::uint8_t>(asked->read_alternate_status().value);
}

std::uint8_t EnlightenedInt13::read_status() {
  Device* asked = quirk(Quirk::openvmm_int13_selected_status) ? channel_.chosen() : drive();
  return asked == nullptr ? std::uint8_t{0} : static_cast<std::uint8_t>(asked->read(TaskReg::status_command).value);
}

bool EnlightenedInt13::stuck() const {
  const bool active = (channel_.registers().byte(ChannelReg::bmis) & bmis::ACTIVE) != 0;
  const bool to_memory = (channel_.registers().byte(ChannelReg::bmic) & bmic::RWCON) != 0;
  // BMIDE-16: an engine that software has started the other way moves nothing either.
  return drive()->dma_ready() && (!active || drive()->dma_to_host() != to_memory);
}

bool EnlightenedInt13::step() {
  switch (phase_) {
    case Phase::idle:
      return false;
    case Phase::disk:
      return step_disk();
    case Phase::cdb:
    case Phase::data:
      return step_disc();
    case Phase::recover:
      if ((alternate_status() & status::BSY) != 0) return false;
      finish(kRefused);
      return true;
  }
  return false;
}

/// OVMM-INT13-28: a step a chunk.
bool EnlightenedInt13::step_disk() {
  if ((alternate_status() & (status::BSY | status::DRQ)) == 0) {
    finish_disk();
    return true;
  }
  if (quirk(Quirk::openvmm_int13_no_result) || !stuck()) return false;  // OVMM-INT13-25
  recover();
  return true;
}

bool EnlightenedInt13::step_disc() {
  const std::uint8_t now = alternate_status();
  if ((now & status::BSY) != 0) return false;
  if ((now & status::DRQ) == 0) {  // OVMM-INT13-31
    finish_disc();
  } else if (phase_ == Phase::cdb) {
    send_cdb();
  } else if (!take_block()) {
    recover();
  }
  return true;
}

bool EnlightenedInt13::take_block() {
  read_status();  // clears the interrupt that tells of the block
  data_seen_ = true;
  std::array<std::uint8_t, kPieceBytes> piece{};
  bool any = false;
  for (;;) {
    const std::size_t got = channel_.read_data_run(piece);
    if (got == 0) return any;
    any = true;
    store_piece(std::span(piece).first(got));
    if ((alternate_status() & (status::BSY | status::DRQ)) != status::DRQ) return true;
  }
}

/// OVMM-INT13-32: what lies behind the head, at most byte_count bytes; the rest is drained.
void EnlightenedInt13::store_piece(std::span<const std::uint8_t> piece) {
  const std::uint64_t total = std::uint64_t{packet_.block_count} * kBlockBytes;
  const std::uint64_t tail = quirk(Quirk::openvmm_int13_tail_ignored) ? 0 : packet_.skip_tail;
  const std::uint64_t begin = std::max<std::uint64_t>(position_, packet_.skip_head);
  const std::uint64_t end = std::min(
      {position_ + piece.size(), total - std::min(total, tail), packet_.skip_head + std::uint64_t{packet_.byte_count}});
  if (begin < end) {
    const auto wanted = piece.subspan(begin - position_, end - begin);
    // OVMM-INT13-34: the pieces behind one that finds no memory are stored all the same.
    if (!store(packet_.data_buffer + stored_, wanted)) memory_failed_ = true;
    stored_ += static_cast<std::uint32_t>(wanted.size());
  }
  position_ += piece.size();
}

/// A table that was too short, or memory that is not there, leaves the drive waiting for ever: a software reset alone
/// takes its command back, as a BIOS would do it.
void EnlightenedInt13::recover() {
  phase_ = Phase::recover;
  channel_.bus_master().write(kBmic, 1, 0);
  channel_.write_control(device_control::SRST | device_control::nIEN);
  channel_.write_control(device_control::nIEN);
}

/// OVMM-INT13-23, OVMM-INT13-24: the drive did not fail, whatever the bus master did.
void EnlightenedInt13::finish_disk() {
  // OVMM-INT13-20: in this order. RWCON stays as it was.
  BusMaster& engine = channel_.bus_master();
  engine.write(kBmic, 1, engine.read(kBmic) & unsigned{bmic::RWCON});
  finish(read_status());
}

void EnlightenedInt13::finish_disc() {
  // OVMM-INT13-36: a drive that has no data and no error is read all the same.
  const bool no_data = !data_seen_ && (alternate_status() & status::ERR) == 0;
  if (no_data && quirk(Quirk::openvmm_int13_reads_fill)) {
    std::array<std::uint8_t, kPieceBytes> fill{};
    fill.fill(0xff);
    fill[0] = 0x7f;
    const std::uint64_t total = std::uint64_t{packet_.block_count} * kBlockBytes;
    while (position_ < total) store_piece(fill);
  }
  // OVMM-INT13-35: Status was read before the data, and the interrupt that the last byte raised stays.
  const bool leave = quirk(Quirk::openvmm_int13_leftover) && data_seen_;
  const std::uint8_t now = leave ? alternate_status() : read_status();
  write(kFeatures, features_);  // OVMM-INT13-33
  const bool failed = memory_failed_ && !quirk(Quirk::openvmm_int13_no_result);
  finish(failed ? static_cast<std::uint8_t>(now | status::ERR) : now);
}

/// OVMM-INT13-40
void EnlightenedInt13::finish(std::uint8_t now) {
  if (disturbed_ && !quirk(Quirk::openvmm_int13_no_result)) now = kRefused;
  // OVMM-INT13-21: an implementation that tells of errors alone leaves the byte to what the guest put there.
  const bool tell = (now & status::ERR) != 0 || !quirk(Quirk::openvmm_int13_no_result);
  if (tell) store(address_ + Int13Packet::kResultStatus, std::span(&now, 1));
  phase_ = Phase::idle;
  channel_.write_control(control_);
  tell_done(tell ? now : std::uint8_t{0});
}

void EnlightenedInt13::tell_done(std::uint8_t now) {
  if (!deferred_) return;
  deferred_ = false;
  output_.observe({EventKind::port_write_done, 4, number_, kPorts[number_], address_, now, {}});
}

void EnlightenedInt13::reset() {
  if (phase_ == Phase::idle || quirk(Quirk::openvmm_int13_survives_reset)) return;
  phase_ = Phase::idle;
  tell_done(0);
}

}  // namespace coincide::hyperv
