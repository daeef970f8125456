// MODE SENSE(10), MODE SELECT(10).
#include <algorithm>

#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {

constexpr std::size_t kHeaderBytes = 8;
constexpr std::uint8_t kSubPageFormat = 0x40;

/// Page 2Ah of QEMU's drive: a tray, audio play, 4x, two volume levels.
constexpr std::array<std::uint8_t, 0x14> kQemuCapabilities{0x3b, 0x00, 0x71, 0x60, 0x29, 0x00, 0x02,
                                                           0xc0, 0x00, 0x02, 0x02, 0x00, 0x02, 0xc0};
constexpr std::uint8_t kQemuMediumType = 0x70;

std::uint8_t medium_type(const OpticalDisc* disc, bool tray_open) {
  if (disc == nullptr) return tray_open ? 0x71 : 0x70;
  const auto tracks = disc->tracks();
  const auto audio =
      std::count_if(tracks.begin(), tracks.end(), [](const DiscTrack& t) { return (t.control & 4) == 0; });
  if (audio == 0) return 0x01;
  return static_cast<std::size_t>(audio) == tracks.size() ? 0x02 : 0x03;
}

void put16(std::span<std::uint8_t> page, std::size_t at, std::uint32_t value) {
  page[at] = static_cast<std::uint8_t>(value >> 8);
  page[at + 1] = static_cast<std::uint8_t>(value);
}

}  // namespace

std::array<std::uint8_t, ModePages::kMaxLength> OpticalUnit::page_now(const ModePage& page, PageControl control) const {
  std::array<std::uint8_t, ModePages::kMaxLength> out{};
  const auto bytes = pages_.bytes(page, control);
  std::copy(bytes.begin(), bytes.end(), out.begin());
  if (page.code != kCapabilitiesPage || control == PageControl::changeable) return out;
  const bool qemu = has(Quirk::qemu_mode_page_2a);
  if (qemu) std::copy(kQemuCapabilities.begin(), kQemuCapabilities.end(), out.begin());
  if (control == PageControl::current && locked()) out[4] |= 0x02;  // MMC-PAMR-1
  if (qemu) return out;
  if (!config_.reads_dvd) out[0] &= 0x07;
  put16(out, 6, config_.max_speed_kb_s);
  put16(out, 10, config_.buffer_kb);
  put16(out, 12, control == PageControl::current ? speed_kb_s_ : config_.max_speed_kb_s);
  return out;
}

void OpticalUnit::mode_sense_10() {
  const auto control = static_cast<PageControl>(cdb_[2] >> 6);
  const std::uint8_t code = cdb_[2] & 0x3f;
  if (control == PageControl::saved) return fail(sense::saving_not_supported);        // MMC-MS-1
  if (code != kAllPages && find_mode_page(code) == nullptr) return fail_field(2, 5);  // MMC-MS-2
  Reply reply;
  const std::uint8_t type = has(Quirk::qemu_mode_page_2a) ? kQemuMediumType : medium_type(disc(), tray_open_);
  reply.zeros(2).bytes({type, 0, 0, 0, 0, 0});  // no block descriptor
  for (const ModePage& page : mode_page_table()) {
    if (code != kAllPages && code != page.code) continue;
    const auto bytes = page_now(page, control);  // MMC-MS-8
    reply.bytes({page.code, page.length}).bytes(std::span(bytes).first(page.length));
  }
  send(reply.set_length16(), cdb_.u16(7));  // MMC-MS-3
}

void OpticalUnit::mode_select_10() {
  if ((cdb_[1] & 0x10) == 0) return fail_field(1, 4);  // MMC-MS-4: PF
  if ((cdb_[1] & 0x01) != 0) return fail_field(1, 0);  // SP: nothing can be saved
  ask_for(cdb_.u16(7));
}

/// The list counts as a whole or not at all (MMC-MS-4).
void OpticalUnit::mode_list_received() {
  const std::span<const std::uint8_t> list(buffer_);
  const auto bad_field = [&](std::size_t byte, std::uint8_t bit = FieldPointer::kNoBit) {
    fail(SenseData(sense::invalid_field_in_list).with_field({false, static_cast<std::uint16_t>(byte), bit}));
  };
  if (list.size() < kHeaderBytes) return fail(sense::parameter_list_length);
  if (list[6] != 0 || list[7] != 0) return bad_field(6);  // a block descriptor
  ModePages selected = pages_;
  for (std::size_t at = kHeaderBytes; at < list.size();) {
    if (list.size() - at < 2) return fail(sense::parameter_list_length);
    if ((list[at] & kSubPageFormat) != 0) return bad_field(at, 6);
    const ModePage* page = find_mode_page(list[at] & 0x3f);
    if (page == nullptr) return bad_field(at, 5);
    if (list[at + 1] != page->length) return bad_field(at + 1);
    if (list.size() - at - 2 < page->length) return fail(sense::parameter_list_length);
    const auto in = list.subspan(at + 2, page->length);
    const auto now = page_now(*page, PageControl::current);
    for (std::size_t i = 0; i < page->length; ++i) {
      if (((in[i] ^ now[i]) & ~page->changeable[i] & 0xff) != 0) return bad_field(at + 2 + i);
    }
    if (page->code != kCapabilitiesPage) selected.select(*page, in);
    at += 2u + page->length;
  }
  pages_ = selected;
  good();
}

}  // namespace coincide::scsi
