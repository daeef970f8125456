// GET CONFIGURATION: features and profiles.
#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {
namespace {

constexpr std::uint16_t kNoProfile = 0x0000;
constexpr std::uint16_t kCdRom = 0x0008;
constexpr std::uint16_t kDvdRom = 0x0010;
constexpr std::uint16_t kNoStandardProfile = 0xffff;

/// What the features tell of.
struct Drive {
  const OpticalConfig& config;
  std::uint16_t profile;
  bool cd() const { return profile == kCdRom; }
  bool dvd() const { return profile == kDvdRom; }
};

bool always(const Drive&) { return true; }
bool with_disc(const Drive& drive) { return drive.cd() || drive.dvd(); }
bool with_cd(const Drive& drive) { return drive.cd(); }
bool with_dvd(const Drive& drive) { return drive.dvd(); }

bool is_dvd_drive(const Drive& drive) { return drive.config.reads_dvd; }
bool has_serial(const Drive& drive) { return !drive.config.serial.empty(); }

void profile_list(Reply& reply, const Drive& drive) {
  if (drive.config.reads_dvd) reply.u16(kDvdRom).bytes({static_cast<std::uint8_t>(drive.dvd() ? 1 : 0), 0});
  reply.u16(kCdRom).bytes({static_cast<std::uint8_t>(drive.cd() ? 1 : 0), 0});
}
void core(Reply& reply, const Drive& drive) { reply.u32(drive.config.physical_interface); }
void morphing(Reply& reply, const Drive&) { reply.zeros(4); }                 // events are polled for
void removable(Reply& reply, const Drive&) { reply.bytes({0x29, 0, 0, 0}); }  // tray, eject, lock
void random_readable(Reply& reply, const Drive& drive) {
  reply.u32(kBlockBytes).u16(drive.dvd() ? 0x10 : 0x01).bytes({0x01, 0});  // PP: page 01h is there
}
void cd_read(Reply& reply, const Drive&) { reply.bytes({0x02, 0, 0, 0}); }              // C2 pointers
void real_time_streaming(Reply& reply, const Drive&) { reply.bytes({0x18, 0, 0, 0}); }  // RBCB, SCS
void serial_number(Reply& reply, const Drive& drive) {
  reply.text(drive.config.serial, (drive.config.serial.size() + 3) / 4 * 4);
}
void nothing(Reply&, const Drive&) {}

struct FeatureRow {
  std::uint16_t code;
  std::uint8_t version;
  bool persistent;
  bool (*exists)(const Drive&);
  bool (*current)(const Drive&);
  void (*data)(Reply&, const Drive&);
};

// MMC-GC-2: in ascending order.
constexpr std::array kFeatures{
    FeatureRow{0x0000, 0, true, always, always, profile_list},
    FeatureRow{0x0001, 0, true, always, always, core},
    FeatureRow{0x0002, 0, true, always, always, morphing},
    FeatureRow{0x0003, 0, true, always, always, removable},
    FeatureRow{0x0010, 0, false, always, with_disc, random_readable},
    FeatureRow{0x001d, 0, false, always, with_cd, nothing},
    FeatureRow{0x001e, 0, false, always, with_cd, cd_read},
    FeatureRow{0x001f, 0, false, is_dvd_drive, with_dvd, nothing},
    FeatureRow{0x0100, 0, true, always, always, nothing},
    FeatureRow{0x0105, 0, true, always, always, nothing},
    FeatureRow{0x0107, 0, false, always, with_disc, real_time_streaming},
    FeatureRow{0x0108, 0, true, has_serial, always, serial_number},
};

void append_feature(Reply& reply, const FeatureRow& row, const Drive& drive) {
  Reply data;
  row.data(data, drive);
  const auto flags = static_cast<std::uint8_t>(row.version << 2 | (row.persistent ? 2 : 0) |
                                               (row.current(drive) ? 1 : 0));  // MMC-GC-5
  reply.u16(row.code).bytes({flags, static_cast<std::uint8_t>(data.size())}).bytes(data.data());
}

enum class Requested : std::uint8_t { all = 0, current = 1, one = 2 };

}  // namespace

std::uint16_t OpticalUnit::profile() const {
  if (disc() == nullptr) return kNoProfile;  // MMC-GC-5
  if (not_ready(Needs::readable)) return kNoStandardProfile;
  return disc()->dvd() ? kDvdRom : kCdRom;
}

void OpticalUnit::get_configuration() {
  const std::uint8_t type = cdb_[1] & 3;
  if (type > static_cast<std::uint8_t>(Requested::one)) return fail_field(1, 1);
  const auto requested = static_cast<Requested>(type);
  const std::uint32_t start = cdb_.u16(2);
  const bool one_feature = has(Quirk::qemu_one_feature);
  if (one_feature && start != 0) return fail(sense::invalid_field_in_cdb);
  const Drive drive{config_, profile()};
  Reply reply;
  reply.zeros(6).u16(drive.profile);
  for (const FeatureRow& row : kFeatures) {
    if (row.code < start || !row.exists(drive)) continue;
    if (requested == Requested::one && row.code != start) continue;        // MMC-GC-4
    if (requested == Requested::current && !row.current(drive)) continue;  // MMC-GC-6
    append_feature(reply, row, drive);
    if (one_feature) break;
  }
  send(reply.set_length32(), cdb_.u16(7));  // MMC-GC-1
}

}  // namespace coincide::scsi
