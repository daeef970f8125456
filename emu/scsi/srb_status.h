// The SRB status that Windows' storage ports give the end of a SCSI command (storport.h; SRB_STATUS_xxx), which StorVSP
// sends beside the SCSI status.
#pragma once

#include <cstdint>

#include "emu/scsi/sense.h"

namespace coincide::scsi {

enum class SrbStatus : std::uint8_t {
  success = 0x01,
  aborted = 0x02,
  error = 0x04,
  invalid_request = 0x06,
  data_overrun = 0x12,
};

/// Of a command that a unit has ended (OVMM-SCSI-02, OVMM-DVD-32). The autosense bit is the transport's.
inline SrbStatus srb_status(Status status, const Sense& sense, Ending ending) {
  if (status == Status::good) return SrbStatus::success;
  if (status == Status::task_aborted) return SrbStatus::aborted;
  if (ending == Ending::buffer_too_small) return SrbStatus::data_overrun;
  if (ending == Ending::invalid) return SrbStatus::invalid_request;
  const bool illegal = sense.key == static_cast<std::uint8_t>(SenseKey::illegal_request);
  return status == Status::check_condition && illegal && ending == Ending::plain ? SrbStatus::invalid_request
                                                                                 : SrbStatus::error;
}

}  // namespace coincide::scsi
