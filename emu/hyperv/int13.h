// Enlightened INT13 of one channel (openvmm-ide.md 8): one 32-bit port write names a packet in guest memory, and the
// controller itself runs the command on the drive's registers, bus master or packet phases, while the write waits.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "emu/bus/memory.h"
#include "emu/piix4/channel.h"
#include "emu/profile.h"

namespace coincide::hyperv {

/// The packet, as 24 little-endian bytes in guest memory (OVMM-INT13-01).
struct Int13Packet {
  static constexpr std::size_t kBytes = 24;
  static constexpr std::uint32_t kResultStatus = 3;  ///< offset of the only byte that the controller writes

  std::uint8_t command = 0;      ///< ATA opcode; an optical drive is always read with READ(10)
  std::uint8_t device_head = 0;  ///< to the Device register: DEV, LBA bit, LBA 27:24
  // Byte 2, flags, has no meaning; byte 3, result_status, is written alone: Status of the drive at the end.
  std::uint32_t lba_low = 0;      ///< LBA bits 31:0; block number of a disc
  std::uint16_t lba_high = 0;     ///< LBA bits 47:32
  std::uint16_t block_count = 0;  ///< sectors, 0 as the opcode takes it; 2048-byte blocks of a disc, 0 = none
  std::uint32_t byte_count = 0;   ///< disc: most bytes to store behind the head
  std::uint32_t data_buffer = 0;  ///< disk: guest address of a PRD table; disc: of the data
  std::uint16_t skip_head = 0;    ///< disc: bytes to drop at the start
  std::uint16_t skip_tail = 0;    ///< disc: bytes to drop at the end

  static Int13Packet parse(std::span<const std::uint8_t, kBytes> bytes);

  template <class Archive>
  void fields(Archive& archive) {
    archive(command, device_head, lba_low, lba_high, block_count, byte_count, data_buffer, skip_head, skip_tail);
  }
};

/// One a channel, at 1E0h (primary) and 160h (secondary). In profile `spec`: a packet that is refused gets
/// result_status 51h, one that has run gets the drive's Status; what can no longer end by itself (table too short, no
/// memory behind it) is ended by a software reset and gets 51h.
class EnlightenedInt13 {
 public:
  EnlightenedInt13(Output& output, GuestMemory& memory, coincide::Channel& channel, const Profile& profile,
                   const Board& board, unsigned number);

  /// A port write of `bytes` bytes (OVMM-INT13-02: only 4 mean anything), `address` = guest address of the packet.
  void doorbell(unsigned bytes, std::uint32_t address);
  /// Software wrote Device Control.
  void control_written(std::uint8_t value);
  /// Goes on as far as the drive lets it; true if it did anything.
  bool step();
  /// PCI reset or power cycle: the write that waits ends; the packet stays as it is.
  void reset();
  /// A port write waits.
  bool deferred() const { return deferred_; }

  /// Snapshot: the command under way.
  template <class Archive>
  void fields(Archive& archive) {
    archive(phase_, deferred_, address_, packet_, unit_, control_, features_, disturbed_, position_, stored_,
            memory_failed_, data_seen_);
    if constexpr (!Archive::kSaving) {
      if (phase_ > Phase::recover || unit_ >= 2 || (phase_ != Phase::idle && channel_.device(unit_) == nullptr))
        archive.fail();
    }
  }

 private:
  enum class Phase : std::uint8_t {
    idle,
    disk,     ///< the DMA command runs
    cdb,      ///< the drive will ask for the packet
    data,     ///< blocks of data come
    recover,  ///< the software reset that ends what was stuck
  };

  bool fetch(std::uint32_t address, std::array<std::uint8_t, Int13Packet::kBytes>& bytes);
  bool store(std::uint32_t address, std::span<const std::uint8_t> bytes);
  void refuse(std::uint32_t address);
  void begin_disk();
  void begin_disc();
  void send_cdb();
  /// Moves data of the open DRQ block; false if the drive gave none.
  bool take_block();
  void store_piece(std::span<const std::uint8_t> piece);
  bool step_disk();
  bool step_disc();
  void recover();
  void finish_disk();
  void finish_disc();
  void finish(std::uint8_t status);
  void tell_done(std::uint8_t status);

  Device* drive() const { return channel_.device(unit_); }
  bool is_disc() const { return kinds_[unit_] == DeviceKind::packet; }
  bool quirk(Quirk q) const { return profile_.has(q); }
  std::uint8_t alternate_status() const;
  std::uint8_t read_status();
  void write(unsigned offset, std::uint32_t value) { channel_.write_command_block(offset, 1, value); }
  /// Nobody but a reset will end this DMA command.
  bool stuck() const;

  Output& output_;
  GuestMemory& memory_;
  coincide::Channel& channel_;
  const Profile& profile_;
  std::uint8_t number_;
  std::array<DeviceKind, 2> kinds_;
  std::array<std::uint8_t, 2> packet_bytes_;

  Phase phase_ = Phase::idle;
  bool deferred_ = false;
  std::uint32_t address_ = 0;
  Int13Packet packet_;
  std::uint8_t unit_ = 0;
  std::uint8_t control_ = 0;    ///< Device Control as software has it
  std::uint8_t features_ = 0;   ///< Features before the command
  bool disturbed_ = false;      ///< software reset the drive under the command
  std::uint64_t position_ = 0;  ///< disc: bytes that came from the drive
  std::uint32_t stored_ = 0;    ///< disc: bytes that went to memory
  bool memory_failed_ = false;
  bool data_seen_ = false;
};

}  // namespace coincide::hyperv
