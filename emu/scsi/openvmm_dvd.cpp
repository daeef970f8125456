#include "emu/scsi/openvmm_dvd.h"

#include <algorithm>

#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {

using D = Direction;
using V = OpenVmmDvd;
using Q = Quirk;

/// Who has a command.
enum class Layer : std::uint8_t { adapter, model, both };

struct Row {
  Quirk quirk;
  Layer layer;
  PacketCommand command;
};

// A row without a name of its own bears MMC's. Nothing is told first: there is no unit attention.
// clang-format off
constexpr std::array kRows{
    Row{Q::openvmm_dvd_request_sense, Layer::both, {0x03, 6, "REQUEST SENSE", "REQUEST_SENSE", D::in, true, Needs::nothing, V::request_sense, "OVMM-DVD-06"}},
    Row{Q::openvmm_dvd_inquiry, Layer::both, {0x12, 6, "INQUIRY", "INQUIRY", D::in, true, Needs::nothing, V::inquiry, "OVMM-DVD-35"}},
    Row{Q::openvmm_dvd_start_stop, Layer::both, {0x1b, 6, "START STOP UNIT", "START_STOP_UNIT", D::none, true, Needs::nothing, V::start_stop, "OVMM-DVD-16"}},
    Row{Q::openvmm_dvd_prevent, Layer::both, {0x1e, 6, "PREVENT ALLOW MEDIUM REMOVAL", "PREVENT_ALLOW_MEDIUM_REMOVAL", D::none, true, Needs::nothing, V::prevent, "OVMM-DVD-23"}},
    Row{Q::openvmm_dvd_read, Layer::both, {0x28, 10, "READ (10)", "READ_10", D::in, true, Needs::nothing, V::read_10, "OVMM-DVD-39"}},
    Row{Q::openvmm_dvd_seek, Layer::adapter, {0x2b, 10, "SEEK (10)", "SEEK_10", D::none, true, Needs::nothing, V::seek, "OVMM-DVD-08"}},
    Row{Q::openvmm_dvd_toc, Layer::both, {0x43, 10, "READ TOC/PMA/ATIP", "READ_TOC", D::in, true, Needs::disc, V::toc, "OVMM-DVD-40"}},
    Row{Q::openvmm_dvd_configuration, Layer::both, {0x46, 10, "GET CONFIGURATION", "GET_CONFIGURATION", D::in, true, Needs::nothing, V::configuration, "OVMM-DVD-41"}},
    Row{Q::openvmm_dvd_events, Layer::both, {0x4a, 10, "GET EVENT STATUS NOTIFICATION", "GET_EVENT_STATUS_NOTIFICATION", D::in, true, Needs::nothing, V::events, "OVMM-DVD-53"}},
    Row{Q::openvmm_dvd_commands, Layer::model, {0x51, 10, "READ DISC INFORMATION", "READ_DISC_INFORMATION", D::in, true, Needs::disc, V::disc_information, "OVMM-DVD-57"}},
    Row{Q::openvmm_dvd_commands, Layer::model, {0x52, 10, "READ TRACK INFORMATION", "READ_TRACK_INFORMATION", D::in, true, Needs::disc, V::track_information, "OVMM-DVD-58"}},
    Row{Q::openvmm_dvd_commands, Layer::model, {0x55, 10, "MODE SELECT (10)", "MODE_SELECT_10", D::out, true, Needs::nothing, V::mode_select, "OVMM-DVD-59"}},
    Row{Q::openvmm_dvd_mode_pages, Layer::both, {0x5a, 10, "MODE SENSE (10)", "MODE_SENSE_10", D::in, true, Needs::nothing, V::mode_sense, "OVMM-DVD-55"}},
    Row{Q::openvmm_dvd_commands, Layer::model, {0x5c, 10, "READ BUFFER CAPACITY", "READ_BUFFER_CAPACITY", D::in, true, Needs::nothing, V::buffer_capacity, "OVMM-DVD-60"}},
    Row{Q::openvmm_dvd_commands, Layer::model, {0x88, 16, "READ (16)", "READ_16", D::in, true, Needs::nothing, V::read_16, "OVMM-DVD-39"}},
    Row{Q::openvmm_dvd_report_luns, Layer::adapter, {0xa0, 12, "REPORT LUNS", "REPORT_LUNS", D::in, true, Needs::nothing, V::report_luns, "OVMM-DVD-07"}},
    Row{Q::openvmm_dvd_read, Layer::both, {0xa8, 12, "READ (12)", "READ_12", D::in, true, Needs::nothing, V::read_12, "OVMM-DVD-39"}},
    Row{Q::openvmm_dvd_commands, Layer::model, {0xac, 12, "GET PERFORMANCE", "GET_PERFORMANCE", D::in, true, Needs::disc, V::performance, "OVMM-DVD-61"}},
    Row{Q::openvmm_dvd_structure, Layer::both, {0xad, 12, "READ DVD STRUCTURE", "READ_DVD_STRUCTURE", D::in, true, Needs::disc, V::dvd_structure, "OVMM-DVD-56"}},
    Row{Q::openvmm_dvd_commands, Layer::model, {0xb6, 12, "SET STREAMING", "SET_STREAMING", D::out, true, Needs::nothing, V::streaming, "OVMM-DVD-62"}},
    Row{Q::openvmm_dvd_commands, Layer::model, {0xbd, 12, "MECHANISM STATUS", "MECHANISM_STATUS", D::in, true, Needs::nothing, V::mechanism, "OVMM-DVD-63"}},
};
// clang-format on

/// Commands that are the same as in MMC.
constexpr std::uint8_t kAsInMmc[] = {0x00, 0x25};

constexpr std::string_view kVendor = "Msft", kProduct = "Virtual DVD-ROM", kRevision = "1.0";

}  // namespace

