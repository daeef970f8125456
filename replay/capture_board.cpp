#include "replay/capture_board.h"

#include <algorithm>
#include <bit>

#include "emu/media/pattern.h"
#include "replay/unit_survey.h"

namespace coincide {

namespace {

using IdentifyWords = std::array<std::uint16_t, 256>;

constexpr std::uint16_t kPiix3 = 0x7010;
/// Size of a disk that nothing tells: all that a 28-bit address reaches.
constexpr std::uint64_t kUnknownSectors = 0x0fffffff;

constexpr std::uint64_t kMostSectors = std::uint64_t{1} << 48;

constexpr bool bit(std::uint16_t word, unsigned n) { return (word >> n & 1) != 0; }

std::uint64_t sectors_of(const IdentifyWords& words) {
  const std::uint64_t lba28 = words[60] | std::uint64_t{words[61]} << 16;
  const std::uint64_t lba48 =
      words[100] | std::uint64_t{words[101]} << 16 | std::uint64_t{words[102]} << 32 | std::uint64_t{words[103]} << 48;
  return bit(words[83], 10) && lba48 != 0 ? lba48 : lba28;
}

/// What a device may choose (ATA6 r3a table 27), as it says it chose.
void read_identify(const IdentifyWords& words, DeviceConfig& device) {
  device.serial = identify_text(words, 10, 19);
  device.firmware = identify_text(words, 23, 26);
  device.model = identify_text(words, 27, 46);
  if (static_cast<std::uint8_t>(words[3]) != 0 && static_cast<std::uint8_t>(words[6]) != 0) {
    device.heads = static_cast<std::uint8_t>(words[3]);
    device.sectors_per_track = static_cast<std::uint8_t>(words[6]);
  }
  const std::uint64_t per_cylinder = std::uint64_t{device.heads} * device.sectors_per_track;
  const bool computed = std::min<std::uint64_t>(sectors_of(words) / per_cylinder, 16383) == words[1];
  device.cylinders = computed ? 0 : words[1];
  device.multiple_limit = static_cast<std::uint8_t>(words[47]);
  if (bit(words[59], 8)) device.multiple_default = static_cast<std::uint8_t>(words[59]);
  device.lba48 = bit(words[83], 10);
  device.fua = bit(words[84], 6);
  device.write_cache = bit(words[82], 5);
  device.look_ahead = bit(words[82], 6);
  const bool valid = (words[83] >> 14) == 1;  // ATA6-ID-10
  for (const FeatureRow& row : feature_table()) {
    const bool known = (row.bits82 | row.bits83 | row.bits84) != 0;
    const bool all = (words[82] & row.bits82) == row.bits82 && (words[83] & row.bits83) == row.bits83 &&
                     (words[84] & row.bits84) == row.bits84;
    device.features.set(row.feature, known && valid && all);
  }
  device.features.set(Feature::enhanced_erase, bit(words[128], 5));
  // Power management is mandatory for a disk (ATA6-PM-10), whatever word 82 bit 3 says.
  const auto udma = static_cast<std::uint8_t>(words[88]);
  device.max_udma = udma == 0 ? std::uint8_t{0xff} : static_cast<std::uint8_t>(std::bit_width(udma) - 1u);
}

Result<void> find_medium(DeviceConfig& device, std::uint64_t sectors, bool& unknown, const MediaSearch& search) {
  if (const auto path = find_recipe(device.serial, sectors, search)) {
    Result<NamedMedium> medium = open_recipe(*path, {}, search);
    if (!medium) return medium.error();
    device.medium = medium->medium;
    device.medium_name = medium->name;
    device.medium_hash = medium->hash;
    return {};
  }
  unknown = true;
  device.medium = std::make_shared<ExtentMedium>(sectors, std::vector<Extent>{});
  device.medium_name = "zero";
  return {};
}

}  // namespace

Result<CaptureBoard> board_of_capture(const Capture& capture, const CaptureBoardOptions& options) {
  CaptureBoard result;
  Board& board = result.board;
  board.chip = capture.device_id == kPiix3 ? Chip::piix3 : Chip::piix4;
  board.pci_device = capture.pci_device;
  board.ram = {{0, options.ram_bytes}};
  board.completion.kind = CompletionPolicy::Kind::scripted;
  const std::array<UnitEvidence, 4> units = survey_units(capture.events);
  for (unsigned unit = 0; unit < 4; ++unit) {
    if (!units[unit].disk()) continue;
    DeviceConfig& device = board.devices[unit];
    device.kind = DeviceKind::disk;
    std::uint64_t sectors = kUnknownSectors;
    if (units[unit].identify) {
      read_identify(*units[unit].identify, device);
      sectors = sectors_of(*units[unit].identify);
    }
    if (sectors == 0 || sectors > kMostSectors) {
      return Error{capture.format,
                   "the IDENTIFY DEVICE data of a disk give it " + std::to_string(sectors) + " sectors"};
    }
    if (auto found = find_medium(device, sectors, result.medium_unknown[unit], options.search); !found) {
      return found.error();
    }
  }
  return result;
}

}  // namespace coincide
