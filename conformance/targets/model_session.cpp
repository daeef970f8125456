#include "conformance/targets/model_session.h"

#include <algorithm>

namespace coincide {
namespace {

constexpr std::uint32_t kConfigAddress = 0xcf8, kConfigData = 0xcfc;
constexpr std::uint32_t kConfigAddressBits = 0x80fffffc;
/// While a model works it gets so much time before each look: 20 ms in all (conformance/targets/model.h).
constexpr std::uint64_t kLookEvery = 50'000;
/// Longest time that may be taken as gone by where the model has none: no timer of a drive is as short.
constexpr std::uint64_t kTimeless = 20'000'000;

std::uint32_t all_ones(unsigned width) { return width == 4 ? ~0u : (1u << (8 * width)) - 1; }

/// Runs `move` over the pieces of guest memory that lie in a row; false, and nothing moved, if there is a hole.
template <class Move>
bool over_memory(const GuestMemory& memory, std::uint64_t address, std::size_t bytes, const Move& move) {
  if (!memory.covers(address, bytes)) return false;
  for (std::size_t done = 0; done < bytes;) done += move(address + done, done);
  return true;
}

coincide_drive drive(const DeviceConfig& device) {
  coincide_drive out{};
  if (device.kind == DeviceKind::none) return out;
  out.kind = device.kind == DeviceKind::packet ? COINCIDE_OPTICAL : COINCIDE_DISK;
  out.model = device.model.c_str();
  out.serial = device.serial.c_str();
  out.firmware = device.firmware.c_str();
  out.bytes = device.medium ? device.medium->sectors() * kSectorBytes : 0;
  out.read_only = device.read_only ? 1 : 0;
  out.cylinders = device.cylinders;
  out.heads = device.heads;
  out.sectors_per_track = device.sectors_per_track;
  return out;
}

}  // namespace

ModelSession::ModelSession(const coincide_model& model, const Board& board)
    : model_(model), pci_device_(board.pci_device), memory_(board.ram), host_(host()) {
  std::array<coincide_drive, 4> drives;
  for (unsigned unit = 0; unit < drives.size(); ++unit) {
    drives[unit] = drive(board.devices[unit]);
    media_.emplace_back(board.devices[unit].medium);
  }
  machine_ = model_.create(drives.data(), &host_);
}

ModelSession::~ModelSession() {
  if (machine_ != nullptr) model_.destroy(machine_);
}

coincide_host ModelSession::host() {
  coincide_host out;
  out.context = this;
  out.read_medium = [](void* context, unsigned unit, std::uint64_t offset, void* data, std::size_t bytes) {
    const auto& self = *static_cast<ModelSession*>(context);
    return self.read_medium(unit, offset, {static_cast<std::uint8_t*>(data), bytes}) ? 0 : -1;
  };
  out.write_medium = [](void* context, unsigned unit, std::uint64_t offset, const void* data, std::size_t bytes) {
    auto& media = static_cast<ModelSession*>(context)->media_;
    const std::uint64_t size = unit < media.size() ? media[unit].sectors() * kSectorBytes : 0;
    if (size == 0 || offset > size || bytes > size - offset) return -1;
    media[unit].write(offset, {static_cast<const std::uint8_t*>(data), bytes});
    return 0;
  };
  out.read_memory = [](void* context, std::uint64_t address, void* data, std::size_t bytes) {
    const GuestMemory& memory = static_cast<ModelSession*>(context)->memory_;
    auto* to = static_cast<std::uint8_t*>(data);
    return over_memory(memory, address, bytes,
                       [&](std::uint64_t at, std::size_t done) {
                         const auto run = memory.readable(at, bytes - done);
                         std::copy(run.begin(), run.end(), to + done);
                         return run.size();
                       })
               ? 0
               : -1;
  };
  out.write_memory = [](void* context, std::uint64_t address, const void* data, std::size_t bytes) {
    GuestMemory& memory = static_cast<ModelSession*>(context)->memory_;
    const auto* from = static_cast<const std::uint8_t*>(data);
    return over_memory(memory, address, bytes,
                       [&](std::uint64_t at, std::size_t done) {
                         const auto run = memory.writable(at, bytes - done);
                         std::copy_n(from + done, run.size(), run.begin());
                         return run.size();
                       })
               ? 0
               : -1;
  };
  out.set_irq = [](void* context, unsigned line, int level) {
    if (line != 14 && line != 15) return;
    Line& at = static_cast<ModelSession*>(context)->lines_[line - 14];
    if (level != 0 && !at.level) ++at.rises;
    at.level = level != 0;
  };
  return out;
}

bool ModelSession::addresses_function() const {
  constexpr std::uint32_t kEnable = 0x80000000, kFunction = 1;
  return (config_address_ & ~0xfcu) == (kEnable | std::uint32_t{pci_device_} << 11 | kFunction << 8);
}

std::uint32_t ModelSession::read_port(std::uint32_t port, unsigned width) {
  if (port == kConfigAddress && width == 4) return config_address_;
  if (port < kConfigData || port >= kConfigData + 4) {
    return model_.read_port(machine_, static_cast<std::uint16_t>(port), width) & all_ones(width);
  }
  if (!addresses_function()) return all_ones(width);
  return read_config((config_address_ & 0xfc) + (port & 3), width);
}

void ModelSession::write_port(std::uint32_t port, unsigned width, std::uint32_t value) {
  if (port == kConfigAddress && width == 4) {
    config_address_ = value & kConfigAddressBits;
  } else if (port >= kConfigData && port < kConfigData + 4) {
    if (addresses_function()) write_config((config_address_ & 0xfc) + (port & 3), width, value);
  } else {
    model_.write_port(machine_, static_cast<std::uint16_t>(port), width, value);
  }
}

std::uint32_t ModelSession::read_config(std::uint32_t offset, unsigned width) {
  return model_.read_config(machine_, offset, width) & all_ones(width);
}

void ModelSession::write_config(std::uint32_t offset, unsigned width, std::uint32_t value) {
  model_.write_config(machine_, offset, width, value);
}

/// As the processor sees it: ones from where nothing is, and writes there are lost.
void ModelSession::memory(const Event& stimulus) {
  if (stimulus.kind == EventKind::mem_map) return memory_.map(stimulus.detail, stimulus.value);
  if (stimulus.kind == EventKind::mem_unmap) return memory_.unmap(stimulus.detail, stimulus.value);
  const bool write = stimulus.kind == EventKind::mem_write;
  const std::uint64_t bytes = write ? stimulus.payload.size() : stimulus.value;
  if (!write) payload_.assign(bytes, 0xff);
  for (std::uint64_t done = 0; done < bytes;) {
    const std::uint64_t at = stimulus.detail + done;
    const auto there = static_cast<std::ptrdiff_t>(done);
    std::size_t moved = 0;
    if (write) {
      const auto run = memory_.writable(at, bytes - done);
      std::copy_n(stimulus.payload.begin() + there, run.size(), run.begin());
      moved = run.size();
    } else {
      const auto run = memory_.readable(at, bytes - done);
      std::copy(run.begin(), run.end(), payload_.begin() + there);
      moved = run.size();
    }
    done += std::max<std::uint64_t>(moved, 1);
  }
}

void ModelSession::reset(ResetKind kind) {
  const bool power = kind == ResetKind::power_cycle;
  if (power) memory_.clear();
  config_address_ = 0;
  model_.reset(machine_, power ? COINCIDE_POWER_CYCLE : COINCIDE_PCI_RESET);
}

bool ModelSession::work(unsigned) {
  if (model_.advance == nullptr) return false;
  advance(kLookEvery);
  return true;
}

void ModelSession::advance(std::uint64_t ns) {
  now_ns_ += ns;
  if (model_.advance != nullptr) {
    model_.advance(machine_, ns);
  } else if (ns > kTimeless) {
    out_of_reach_ = "time: the model has none";
  }
}

std::optional<std::uint64_t> ModelSession::counter(Counter counter) const {
  if (counter == Counter::edges14) return lines_[0].rises;
  if (counter == Counter::edges15) return lines_[1].rises;
  return std::nullopt;
}

void ModelSession::clear_counters() {
  for (Line& line : lines_) line.rises = 0;
}

bool ModelSession::read_medium(unsigned unit, std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::uint64_t size = unit < media_.size() ? media_[unit].sectors() * kSectorBytes : 0;
  if (size == 0 || offset > size || out.size() > size - offset) return false;
  media_[unit].read(offset, out);
  return true;
}

}  // namespace coincide
