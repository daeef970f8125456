// READ SUB-CHANNEL.
#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {

void OpticalUnit::read_sub_channel() {
  constexpr std::uint8_t kNoAudioStatus = 0x15;
  const bool msf = (cdb_[1] & 2) != 0;
  const bool q_data = (cdb_[2] & 0x40) != 0;
  const std::uint8_t format = cdb_[3];
  Reply data;
  if (q_data) {
    if (format == 1) {
      const std::uint32_t lba = head_lba_ < disc()->blocks() ? head_lba_ : disc()->blocks() - 1;
      const QPosition q = disc()->position(lba);
      data.bytes({format, q.control, q.track, q.index}).address(lba, msf);
      const auto distance = static_cast<std::uint32_t>(lba_of_msf(q.relative) + kPregapFrames);
      if (msf) {
        data.bytes({0, q.relative.minute, q.relative.second, q.relative.frame});
      } else {
        data.u32(q.index == 0 ? 0u - distance : distance);  // negative before index 1
      }
    } else if (format == 2) {
      data.bytes({format}).zeros(19);  // MCVAL = 0: the disc has no catalogue number
    } else if (format == 3) {
      const DiscTrack* track = nullptr;
      for (const DiscTrack& t : disc()->tracks()) track = t.number == cdb_[6] ? &t : track;
      if (track == nullptr) return fail_field(6);
      data.bytes({format, static_cast<std::uint8_t>(0x10 | track->control), track->number}).zeros(17);  // TCVAL = 0
    } else {
      return fail_field(3);
    }
  }
  // MMC-SUB-1: without SUBQ the header alone, with length 0.
  Reply reply;
  reply.bytes({0, kNoAudioStatus}).u16(static_cast<std::uint32_t>(data.size())).bytes(data.data());
  send(reply, cdb_.u16(7));
}

}  // namespace coincide::scsi
