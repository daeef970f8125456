// Optical discs: an image of 2048-byte blocks (CD or DVD), tracks of a BIN/CUE pair (2352-byte sectors), or a blank
// disc, over a Medium that never changes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "emu/media/cd_sector.h"
#include "emu/media/medium.h"

namespace coincide {

enum class DiscKind : std::uint8_t { cd_rom, dvd_rom, blank };

/// How a track lies in the image.
enum class TrackForm : std::uint8_t {
  data_2048,  ///< user data of Mode 1; the rest of the sector is computed
  data_2352,  ///< whole sectors of Mode 1 or Mode 2
  audio,      ///< whole sectors
};

/// What one sector is, by its own header (numbers of READ CD's expected sector type).
enum class SectorType : std::uint8_t { cd_da = 1, mode1 = 2, mode2 = 3, mode2_form1 = 4, mode2_form2 = 5 };

struct DiscTrack {
  std::uint8_t number = 1;
  std::uint8_t session = 1;
  TrackForm form = TrackForm::data_2048;
  std::uint8_t control = 4;     ///< CTL nibble: 4 data, 0 audio
  std::uint32_t start_lba = 0;  ///< index 0 where the track has one, else as first_lba
  std::uint32_t first_lba = 0;  ///< index 1
  std::uint32_t end_lba = 0;    ///< one past its last sector
  std::uint64_t offset = 0;     ///< of start_lba in the medium, in bytes

  std::uint32_t sector_bytes() const { return form == TrackForm::data_2048 ? kBlockBytes : kRawBytes; }
};

class OpticalDisc {
 public:
  /// Most blocks of a CD image: longer images are DVDs.
  static constexpr std::uint32_t kMaxCdBlocks = 80 * kFramesPerMinute;
  /// Most blocks of one layer of a DVD, and of two.
  static constexpr std::uint32_t kLayerBlocks = 2'298'496;
  static constexpr std::uint32_t kMaxBlocks = 2 * kLayerBlocks;

  /// One data track over all of a medium; a last partial block is filled with zeros. Whether it is a CD or a DVD
  /// follows from its length. An image over kMaxBlocks is cut off there.
  explicit OpticalDisc(const MediumPtr& image);
  OpticalDisc(DiscKind kind, MediumPtr image);
  /// Tracks in order, gaps between them allowed (gaps read as zeros of Mode 1). Those that leave the medium are cut
  /// off.
  OpticalDisc(MediumPtr image, std::vector<DiscTrack> tracks);
  static std::shared_ptr<const OpticalDisc> blank();

  DiscKind kind() const { return kind_; }
  bool dvd() const { return kind_ == DiscKind::dvd_rom; }
  std::uint32_t blocks() const { return blocks_; }  ///< LBA of the lead-out
  unsigned layers() const { return blocks_ > kLayerBlocks ? 2 : 1; }
  std::span<const DiscTrack> tracks() const { return tracks_; }
  std::uint8_t sessions() const { return tracks_.empty() ? 1 : tracks_.back().session; }
  /// The track that holds an LBA below blocks(), or nullptr between tracks.
  const DiscTrack* track_at(std::uint32_t lba) const;

  SectorType type_of(std::uint32_t lba) const;
  /// User data of one block; false if the sector has no 2048 bytes of it (audio, Mode 2 without form or of Form 2).
  bool read_block(std::uint32_t lba, std::span<std::uint8_t, kBlockBytes> out) const;
  /// The whole sector. `lba` < blocks().
  void read_raw(std::uint32_t lba, std::span<std::uint8_t, kRawBytes> out) const;
  QPosition position(std::uint32_t lba) const;

 private:
  void read_image(std::uint64_t offset, std::span<std::uint8_t> out) const;
  DiscKind kind_;
  MediumPtr image_;
  std::uint32_t blocks_ = 0;
  std::vector<DiscTrack> tracks_;
};

using DiscPtr = std::shared_ptr<const OpticalDisc>;

}  // namespace coincide
