#include "emu/ata/configuration_overlay.h"

#include <array>
#include <bit>

#include "emu/ata/disk.h"
#include "emu/ata/transfer_mode.h"

namespace coincide {
namespace {

constexpr std::uint16_t kRevision = 0x0001;
constexpr std::uint8_t kSignature = 0xa5;

/// Bits of word 7, and what of the disk each stands for (ATA6-DCO-7).
enum Word7 : std::uint16_t {
  kSmart = 1 << 0,
  kSmartSelfTest = 1 << 1,
  kSmartErrorLog = 1 << 2,
  kSecurity = 1 << 3,
  kPuis = 1 << 4,
  kQueued = 1 << 5,
  kAam = 1 << 6,
  kHpa = 1 << 7,
  kLba48 = 1 << 8,
};
struct FeatureBit {
  Feature feature;
  std::uint16_t bit;
};
constexpr FeatureBit kFeatureBits[] = {
    {Feature::smart, kSmart},
    {Feature::smart_self_test, kSmartSelfTest},
    {Feature::smart_error_log, kSmartErrorLog},
    {Feature::security, kSecurity},
    {Feature::puis, kPuis},
    {Feature::overlap, kQueued},
    {Feature::aam, kAam},
    {Feature::hpa, kHpa},
};

std::uint16_t word(std::span<const std::uint8_t> data, unsigned index) {
  return static_cast<std::uint16_t>(data[2 * index] | data[2 * index + 1] << 8);
}

std::uint64_t max_lba(std::span<const std::uint8_t> data) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 4; ++i) value |= std::uint64_t{word(data, 3 + i)} << (16 * i);
  return value;
}

bool sums_to_zero(std::span<const std::uint8_t> data) {
  unsigned sum = 0;
  for (const std::uint8_t byte : data) sum += byte;
  return (sum & 0xff) == 0;
}

/// ATA6-DCO-6: a mode cannot go while it is selected, nor while a higher one stays.
std::uint16_t bad_modes(std::uint16_t factory, std::uint16_t asked, std::uint16_t selected) {
  const auto removed = static_cast<std::uint16_t>(factory & ~asked);
  const auto left = static_cast<std::uint16_t>(factory & asked);
  const auto below = static_cast<std::uint16_t>((1u << std::bit_width(left)) - 1);
  return static_cast<std::uint16_t>(removed & (selected | below));
}

}  // namespace

OverlayState ConfigurationOverlay::state() const {
  return static_cast<OverlayState>(disk_.regs().get(DeviceReg::dco_state));
}

void ConfigurationOverlay::set_state(OverlayState state) {
  disk_.regs().set(DeviceReg::dco_state, static_cast<unsigned>(state));
}

/// ATA6-DCO-1: the lock ends with the power. ATA6-DCO-2: what was taken away stays away.
void ConfigurationOverlay::reset(ResetKind kind) {
  if (kind == ResetKind::power_cycle) set_state(modified_ ? OverlayState::reduced : OverlayState::factory);
}

void ConfigurationOverlay::software_reset(bool /*revert*/) {}

bool ConfigurationOverlay::allows(Feature feature) const {
  for (const FeatureBit& row : kFeatureBits) {
    if (row.feature == feature) return (no_features_ & row.bit) == 0;
  }
  return true;
}

bool ConfigurationOverlay::allows_lba48() const { return (no_features_ & kLba48) == 0; }

std::uint16_t ConfigurationOverlay::factory_ultra() const {
  const std::uint8_t highest = disk_.config().max_udma;
  return highest == 0xff ? std::uint16_t{0} : static_cast<std::uint16_t>((2u << highest) - 1);
}

std::uint16_t ConfigurationOverlay::multiword_modes() const {
  return static_cast<std::uint16_t>(kMultiwordModes & ~no_multiword_);
}

std::uint16_t ConfigurationOverlay::ultra_modes() const {
  return static_cast<std::uint16_t>(factory_ultra() & ~no_ultra_);
}

std::uint16_t ConfigurationOverlay::factory_features() const {
  unsigned bits = disk_.config().lba48 ? unsigned{kLba48} : 0u;
  for (const FeatureBit& row : kFeatureBits) {
    if (disk_.offers(row.feature)) bits |= row.bit;
  }
  return static_cast<std::uint16_t>(bits);
}

std::uint16_t ConfigurationOverlay::selected_modes(std::uint8_t kind) const {
  const std::uint8_t mode = disk_.regs().byte(DeviceReg::dma_mode);
  return (mode & 0xf8) == kind ? static_cast<std::uint16_t>(1u << (mode & 7)) : std::uint16_t{0};
}

