#include "emu/hyperv/accelerators.h"

#include <algorithm>

#include "emu/ata/device.h"
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
    // IDEACC-16: an optical drive has no sectors of this kind.
    if (!board.devices[unit].accelerator || device == nullptr || device->store() == nullptr) continue;
    const auto channel = static_cast<std::uint8_t>(unit / 2);
    const auto target = static_cast<std::uint8_t>(unit % 2);
    StorVspConfig config;
    config.offer = ide_offer(channel, target);
    config.forced_path = channel;  // IDEACC-08
    // IDEACC-21: what the disk says of itself here is its own, and not IDENTIFY's.
    config.queue_depth = board.devices[unit].accelerator_depth;
    config.profile = profile;
    storvsp_[unit] = std::make_unique<StorVsp>(output, vmbus_, accelerator_scope(unit), config);
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
    const auto path = static_cast<std::uint8_t>(4 + unit);
    auto disk_unit =
        std::make_unique<scsi::DiskUnit>(lun.initiator(), output, queue, path, *device->store(), std::move(disk));
    queue.attach(path, *disk_unit, *device->fault_plan());
    lun.attach(std::move(disk_unit));
    vmbus_.add(*storvsp_[unit]);
  }
}

void Accelerators::reset() {
  vmbus_.reset();
  for (auto& storvsp : storvsp_) {
    if (storvsp != nullptr) storvsp->reset();
  }
}

}  // namespace coincide::hyperv
