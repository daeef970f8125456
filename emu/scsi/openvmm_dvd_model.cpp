// Commands of OpenVMM's DVD model that its ATAPI adapter does not pass on: only StorVSP reaches them.
#include "emu/scsi/openvmm_dvd.h"
#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {

constexpr std::uint8_t kSetStreaming = 0xb6;
constexpr std::uint32_t kModeHeader = 8, kModeWithPage = 20, kStreamingList = 28;
constexpr std::uint8_t kReadWriteSpeedDefault = 0x02;  ///< RDD of SET STREAMING
constexpr std::uint32_t kSpeed = 0x7e90;

}  // namespace

void OpenVmmDvd::disc_information(OpticalUnit& unit) {  // OVMM-DVD-57
  const std::uint32_t length = unit.cdb_.u16(7);
  if ((unit.cdb_[1] & 7) != 0) return unit.fail(sense::invalid_field_in_cdb);
  if (!fits(unit, length)) return;
  unit.send(Reply().u16(0x20).bytes({0x0e, 1, 1, 1, 1, 0x20}).zeros(34), length);
}

void OpenVmmDvd::track_information(OpticalUnit& unit) {  // OVMM-DVD-58
  enum Type : std::uint8_t { by_lba = 0, by_track = 1, by_session = 2 };
  const std::uint32_t length = unit.cdb_.u16(7);
  const std::uint8_t type = unit.cdb_[1] & 3;
  if (!fits(unit, length)) return;
  if ((unit.cdb_[1] & 4) != 0) return unit.fail(sense::invalid_field_in_cdb);  // open tracks
  if (type == by_lba) return unit.fail(sense::lba_out_of_range);
  if (type > by_session) return no_sense(unit);
  if (unit.cdb_.u32(2) != 1) return unit.fail(sense::invalid_field_in_cdb);
  Reply reply;
  reply.u16(0x2e).bytes({1, 1, 0, 0x04, 0x21, 0}).zeros(16).u32(unit.disc()->blocks() - 1).zeros(12);
  unit.send(reply, length);
}

/// Asks for a parameter list. False: the command has ended.
/// OVMM-ATAPI-26: no list comes over the transport.
bool OpenVmmDvd::list_wanted(OpticalUnit& unit, std::uint32_t bytes, std::uint32_t least) {
  if (!fits(unit, bytes)) return false;
  if (bytes >= least) return true;
  unit.fail(sense::parameter_list_length);
  return false;
}

void OpenVmmDvd::mode_select(OpticalUnit& unit) {  // OVMM-DVD-59
  const std::uint32_t length = unit.cdb_.u16(7);
  if (length == 0) return unit.good();
  if (!list_wanted(unit, length, kModeHeader)) return;
  if ((unit.cdb_[1] & 1) != 0) return unit.fail(sense::invalid_field_in_cdb);  // SP
  if (length == kModeHeader) return unit.good();
  if (list_wanted(unit, length, kModeWithPage)) unit.ask_for(length);
}

void OpenVmmDvd::streaming(OpticalUnit& unit) {  // OVMM-DVD-62
  const std::uint32_t length = unit.cdb_.u16(9);
  if (length == 0) return unit.good();
  if (const auto why = unit.not_ready(Needs::disc)) return unit.fail(*why);
  if (list_wanted(unit, length, kStreamingList)) unit.ask_for(length);
}

void OpenVmmDvd::list_received(OpticalUnit& unit) {
  const auto& list = unit.buffer_;
  const std::uint32_t least = unit.cdb_[0] == kSetStreaming ? kStreamingList : kModeWithPage;
  if (list.size() < least) return unit.fail(sense::parameter_list_length);  // asked for no less
  const auto u32 = [&](std::size_t at) {
    return std::uint32_t{list[at]} << 24 | std::uint32_t{list[at + 1]} << 16 | std::uint32_t{list[at + 2]} << 8 |
           list[at + 3];
  };
  if (unit.cdb_[0] == kSetStreaming) {
    const std::uint32_t last = unit.disc() != nullptr ? unit.disc()->blocks() - 1 : 0;
    if ((list[0] & kReadWriteSpeedDefault) != 0) return unit.good();
    return u32(4) > last || u32(8) > last ? no_sense(unit) : unit.good();
  }
  const std::uint8_t page = list[kModeHeader] & 0x3f;
  return page == 0x01 || page == 0x1a || page == 0x1d ? unit.good() : no_sense(unit);
}

void OpenVmmDvd::buffer_capacity(OpticalUnit& unit) {  // OVMM-DVD-60
  const std::uint32_t length = unit.cdb_.u16(7);
  const auto in_blocks = static_cast<std::uint8_t>(unit.cdb_[1] & 1);
  if (fits(unit, length)) unit.send(Reply().u16(10).bytes({0, in_blocks}).zeros(8), length);
}

void OpenVmmDvd::performance(OpticalUnit& unit) {  // OVMM-DVD-61
  const std::uint8_t flags = unit.cdb_[1];
  const std::uint8_t except = flags & 3;
  if (unit.cdb_[10] != 0) return unit.fail(sense::invalid_field_in_cdb);
  if ((flags & 4) != 0 || (flags >> 3 & 3) != 2 || except == 3) return no_sense(unit);
  Reply reply;
  reply.u32(except == 0 ? 0x10 : 0).bytes({static_cast<std::uint8_t>(except != 0 ? 1 : 0), 0, 0, 0});
  if (except == 0 && unit.cdb_.u16(8) != 0) reply.u32(0).u32(kSpeed).u32(unit.disc()->blocks() - 1).u32(kSpeed);
  unit.send(reply, buffer_bytes(unit));
}

void OpenVmmDvd::mechanism(OpticalUnit& unit) {  // OVMM-DVD-63
  const std::uint8_t door = unit.tray_open_ ? 0x10 : 0;
  const std::uint32_t length = unit.cdb_.u16(8);
  if (fits(unit, length)) unit.send(Reply().bytes({0, door}).zeros(6), length);
}

}  // namespace coincide::scsi