/// ATA6-DCO-8: of the bits that the host clears, those that it may not.
std::uint16_t ConfigurationOverlay::kept_features(std::uint16_t asked) const {
  const auto removed = static_cast<std::uint16_t>(factory_features() & ~asked);
  unsigned kept = 0;
  const bool smart_parts = (factory_features() & asked & (kSmartSelfTest | kSmartErrorLog)) != 0;
  if (smart_parts || disk_.regs().get(DeviceReg::smart_enabled) != 0) kept |= kSmart;
  if (disk_.security().enabled()) kept |= kSecurity;
  if (disk_.offers(Feature::puis_jumper)) kept |= kPuis;
  return static_cast<std::uint16_t>(removed & kept);  // an area that is set has aborted the command before
}

bool ConfigurationOverlay::find_problem(std::span<const std::uint8_t> data, Problem& problem) const {
  const std::uint64_t sectors = disk_.overlay().sectors();
  const std::uint16_t multiword =
      bad_modes(kMultiwordModes, word(data, 1), static_cast<std::uint16_t>(selected_modes(kMultiwordDma) | 0x0001));
  const std::uint16_t ultra = bad_modes(factory_ultra(), word(data, 2), selected_modes(kUltraDma));
  const std::uint16_t kept = kept_features(word(data, 7));
  const struct {
    bool bad;
    Problem problem;
  } checks[] = {
      {word(data, 0) != kRevision, {0x00, 0}},
      {multiword != 0, {0x01, multiword}},
      {ultra != 0, {0x02, ultra}},
      {max_lba(data) >= sectors, {0x03, 0}},
      {kept != 0, {0x07, kept}},
      {data[510] != kSignature || !sums_to_zero(data), {0xff, 0}},
  };
  for (const auto& check : checks) {
    if (!check.bad) continue;
    problem = check.problem;
    return true;
  }
  return false;
}

void ConfigurationOverlay::identify() {
  if (state() == OverlayState::locked) return disk_.abort();
  std::array<std::uint8_t, kSectorBytes> data{};
  const auto put = [&](unsigned index, std::uint16_t value) {
    data[2 * index] = static_cast<std::uint8_t>(value);
    data[2 * index + 1] = static_cast<std::uint8_t>(value >> 8);
  };
  const std::uint64_t sectors = disk_.overlay().sectors();
  const std::uint64_t last = sectors == 0 ? 0 : sectors - 1;
  put(0, kRevision);
  put(1, kMultiwordModes);  // ATA6-DCO-10: as shipped, whatever was taken away since
  put(2, factory_ultra());
  for (unsigned i = 0; i < 4; ++i) put(3 + i, static_cast<std::uint16_t>(last >> (16 * i)));
  put(7, factory_features());
  unsigned sum = kSignature;
  for (const std::uint8_t byte : data) sum += byte;
  data[510] = kSignature;
  data[511] = static_cast<std::uint8_t>(0u - sum);
  disk_.send(data);
}

void ConfigurationOverlay::set() {
  // ATA6-DCO-4: modified or locked; ATA6-DCO-3: a Host Protected Area
  if (state() != OverlayState::factory || disk_.hpa().exists()) return disk_.abort();
  disk_.receive(1);
}

void ConfigurationOverlay::set_received() {
  const auto data = disk_.received_data();
  Problem problem{};
  if (find_problem(data, problem)) {  // ATA6-DCO-4, ATA6-DCO-5
    disk_.regs().set(DeviceReg::lba_low, problem.bits & 0xff);
    disk_.regs().set(DeviceReg::lba_mid, problem.bits >> 8);
    disk_.regs().set(DeviceReg::lba_high, problem.word);
    return disk_.fail(error::ABRT, Disk::kOpenCount);
  }
  modified_ = true;
  no_multiword_ = static_cast<std::uint16_t>(kMultiwordModes & ~word(data, 1));
  no_ultra_ = static_cast<std::uint16_t>(factory_ultra() & ~word(data, 2));
  no_features_ = static_cast<std::uint16_t>(factory_features() & ~word(data, 7));
  disk_.hpa().set_native_max(max_lba(data));  // ATA6-DCO-9, ATA6-ADDR-8
  set_state(OverlayState::reduced);
  disk_.complete();
}

void ConfigurationOverlay::restore() {
  if (state() != OverlayState::reduced || disk_.hpa().exists()) return disk_.abort();  // ATA6-DCO-3
  modified_ = false;
  no_multiword_ = no_ultra_ = no_features_ = 0;
  disk_.hpa().set_native_max(disk_.overlay().sectors() - 1);
  set_state(OverlayState::factory);
  disk_.complete();
}

/// ATA6-DCO-1: by this command, not by RESTORE (ERRATA-16)
void ConfigurationOverlay::freeze_lock() {
  if (state() == OverlayState::locked) return disk_.abort();
  set_state(OverlayState::locked);
  disk_.complete();
}

}  // namespace coincide
