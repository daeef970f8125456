// Sense data and unit attention of a SCSI logical unit (SPC; MMC sense codes).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "emu/scsi/unit.h"

namespace coincide::scsi {

enum class SenseKey : std::uint8_t {
  no_sense = 0x0,
  not_ready = 0x2,
  medium_error = 0x3,
  hardware_error = 0x4,
  illegal_request = 0x5,
  unit_attention = 0x6,
  data_protect = 0x7,
  aborted_command = 0xb,
};

/// Key, additional sense code and qualifier.
struct SenseCode {
  SenseKey key;
  std::uint8_t asc;
  std::uint8_t ascq;
  bool operator==(const SenseCode&) const = default;
};

namespace sense {
inline constexpr SenseCode none{SenseKey::no_sense, 0x00, 0x00};
inline constexpr SenseCode becoming_ready{SenseKey::not_ready, 0x04, 0x01};
inline constexpr SenseCode stopped{SenseKey::not_ready, 0x04, 0x02};
inline constexpr SenseCode unknown_format{SenseKey::not_ready, 0x30, 0x01};
inline constexpr SenseCode no_medium{SenseKey::not_ready, 0x3a, 0x00};
inline constexpr SenseCode no_medium_tray_closed{SenseKey::not_ready, 0x3a, 0x01};
inline constexpr SenseCode no_medium_tray_open{SenseKey::not_ready, 0x3a, 0x02};
inline constexpr SenseCode medium_io_error{SenseKey::medium_error, 0x00, 0x00};
inline constexpr SenseCode no_seek_complete{SenseKey::medium_error, 0x02, 0x00};
inline constexpr SenseCode write_fault{SenseKey::medium_error, 0x03, 0x00};
inline constexpr SenseCode unrecovered_read{SenseKey::medium_error, 0x11, 0x00};
inline constexpr SenseCode l_ec_uncorrectable{SenseKey::medium_error, 0x11, 0x05};
inline constexpr SenseCode ultra_dma_crc{SenseKey::hardware_error, 0x08, 0x03};
inline constexpr SenseCode internal_failure{SenseKey::hardware_error, 0x44, 0x00};
inline constexpr SenseCode parameter_list_length{SenseKey::illegal_request, 0x1a, 0x00};
inline constexpr SenseCode invalid_opcode{SenseKey::illegal_request, 0x20, 0x00};
inline constexpr SenseCode lba_out_of_range{SenseKey::illegal_request, 0x21, 0x00};
inline constexpr SenseCode invalid_field_in_cdb{SenseKey::illegal_request, 0x24, 0x00};
inline constexpr SenseCode invalid_field_in_list{SenseKey::illegal_request, 0x26, 0x00};
inline constexpr SenseCode invalid_release{SenseKey::illegal_request, 0x26, 0x04};
inline constexpr SenseCode incompatible_format{SenseKey::illegal_request, 0x30, 0x02};
inline constexpr SenseCode saving_not_supported{SenseKey::illegal_request, 0x39, 0x00};
inline constexpr SenseCode removal_prevented{SenseKey::illegal_request, 0x53, 0x02};
inline constexpr SenseCode illegal_mode_for_track{SenseKey::illegal_request, 0x64, 0x00};
inline constexpr SenseCode medium_changed{SenseKey::unit_attention, 0x28, 0x00};
inline constexpr SenseCode reset_occurred{SenseKey::unit_attention, 0x29, 0x00};
inline constexpr SenseCode capacity_changed{SenseKey::unit_attention, 0x2a, 0x09};
inline constexpr SenseCode removal_request{SenseKey::unit_attention, 0x5a, 0x01};
inline constexpr SenseCode write_protected{SenseKey::data_protect, 0x27, 0x00};
inline constexpr SenseCode command_aborted{SenseKey::aborted_command, 0x00, 0x00};
}  // namespace sense

/// Where an ILLEGAL REQUEST lies: the byte, and the highest bit of the field if `bit` is 0 to 7.
struct FieldPointer {
  bool in_cdb = true;  ///< else in the parameter list
  std::uint16_t byte = 0;
  std::uint8_t bit = kNoBit;
  static constexpr std::uint8_t kNoBit = 0xff;
};

/// What REQUEST SENSE returns.
struct SenseData {
  static constexpr std::uint32_t kBytes = 18;

  SenseKey key = SenseKey::no_sense;
  std::uint8_t asc = 0;
  std::uint8_t ascq = 0;
  bool deferred = false;  ///< response code 71h: of an earlier command that had ended well
  bool ili = false;       ///< Incorrect Length Indicator
  bool information_valid = false;
  std::uint32_t information = 0;
  std::array<std::uint8_t, 3> key_specific{};

  SenseData() = default;
  SenseData(const SenseCode& code) : key(code.key), asc(code.asc), ascq(code.ascq) {}
  SenseData& with_information(std::uint32_t value);
  SenseData& with_field(const FieldPointer& field);

  bool empty() const { return key == SenseKey::no_sense; }
  Sense summary() const { return {static_cast<std::uint8_t>(key), asc, ascq}; }
  /// Fixed format.
  std::array<std::uint8_t, kBytes> bytes() const;

  template <class Archive>
  void fields(Archive& archive) {
    archive(key, asc, ascq, deferred, ili, information_valid, information, key_specific);
  }
};

/// Conditions that the host must hear of before its next command runs, the first in the list first.
enum class Attention : std::uint8_t { reset, medium_changed, removal_request, capacity_changed, count };

/// Each condition is pending at most once, so the queue has a bound.
class AttentionQueue {
 public:
  void raise(Attention attention);
  /// Takes the condition of highest precedence.
  std::optional<SenseCode> take();
  bool pending() const { return pending_ != 0; }

  template <class Archive>
  void fields(Archive& archive) {
    archive(pending_);
    if constexpr (!Archive::kSaving) {
      if (pending_ >> static_cast<unsigned>(Attention::count)) archive.fail();
    }
  }

 private:
  std::uint8_t pending_ = 0;  ///< bit n: Attention n
};

}  // namespace coincide::scsi
