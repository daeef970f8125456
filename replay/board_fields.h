// The fields of `board disk` and `board cdrom` lines, in canonical order: walked by the parser and by the printer. Only
// board_*.cpp include this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "emu/board.h"

namespace coincide {

struct TextField {
  std::string_view name;
  std::string DeviceConfig::*member;
  std::size_t most;  ///< characters
};
inline constexpr TextField kTextFields[] = {{"model", &DeviceConfig::model, 40},
                                            {"serial", &DeviceConfig::serial, 20},
                                            {"firmware", &DeviceConfig::firmware, 8},
                                            {"scsi_serial", &DeviceConfig::scsi_serial, 252}};

template <class T>
struct NumberField {
  std::string_view name;
  T DeviceConfig::*member;
  std::uint64_t least;
  std::uint64_t most;
  bool power_of_two;
};
inline constexpr NumberField<std::uint64_t> kSizeFields[] = {
    {"scsi_sectors", &DeviceConfig::scsi_sectors, 0, std::uint64_t{1} << 48, false}};
inline constexpr NumberField<std::uint16_t> kWordFields[] = {
    {"cylinders", &DeviceConfig::cylinders, 0, 65535, false},
    {"accelerator_depth", &DeviceConfig::accelerator_depth, 1, 1024, false}};
inline constexpr NumberField<std::uint8_t> kByteFields[] = {
    {"heads", &DeviceConfig::heads, 1, 16, false},
    {"sectors_per_track", &DeviceConfig::sectors_per_track, 1, 255, false},
    {"multiple", &DeviceConfig::multiple_limit, 1, 128, true},
    {"multiple_default", &DeviceConfig::multiple_default, 0, 128, true},
    {"queue_depth", &DeviceConfig::queue_depth, 1, 32, false},
    {"card_type", &DeviceConfig::card_type, 1, 4, false},
};

struct SwitchField {
  std::string_view name;
  bool DeviceConfig::*member;
};
inline constexpr SwitchField kSwitchFields[] = {
    {"lba48", &DeviceConfig::lba48},
    {"write_cache", &DeviceConfig::write_cache},
    {"write_back", &DeviceConfig::write_back},
    {"look_ahead", &DeviceConfig::look_ahead},
    {"fua", &DeviceConfig::fua},
    {"power_management", &DeviceConfig::power_management},
    {"power_eject", &DeviceConfig::power_eject},
    {"accelerator", &DeviceConfig::accelerator},
    {"scsi_unmap", &DeviceConfig::scsi_unmap},
    {"scsi_odx", &DeviceConfig::scsi_odx},
    {"scsi_lba_status", &DeviceConfig::scsi_lba_status},
    {"scsi_reservations", &DeviceConfig::scsi_reservations},
    {"scsi_write_cache", &DeviceConfig::scsi_write_cache},
};

/// Fields of a `board cdrom` line alone.
inline constexpr std::string_view kPacketDrqNames[] = {"microprocessor", "interrupt", "accelerated"};

/// `max_udma=none`.
inline constexpr std::uint8_t kNoUdma = 0xff;

}  // namespace coincide
