// SET FEATURES (ATA6 r3a §8.46): one row a subcommand.
#include "emu/ata/disk.h"
#include "emu/ata/transfer_mode.h"

namespace coincide {
namespace {

/// APM levels (table 46) and AAM levels (table 47) that a host may ask for; the others are reserved or retired.
constexpr bool is_apm_level(std::uint8_t level) { return level != 0x00 && level != 0xff; }
constexpr bool is_aam_level(std::uint8_t level) { return level >= 0x80 && level != 0xff; }

}  // namespace

bool Disk::set_transfer_mode(std::uint8_t mode) {
  return select_transfer_mode(regs_, mode, {dco_.multiword_modes(), dco_.ultra_modes()},
                              profile_.has(Quirk::qemu_one_transfer_mode));
}

void Disk::set_level(DeviceReg reg, bool valid) {
  if (!valid) return abort();  // ATA6-SF-10: the old level stays
  regs_.set(reg, regs_.get(DeviceReg::sector_count));
  complete();
}

void Disk::set_switch(DeviceReg reg, bool on) {
  regs_.set(reg, on ? 1 : 0);
  complete();
}

void Disk::set_features() {                                          // ATA6-SF-15: no data phase
  if (profile_.has(Quirk::openvmm_set_features)) return complete();  // OVMM-IDE-163
  struct Subcommand {
    std::uint8_t value;                      ///< of Features
    bool (*there)(const Disk&);              ///< what the disk must have; else the command aborts
    bool ignored;                            ///< under quirk qemu-set-features-ignored it completes nevertheless
    void (*run)(Disk&, std::uint8_t count);  ///< count: Sector Count
  };
  constexpr auto always = [](const Disk&) { return true; };
  constexpr auto write_cache = [](const Disk& d) { return d.config_.write_cache; };
  constexpr auto look_ahead = [](const Disk& d) { return d.config_.look_ahead; };
  constexpr auto apm = [](const Disk& d) { return d.has(Feature::apm); };
  constexpr auto aam = [](const Disk& d) { return d.has(Feature::aam); };
  constexpr auto puis = [](const Disk& d) { return d.has(Feature::puis); };
  constexpr auto puis_spin_up = [](const Disk& d) { return d.has(Feature::puis_spin_up); };
  constexpr auto cfa = [](const Disk& d) { return d.has(Feature::cfa); };
  constexpr auto overlap = [](const Disk& d) { return d.has(Feature::overlap); };
  constexpr auto media_status = [](const Disk& d) { return d.has(Feature::media_status); };  // ATA6-SF-16
  using R = DeviceReg;
  using Count = std::uint8_t;
  // Sorted by value. Everything else aborts (ATA6-SF-1; ATA6-SF-14: 8-bit PIO too where there is no CFA set).
  static constexpr Subcommand kSubcommands[] = {
      {0x01, cfa, false, [](Disk& d, Count) { d.set_switch(R::eight_bit_pio, true); }},
      {0x02, write_cache, false, [](Disk& d, Count) { d.set_switch(R::write_cache, true); }},
      {0x03, always, false, [](Disk& d, Count mode) { d.set_transfer_mode(mode) ? d.complete() : d.abort(); }},
      // ATA6-APM-2: word 86 bit 3 shows whether there is a level.
      {0x05, apm, true, [](Disk& d, Count level) { d.set_level(R::apm_level, is_apm_level(level)); }},
      {0x06, puis, false, [](Disk& d, Count) { d.puis_.enable(); }},
      {0x07, puis_spin_up, false, [](Disk& d, Count) { d.puis_.spin_up(); }},
      {0x0a, cfa, false, [](Disk& d, Count) { d.set_switch(R::cfa_power_mode, true); }},
      {0x31, media_status, false, [](Disk& d, Count) { d.removable_.notify(false); }},
      {0x42, aam, false, [](Disk& d, Count level) { d.set_level(R::aam_level, is_aam_level(level)); }},
      {0x55, look_ahead, true, [](Disk& d, Count) { d.set_switch(R::look_ahead, false); }},
      {0x5d, overlap, false, [](Disk& d, Count) { d.set_switch(R::release_interrupt, true); }},
      {0x5e, overlap, false, [](Disk& d, Count) { d.set_switch(R::service_interrupt, true); }},
      {0x66, always, false, [](Disk& d, Count) { d.set_switch(R::revert_on_reset, false); }},  // ATA6-SF-13
      {0x81, cfa, false, [](Disk& d, Count) { d.set_switch(R::eight_bit_pio, false); }},
      {0x82, write_cache, false,
       [](Disk& d, Count) {  // ATA6-SF-7: switching the cache off flushes it before completion.
         d.regs_.set(R::write_cache, 0);
         d.flush();
       }},
      {0x85, apm, true, [](Disk& d, Count) { d.set_switch(R::apm_level, false); }},
      {0x86, puis, false, [](Disk& d, Count) { d.puis_.disable(); }},
      {0x8a, cfa, false, [](Disk& d, Count) { d.set_switch(R::cfa_power_mode, false); }},
      {0x95, media_status, false, [](Disk& d, Count) { d.removable_.notify(true); }},
      {0xaa, look_ahead, true, [](Disk& d, Count) { d.set_switch(R::look_ahead, true); }},
      {0xc2, aam, false, [](Disk& d, Count) { d.set_switch(R::aam_level, false); }},  // ATA6-SF-11
      {0xcc, always, false, [](Disk& d, Count) { d.set_switch(R::revert_on_reset, true); }},
      {0xdd, overlap, false, [](Disk& d, Count) { d.set_switch(R::release_interrupt, false); }},
      {0xde, overlap, false, [](Disk& d, Count) { d.set_switch(R::service_interrupt, false); }},
  };
  for (const Subcommand& row : kSubcommands) {
    if (row.value != command_features_) continue;
    if (row.there(*this)) return row.run(*this, regs_.byte(R::sector_count));
    if (row.ignored && profile_.has(Quirk::qemu_set_features_ignored)) return complete();
  }
  abort();
}

}  // namespace coincide
