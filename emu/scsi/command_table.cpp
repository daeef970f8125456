#include "emu/scsi/command_table.h"

#include <algorithm>

#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {

using D = Direction;

template <void (OpticalUnit::*Command)()>
void run(OpticalUnit& unit) {
  (unit.*Command)();
}
using U = OpticalUnit;

// Columns: opcode, CDB length, name, symbol, direction, runs with unit attention pending (MMC-UA-4), needs, who,
// clause.
// clang-format off
constexpr std::array kCommands{
    PacketCommand{0x00,  6, "TEST UNIT READY", "TEST_UNIT_READY", D::none, false, Needs::readable, run<&U::test_unit_ready>, "MMC-2 9.1.20"},
    PacketCommand{0x03,  6, "REQUEST SENSE", "REQUEST_SENSE", D::in, true, Needs::nothing, run<&U::request_sense>, "MMC-2 9.1.18"},
    PacketCommand{0x12,  6, "INQUIRY", "INQUIRY", D::in, true, Needs::nothing, run<&U::inquiry>, "MMC-2 9.1.3"},  // MMC-INQ-4 MMC-UA-6
    PacketCommand{0x1b,  6, "START STOP UNIT", "START_STOP_UNIT", D::none, false, Needs::nothing, run<&U::start_stop_unit>, "MMC-2"},
    PacketCommand{0x1e,  6, "PREVENT ALLOW MEDIUM REMOVAL", "PREVENT_ALLOW_MEDIUM_REMOVAL", D::none, false, Needs::nothing, run<&U::prevent_allow_medium_removal>, "MMC-2 9.1.9"},  // MMC-PAMR-3
    PacketCommand{0x25, 10, "READ CAPACITY", "READ_CAPACITY", D::in, false, Needs::readable, run<&U::read_capacity>, "MMC-2 9.1.12"},
    PacketCommand{0x28, 10, "READ (10)", "READ_10", D::in, false, Needs::readable, run<&U::read_10>, "MMC-2"},
    PacketCommand{0x2b, 10, "SEEK (10)", "SEEK_10", D::none, false, Needs::readable, run<&U::seek_10>, "MMC-2"},
    PacketCommand{0x2f, 10, "VERIFY (10)", "VERIFY_10", D::none, false, Needs::readable, run<&U::verify_10>, "MMC-3"},
    PacketCommand{0x42, 10, "READ SUB-CHANNEL", "READ_SUB_CHANNEL", D::in, false, Needs::readable, run<&U::read_sub_channel>, "MMC-2"},
    PacketCommand{0x43, 10, "READ TOC/PMA/ATIP", "READ_TOC", D::in, false, Needs::readable, run<&U::read_toc>, "MMC-2"},
    PacketCommand{0x44, 10, "READ HEADER", "READ_HEADER", D::in, false, Needs::readable, run<&U::read_header>, "MMC-2"},
    PacketCommand{0x46, 10, "GET CONFIGURATION", "GET_CONFIGURATION", D::in, true, Needs::nothing, run<&U::get_configuration>, "MMC-3"},
    PacketCommand{0x4a, 10, "GET EVENT STATUS NOTIFICATION", "GET_EVENT_STATUS_NOTIFICATION", D::in, true, Needs::nothing, run<&U::get_event_status_notification>, "MMC-2 9.1.2"},  // MMC-GESN-5
    PacketCommand{0x51, 10, "READ DISC INFORMATION", "READ_DISC_INFORMATION", D::in, false, Needs::disc, run<&U::read_disc_information>, "MMC-2"},
    PacketCommand{0x52, 10, "READ TRACK INFORMATION", "READ_TRACK_INFORMATION", D::in, false, Needs::readable, run<&U::read_track_information>, "MMC-2"},
    PacketCommand{0x55, 10, "MODE SELECT (10)", "MODE_SELECT_10", D::out, false, Needs::nothing, run<&U::mode_select_10>, "MMC-2"},
    PacketCommand{0x5a, 10, "MODE SENSE (10)", "MODE_SENSE_10", D::in, false, Needs::nothing, run<&U::mode_sense_10>, "MMC-2 9.1.7"},
    PacketCommand{0x5c, 10, "READ BUFFER CAPACITY", "READ_BUFFER_CAPACITY", D::in, false, Needs::nothing, run<&U::read_buffer_capacity>, "MMC-2"},
    PacketCommand{0xa7, 12, "SET READ AHEAD", "SET_READ_AHEAD", D::none, false, Needs::readable, run<&U::set_read_ahead>, "MMC-3"},
    PacketCommand{0xa8, 12, "READ (12)", "READ_12", D::in, false, Needs::readable, run<&U::read_12>, "MMC-2"},
    PacketCommand{0xac, 12, "GET PERFORMANCE", "GET_PERFORMANCE", D::in, false, Needs::readable, run<&U::get_performance>, "MMC-3"},
    PacketCommand{0xad, 12, "READ DVD STRUCTURE", "READ_DVD_STRUCTURE", D::in, false, Needs::readable, run<&U::read_dvd_structure>, "MMC-2"},  // MMC-DVD-2
    PacketCommand{0xb9, 12, "READ CD MSF", "READ_CD_MSF", D::in, false, Needs::readable, run<&U::read_cd_msf>, "MMC-2"},
    PacketCommand{0xbb, 12, "SET CD SPEED", "SET_CD_SPEED", D::none, false, Needs::nothing, run<&U::set_cd_speed>, "MMC-2"},
    PacketCommand{0xbd, 12, "MECHANISM STATUS", "MECHANISM_STATUS", D::in, false, Needs::nothing, run<&U::mechanism_status>, "MMC-2 9.1.5"},
    PacketCommand{0xbe, 12, "READ CD", "READ_CD", D::in, false, Needs::readable, run<&U::read_cd>, "MMC-2"},
};
// clang-format on

}  // namespace

std::span<const PacketCommand> packet_commands() { return kCommands; }

const PacketCommand* find_packet_command(std::uint8_t opcode) {
  const auto row = std::lower_bound(kCommands.begin(), kCommands.end(), opcode,
                                    [](const PacketCommand& c, std::uint8_t code) { return c.opcode < code; });
  return row != kCommands.end() && row->opcode == opcode ? &*row : nullptr;
}

Cdb::Cdb(std::span<const std::uint8_t> bytes) {
  std::copy_n(bytes.begin(), std::min(bytes.size(), bytes_.size()), bytes_.begin());
}

}  // namespace coincide::scsi
