// Tray and medium of OpenVMM's DVD drive. Its four states are whether a medium counts as present, and whether the tray
// is open; a disc may lie in a drive that calls itself empty.
#include "emu/scsi/openvmm_dvd.h"
#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {

constexpr std::uint8_t kMediaClass = 4;
constexpr std::uint8_t kSupported = 0x7e;

/// Classes in the order in which the first that was asked for is told (OVMM-DVD-53).
struct EventClass {
  std::uint8_t number;
  bool tells_persistent;
};
constexpr EventClass kClasses[] = {{1, true}, {2, false}, {3, true}, {5, true}, {kMediaClass, false}, {6, false}};
constexpr std::uint8_t kPowerClass = 2, kPowerActive = 1;

}  // namespace

void OpenVmmDvd::inserted(OpticalUnit& unit, std::uint32_t index) {  // OVMM-DVD-24
  unit.disc_index_ = index;
  unit.counts_as_present_ = true;
  unit.tray_open_ = true;
  unit.media_event_ = OpticalUnit::MediaEvent::new_media;
}

void OpenVmmDvd::removed(OpticalUnit& unit) {  // OVMM-DVD-25: whatever the lock says
  unit.disc_index_.reset();
  unit.counts_as_present_ = false;
  unit.tray_open_ = true;
  unit.media_event_ = OpticalUnit::MediaEvent::media_removal;
}

void OpenVmmDvd::start_stop(OpticalUnit& unit) {
  const bool load_eject = (unit.cdb_[4] & 2) != 0;
  const bool start = (unit.cdb_[4] & 1) != 0;
  const bool present = unit.disc() != nullptr;
  if (!load_eject) return unit.good();  // OVMM-DVD-22
  if (start) {
    if (unit.tray_open_) {  // OVMM-DVD-20, OVMM-DVD-30: as if nothing lay on it; OVMM-DVD-21
      unit.tray_open_ = false;
      unit.counts_as_present_ = false;
    }
    return unit.good();
  }
  if (unit.prevent_) {  // OVMM-DVD-18, OVMM-DVD-19
    SenseCode locked = sense::removal_prevented;
    if (!present) locked.key = SenseKey::not_ready;
    return unit.fail(locked);
  }
  if (present && !unit.tray_open_) {  // OVMM-DVD-16, OVMM-DVD-29: gone for good
    removed(unit);
  } else {  // OVMM-DVD-17
    unit.tray_open_ = true;
    unit.counts_as_present_ = false;
  }
  unit.good();
}

void OpenVmmDvd::prevent(OpticalUnit& unit) {  // OVMM-DVD-23
  unit.prevent_ = (unit.cdb_[4] & 1) != 0;
  unit.persistent_prevent_ = (unit.cdb_[4] & 2) != 0;
  unit.good();
}

/// OVMM-DVD-67: the first poll of a loaded drive says that its medium has gone.
void OpenVmmDvd::events(OpticalUnit& unit) {
  using Event = OpticalUnit::MediaEvent;
  const std::uint8_t asked = unit.cdb_[4];
  const std::uint32_t length = unit.cdb_.u16(7);
  if ((unit.cdb_[1] & 1) == 0) return unit.fail(sense::invalid_field_in_cdb);
  if (!fits(unit, length)) return;
  Reply reply;
  const auto open = [&] { return static_cast<std::uint8_t>(unit.tray_open_ ? 1 : 0); };
  if ((asked & 1u << kMediaClass) != 0 && unit.media_event_ != Event::none) {
    std::uint8_t told = static_cast<std::uint8_t>(unit.media_event_);
    std::uint8_t status = open();
    // OVMM-DVD-54: told, whatever room there is
    switch (std::exchange(unit.media_event_, Event::none)) {
      case Event::new_media:  // OVMM-DVD-13
        unit.counts_as_present_ = true;
        unit.tray_open_ = false;
        status = 2;
        break;
      case Event::replaced:  // OVMM-DVD-15: out first, then in
        unit.counts_as_present_ = false;
        unit.tray_open_ = true;
        unit.media_event_ = Event::new_media;
        told = static_cast<std::uint8_t>(Event::media_removal);
        status = 1;
        break;
      default:  // OVMM-DVD-14
        break;
    }
    return unit.send(reply.u16(6).bytes({kMediaClass, kSupported, told, status, 0, 0}), length);
  }
  for (const EventClass& row : kClasses) {
    if ((asked & 1u << row.number) == 0) continue;
    std::uint8_t status = row.tells_persistent && unit.persistent_prevent_ ? 0x80 : 0;
    if (row.number == kPowerClass) status = kPowerActive;
    // OVMM-DVD-12
    if (row.number == kMediaClass) status = static_cast<std::uint8_t>(open() | (unit.disc() != nullptr ? 2 : 0));
    return unit.send(reply.u16(6).bytes({row.number, kSupported, 0, status, 0, 0}), length);
  }
  unit.send(reply.u16(2).bytes({0, kSupported}), length);
}

}  // namespace coincide::scsi
