// The commands of OpenVMM's DVD drive that differ from MMC: each row takes the place of the row of command_table.cpp
// under its quirk. Two layers serve a command there: the model (SimpleScsiDvd), and before it, on IDE, the ATAPI
// adapter (AtapiScsiDisk), which has a few commands of its own and passes on some of the model's.
//
// openvmm_dvd.cpp          the table, what is passed on, sense, LUNs, identification, reading
// openvmm_dvd_media.cpp    presence of the medium, tray, lock, events
// openvmm_dvd_replies.cpp  READ TOC, GET CONFIGURATION, MODE SENSE, READ DVD STRUCTURE
// openvmm_dvd_model.cpp    commands that only the model has
#pragma once

#include "emu/scsi/command_table.h"

namespace coincide {
class Profile;
}

namespace coincide::scsi {

class Reply;
struct SenseCode;

/// The row that `profile` puts in place of MMC's; nullptr: none. `adapter`: the ATAPI adapter stands before the model.
const PacketCommand* openvmm_command(std::uint8_t opcode, const Profile& profile, bool adapter);
/// Whether the drive runs the command at all (OVMM-DVD-01, OVMM-DVD-02, OVMM-DVD-03).
bool openvmm_runs(std::uint8_t opcode, bool adapter);

/// What the rows call: members of the unit in all but name.
struct OpenVmmDvd {
  static constexpr std::uint64_t kBufferBytes = 128 * 1024;  ///< OVMM-ATAPI-25: of the transport on IDE
  static constexpr std::uint32_t kBufferBlocks = 64;

  static void request_sense(OpticalUnit& unit);
  static void report_luns(OpticalUnit& unit);
  static void seek(OpticalUnit& unit);
  static void inquiry(OpticalUnit& unit);
  static void read_10(OpticalUnit& unit);
  static void read_12(OpticalUnit& unit);
  static void read_16(OpticalUnit& unit);

  static void start_stop(OpticalUnit& unit);
  static void prevent(OpticalUnit& unit);
  static void events(OpticalUnit& unit);
  static void inserted(OpticalUnit& unit, std::uint32_t index);
  static void removed(OpticalUnit& unit);

  static void toc(OpticalUnit& unit);
  static void configuration(OpticalUnit& unit);
  static void mode_sense(OpticalUnit& unit);
  static void dvd_structure(OpticalUnit& unit);

  static void disc_information(OpticalUnit& unit);
  static void track_information(OpticalUnit& unit);
  static void mode_select(OpticalUnit& unit);
  static void buffer_capacity(OpticalUnit& unit);
  static void performance(OpticalUnit& unit);
  static void streaming(OpticalUnit& unit);
  static void mechanism(OpticalUnit& unit);
  /// The parameter list of MODE SELECT or SET STREAMING has come.
  static void list_received(OpticalUnit& unit);

 private:
  static std::uint64_t buffer_bytes(const OpticalUnit& unit);
  /// False, and the command has failed without sense, if the transport's buffer is smaller (OVMM-DVD-32).
  static bool fits(OpticalUnit& unit, std::uint64_t allocation_length);
  static void no_sense(OpticalUnit& unit);
  static void read(OpticalUnit& unit, std::uint64_t lba, std::uint64_t count_blocks);
  static bool list_wanted(OpticalUnit& unit, std::uint32_t bytes, std::uint32_t least);
};

}  // namespace coincide::scsi
