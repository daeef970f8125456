// SYNCHRONIZE CACHE, START STOP UNIT, SEND DIAGNOSTIC, and commands that end well and do nothing.
#include "emu/scsi/disk_unit.h"

namespace coincide::scsi {

void DiskUnit::format_unit() { good(); }                   // OVMM-SCSI-05
void DiskUnit::reserve_release_6() { good(); }             // OVMM-SCSI-09: there is one initiator
void DiskUnit::prevent_allow_medium_removal() { good(); }  // OVMM-SCSI-13: nothing can be removed

void DiskUnit::send_diagnostic() {
  constexpr std::uint8_t kSelfTestCode = 0xe0;
  constexpr std::uint8_t kPageFormat = 0x10;
  // OVMM-SCSI-12: the default self-test alone
  if ((cdb_[1] & kSelfTestCode) != 0) return fail_field(1, 7);
  if ((cdb_[1] & kPageFormat) != 0) return fail_field(1, 4);
  if (cdb_.u16(3) != 0) return fail_field(3);
  good();
}

void DiskUnit::synchronize_cache() {
  if (!has(Quirk::openvmm_scsi_fields_ignored) && !in_range(cdb_range())) return fail(sense::lba_out_of_range);
  flush();  // OVMM-SCSI-17: all of the disk, whatever the range
}

void DiskUnit::start_stop_unit() {
  constexpr std::uint8_t kImmediate = 0x01;
  constexpr std::uint8_t kStart = 0x01;
  constexpr std::uint8_t kPowerCondition = 0xf0;
  const bool openvmm = has(Quirk::openvmm_scsi_start_stop);
  if (openvmm && (cdb_[1] & kImmediate) != 0) return fail_field(1, 0);  // OVMM-SCSI-11
  if (!openvmm && (cdb_[4] & kPowerCondition) != 0) return fail_field(4, 7);
  const bool start = (cdb_[4] & kStart) != 0;  // OVMM-SCSI-11: LOEJ has nothing to load
  if (!start) return flush();
  if (!stopped_) return good();
  issue(DiskOp::spin, 0, 0);
}

void DiskUnit::spin_done() {
  stopped_ = false;
  good();
}

void DiskUnit::flush_done() {
  constexpr std::uint8_t kStartStopUnit = 0x1b;
  if (opcode() == kStartStopUnit && !has(Quirk::openvmm_scsi_start_stop)) stopped_ = true;
  good();
}

}  // namespace coincide::scsi
