// READ DISC INFORMATION, READ TRACK INFORMATION.
#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {

const DiscTrack* first_of_session(const OpticalDisc& disc, std::uint32_t session) {
  for (const DiscTrack& track : disc.tracks()) {
    if (track.session == session) return &track;
  }
  return nullptr;
}

std::uint8_t data_mode(const OpticalDisc& disc, const DiscTrack& track) {
  if (track.form == TrackForm::audio || track.first_lba >= disc.blocks()) return 0x0f;
  return disc.type_of(track.first_lba) == SectorType::mode1 ? 1 : 2;
}

}  // namespace

void OpticalUnit::read_disc_information() {
  if ((cdb_[1] & 7) != 0) return fail_field(1, 2);  // the standard data type alone
  const OpticalDisc& in = *disc();
  const bool blank = in.blocks() == 0;
  const DiscTrack* last_session = first_of_session(in, in.sessions());
  const std::uint8_t first = last_session != nullptr ? last_session->number : 1;
  const std::uint8_t last = blank ? 1 : in.tracks().back().number;
  // Bits 3:2 last session, 1:0 disc: complete or empty. MMC-DI-1: disc type 00h for a DVD too.
  const std::uint8_t state = blank ? 0x00 : 0x0e;
  Reply reply;
  reply.zeros(2).bytes({state, 1, in.sessions(), first, last, 0x20, 0x00, 0, 0, 0});
  reply.zeros(4);  // disc identification
  // Nothing can be added: no next lead-in and lead-out.
  const std::uint32_t next = blank || has(Quirk::qemu_disc_information) ? 0 : ~0u;
  reply.u32(next).u32(next);
  reply.zeros(8 + 2);  // bar code, application code, OPC tables
  send(reply.set_length16(), cdb_.u16(7));
}

void OpticalUnit::read_track_information() {
  enum Type : std::uint8_t { by_lba = 0, by_track = 1, by_session = 2 };
  const std::uint8_t type = cdb_[1] & 3;
  const std::uint32_t number = cdb_.u32(2);
  const OpticalDisc& in = *disc();
  const DiscTrack* track = nullptr;
  if (type == by_lba) {
    if (!in_range(number, 1)) return;
    track = in.track_at(number);
  } else if (type == by_track) {
    for (const DiscTrack& t : in.tracks()) track = t.number == number ? &t : track;
  } else if (type == by_session) {
    track = first_of_session(in, number);
  }
  if (track == nullptr) return fail_field(type > by_session ? 1 : 2);  // MMC-TI-1
  Reply reply;
  reply.zeros(2).bytes({track->number, track->session, 0, track->control, data_mode(in, *track), 0});
  reply.u32(track->first_lba).zeros(12);  // nothing to be written: no next address, free blocks, packets
  reply.u32(track->end_lba - track->first_lba).zeros(4).zeros(4);
  send(reply.set_length16(), cdb_.u16(7));
}

}  // namespace coincide::scsi
