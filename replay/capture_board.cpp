#include "replay/capture_board.h"

#include <algorithm>
#include <bit>
#include <filesystem>

#include "emu/media/optical.h"
#include "emu/media/pattern.h"
#include "replay/unit_survey.h"

namespace coincide {

namespace {

using IdentifyWords = std::array<std::uint16_t, 256>;

constexpr std::uint16_t kPiix3 = 0x7010;
/// Size of a disk that nothing tells: all that a 28-bit address reaches.
constexpr std::uint64_t kUnknownSectors = 0x0fffffff;

constexpr std::uint64_t kMostSectors = std::uint64_t{1} << 48;
/// Size of the zeros that stand in for a disc of which nothing is known: 64 MiB.
constexpr std::uint64_t kUnknownDiscSectors = std::uint64_t{0x8000} * (kBlockBytes / kSectorBytes);

constexpr bool bit(std::uint16_t word, unsigned n) { return (word >> n & 1) != 0; }

std::uint64_t sectors_of(const IdentifyWords& words) {
  const std::uint64_t lba28 = words[60] | std::uint64_t{words[61]} << 16;
  const std::uint64_t lba48 =
      words[100] | std::uint64_t{words[101]} << 16 | std::uint64_t{words[102]} << 32 | std::uint64_t{words[103]} << 48;
  return bit(words[83], 10) && lba48 != 0 ? lba48 : lba28;
}

void read_names(const IdentifyWords& words, DeviceConfig& device) {
  device.serial = identify_text(words, 10, 19);
  device.firmware = identify_text(words, 23, 26);
  device.model = identify_text(words, 27, 46);
}

/// Characters in plain order, without the padding.
std::string text_of(std::span<const std::uint8_t> bytes) {
  std::string text(bytes.begin(), bytes.end());
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.pop_back();
  return text;
}

std::uint8_t highest_mode(std::uint8_t modes) {
  return modes == 0 ? std::uint8_t{0xff} : static_cast<std::uint8_t>(std::bit_width(modes) - 1u);
}

/// The same of a packet device (table 29).
void read_identify_packet(const IdentifyWords& words, DeviceConfig& device) {
  read_names(words, device);
  device.packet_bytes = (words[0] & 3) == 1 ? 16 : 12;
  if (const unsigned drq = words[0] >> 5 & 3; drq <= 2) device.packet_drq = static_cast<PacketDrq>(drq);
  device.byte_count_default = static_cast<std::uint16_t>(words[125] & 0xfffe);
  device.max_udma = highest_mode(static_cast<std::uint8_t>(words[88]));
  // A device whose word 82 reports nothing (ATA6-IDP-5) has not the set either; a packet device need not (ATA6-PM-10).
  device.power_management = words[82] != 0xffff && bit(words[82], 3);
}

/// Of a packet device whose data nobody shows: QEMU's names (all our captures are QEMU's). INQUIRY may still have told
/// its revision.
void qemu_packet_device(DeviceConfig& device) {
  device.model = "QEMU DVD-ROM";
  device.serial = "QM00003";
  device.firmware = "2.5+";
  device.max_udma = 5;
  device.power_management = false;
}

/// What a device may choose (ATA6 r3a table 27), as it says it chose.
void read_identify(const IdentifyWords& words, DeviceConfig& device) {
  read_names(words, device);
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
  device.max_udma = highest_mode(static_cast<std::uint8_t>(words[88]));
}

MediumConfig stand_in(std::uint64_t sectors) {
  return {std::make_shared<ExtentMedium>(sectors, std::vector<Extent>{}), "zero", {}, false};
}

/// `sectors` = 0: not known, and then a stand-in has `unknown_sectors`.
Result<void> find_medium(DeviceConfig& device, std::uint64_t sectors, std::uint64_t unknown_sectors, bool& unknown,
                         const MediaSearch& search) {
  if (const auto path = find_recipe(device.serial, sectors, search)) {
    Result<NamedMedium> medium = open_recipe(*path, {}, search);
    if (!medium) return medium.error();
    device.medium = medium->medium;
    device.medium_name = medium->name;
    device.medium_hash = medium->hash;
    return {};
  }
  unknown = true;
  MediumConfig empty = stand_in(sectors != 0 ? sectors : unknown_sectors);
  device.medium = std::move(empty.medium);
  device.medium_name = std::move(empty.name);
  return {};
}

std::string stem(const std::string& path) { return std::filesystem::path(path).stem().string(); }

/// Name of a medium on board lines ("recipe:cd1.media") without its kind and ending.
std::string medium_stem(const std::string& name) { return stem(name.substr(name.find(':') + 1)); }

/// The index of the medium that a log calls `file`, added to the drive if the board has not got it yet.
Result<std::uint64_t> medium_index(DeviceConfig& device, const std::string& file, bool& unknown,
                                   const MediaSearch& search) {
  const std::string wanted = stem(file);
  if (device.medium != nullptr && medium_stem(device.medium_name) == wanted) return std::uint64_t{0};
  for (std::size_t i = 0; i < device.media.size(); ++i) {
    if (medium_stem(device.media[i].name) == wanted) return i + std::uint64_t{1};
  }
  Result<NamedMedium> found = open_recipe(wanted + ".media", {}, search);
  if (!found) found = open_image(file, {}, search);
  unknown |= !found.ok();
  device.media.push_back(found ? MediumConfig{found->medium, found->name, found->hash, false}
                               : stand_in(kUnknownDiscSectors));
  return std::uint64_t{device.media.size()};
}

}  // namespace

Result<void> place_media_changes(const Capture& capture, const MediaSearch& search, CaptureBoard& board) {
  std::vector<std::uint8_t> drives;
  for (std::uint8_t unit = 0; unit < 4; ++unit) {
    if (board.board.devices[unit].kind == DeviceKind::packet) drives.push_back(unit);
  }
  if (drives.size() != 1) {
    board.media_changes_left_out = capture.media_changes.size();
    return {};
  }
  const std::uint8_t unit = drives.front();
  for (const MediaChange& change : capture.media_changes) {
    CaptureBoard::MediaChange placed{change.event, unit, 0};
    if (!change.file.empty()) {
      const auto index = medium_index(board.board.devices[unit], change.file, board.medium_unknown[unit], search);
      if (!index) return index.error();
      placed.medium = *index;
    }
    board.media_changes.push_back(placed);
  }
  return {};
}

Result<CaptureBoard> board_of_capture(const Capture& capture, const CaptureBoardOptions& options) {
  CaptureBoard result;
  Board& board = result.board;
  board.chip = capture.device_id == kPiix3 ? Chip::piix3 : Chip::piix4;
  board.pci_device = capture.pci_device;
  board.ram = {{0, options.ram_bytes}};
  board.completion.kind = CompletionPolicy::Kind::scripted;
  const std::array<UnitEvidence, 4> units = survey_units(capture.events);
  for (unsigned unit = 0; unit < 4; ++unit) {
    DeviceConfig& device = board.devices[unit];
    if (units[unit].packet) {
      device = DeviceConfig::standard(DeviceKind::packet);
      const UnitEvidence& seen = units[unit];
      if (seen.identify_packet) {
        read_identify_packet(*seen.identify_packet, device);
      } else {
        qemu_packet_device(device);
        if (seen.inquiry) device.firmware = text_of(std::span(*seen.inquiry).subspan(32, 4));
      }
      auto found =
          find_medium(device, seen.capacity_sectors, kUnknownDiscSectors, result.medium_unknown[unit], options.search);
      if (!found) return found.error();
      continue;
    }
    if (!units[unit].disk()) continue;
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
    if (auto found = find_medium(device, sectors, sectors, result.medium_unknown[unit], options.search); !found) {
      return found.error();
    }
  }
  if (auto placed = place_media_changes(capture, options.search, result); !placed) return placed.error();
  return result;
}

}  // namespace coincide