const PacketCommand* openvmm_command(std::uint8_t opcode, const Profile& profile, bool adapter) {
  const Layer other = adapter ? Layer::model : Layer::adapter;
  for (const Row& row : kRows) {
    if (row.command.opcode == opcode && row.layer != other && profile.has(row.quirk)) return &row.command;
  }
  return nullptr;
}

bool openvmm_runs(std::uint8_t opcode, bool adapter) {
  if (std::find(std::begin(kAsInMmc), std::end(kAsInMmc), opcode) != std::end(kAsInMmc)) return true;  // OVMM-DVD-01
  const Layer other = adapter ? Layer::model : Layer::adapter;  // OVMM-DVD-02, OVMM-DVD-03
  // OVMM-DVD-04, OVMM-DVD-64: nobody has MODE SENSE (6), nor what is not listed.
  return std::any_of(kRows.begin(), kRows.end(),
                     [&](const Row& row) { return row.command.opcode == opcode && row.layer != other; });
}

std::uint64_t OpenVmmDvd::buffer_bytes(const OpticalUnit& unit) { return std::min(unit.data_limit_, kBufferBytes); }

void OpenVmmDvd::no_sense(OpticalUnit& unit) {
  unit.ending_ = Ending::invalid;
  unit.fail(sense::none);
}

bool OpenVmmDvd::fits(OpticalUnit& unit, std::uint64_t allocation_length) {
  if (allocation_length <= buffer_bytes(unit)) return true;
  unit.ending_ = Ending::buffer_too_small;
  unit.fail(sense::none);
  return false;
}

/// OVMM-DVD-05: the one slot is emptied here and by every other command.
void OpenVmmDvd::request_sense(OpticalUnit& unit) {
  const SenseData told = std::exchange(unit.sense_, {});
  if (!unit.config_.adapter) {  // OVMM-DVD-34: the model forgets before it tells
    if (fits(unit, unit.cdb_[4])) unit.send(Reply().bytes(SenseData().bytes()), unit.cdb_[4]);
    return;
  }
  constexpr std::uint32_t kLeast = 8;
  const std::uint32_t length = unit.cdb_.u16(3);
  if (length < kLeast) return no_sense(unit);  // OVMM-DVD-06
  unit.told_ = told;
  unit.send(Reply().bytes(told.bytes()), length);
}

void OpenVmmDvd::report_luns(OpticalUnit& unit) {
  constexpr std::uint32_t kBytes = 16;
  const std::uint32_t length = unit.cdb_.u32(6);
  if (length == 0) return unit.good();
  if (length < kBytes) return no_sense(unit);  // OVMM-DVD-07
  if (fits(unit, length)) unit.send(Reply().u32(8).zeros(4 + 8), kBytes);
}

void OpenVmmDvd::seek(OpticalUnit& unit) { unit.good(); }

void OpenVmmDvd::inquiry(OpticalUnit& unit) {
  constexpr std::uint32_t kPageHead = 4;
  const bool vital_product_data = (unit.cdb_[1] & 1) != 0;
  const std::uint8_t page = unit.cdb_[2];
  const std::uint32_t length = unit.cdb_.u16(3);
  if (!fits(unit, length)) return;
  Reply reply;
  if (!vital_product_data) {
    if (page != 0) return unit.fail(sense::invalid_field_in_cdb);
    reply.bytes({0x05, 0x80, 0x00, 0x02, 0x1f, 0, 0, 0});
    return unit.send(reply.text(kVendor, 8).text(kProduct, 16).text(kRevision, 4).zeros(68), length);
  }
  if (length < kPageHead) {
    unit.ending_ = Ending::buffer_too_small;  // as upstream has it
    return unit.fail(sense::none);
  }
  if (page == 0x00) return unit.send(reply.bytes({0x05, 0x00, 0x00, 0x02, 0x00, 0x83}), length);  // OVMM-DVD-36
  if (page != 0x83) return unit.fail(sense::invalid_field_in_cdb);
  // OVMM-DVD-37: called binary, by vendor.
  reply.bytes({0x05, 0x83, 0x00, 0x1c, 0x01, 0x01, 0x00, 0x18}).text(kVendor, 8);
  reply.bytes({0x73, 0x05, 0xe3, 0x43, 0x77, 0x03, 0x54, 0x46, 0x94, 0x95, 0x7d, 0x7c, 0xed, 0x62, 0x4a, 0x7d});
  unit.send(reply, length);
}

void OpenVmmDvd::read_10(OpticalUnit& unit) { read(unit, unit.cdb_.u32(2), unit.cdb_.u16(7)); }
void OpenVmmDvd::read_12(OpticalUnit& unit) { read(unit, unit.cdb_.u32(2), unit.cdb_.u32(6)); }
void OpenVmmDvd::read_16(OpticalUnit& unit) { read(unit, unit.cdb_.u64(2), unit.cdb_.u32(10)); }

void OpenVmmDvd::read(OpticalUnit& unit, std::uint64_t lba, std::uint64_t count_blocks) {
  if (count_blocks == 0) return unit.good();
  if (const auto why = unit.not_ready(Needs::disc)) return unit.fail(*why);
  const std::uint64_t blocks = unit.disc()->blocks();
  const bool too_many = count_blocks * kBlockBytes > buffer_bytes(unit);  // OVMM-ATAPI-25
  if (too_many || lba > blocks || count_blocks > blocks - lba) return unit.fail(sense::lba_out_of_range);
  unit.plan_ = {};
  unit.plan_.lba = static_cast<std::uint32_t>(lba);
  unit.plan_.count_blocks = static_cast<std::uint32_t>(count_blocks);
  unit.next_piece();
}

}  // namespace coincide::scsi
