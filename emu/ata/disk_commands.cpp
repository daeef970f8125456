// Which commands the disk runs, and the one gate that every command passes before it does.
#include "emu/ata/disk.h"
#include "emu/ata/legality.h"

namespace coincide {
namespace {

/// Quirk openvmm-commands: the commands there are, and as which of ours each runs (0: it does nothing).
struct OpenVmmCommands {
  std::uint8_t first, last, as;
};
constexpr std::uint8_t kItself = 0xff;
constexpr OpenVmmCommands kOpenVmmCommands[] = {
    {0x10, 0x1f, 0x10},     // OVMM-IDE-136
    {0x20, 0x21, kItself},  // OVMM-IDE-137
    {0x22, 0x23, 0x20},     // OVMM-IDE-138
    {0x24, 0x25, kItself},  // OVMM-IDE-139, OVMM-IDE-140
    {0x29, 0x29, kItself},  // OVMM-IDE-141
    {0x30, 0x31, kItself},  // OVMM-IDE-142
    {0x32, 0x33, 0x30},     // OVMM-IDE-143
    {0x34, 0x35, kItself},  // OVMM-IDE-144, OVMM-IDE-145
    {0x39, 0x39, kItself},  // OVMM-IDE-146
    {0x3d, 0x3d, kItself},  // OVMM-IDE-147
    {0x40, 0x42, kItself},  // OVMM-IDE-148, OVMM-IDE-149
    {0x50, 0x50, 0},        // OVMM-IDE-150: FORMAT TRACK
    {0x70, 0x7f, 0x70},     // OVMM-IDE-151
    {0x91, 0x91, kItself},  // OVMM-IDE-153
    {0xc6, 0xc6, kItself},  // OVMM-IDE-154
    {0xc8, 0xcb, kItself},  // OVMM-IDE-155, OVMM-IDE-156
    {0xce, 0xce, 0x39},     // OVMM-IDE-157: WRITE MULTIPLE FUA EXT
    {0xe0, 0xe3, kItself},  // OVMM-IDE-158
    {0xe5, 0xe7, kItself},  // OVMM-IDE-159, OVMM-IDE-160
    {0xea, 0xea, kItself},  // OVMM-IDE-161
    {0xec, 0xec, kItself},  // OVMM-IDE-162
    {0xef, 0xef, kItself},  // OVMM-IDE-163
};

/// -1: there is no such command.
int openvmm_command(std::uint8_t opcode) {
  for (const OpenVmmCommands& row : kOpenVmmCommands) {
    if (opcode >= row.first && opcode <= row.last) return row.as == kItself ? opcode : row.as;
  }
  return -1;
}

}  // namespace

// ATA6-CMD-5, ATA6-PM-9, ATA6-SF-2: whole feature sets, and what is mandatory. Sorted by opcode; a row with a
// subcommand stands before the catch-all row of its opcode. Everything else aborts (ATA6-CMD-1).
std::span<const Disk::Entry> Disk::entries() {
  constexpr auto media = [](Disk& d, const CommandRow& row) { d.media_command(row); };
  constexpr auto power = [](Disk& d, const CommandRow& row) { d.power_command(row); };
  constexpr auto seek = [](Disk& d, const CommandRow& row) { d.seek(row); };
  constexpr auto flush = [](Disk& d, const CommandRow&) { d.flush(); };
  constexpr auto receive_sector = [](Disk& d, const CommandRow&) { d.receive(1); };
  constexpr auto queued = [](Disk& d, const CommandRow& row) { d.overlap_.start(row); };
  constexpr auto card = [](Disk& d, const CommandRow&) { d.media_card_.card_command(); };
  // opcode, subcommand (-1 = any), what starts it, what runs when a PIO data-out command has its data
  static constexpr Entry kEntries[] = {
      {0x00, -1, [](Disk& d, const CommandRow&) { d.nop(); }, nullptr},
      {0x03, -1, [](Disk& d, const CommandRow&) { d.cfa_.request_extended_error(); }, nullptr},
      {0x10, -1, seek, nullptr},
      {0x20, -1, media, nullptr},
      {0x21, -1, media, nullptr},
      {0x24, -1, media, nullptr},
      {0x25, -1, media, nullptr},
      {0x26, -1, queued, nullptr},
      {0x27, -1, [](Disk& d, const CommandRow&) { d.hpa_.read_native_max(true); }, nullptr},
      {0x29, -1, media, nullptr},
      {0x2f, -1, [](Disk& d, const CommandRow&) { d.general_purpose_log_.read(); }, nullptr},
      {0x30, -1, media, nullptr},
      {0x31, -1, media, nullptr},
      {0x34, -1, media, nullptr},
      {0x35, -1, media, nullptr},
      {0x36, -1, queued, nullptr},
      {0x37, -1, [](Disk& d, const CommandRow&) { d.hpa_.set_max_address(true); }, nullptr},
      {0x38, -1, media, nullptr},  // ATA6-CFA-7
      {0x39, -1, media, nullptr},
      {0x3d, -1, media, nullptr},
      {0x3f, -1, [](Disk& d, const CommandRow&) { d.general_purpose_log_.write(); },
       [](Disk& d, const CommandRow&) { d.general_purpose_log_.written(); }},
      {0x40, -1, media, nullptr},
      {0x41, -1, media, nullptr},
      {0x42, -1, media, nullptr},
      {0x70, -1, seek, nullptr},
      {0x87, -1,
       [](Disk& d, const CommandRow& row) {
         Transfer t;
         if (d.prepare(row, t)) d.cfa_.translate(t.lba);
       },
       nullptr},
      {0x91, -1, [](Disk& d, const CommandRow&) { d.initialize_device_parameters(); }, nullptr},
      {0x92, -1, [](Disk& d, const CommandRow&) { d.download_microcode(); },
       [](Disk& d, const CommandRow&) { d.complete(); }},
      {0xa2, -1, [](Disk& d, const CommandRow&) { d.overlap_.service(); }, nullptr},
      {0xb0, -1, [](Disk& d, const CommandRow&) { d.smart_.execute(); },
       [](Disk& d, const CommandRow&) { d.smart_.log_received(); }},
      {0xb1, 0xc0, [](Disk& d, const CommandRow&) { d.dco_.restore(); }, nullptr},
      {0xb1, 0xc1, [](Disk& d, const CommandRow&) { d.dco_.freeze_lock(); }, nullptr},
      {0xb1, 0xc2, [](Disk& d, const CommandRow&) { d.dco_.identify(); }, nullptr},
      {0xb1, 0xc3, [](Disk& d, const CommandRow&) { d.dco_.set(); },
       [](Disk& d, const CommandRow&) { d.dco_.set_received(); }},
      {0xc0, -1, media, nullptr},
      {0xc4, -1, media, nullptr},
      {0xc5, -1, media, nullptr},
      {0xc6, -1, [](Disk& d, const CommandRow&) { d.set_multiple_mode(); }, nullptr},
      {0xc7, -1, queued, nullptr},
      {0xc8, -1, media, nullptr},
      {0xc9, -1, media, nullptr},
      {0xca, -1, media, nullptr},
      {0xcb, -1, media, nullptr},
      {0xcc, -1, queued, nullptr},
      {0xcd, -1, media, nullptr},
      {0xd1, -1, [](Disk& d, const CommandRow&) { d.media_card_.check_type(); }, nullptr},
      {0xd2, -1, card, nullptr},
      {0xd3, -1, card, nullptr},
      {0xd4, -1, card, nullptr},
      {0xda, -1, [](Disk& d, const CommandRow&) { d.removable_.get_media_status(); }, nullptr},
      {0xde, -1, [](Disk& d, const CommandRow&) { d.removable_.media_lock(); }, nullptr},
      {0xdf, -1, [](Disk& d, const CommandRow&) { d.removable_.media_unlock(); }, nullptr},
      {0xe0, -1, power, nullptr},
      {0xe1, -1, power, nullptr},
      {0xe2, -1, power, nullptr},
      {0xe3, -1, power, nullptr},
      {0xe4, -1, [](Disk& d, const CommandRow&) { d.sector_buffer_.read(); }, nullptr},
      {0xe5, -1, [](Disk& d, const CommandRow&) { d.check_power_mode(); }, nullptr},
      {0xe6, -1, power, nullptr},
      {0xe7, -1, flush, nullptr},
      {0xe8, -1, receive_sector, [](Disk& d, const CommandRow&) { d.sector_buffer_.written(); }},
      {0xea, -1, flush, nullptr},
      {0xec, -1, [](Disk& d, const CommandRow&) { d.identify_device(); }, nullptr},
      {0xed, -1, [](Disk& d, const CommandRow&) { d.removable_.media_eject(); }, nullptr},
      {0xef, -1, [](Disk& d, const CommandRow&) { d.set_features(); }, nullptr},
      {0xf1, -1, receive_sector, [](Disk& d, const CommandRow&) { d.security_.set_password(); }},
      {0xf2, -1, [](Disk& d, const CommandRow&) { d.security_.unlock(); },
       [](Disk& d, const CommandRow&) { d.security_.unlock_received(); }},
      {0xf3, -1, [](Disk& d, const CommandRow&) { d.security_.erase_prepare(); }, nullptr},
      {0xf4, -1, [](Disk& d, const CommandRow&) { d.security_.erase_unit(); },
       [](Disk& d, const CommandRow&) { d.security_.erase_unit_received(); }},
      {0xf5, -1, [](Disk& d, const CommandRow&) { d.security_.freeze_lock(); }, nullptr},
      {0xf6, -1, receive_sector, [](Disk& d, const CommandRow&) { d.security_.disable_password(); }},
      {0xf8, -1, [](Disk& d, const CommandRow&) { d.hpa_.read_native_max(false); }, nullptr},
      {0xf9, 0x01, [](Disk& d, const CommandRow&) { d.hpa_.set_password(); },
       [](Disk& d, const CommandRow&) { d.hpa_.set_password_received(); }},
      {0xf9, 0x02, [](Disk& d, const CommandRow&) { d.hpa_.lock(); }, nullptr},
      {0xf9, 0x03, [](Disk& d, const CommandRow&) { d.hpa_.unlock(); },
       [](Disk& d, const CommandRow&) { d.hpa_.unlock_received(); }},
      {0xf9, 0x04, [](Disk& d, const CommandRow&) { d.hpa_.freeze_lock(); }, nullptr},
      {0xf9, -1, [](Disk& d, const CommandRow&) { d.hpa_.set_max_address(false); }, nullptr},
  };
  return kEntries;
}

bool Disk::offers(Feature feature) const {
  if (!config_.features.has(feature)) return false;
  switch (feature) {  // what a feature cannot do without, and what it cannot be together with
    case Feature::hpa:
      return !config_.features.has(Feature::removable);  // ATA6-HPA-14
    case Feature::hpa_security:
      return has(Feature::hpa);
    case Feature::enhanced_erase:
      return has(Feature::security);
    case Feature::puis_spin_up:
    case Feature::puis_jumper:
    case Feature::puis_incomplete:
      return has(Feature::puis);
    default:
      return true;
  }
}

/// Whether this disk has the command: legality.h says what of the table a device has.
bool Disk::supported(const CommandRow& row) const {
  if (quirk(Quirk::openvmm_commands)) {  // OVMM-IDE-165, OVMM-IDE-170
    return !is_read_only() || row.media != MediaAccess::write || quirk(Quirk::openvmm_read_only);
  }
  if (profile_.has(Quirk::qemu_read_native_max) && (row.opcode == 0xf8 || row.opcode == 0x27)) return true;
  return supports(row, DeviceType::disk, *this);
}

/// ATA6-RW-10, ATA6-ADDR-2: the LBA bit is 1 where the address has no CHS form.
bool Disk::addressable(const CommandRow& row) const {
  return lba_selected() || !lba_only(row) || quirk(Quirk::openvmm_range_errors);
}

/// ATA6-RW-15: whether Security lets a command through in the present state.
bool Disk::permitted(const CommandRow& row) const {
  return permits(row.permission, security_.locked(), security_.frozen());
}

void Disk::execute(std::uint8_t opcode) {
  smart_.command_received();
  sleep_pending_ = false;  // ATA6-PM-11: a host that goes on without a look at Status keeps the drive awake
  predecessor_ = succeeded_;
  succeeded_ = kNoCommand;  // ATA6-SEC-8, ATA6-HPA-2: any command in between counts, an aborted one too
  const std::uint8_t features = subcommand_of(opcode, regs_.byte(DeviceReg::features), directly_after(0xf8));
  transfer_ = {};
  exchange_ = {};
  entry_ = kNoEntry;
  command_features_ = features;
  removable_.command_starts();
  if (quirk(Quirk::openvmm_commands)) {
    const int stands_for = openvmm_command(opcode);
    if (stands_for < 0) return abort();  // OVMM-IDE-164, OVMM-IDE-166
    regs_.set(DeviceReg::error, 0);      // OVMM-IDE-108
    if (stands_for == 0) return complete();
    opcode = static_cast<std::uint8_t>(stands_for);
  }
  const CommandRow* row = find_command(opcode, features);
  if (!overlap_.admits(row)) return abort();
  if (opcode != 0xe5) restart_standby_timer();  // ATA6-PM-6; ATA6-PM-1: CHECK POWER MODE leaves the timer alone
  // ATA6-CMD-1, ATA6-CMD-4, ATA6-ERR-1
  if (row == nullptr || !supported(*row) || !addressable(*row) || !permitted(*row)) return abort();
  if (puis_.refuses(*row) || !cfa_.admits(*row)) return abort();
  const auto all = entries();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].opcode != opcode || (all[i].subcommand >= 0 && all[i].subcommand != features)) continue;
    entry_ = static_cast<std::uint8_t>(i);
    regs_.set(DeviceReg::error, 0);
    all[i].start(*this, *row);  // ATA6-CMD-2: a command looks at the fields that it names
    return;
  }
  abort();
}

/// The last word of a PIO data-out command that is no media command is in.
void Disk::data_received() {
  const CommandRow* row = find_command(regs_.byte(DeviceReg::command), command_features_);
  const auto all = entries();
  if (row == nullptr || entry_ >= all.size() || all[entry_].received == nullptr) return abort();
  all[entry_].received(*this, *row);
}

}  // namespace coincide
