// The one list of recorded state. Every register of every unit has a number, a name and a width here; the same
// list serves `register_change` events, snapshots, and the decoder.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "emu/event.h"
#include "emu/observer.h"

namespace coincide {

/// Which unit a register belongs to. Part of the trace format.
enum class Scope : std::uint8_t {
  function = 0,  ///< PCI function 1 and the configuration mechanism
  primary = 1,   ///< channel: bus master, interrupt line
  secondary = 2,
  device0 = 4,  ///< device0 + unit, unit = 2 * channel + device
  device1 = 5,
  device2 = 6,
  device3 = 7,
  accelerator0 = 8,  ///< VMBus channel of the disk of a unit: accelerator0 + unit
  accelerator1 = 9,
  accelerator2 = 10,
  accelerator3 = 11,
};
constexpr Scope channel_scope(unsigned channel) { return static_cast<Scope>(1 + channel); }
constexpr Scope device_scope(unsigned unit) { return static_cast<Scope>(4 + unit); }
constexpr Scope accelerator_scope(unsigned unit) { return static_cast<Scope>(8 + unit); }

/// Registers of the PCI function. Values 100h-1FFh name single configuration bytes that no table row covers
/// (only a quirk makes those writable).
enum class FunctionReg : std::uint16_t {
  pcicmd,
  pcists,
  mlt,
  bmiba,
  idetim_primary,
  idetim_secondary,
  sidetim,
  udmactl,
  udmatim,
  confadd,
  count
};
/// Registers of one channel.
enum class ChannelReg : std::uint16_t { bmic, bmis, bmidtp, intrq, count };
/// Registers of one device; a disk or packet device uses those it has.
enum class DeviceReg : std::uint16_t {
  status,
  error,
  features,
  features_prev,
  sector_count,
  sector_count_prev,
  lba_low,
  lba_low_prev,
  lba_mid,
  lba_mid_prev,
  lba_high,
  lba_high_prev,
  device,
  device_control,
  command,
  interrupt_pending,
  // mode state that a specification names
  pio_mode,
  dma_mode,
  multiple_count,
  power_mode,
  standby_timer,
  logical_heads,
  logical_sectors,
  write_cache,
  look_ahead,
  apm_level,
  aam_level,
  release_interrupt,
  service_interrupt,
  revert_on_reset,
  security_state,
  security_attempts,
  max_lba,
  native_max_lba,
  set_max_state,
  dco_state,
  smart_enabled,
  smart_autosave,
  media_status_notification,
  media_state,
  sense_key,
  sense_asc,
  sense_ascq,
  byte_count_limit,
  interrupt_reason,
  tag,
  security_level,
  master_revision,
  set_max_attempts,
  non_volatile_max_lba,
  smart_offline_status,
  smart_self_test_status,
  puis_enabled,
  spin_up_needed,
  cfa_power_mode,
  media_card_enabled,
  queued_commands,
  eight_bit_pio,
  count
};

/// Registers of the StorVSP channel beside an IDE disk: no guest can see them.
enum class AcceleratorReg : std::uint16_t {
  channel_state,   ///< hyperv::ChannelState
  channel_error,   ///< hyperv::ChannelError
  protocol_state,  ///< hyperv::StorState
  protocol_version,
  outstanding,  ///< SRBs that have been read from the ring and not answered
  count
};

using RegisterId = std::uint32_t;
constexpr RegisterId register_id(Scope scope, unsigned index) { return static_cast<RegisterId>(scope) << 16 | index; }

struct RegisterInfo {
  std::string_view name;    ///< as the standard writes it, e.g. "LBA Low", "BMIS"
  std::string_view symbol;  ///< as scripts write it, e.g. "lba_low", "bmis"
  std::uint8_t bytes;       ///< width in bytes: 1, 2, 4 or 8
};
std::span<const RegisterInfo> register_table(Scope scope);

/// "primary slave LBA Low", "secondary BMIS", "PCICMD". Never empty; an unknown number prints as such.
std::string register_name(RegisterId id);
/// Looks a register up by scope and symbol.
std::optional<RegisterId> find_register(Scope scope, std::string_view symbol);

/// What all units share: the observer, and the clock that only stimuli advance.
class Output {
 public:
  Observer* observer = nullptr;  ///< may be null: recording off
  std::uint64_t now_ns = 0;      ///< virtual time

  void register_change(RegisterId id, unsigned bytes, std::uint64_t old_value, std::uint64_t new_value) const {
    if (observer != nullptr) {
      observer->observe(
          {EventKind::register_change, static_cast<std::uint8_t>(bytes), 0, id, old_value, new_value, {}});
    }
  }
  /// Moves the clock, never back.
  void advance_to(std::uint64_t time_ns) {
    if (time_ns > now_ns) now_ns = time_ns;
    if (observer != nullptr) observer->time(now_ns);
  }
  void observe(const Event& event) const {
    if (observer != nullptr) observer->observe(event);
  }
};

/// The registers of one unit. A change is observed; writing the same value again is not.
template <class Field>
class RegisterFile {
 public:
  static constexpr unsigned kCount = static_cast<unsigned>(Field::count);
  RegisterFile(Output& output, Scope scope) : output_(&output), scope_(scope), table_(register_table(scope).data()) {}

  std::uint64_t get(Field f) const { return value_[static_cast<unsigned>(f)]; }
  std::uint8_t byte(Field f) const { return static_cast<std::uint8_t>(get(f)); }
  void set(Field f, std::uint64_t value) {
    const unsigned i = static_cast<unsigned>(f);
    const std::uint64_t old = value_[i];
    if (old == value) return;
    value_[i] = value;
    output_->register_change(register_id(scope_, i), table_[i].bytes, old, value);
  }
  const std::array<std::uint64_t, kCount>& values() const { return value_; }
  /// Snapshot: a saved state comes back without an observation.
  template <class Archive>
  void fields(Archive& archive) {
    archive(value_);
  }

 private:
  Output* output_;
  Scope scope_;
  const RegisterInfo* table_;
  std::array<std::uint64_t, kCount> value_{};
};

}  // namespace coincide
