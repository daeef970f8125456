#include "emu/scsi/disk_command_table.h"

#include <algorithm>
#include <array>

#include "emu/scsi/disk_unit.h"

namespace coincide::scsi {
namespace {

using D = Direction;

template <void (DiskUnit::*Command)()>
void run(DiskUnit& unit) {
  (unit.*Command)();
}
using U = DiskUnit;

// Columns: opcode, CDB length, name, symbol, direction, runs with unit attention pending (OVMM-SCSI-27), needs a ready
// unit, who starts it, who takes its data-out, clause.
// clang-format off
constexpr std::array kCommands{
    DiskCommand{0x00,  6, "TEST UNIT READY", "TEST_UNIT_READY", D::none, false, true, run<&U::test_unit_ready>, nullptr, "SPC-3 6.33"},
    DiskCommand{0x03,  6, "REQUEST SENSE", "REQUEST_SENSE", D::in, true, false, run<&U::request_sense>, nullptr, "SPC-3 6.27"},
    DiskCommand{0x04,  6, "FORMAT UNIT", "FORMAT_UNIT", D::none, false, true, run<&U::format_unit>, nullptr, "SBC-2 5.2"},
    DiskCommand{0x08,  6, "READ (6)", "READ_6", D::in, false, true, run<&U::read>, nullptr, "SBC-2 5.5"},
    DiskCommand{0x0a,  6, "WRITE (6)", "WRITE_6", D::out, false, true, run<&U::write>, run<&U::write_piece_received>, "SBC-2 5.24"},
    DiskCommand{0x12,  6, "INQUIRY", "INQUIRY", D::in, true, false, run<&U::inquiry>, nullptr, "SPC-3 6.4"},
    DiskCommand{0x15,  6, "MODE SELECT (6)", "MODE_SELECT_6", D::out, false, false, run<&U::mode_select>, run<&U::mode_list_received>, "SPC-3 6.7"},
    DiskCommand{0x16,  6, "RESERVE (6)", "RESERVE_6", D::none, false, false, run<&U::reserve_release_6>, nullptr, "SPC-2"},
    DiskCommand{0x17,  6, "RELEASE (6)", "RELEASE_6", D::none, false, false, run<&U::reserve_release_6>, nullptr, "SPC-2"},
    DiskCommand{0x1a,  6, "MODE SENSE (6)", "MODE_SENSE_6", D::in, false, false, run<&U::mode_sense>, nullptr, "SPC-3 6.9"},
    DiskCommand{0x1b,  6, "START STOP UNIT", "START_STOP_UNIT", D::none, false, false, run<&U::start_stop_unit>, nullptr, "SBC-2 5.17"},
    DiskCommand{0x1d,  6, "SEND DIAGNOSTIC", "SEND_DIAGNOSTIC", D::none, false, false, run<&U::send_diagnostic>, nullptr, "SPC-3 6.28"},
    DiskCommand{0x1e,  6, "PREVENT ALLOW MEDIUM REMOVAL", "PREVENT_ALLOW_MEDIUM_REMOVAL", D::none, false, false, run<&U::prevent_allow_medium_removal>, nullptr, "SPC-3 6.13"},
    DiskCommand{0x25, 10, "READ CAPACITY (10)", "READ_CAPACITY_10", D::in, false, true, run<&U::read_capacity_10>, nullptr, "SBC-2 5.10"},
    DiskCommand{0x28, 10, "READ (10)", "READ_10", D::in, false, true, run<&U::read>, nullptr, "SBC-2 5.6"},
    DiskCommand{0x2a, 10, "WRITE (10)", "WRITE_10", D::out, false, true, run<&U::write>, run<&U::write_piece_received>, "SBC-2 5.25"},
    DiskCommand{0x2e, 10, "WRITE AND VERIFY (10)", "WRITE_AND_VERIFY_10", D::out, false, true, run<&U::write_and_verify>, run<&U::write_piece_received>, "SBC-2 5.29"},
    DiskCommand{0x2f, 10, "VERIFY (10)", "VERIFY_10", D::none, false, true, run<&U::verify>, nullptr, "SBC-2 5.20"},
    DiskCommand{0x35, 10, "SYNCHRONIZE CACHE (10)", "SYNCHRONIZE_CACHE_10", D::none, false, true, run<&U::synchronize_cache>, nullptr, "SBC-2 5.18"},
    DiskCommand{0x41, 10, "WRITE SAME (10)", "WRITE_SAME_10", D::out, false, true, run<&U::write_same>, run<&U::write_same_received>, "SBC-2 5.33"},
    DiskCommand{0x42, 10, "UNMAP", "UNMAP", D::out, false, true, run<&U::unmap>, run<&U::unmap_list_received>, "SBC-3 5.28"},
    DiskCommand{0x55, 10, "MODE SELECT (10)", "MODE_SELECT_10", D::out, false, false, run<&U::mode_select>, run<&U::mode_list_received>, "SPC-3 6.8"},
    DiskCommand{0x5a, 10, "MODE SENSE (10)", "MODE_SENSE_10", D::in, false, false, run<&U::mode_sense>, nullptr, "SPC-3 6.10"},
    DiskCommand{0x5e, 10, "PERSISTENT RESERVE IN", "PERSISTENT_RESERVE_IN", D::in, false, false, run<&U::persistent_reserve_in>, nullptr, "SPC-3 6.11"},
    DiskCommand{0x5f, 10, "PERSISTENT RESERVE OUT", "PERSISTENT_RESERVE_OUT", D::out, false, false, run<&U::persistent_reserve_out>, run<&U::reservation_list_received>, "SPC-3 6.12"},
    DiskCommand{0x88, 16, "READ (16)", "READ_16", D::in, false, true, run<&U::read>, nullptr, "SBC-2 5.8"},
    DiskCommand{0x8a, 16, "WRITE (16)", "WRITE_16", D::out, false, true, run<&U::write>, run<&U::write_piece_received>, "SBC-2 5.27"},
    DiskCommand{0x8e, 16, "WRITE AND VERIFY (16)", "WRITE_AND_VERIFY_16", D::out, false, true, run<&U::write_and_verify>, run<&U::write_piece_received>, "SBC-2 5.31"},
    DiskCommand{0x8f, 16, "VERIFY (16)", "VERIFY_16", D::none, false, true, run<&U::verify>, nullptr, "SBC-2 5.22"},
    DiskCommand{0x91, 16, "SYNCHRONIZE CACHE (16)", "SYNCHRONIZE_CACHE_16", D::none, false, true, run<&U::synchronize_cache>, nullptr, "SBC-2 5.19"},
    DiskCommand{0x93, 16, "WRITE SAME (16)", "WRITE_SAME_16", D::out, false, true, run<&U::write_same>, run<&U::write_same_received>, "SBC-2 5.34"},
    DiskCommand{0x9e, 16, "SERVICE ACTION IN (16)", "SERVICE_ACTION_IN_16", D::in, false, true, run<&U::service_action_in_16>, nullptr, "SBC-2 5.11"},
    DiskCommand{0xa0, 12, "REPORT LUNS", "REPORT_LUNS", D::in, true, false, run<&U::report_luns>, nullptr, "SPC-3 6.21"},
    DiskCommand{0xa8, 12, "READ (12)", "READ_12", D::in, false, true, run<&U::read>, nullptr, "SBC-2 5.7"},
    DiskCommand{0xaa, 12, "WRITE (12)", "WRITE_12", D::out, false, true, run<&U::write>, run<&U::write_piece_received>, "SBC-2 5.26"},
    DiskCommand{0xae, 12, "WRITE AND VERIFY (12)", "WRITE_AND_VERIFY_12", D::out, false, true, run<&U::write_and_verify>, run<&U::write_piece_received>, "SBC-2 5.30"},
    DiskCommand{0xaf, 12, "VERIFY (12)", "VERIFY_12", D::none, false, true, run<&U::verify>, nullptr, "SBC-2 5.21"},
};
// clang-format on

}  // namespace

std::span<const DiskCommand> disk_commands() { return kCommands; }

const DiskCommand* find_disk_command(std::uint8_t opcode) {
  const auto row = std::lower_bound(kCommands.begin(), kCommands.end(), opcode,
                                    [](const DiskCommand& c, std::uint8_t code) { return c.opcode < code; });
  return row != kCommands.end() && row->opcode == opcode ? &*row : nullptr;
}

}  // namespace coincide::scsi
