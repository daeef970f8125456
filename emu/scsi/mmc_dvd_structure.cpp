// READ DVD STRUCTURE.
#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {

constexpr std::uint32_t kFirstSector = 0x030000;  ///< physical sector of LBA 0
constexpr std::uint32_t kEccBlock = 16;
constexpr std::size_t kStructureBytes = 2048;

/// Format 00h. Two layers lie in opposite track path: the second has the complements of the first's numbers.
void physical(Reply& reply, const OpticalDisc& disc) {
  const bool two = disc.layers() == 2;
  const std::uint32_t half = (disc.blocks() / 2 + kEccBlock - 1) / kEccBlock * kEccBlock;
  const std::uint32_t end_of_layer_0 = kFirstSector + half - 1;
  const std::uint32_t end =
      two ? (~end_of_layer_0 & 0xffffff) + (disc.blocks() - half) - 1 : kFirstSector + disc.blocks() - 1;
  const std::size_t start = reply.size();
  reply.bytes({0x01, 0x02});                                    // DVD-ROM, version 1; 120 mm, 10.08 Mbit/s
  reply.bytes({static_cast<std::uint8_t>(two ? 0x31 : 0x01)});  // layers, track path, embossed
  reply.bytes({0x00, 0}).u24(kFirstSector);
  reply.bytes({0}).u24(end).bytes({0}).u24(two ? end_of_layer_0 : 0);
  reply.zeros(kStructureBytes - (reply.size() - start));  // no BCA
}
void copyright(Reply& reply, const OpticalDisc&) { reply.zeros(4); }  // not protected, all regions
void manufacturing(Reply& reply, const OpticalDisc&) { reply.zeros(kStructureBytes); }
void list(Reply& reply, const OpticalDisc&);

struct Structure {
  std::uint8_t format;
  std::uint16_t bytes;
  void (*append)(Reply&, const OpticalDisc&);
};
constexpr std::uint8_t kList = 0xff;
constexpr std::array kStructures{
    Structure{0x00, kStructureBytes, physical},
    Structure{0x01, 4, copyright},
    Structure{0x04, kStructureBytes, manufacturing},
    Structure{kList, 12, list},
};

void list(Reply& reply, const OpticalDisc&) {
  constexpr std::uint8_t kReadable = 0x40;
  for (const Structure& s : kStructures) {
    if (s.format != kList) reply.bytes({s.format, kReadable}).u16(s.bytes + 4u);
  }
}

}  // namespace

void OpticalUnit::read_dvd_structure() {
  if (!disc()->dvd()) return fail(sense::incompatible_format);  // MMC-DVD-1
  if ((cdb_[1] & 0x0f) != 0) return fail_field(1, 3);           // of another kind of disc
  if (cdb_[6] >= disc()->layers()) return fail_field(6);        // MMC-DVD-3
  for (const Structure& s : kStructures) {
    if (s.format != cdb_[7]) continue;
    Reply reply;
    reply.zeros(4);
    s.append(reply, *disc());
    return send(reply.set_length16(), cdb_.u16(8));
  }
  fail_field(7);
}

}  // namespace coincide::scsi
