#include "replay/register_rules.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "emu/ata/task_file.h"
#include "emu/piix4/config_registers.h"

namespace coincide {

namespace {

using R = HostRegister;

struct RegisterRow {
  HostRegister reg;
  std::uint32_t bits;
  std::string_view rule;
};

// clang-format off
constexpr RegisterRow kRegisters[] = {
    {R::status_command, status::BSY, "ATA6-STAT-2"},     {R::status_command, status::BSY, "ATA6-STAT-3"},
    {R::status_command, status::DRDY, "ATA6-STAT-9"},    {R::status_command, status::DRDY, "ATA6-STAT-10"},
    {R::status_command, status::DF, "ATA6-STAT-17"},     {R::status_command, status::DSC, "ATA6-STAT-16"},
    {R::status_command, status::DRQ, "ATA6-STAT-7"},     {R::status_command, status::DRQ, "ATA6-STAT-8"},
    {R::status_command, status::ERR, "ATA6-STAT-13"},    {R::status_command, status::ERR, "ATA6-ERR-1"},
    {R::status_command, 0xff, "ATA6-REG-4"},
    {R::alternate_control, status::BSY, "ATA6-STAT-2"},  {R::alternate_control, status::BSY, "ATA6-STAT-3"},
    {R::alternate_control, status::DRDY, "ATA6-STAT-9"}, {R::alternate_control, status::DRQ, "ATA6-STAT-7"},
    {R::alternate_control, status::DRQ, "ATA6-STAT-8"},  {R::alternate_control, status::ERR, "ATA6-STAT-13"},
    {R::alternate_control, 0xff, "ATA6-REG-3"},
    {R::error_features, 0xff, "ATA6-REG-8"},             {R::error_features, error::ABRT, "ATA6-ERR-1"},
    {R::error_features, error::IDNF, "ATA6-ERR-7"},      {R::error_features, error::passed, "ATA6-ERR-3"},
    {R::sector_count, 0xff, "ATA6-REG-9"},               {R::sector_count, 0xff, "ATA6-SIG-1"},
    {R::lba_low, 0xff, "ATA6-REG-9"},                    {R::lba_low, 0xff, "ATA6-SIG-1"},
    {R::lba_mid, 0xff, "ATA6-REG-9"},                    {R::lba_mid, 0xff, "ATA6-SIG-1"},
    {R::lba_high, 0xff, "ATA6-REG-9"},                   {R::lba_high, 0xff, "ATA6-SIG-1"},
    {R::device, 0xff, "ATA6-SEL-8"},                     {R::device, device_bits::DEV, "ATA6-SIG-3"},
    {R::data, 0xffffffff, "ATA6-REG-7"},                 {R::data, 0xffffffff, "ATA6-REG-10"},
    {R::bmic, 0xf6, "BMIDE-02"},                         {R::bmic, 0x01, "BMIDE-09"},
    {R::bmic, 0x08, "BMIDE-13"},
    {R::bmis, 0x04, "BMIDE-22"},                         {R::bmis, 0x04, "BMIDE-24"},
    {R::bmis, 0x02, "BMIDE-30"},                         {R::bmis, 0x01, "BMIDE-36"},
    {R::bmis, 0x01, "BMIDE-37"},                         {R::bmis, 0x01, "BMIDE-63"},
    {R::bmis, 0x60, "BMIDE-19"},                         {R::bmis, 0x80, "BMIDE-18"},
    {R::bmis, 0x18, "BMIDE-21"},
    {R::bmidtp, 0xffffffff, "BMIDE-43"},                 {R::bmidtp, 0xffffffff, "BMIDE-44"},
};

constexpr RegisterRow kWrites[] = {
    {R::status_command, 0xff, "ATA6-SEL-4"},             {R::status_command, 0xff, "ATA6-CMD-1"},
    {R::alternate_control, device_control::SRST, "ATA6-DC-4"},
    {R::alternate_control, device_control::nIEN, "ATA6-DC-2"},
    {R::alternate_control, device_control::HOB, "ATA6-FIFO-2"},
    {R::error_features, 0xff, "ATA6-REG-6"},             {R::sector_count, 0xff, "ATA6-ADDR-3"},
    {R::lba_low, 0xff, "ATA6-ADDR-1"},                   {R::lba_mid, 0xff, "ATA6-ADDR-1"},
    {R::lba_high, 0xff, "ATA6-ADDR-1"},                  {R::device, device_bits::head, "ATA6-ADDR-1"},
    {R::device, device_bits::LBA, "ATA6-RW-10"},         {R::device, device_bits::DEV, "ATA6-SEL-8"},
    {R::data, 0xffffffff, "ATA6-REG-7"},
    {R::bmic, 0x01, "BMIDE-03"},                         {R::bmic, 0x01, "BMIDE-10"},
    {R::bmic, 0x08, "BMIDE-11"},
    {R::bmis, 0x04, "BMIDE-24"},                         {R::bmis, 0x02, "BMIDE-31"},
    {R::bmis, 0x60, "BMIDE-19"},                         {R::bmidtp, 0xffffffff, "BMIDE-46"},
};
// clang-format on

constexpr std::size_t kMostOfEvent = 3;

/// A recorded register as the host reads it; none for state without a register.
HostAccess host_register(RegisterId id) {
  const auto scope = static_cast<Scope>(id >> 16);
  const unsigned index = id & 0xffff;
  if (scope == Scope::primary || scope == Scope::secondary) {
    constexpr HostRegister kOfChannel[] = {R::bmic, R::bmis, R::bmidtp};
    return {index < std::size(kOfChannel) ? kOfChannel[index] : R::none};
  }
  if (scope == Scope::function) {
    for (const ConfigRegister& reg : config_registers()) {
      if (static_cast<unsigned>(reg.reg) == index) return {R::config, 0, reg.offset, false};
    }
  }
  if (scope < Scope::device0 || scope > Scope::device3) return {};
  switch (static_cast<DeviceReg>(index)) {
    case DeviceReg::status:
      return {R::status_command};
    case DeviceReg::error:
      return {R::error_features};
    case DeviceReg::sector_count:
      return {R::sector_count};
    case DeviceReg::lba_low:
      return {R::lba_low};
    case DeviceReg::lba_mid:
      return {R::lba_mid};
    case DeviceReg::lba_high:
      return {R::lba_high};
    case DeviceReg::device:
      return {R::device};
    default:
      return {};
  }
}

/// Rules of configuration bytes that belong to no register.
struct ConfigRow {
  std::uint8_t first;
  std::uint8_t last;
  std::string_view rule;
};
constexpr ConfigRow kNoRegister[] = {
    {0x0c, 0x0c, "PIIX4-CFG-18"}, {0x0f, 0x0f, "PIIX4-CFG-21"}, {0x10, 0x1f, "PIIX4-CFG-22"},
    {0x24, 0x3b, "PIIX4-CFG-28"}, {0x3c, 0x3d, "PIIX4-CFG-29"}, {0x45, 0x47, "PIIX4-CFG-34"},
    {0xf8, 0xfb, "PIIX4-CFG-38"},
};
constexpr std::string_view kOtherByte = "PIIX4-CFG-37";

struct ObservationRow {
  EventKind kind;
  std::string_view rule;
};

constexpr ObservationRow kObservations[] = {
    {EventKind::irq, "ATA6-INT-16"},    {EventKind::irq, "ATA6-INT-17"},    {EventKind::irq, "PIIX4-IRQ-04"},
    {EventKind::mem_read, "BMIDE-27"},  {EventKind::mem_read, "BMIDE-58"},  {EventKind::dma_write, "BMIDE-58"},
    {EventKind::dma_read, "BMIDE-48"},  {EventKind::dma_write, "BMIDE-48"}, {EventKind::bus_fault, "BMIDE-30"},
    {EventKind::disk_data, "BMIDE-27"},
};

void add_once(std::vector<std::string_view>& rules, std::string_view rule) {
  if (std::find(rules.begin(), rules.end(), rule) == rules.end()) rules.push_back(rule);
}

void add_config_rules(std::vector<std::string_view>& rules, unsigned offset) {
  for (const ConfigRegister& reg : config_registers()) {
    if (offset < reg.offset || offset >= reg.offset + unsigned{reg.bytes}) continue;
    for (std::string_view rest = reg.rules; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      add_once(rules, rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return;
  }
  for (const ConfigRow& row : kNoRegister) {
    if (offset >= row.first && offset <= row.last) return add_once(rules, row.rule);
  }
  add_once(rules, kOtherByte);
}

}  // namespace

std::vector<std::string_view> rules_of_register(const HostAccess& access, std::uint32_t bits) {
  std::vector<std::string_view> rules;
  if (bits == 0) bits = 0xffffffff;
  if (access.reg == R::config || access.reg == R::confdata) {
    for (unsigned i = 0; i < 4; ++i) {
      if ((bits >> (8 * i) & 0xff) != 0) add_config_rules(rules, access.byte + i);
    }
    return rules;
  }
  for (const RegisterRow& row : access.write ? std::span<const RegisterRow>(kWrites) : kRegisters) {
    if (row.reg == access.reg && (row.bits & bits) != 0) add_once(rules, row.rule);
  }
  return rules;
}

std::vector<std::string_view> rules_of_observation(EventKind kind) {
  std::vector<std::string_view> rules;
  for (const ObservationRow& row : kObservations) {
    if (row.kind == kind) add_once(rules, row.rule);
  }
  return rules;
}

std::vector<std::string_view> rules_of_event(const Event& event, const HostAccess& access, std::uint32_t bits) {
  const bool access_event = is_stimulus(event.kind) && access.reg != R::none;
  std::vector<std::string_view> rules = access_event ? rules_of_register(access, bits)
                                        : event.kind == EventKind::register_change
                                            ? rules_of_register(host_register(event.where), bits)
                                            : rules_of_observation(event.kind);
  if (rules.size() > kMostOfEvent) rules.resize(kMostOfEvent);
  return rules;
}

}  // namespace coincide
