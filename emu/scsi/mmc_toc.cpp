// READ TOC/PMA/ATIP.
#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {

constexpr std::uint8_t kLeadOut = 0xaa;
constexpr std::uint8_t kQemuLeadOut = 0x16;  ///< ADR/CTL of QEMU's lead-out: data, copying permitted
constexpr std::uint8_t kAdr = 0x10;          // ADR 1: the Q channel carries the position

std::uint8_t adr_control(const DiscTrack& track) {  // MMC-TOC-4
  return static_cast<std::uint8_t>(kAdr | track.control);
}

/// One descriptor of formats 0000b and 0001b.
void append_track(Reply& reply, std::uint8_t control, std::uint8_t number, std::uint32_t lba, bool msf) {
  reply.bytes({0, control, number, 0}).address(lba, msf);
}

/// Format 0000b. False if there is no such track to begin with. `lead_out` = its ADR/CTL.
bool tracks(Reply& reply, const OpticalDisc& disc, std::uint8_t first, bool msf, std::uint8_t lead_out) {
  const auto all = disc.tracks();
  if (first > all.back().number && first != kLeadOut) return false;  // MMC-TOC-2
  reply.zeros(2).bytes({all.front().number, all.back().number});
  for (const DiscTrack& track : all) {
    if (track.number >= first) append_track(reply, adr_control(track), track.number, track.first_lba, msf);
  }
  append_track(reply, lead_out, kLeadOut, disc.blocks(), msf);  // MMC-TOC-5, MMC-TOC-10
  return true;
}

/// Format 0001b (MMC-TOC-6).
void sessions(Reply& reply, const OpticalDisc& disc, bool msf) {
  reply.zeros(2).bytes({1, disc.sessions()});
  for (const DiscTrack& track : disc.tracks()) {
    if (track.session != disc.sessions()) continue;
    append_track(reply, adr_control(track), track.number, track.first_lba, msf);
    break;
  }
}

/// Format 0010b: the Q channel of the lead-in, from session `first` on (MMC-TOC-7).
bool full_toc(Reply& reply, const OpticalDisc& disc, std::uint8_t first) {
  if (first > disc.sessions()) return false;
  reply.zeros(2).bytes({1, disc.sessions()});
  const auto point = [&](std::uint8_t session, std::uint8_t control, std::uint8_t what, const Msf& p) {
    reply.bytes({session, control, 0, what, 0, 0, 0, 0, p.minute, p.second, p.frame});
  };
  for (unsigned session = first == 0 ? 1 : first; session <= disc.sessions(); ++session) {
    const DiscTrack* head = nullptr;
    const DiscTrack* tail = nullptr;
    for (const DiscTrack& track : disc.tracks()) {
      if (track.session != session) continue;
      if (head == nullptr) head = &track;
      tail = &track;
    }
    if (head == nullptr) continue;
    const auto s = static_cast<std::uint8_t>(session);
    const SectorType type = disc.type_of(head->first_lba < head->end_lba ? head->first_lba : head->start_lba);
    const std::uint8_t disc_type = type == SectorType::mode2_form1 || type == SectorType::mode2_form2 ? 0x20 : 0x00;
    point(s, adr_control(*head), 0xa0, {head->number, disc_type, 0});
    point(s, adr_control(*tail), 0xa1, {tail->number, 0, 0});
    point(s, adr_control(*tail), 0xa2, msf_of_lba(tail->end_lba));
    for (const DiscTrack& track : disc.tracks()) {
      if (track.session == session) point(s, adr_control(track), track.number, msf_of_lba(track.first_lba));
    }
  }
  return true;
}

}  // namespace

void OpticalUnit::read_toc() {
  const bool msf = (cdb_[1] & 2) != 0;
  std::uint8_t format = cdb_[2] & 0x0f;
  if (format == 0) format = cdb_[9] >> 6;  // MMC-TOC-1: where SFF-8020 had it
  Reply reply;
  // MMC-TOC-9: a DVD has one track here, as any image of blocks; MMC-TOC-11: it has no lead-in to read.
  if (format == 0) {
    const std::uint8_t lead_out = has(Quirk::qemu_toc) ? kQemuLeadOut : adr_control(disc()->tracks().back());
    if (!tracks(reply, *disc(), cdb_[6], msf, lead_out)) return fail_field(6);
  } else if (format == 1 && has(Quirk::qemu_toc)) {
    reply.zeros(2).bytes({1, 1}).zeros(8);
  } else if (format == 1) {
    sessions(reply, *disc(), msf);
  } else if (format == 2 && !disc()->dvd()) {
    if (!full_toc(reply, *disc(), cdb_[6])) return fail_field(6);
  } else {
    // MMC-TOC-8: a pressed disc has no PMA, no ATIP, and ours have no CD-TEXT.
    return fail_field(2, 3);
  }
  send(reply.set_length16(), cdb_.u16(7));  // MMC-TOC-3
}

}  // namespace coincide::scsi
