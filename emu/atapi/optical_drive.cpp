#include "emu/atapi/optical_drive.h"

#include <algorithm>

#include "emu/media/optical.h"

namespace coincide {
namespace {

/// IDENTIFY's model is one text; INQUIRY has a vendor and a product.
void split_model(const std::string& model, bool product_is_model, scsi::OpticalConfig& optical) {
  const std::size_t space = model.find(' ');
  if (space == std::string::npos) {
    optical.vendor.clear();
    optical.product = model.substr(0, 16);
    return;
  }
  optical.vendor = model.substr(0, std::min<std::size_t>(space, 8));
  optical.product = model.substr(product_is_model ? 0 : space + 1, 16);
}

/// An image without its last block, if it does not fill that (OVMM-DVD-31).
class WholeBlocks final : public Medium {
 public:
  explicit WholeBlocks(MediumPtr image) : image_(std::move(image)) {}
  std::uint64_t sectors() const override {
    constexpr std::uint64_t kSectorsPerBlock = kBlockBytes / kSectorBytes;
    return image_->sectors() / kSectorsPerBlock * kSectorsPerBlock;
  }
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const override { image_->read(offset, out); }

 private:
  MediumPtr image_;
};

}  // namespace

scsi::OpticalConfig optical_config(const Profile& profile, const DeviceConfig& config) {
  scsi::OpticalConfig optical;
  optical.profile = profile;
  split_model(config.model, profile.has(Quirk::qemu_inquiry), optical);
  optical.revision = config.firmware.substr(0, 4);
  if (!profile.has(Quirk::qemu_inquiry)) optical.serial = config.serial;
  const bool whole_blocks = profile.has(Quirk::openvmm_dvd_whole_blocks);
  const auto disc_of = [&](const MediumPtr& medium, const std::vector<DiscTrack>& disc_tracks) {
    if (medium == nullptr) return DiscPtr();
    if (!disc_tracks.empty()) return std::make_shared<const OpticalDisc>(medium, disc_tracks);
    return std::make_shared<const OpticalDisc>(whole_blocks ? std::make_shared<const WholeBlocks>(medium) : medium);
  };
  optical.discs.push_back(disc_of(config.medium, config.medium_tracks));
  if (config.medium != nullptr) optical.disc_inside = 0;
  for (const MediumConfig& further : config.media) optical.discs.push_back(disc_of(further.medium, further.tracks));
  return optical;
}

std::unique_ptr<PacketDevice> make_optical_drive(Output& output, DiskQueue& queue, DeviceHost& host,
                                                 const Profile& profile, const DeviceConfig& config, unsigned unit,
                                                 bool other_present) {
  auto device = std::make_unique<PacketDevice>(output, queue, host, profile, config, unit, other_present);
  auto logical_unit = std::make_unique<scsi::OpticalUnit>(device->initiator(), queue, static_cast<std::uint8_t>(unit),
                                                          optical_config(profile, config));
  queue.attach(static_cast<std::uint8_t>(unit), *logical_unit, device->faults());
  device->attach(std::move(logical_unit));
  return device;
}

}  // namespace coincide
