#include "emu/media/optical.h"

#include <algorithm>

namespace coincide {
namespace {

std::uint32_t blocks_of(const MediumPtr& image) {
  if (!image) return 0;
  constexpr std::uint64_t kSectorsPerBlock = kBlockBytes / kSectorBytes;
  const std::uint64_t sectors = std::min<std::uint64_t>(image->sectors(), OpticalDisc::kMaxBlocks * kSectorsPerBlock);
  return static_cast<std::uint32_t>((sectors + kSectorsPerBlock - 1) / kSectorsPerBlock);
}

DiscKind kind_of(const MediumPtr& image) {
  return blocks_of(image) > OpticalDisc::kMaxCdBlocks ? DiscKind::dvd_rom : DiscKind::cd_rom;
}

}  // namespace

OpticalDisc::OpticalDisc(const MediumPtr& image) : OpticalDisc(kind_of(image), image) {}

OpticalDisc::OpticalDisc(DiscKind kind, MediumPtr image)
    : kind_(kind), image_(std::move(image)), blocks_(kind == DiscKind::blank ? 0 : blocks_of(image_)) {
  if (blocks_ == 0) return;
  DiscTrack track;
  track.end_lba = blocks_;
  tracks_.push_back(track);
}

OpticalDisc::OpticalDisc(MediumPtr image, std::vector<DiscTrack> tracks)
    : kind_(DiscKind::cd_rom), image_(std::move(image)), tracks_(std::move(tracks)) {
  const std::uint64_t bytes = image_ ? image_->sectors() * kSectorBytes : 0;
  for (DiscTrack& track : tracks_) {
    const std::uint64_t there = track.offset < bytes ? (bytes - track.offset) / track.sector_bytes() : 0;
    const std::uint64_t end_lba = std::min<std::uint64_t>(track.start_lba + there, track.end_lba);
    track.end_lba = std::max(static_cast<std::uint32_t>(end_lba), track.start_lba);
    track.first_lba = std::clamp(track.first_lba, track.start_lba, track.end_lba);
  }
  if (!tracks_.empty()) blocks_ = tracks_.back().end_lba;
}

std::shared_ptr<const OpticalDisc> OpticalDisc::blank() {
  return std::make_shared<const OpticalDisc>(DiscKind::blank, nullptr);
}

const DiscTrack* OpticalDisc::track_at(std::uint32_t lba) const {
  for (const DiscTrack& track : tracks_) {
    if (lba >= track.start_lba && lba < track.end_lba) return &track;
  }
  return nullptr;
}

void OpticalDisc::read_image(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::uint64_t bytes = image_->sectors() * kSectorBytes;
  const std::uint64_t there = offset < bytes ? std::min<std::uint64_t>(bytes - offset, out.size()) : 0;
  if (there != 0) image_->read(offset, out.first(static_cast<std::size_t>(there)));
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(there), out.end(), std::uint8_t{0});
}

SectorType OpticalDisc::type_of(std::uint32_t lba) const {
  const DiscTrack* track = track_at(lba);
  if (track == nullptr || track->form == TrackForm::data_2048) return SectorType::mode1;
  if (track->form == TrackForm::audio) return SectorType::cd_da;
  std::array<std::uint8_t, 9> head;  // mode; the subheader: file, channel, submode, coding, and again
  read_image(track->offset + std::uint64_t{lba - track->start_lba} * kRawBytes + 15, head);
  if ((head[0] & 3) != 2) return SectorType::mode1;
  // A sector has a form if its subheader is written twice; bit 5 of submode is Form 2.
  const auto subheader = std::span(head).subspan<1>();
  const bool has_form = std::equal(subheader.begin(), subheader.begin() + 4, subheader.begin() + 4) &&
                        std::any_of(subheader.begin(), subheader.end(), [](std::uint8_t b) { return b != 0; });
  if (!has_form) return SectorType::mode2;
  return (subheader[2] & 0x20) != 0 ? SectorType::mode2_form2 : SectorType::mode2_form1;
}

bool OpticalDisc::read_block(std::uint32_t lba, std::span<std::uint8_t, kBlockBytes> out) const {
  const DiscTrack* track = track_at(lba);
  if (track == nullptr) {
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    return true;
  }
  const std::uint64_t at = track->offset + std::uint64_t{lba - track->start_lba} * track->sector_bytes();
  if (track->form == TrackForm::data_2048) {
    read_image(at, out);
    return true;
  }
  const SectorType type = type_of(lba);
  if (type != SectorType::mode1 && type != SectorType::mode2_form1) return false;  // MMC-RD-3
  read_image(at + (type == SectorType::mode1 ? 16 : 24), out);
  return true;
}

void OpticalDisc::read_raw(std::uint32_t lba, std::span<std::uint8_t, kRawBytes> out) const {
  const DiscTrack* track = track_at(lba);
  if (track != nullptr && track->form != TrackForm::data_2048) {
    read_image(track->offset + std::uint64_t{lba - track->start_lba} * kRawBytes, out);
    return;
  }
  read_block(lba, out.subspan<16, kBlockBytes>());
  seal_mode1_sector(lba, out);
}

QPosition OpticalDisc::position(std::uint32_t lba) const {
  QPosition q;
  q.absolute = msf_of_lba(lba);
  q.control = 0x14;
  for (const DiscTrack& track : tracks_) {
    if (lba < track.start_lba && q.track != 0) break;
    q.control = static_cast<std::uint8_t>(0x10 | track.control);
    q.track = track.number;
    q.index = lba < track.first_lba ? 0 : 1;
    q.relative = msf_of_frames(lba < track.first_lba ? track.first_lba - lba : lba - track.first_lba);
  }
  return q;
}

}  // namespace coincide
