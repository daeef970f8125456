// StorVSP packets: a head of 12 bytes (operation, flags, status), and for SCSI commands the SCSI request block with its
// completion in the same bytes (STORVSP-01, STORVSP-47). Status numbers are Windows' NTSTATUS and SRB_STATUS.
#pragma once

#include <array>
#include <cstdint>

namespace coincide::hyperv {

inline constexpr std::uint32_t kStorHeadBytes = 12;
inline constexpr std::uint32_t kSrbBytes = 0x34;
inline constexpr std::uint32_t kOldSrbBytes = 0x24;  ///< of protocols before Windows 8
/// The largest completion, in ring bytes (STORVSP-45).
inline constexpr std::uint32_t kLargestCompletion = 88;

enum class StorOperation : std::uint32_t {
  complete_io = 1,
  remove_device = 2,
  execute_srb = 3,
  reset_lun = 4,
  reset_adapter = 5,
  reset_bus = 6,
  begin_initialization = 7,
  end_initialization = 8,
  query_protocol_version = 9,
  query_properties = 10,
  enumerate_bus = 11,
  fc_hba_data = 12,
  create_sub_channels = 13,
  event_notification = 14,
};

enum class NtStatus : std::uint32_t {
  success = 0x00000000,
  buffer_overflow = 0x80000005,
  device_busy = 0x80000011,
  unsuccessful = 0xc0000001,
  invalid_parameter = 0xc000000d,
  invalid_device_request = 0xc0000010,
  revision_mismatch = 0xc0000059,
  device_not_connected = 0xc000009d,
  io_timeout = 0xc00000b5,
  device_does_not_exist = 0xc00000c0,
  cancelled = 0xc0000120,
  invalid_device_state = 0xc0000184,
  io_device_error = 0xc0000185,
};

namespace srb_status {
inline constexpr std::uint8_t success = 0x01;
inline constexpr std::uint8_t invalid_request = 0x06;
inline constexpr std::uint8_t request_flushed = 0x16;
inline constexpr std::uint8_t invalid_lun = 0x20;
inline constexpr std::uint8_t autosense_valid = 0x80;
}  // namespace srb_status

/// What the head of a packet says of an SRB that ended so (STORVSP-60). Bits 7 and 6 have no say.
NtStatus packet_status(std::uint8_t srb_status);

/// Offsets in the SRB (STORVSP-47).
namespace srb_at {
inline constexpr std::size_t length = 0;
inline constexpr std::size_t srb_status = 2;
inline constexpr std::size_t scsi_status = 3;
inline constexpr std::size_t path = 5;
inline constexpr std::size_t target = 6;
inline constexpr std::size_t lun = 7;
inline constexpr std::size_t cdb_bytes = 8;
inline constexpr std::size_t sense_bytes = 9;
inline constexpr std::size_t data_in = 10;
inline constexpr std::size_t transfer_bytes = 12;
inline constexpr std::size_t cdb = 16;
inline constexpr std::size_t sense = 16;
}  // namespace srb_at

inline constexpr std::size_t kCdbBytes = 16;
inline constexpr std::size_t kSenseBytes = 18;

using SrbBytes = std::array<std::uint8_t, kSrbBytes>;

/// Protocol versions, major << 8 + minor (STORVSP-40).
struct StorVersion {
  std::uint16_t number;
  std::uint32_t srb_bytes;
  bool multi_channel;
  bool rescans;    ///< is told of LUNs that come and go (STORVSP-44)
  bool threshold;  ///< 6.2, which OpenVMM does not take
};
/// nullptr: no such version.
const StorVersion* find_stor_version(std::uint16_t number);

}  // namespace coincide::hyperv
