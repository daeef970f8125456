#include "emu/hyperv/srb.h"

namespace coincide::hyperv {
namespace {

struct StatusRow {
  std::uint8_t srb_status;
  NtStatus status;
};
// STORVSP-60; what is not here is IO_DEVICE_ERROR.
constexpr StatusRow kStatus[] = {
    {0x01, NtStatus::success},                 // SUCCESS
    {0x02, NtStatus::cancelled},               // ABORTED
    {0x05, NtStatus::device_busy},             // BUSY
    {0x08, NtStatus::device_does_not_exist},   // NO_DEVICE
    {0x09, NtStatus::io_timeout},              // TIMEOUT
    {0x0a, NtStatus::device_not_connected},    // SELECTION_TIMEOUT
    {0x0b, NtStatus::io_timeout},              // COMMAND_TIMEOUT
    {0x11, NtStatus::device_does_not_exist},   // NO_HBA
    {0x12, NtStatus::buffer_overflow},         // DATA_OVERRUN
    {0x15, NtStatus::invalid_device_request},  // BAD_SRB_BLOCK_LENGTH
    {0x16, NtStatus::unsuccessful},            // REQUEST_FLUSHED
    {0x20, NtStatus::device_does_not_exist},   // INVALID_LUN
    {0x21, NtStatus::device_does_not_exist},   // INVALID_TARGET_ID
    {0x22, NtStatus::invalid_device_request},  // BAD_FUNCTION
};

constexpr StorVersion kVersions[] = {
    {0x0200, kOldSrbBytes, false, false, false},  // Windows Server 2008
    {0x0402, kOldSrbBytes, false, true, false},   // Windows 7
    {0x0501, kSrbBytes, true, true, false},       // Windows 8
    {0x0600, kSrbBytes, true, true, false},       // Windows 8.1
    {0x0602, kSrbBytes, true, true, true},        // Windows 10
};

}  // namespace

NtStatus packet_status(std::uint8_t srb_status) {
  for (const StatusRow& row : kStatus) {
    if (row.srb_status == (srb_status & 0x3f)) return row.status;
  }
  return NtStatus::io_device_error;
}

const StorVersion* find_stor_version(std::uint16_t number) {
  for (const StorVersion& version : kVersions) {
    if (version.number == number) return &version;
  }
  return nullptr;
}

}  // namespace coincide::hyperv
