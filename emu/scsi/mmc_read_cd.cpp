// READ CD, READ CD MSF: fields of whole sectors, C2 pointers, sub-channel.
#include <algorithm>

#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {

// CDB byte 9.
constexpr std::uint8_t kSync = 0x80;
constexpr std::uint8_t kSubheader = 0x40;
constexpr std::uint8_t kHeader = 0x20;
constexpr std::uint8_t kUserData = 0x10;
constexpr std::uint8_t kEdcEcc = 0x08;
constexpr std::uint8_t kC2Shift = 1;
constexpr std::uint8_t kC2Bits = 1;
constexpr std::uint8_t kC2BitsAndBlock = 2;
constexpr std::size_t kC2Bytes = 294;

// CDB byte 10.
constexpr std::uint8_t kRawSubChannel = 1;
constexpr std::uint8_t kQSubChannel = 2;
constexpr std::uint8_t kRwSubChannel = 4;
constexpr std::size_t kRawSubChannelBytes = 96;

/// Where the fields of a sector begin; a field ends where the next begins. EDC/ECC ends with the sector.
struct Layout {
  SectorType type;
  std::uint16_t header;
  std::uint16_t subheader;
  std::uint16_t user_data;
  std::uint16_t edc_ecc;
};
// MMC table of READ CD: the user data of Form 2 include its four spare bytes; what has no EDC has none to select.
constexpr std::array kLayouts{
    Layout{SectorType::cd_da, 0, 0, 0, 2352},          Layout{SectorType::mode1, 12, 16, 16, 2064},
    Layout{SectorType::mode2, 12, 16, 16, 2352},       Layout{SectorType::mode2_form1, 12, 16, 24, 2072},
    Layout{SectorType::mode2_form2, 12, 16, 24, 2352},
};

const Layout& layout_of(SectorType type) { return kLayouts[static_cast<std::size_t>(type) - 1]; }

/// Fields that are selected lie side by side in every sector. Else the bit of CDB byte 9 that begins the gap, or -1.
int gap_in_fields(std::uint8_t fields) {
  if ((fields >> kC2Shift & 3) == 3) return 2;
  if ((fields & kEdcEcc) != 0 && (fields & kUserData) == 0) return 3;
  if ((fields & kSync) != 0 && (fields & kHeader) == 0 && (fields & (kSubheader | kUserData | kEdcEcc)) != 0) return 7;
  return -1;
}

}  // namespace

void OpticalUnit::read_cd() { read_cd_blocks(cdb_.u32(2), cdb_.u24(6)); }

void OpticalUnit::read_cd_msf() {
  const Msf start{cdb_[3], cdb_[4], cdb_[5]};
  const Msf end{cdb_[6], cdb_[7], cdb_[8]};
  for (const auto& [msf, byte] : {std::pair(start, 3), std::pair(end, 6)}) {
    if (msf.second >= 60) return fail_field(static_cast<std::uint16_t>(byte + 1));
    if (msf.frame >= kFramesPerSecond) return fail_field(static_cast<std::uint16_t>(byte + 2));
  }
  const std::int64_t first = lba_of_msf(start);
  const std::int64_t past_last = lba_of_msf(end);
  if (past_last < first) return fail_field(6);
  if (first < 0) return fail(sense::lba_out_of_range);
  read_cd_blocks(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(past_last - first));
}

void OpticalUnit::read_cd_blocks(std::uint32_t lba, std::uint32_t count_blocks) {
  const std::uint8_t expected = cdb_[1] >> 2 & 7;
  const std::uint8_t fields_byte = cdb_[9] & 0xfe;
  const std::uint8_t sub_channel = cdb_[10] & 7;
  // MMC-RDCD-1
  if (expected > static_cast<std::uint8_t>(SectorType::mode2_form2)) return fail_field(1, 4);
  const int gap = gap_in_fields(fields_byte);
  if (gap >= 0) return fail_field(9, static_cast<std::uint8_t>(gap));
  if (sub_channel == 3 || sub_channel > kRwSubChannel) return fail_field(10, 2);
  if (disc()->dvd()) return fail(sense::incompatible_format);
  if (!in_range(lba, count_blocks)) return;
  if (count_blocks == 0 || (fields_byte == 0 && sub_channel == 0)) return good();
  plan_.lba = lba;
  plan_.count_blocks = count_blocks;
  plan_.cd = true;
  plan_.expected = expected;
  plan_.fields_byte = fields_byte;
  plan_.sub_channel = sub_channel;
  next_piece();
}

std::optional<SenseData> OpticalUnit::append_cd_block(std::uint32_t lba) {
  const SectorType type = disc()->type_of(lba);
  if (plan_.expected != 0 && plan_.expected != static_cast<std::uint8_t>(type)) return sense::illegal_mode_for_track;
  const std::uint8_t fields_byte = plan_.fields_byte;
  const Layout& at = layout_of(type);
  const bool has_subheader = at.subheader != at.user_data;
  if (has_subheader && (fields_byte & (kHeader | kSubheader | kUserData)) == (kHeader | kUserData))
    return SenseData(sense::invalid_field_in_cdb).with_field({true, 9, 6});
  std::array<std::uint8_t, kRawBytes> sector;
  disc()->read_raw(lba, sector);
  const auto append = [&](std::uint8_t field, std::size_t from, std::size_t to) {
    if ((fields_byte & field) == 0) return;
    buffer_.insert(buffer_.end(), sector.begin() + static_cast<std::ptrdiff_t>(from),
                   sector.begin() + static_cast<std::ptrdiff_t>(to));
  };
  append(kSync, 0, at.header);
  append(kHeader, at.header, at.subheader);
  append(kSubheader, at.subheader, at.user_data);
  append(kUserData, at.user_data, at.edc_ecc);
  append(kEdcEcc, at.edc_ecc, kRawBytes);
  // No byte of what is delivered is in error.
  const std::uint8_t c2 = fields_byte >> kC2Shift & 3;
  if (c2 == kC2Bits || c2 == kC2BitsAndBlock)
    buffer_.insert(buffer_.end(), kC2Bytes + (c2 == kC2BitsAndBlock ? 2 : 0), 0);
  append_sub_channel(lba);
  return std::nullopt;
}

void OpticalUnit::append_sub_channel(std::uint32_t lba) {
  if (plan_.sub_channel == 0) return;
  const QPosition position = disc()->position(lba);
  const auto q = q_channel(position);
  const bool pause = position.index == 0;  // the P channel marks where a track begins
  if (plan_.sub_channel == kQSubChannel) {
    buffer_.insert(buffer_.end(), q.begin(), q.end());
    buffer_.insert(buffer_.end(), {0, 0, 0, static_cast<std::uint8_t>(pause ? 0x80 : 0)});
    return;
  }
  for (std::size_t i = 0; i < kRawSubChannelBytes; ++i) {
    const bool q_bit = (q[i / 8] >> (7 - i % 8) & 1) != 0;
    const bool raw = plan_.sub_channel == kRawSubChannel;  // else R to W, which are empty
    buffer_.push_back(static_cast<std::uint8_t>(raw ? (pause ? 0x80 : 0) | (q_bit ? 0x40 : 0) : 0));
  }
}

}  // namespace coincide::scsi
