// Puts an optical unit behind a packet device, as a board asks for it. The one place that knows both.
#pragma once

#include <memory>

#include "emu/atapi/packet_device.h"
#include "emu/scsi/optical_unit.h"

namespace coincide {

/// What the board says of the drive and its discs.
scsi::OpticalConfig optical_config(const Profile& profile, const DeviceConfig& config);

/// A drive with the disc of `config.medium` in it, or without one.
std::unique_ptr<PacketDevice> make_optical_drive(Output& output, DiskQueue& queue, DeviceHost& host,
                                                 const Profile& profile, const DeviceConfig& config, unsigned unit,
                                                 bool other_present);

}  // namespace coincide
