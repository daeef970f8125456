// The packet commands of an optical unit, once: the unit dispatches on it, a decoder prints from it, coverage counts
// over it. A command that is not here is refused with 5/20/00.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "emu/scsi/unit.h"

namespace coincide::scsi {

class OpticalUnit;

/// What a command asks of the drive before it runs.
enum class Needs : std::uint8_t {
  nothing,
  disc,      ///< a disc that has spun up, of whatever kind
  readable,  ///< one that this drive can read
};

struct PacketCommand {
  std::uint8_t opcode;
  std::uint8_t cdb_bytes;
  std::string_view name;    ///< as MMC writes it
  std::string_view symbol;  ///< as scripts write it
  Direction direction;
  bool bypasses_attention;  ///< runs while a unit attention is pending and leaves it there (MMC-UA-4)
  Needs needs;
  void (*start)(OpticalUnit&);
  std::string_view clause;
};

std::span<const PacketCommand> packet_commands();
/// nullptr if the unit has no such command.
const PacketCommand* find_packet_command(std::uint8_t opcode);

/// A command descriptor block: fields are big-endian.
class Cdb {
 public:
  Cdb() = default;
  explicit Cdb(std::span<const std::uint8_t> bytes);
  std::uint8_t operator[](std::size_t i) const { return bytes_[i]; }
  std::uint32_t u16(std::size_t i) const { return std::uint32_t{bytes_[i]} << 8 | bytes_[i + 1]; }
  std::uint32_t u24(std::size_t i) const { return std::uint32_t{bytes_[i]} << 16 | u16(i + 1); }
  std::uint32_t u32(std::size_t i) const { return u16(i) << 16 | u16(i + 2); }
  std::uint64_t u64(std::size_t i) const { return std::uint64_t{u32(i)} << 32 | u32(i + 4); }

  template <class Archive>
  void fields(Archive& archive) {
    archive(bytes_);
  }

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace coincide::scsi
