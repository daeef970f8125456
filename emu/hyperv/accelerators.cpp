#include "emu/hyperv/accelerators.h"

#include <algorithm>

#include "emu/ata/device.h"
#include "emu/atapi/optical_drive.h"
#include "emu/scsi/disk_unit.h"

namespace coincide::hyperv {

bool Accelerators::wanted(const Board& board) {
  return std::any_of(board.devices.begin(), board.devices.end(),
                     [](const DeviceConfig& device) { return device.accelerator; });
}

Accelerators::Accelerators(Output& output, DiskQueue& queue, GuestMemory& memory, const Profile& profile,
                           const Board& board, const std::array<Device*, 4>& devices)
    : vmbus_(output, memory) {
  for (std::size_t slot = 0; slot < devices.size(); ++slot) {
    const auto unit = static_cast<std::uint8_t>(slot);
    Device* device = devices[unit];
    if (!board.devices[unit].accelerator || device == nullptr) continue;
    const auto channel = static_cast<std::uint8_t>(unit / 2);
    const auto target = static_cast<std::uint8_t>(unit % 2);
    const bool disc = device->store() == nullptr;
    StorVspConfig config;
    config.offer = ide_offer(channel, target);
    // IDEACC-16: what an optical drive has is a SCSI controller of its own.
    if (disc) config.offer = scsi_offer(config.offer.instance_id);
    if (!disc) config.forced_path = channel;  // IDEACC-08
    // IDEACC-21: what the disk says of itself here is its own, and not IDENTIFY's.
    config.queue_depth = board.devices[unit].accelerator_depth;
    config.profile = profile;
    storvsp_[unit] = std::make_unique<StorVsp>(output, vmbus_, accelerator_scope(unit), config);
    const auto path = static_cast<std::uint8_t>(4 + unit);
    vmbus_.add(*storvsp_[unit]);
    if (disc) {
      Lun& lun = storvsp_[unit]->add_lun({0, target, 0});
      scsi::OpticalConfig optical = optical_config(profile, board.devices[unit]);
      optical.adapter = false;
      optical.physical_interface = 1;
      auto drive = std::make_unique<scsi::OpticalUnit>(lun.initiator(), queue, path, std::move(optical));
      queue.attach(path, *drive, *device->fault_plan());
      lun.attach(std::move(drive));
      continue;
    }
    Lun& lun = storvsp_[unit]->add_lun({channel, target, 0});
    scsi::DiskUnitConfig disk;
    disk.read_only = board.devices[unit].read_only;
    disk.serial = board.devices[unit].scsi_serial;
    disk.size_limit_sectors = board.devices[unit].scsi_sectors;
    disk.unmap = board.devices[unit].scsi_unmap;
    disk.odx = board.devices[unit].scsi_odx;
    disk.lba_status = board.devices[unit].scsi_lba_status;
    disk.reservations = board.devices[unit].scsi_reservations;
    disk.write_cache = board.devices[unit].scsi_write_cache;
    disk.profile = profile;
    auto disk_unit =
        std::make_unique<scsi::DiskUnit>(lun.initiator(), output, queue, path, *device->store(), std::move(disk));
    queue.attach(path, *disk_unit, *device->fault_plan());
    lun.attach(std::move(disk_unit));
  }
}

void Accelerators::reset() {
  vmbus_.reset();
  for (auto& storvsp : storvsp_) {
    if (storvsp != nullptr) storvsp->reset();
  }
}

}  // namespace coincide::hyperv
