// What OpenVMM's DVD drive says of its disc and of itself.
#include "emu/scsi/openvmm_dvd.h"
#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {

constexpr std::uint16_t kDvdRom = 0x0010;

/// A feature as it is sent. `current`: bit 0 of byte 2 (of the profile list: of the first profile) follows the medium.
struct Feature {
  std::uint16_t code;
  std::uint8_t length;  ///< of `bytes`
  bool follows_medium;
  bool ever_current;  ///< RT=1 may ask for it
  std::array<std::uint8_t, 12> bytes;
};
constexpr std::array kFeatures{
    Feature{
        0x0000, 12, false, true, {0x00, 0x00, 0x03, 0x08, 0x00, 0x10, 0x00, 0x00, 0x00, 0x08, 0, 0}},  // OVMM-DVD-42
    Feature{0x0001, 12, false, true, {0x00, 0x01, 0x0b, 0x08}},                                        // OVMM-DVD-43
    Feature{0x0002, 8, false, true, {0x00, 0x02, 0x0b, 0x08, 0x02}},                                   // OVMM-DVD-44
    Feature{0x0003, 8, false, true, {0x00, 0x03, 0x07, 0x04, 0x39}},                                   // OVMM-DVD-45
    Feature{0x0010, 12, true, true, {0x00, 0x10, 0x00, 0x08, 0, 0, 0x08, 0, 0, 0x10, 0x01, 0}},        // OVMM-DVD-46
    Feature{0x001e, 8, false, false, {0x00, 0x1e, 0x08, 0x04}},                                        // OVMM-DVD-47
    Feature{0x001f, 8, true, true, {0x00, 0x1f, 0x04, 0x04}},                                          // OVMM-DVD-48
    Feature{0x0100, 4, false, true, {0x01, 0x00, 0x03, 0x00}},                                         // OVMM-DVD-49
    Feature{0x0105, 8, false, true, {0x01, 0x05, 0x07, 0x04, 0x01, 0x00, 0x02, 0x00}},                 // OVMM-DVD-50
    Feature{0x0107, 8, true, true, {0x01, 0x07, 0x16, 0x04, 0x10}},                                    // OVMM-DVD-51
};
constexpr std::size_t kProfileIsCurrent = 6;  ///< byte of feature 0000h

/// Pages of MODE SENSE, in the order of page 3Fh (OVMM-DVD-55).
constexpr std::array<std::array<std::uint8_t, 12>, 3> kPages{{
    {0x01, 0x0a},
    {0x1a, 0x0a},
    {0x1d, 0x0a, 0, 0, 0, 0, 0, 0x05, 0, 0x14, 0, 0x0a},
}};

}  // namespace

void OpenVmmDvd::toc(OpticalUnit& unit) {
  const bool msf = (unit.cdb_[1] & 2) != 0;
  const std::uint8_t format = unit.cdb_[2] & 0x0f;
  const std::uint32_t length = unit.cdb_.u16(7);
  if (!fits(unit, length)) return;
  Reply reply;
  if (format == 0) {
    reply.u16(0x0802).bytes({1, 1}).bytes({0, 0x14, 1, 0}).address(0, msf);
    reply.bytes({0, 0x14, 0xaa, 0}).address(unit.disc()->blocks() - 1, msf);
  } else if (format == 1) {
    reply.u16(10).bytes({1, 1}).bytes({0, 0x14, 1, 0}).address(0, msf);
  } else {
    return unit.fail(sense::invalid_field_in_cdb);
  }
  unit.send(reply, length);
}

void OpenVmmDvd::configuration(OpticalUnit& unit) {
  enum Requested : std::uint8_t { all, current, one, invalid };
  const std::uint8_t requested = unit.cdb_[1] & 3;
  const std::uint32_t start = unit.cdb_.u16(2);
  const std::uint32_t length = unit.cdb_.u16(7);
  const bool present = unit.disc() != nullptr;
  if (!fits(unit, length)) return;
  if (requested == invalid) return no_sense(unit);
  Reply features;
  for (const Feature& row : kFeatures) {
    if (row.code < start || (requested == one && row.code != start)) continue;
    if (requested == current && (!row.ever_current || (row.follows_medium && !present))) continue;
    auto bytes = row.bytes;
    if (row.follows_medium && present) bytes[2] |= 1;
    if (row.code == 0 && present) bytes[kProfileIsCurrent] = 1;
    features.bytes(std::span(bytes).first(row.length));
  }
  Reply reply;  // OVMM-DVD-41, OVMM-DVD-52: the length counts itself
  reply.u32(static_cast<std::uint32_t>(8 + features.size())).u16(0).u16(present ? kDvdRom : 0);
  unit.send(reply.bytes(features.data()), length);
}

void OpenVmmDvd::mode_sense(OpticalUnit& unit) {
  const std::uint8_t code = unit.cdb_[2] & 0x3f;
  const std::uint32_t length = unit.cdb_.u16(7);
  if (!fits(unit, length)) return;
  if (unit.cdb_[2] >> 6 == static_cast<std::uint8_t>(PageControl::saved)) return unit.fail(sense::saving_not_supported);
  Reply pages;
  for (const auto& page : kPages) {
    if (code == kAllPages || code == page[0]) pages.bytes(page);
  }
  if (pages.size() == 0) return unit.fail(sense::invalid_field_in_cdb);
  Reply reply;
  reply.u16(static_cast<std::uint32_t>(pages.size() + 6)).zeros(6).bytes(pages.data());
  unit.send(reply, length);
}

void OpenVmmDvd::dvd_structure(OpticalUnit& unit) {  // OVMM-DVD-56
  const std::uint32_t length = unit.cdb_.u16(8);
  if (!fits(unit, length)) return;
  if (unit.cdb_[1] != 0) return unit.fail(sense::incompatible_format);
  if (unit.cdb_[6] != 0) return no_sense(unit);
  Reply reply;
  switch (unit.cdb_[7]) {
    case 0x00:
      reply.bytes({0x08, 0x02, 0, 0, 0x00, 0x04, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00}).zeros(9);
      break;
    case 0x01:
      reply.bytes({0x00, 0x06, 0, 0, 0, 0, 0});
      break;
    case 0x03:
      return no_sense(unit);
    case 0x04:
      reply.bytes({0x08, 0x02, 0, 0});
      break;
    default:
      return unit.fail(sense::invalid_field_in_cdb);
  }
  unit.send(reply, length);
}

}  // namespace coincide::scsi
