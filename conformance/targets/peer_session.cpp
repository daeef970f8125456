#include "conformance/targets/peer_session.h"

#include "emu/ata/task_file.h"
#include "emu/piix4/bus_master.h"

namespace coincide {
namespace {

void append(std::vector<std::uint8_t>& out, std::uint32_t value, unsigned width) {
  for (unsigned i = 0; i < width; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::vector<std::uint32_t> elements(std::span<const std::uint8_t> bytes, unsigned width) {
  std::vector<std::uint32_t> out(bytes.size() / width);
  for (std::size_t i = 0; i < out.size() * width; ++i) out[i / width] |= std::uint32_t{bytes[i]} << (8 * (i % width));
  return out;
}

}  // namespace

Event PeerSession::apply(const Event& stimulus) {
  ++events_;
  Event out = stimulus;
  payload_.clear();
  const unsigned width = stimulus.width;
  const HostAccess access = ports_.decode(stimulus);
  switch (stimulus.kind) {
    case EventKind::port_read:
      out.value = read_port(stimulus.where, width);
      was_read(stimulus, static_cast<std::uint32_t>(out.value));
      break;
    case EventKind::port_write:
      port_write(stimulus);
      break;
    case EventKind::port_read_block:
      for (const std::uint32_t value : read_block(stimulus.where, width, stimulus.value))
        append(payload_, value, width);
      out.payload = payload_;
      break;
    case EventKind::port_write_block:
      write_block(stimulus.where, width, elements(stimulus.payload, width));
      break;
    case EventKind::config_read:
      out.value = read_config(stimulus.where, width);
      break;
    case EventKind::config_write:
      write_config(stimulus.where, width, static_cast<std::uint32_t>(stimulus.value));
      break;
    case EventKind::mem_read:
      memory(stimulus);
      out.payload = payload_;
      break;
    case EventKind::mem_write:
    case EventKind::mem_map:
    case EventKind::mem_unmap:
      memory(stimulus);
      break;
    case EventKind::clock_advance:
      advance(stimulus.value);
      break;
    case EventKind::reset:
      started_ = {};
      reset(static_cast<ResetKind>(width));
      break;
    default:
      out_of_reach_ = std::string(event_kind_name(stimulus.kind));
      break;
  }
  // The last word of a block makes the drive fetch the next, or write this one.
  if (access.reg == HostRegister::data) settle(access.channel);
  ports_.follow(stimulus);
  return out;
}

void PeerSession::port_write(const Event& stimulus) {
  const auto value = static_cast<std::uint32_t>(stimulus.value);
  const HostAccess access = ports_.decode(stimulus);
  const bool bmic = access.reg == HostRegister::bmic;
  // An interrupt that BMISx tells of before the start says nothing of this transfer.
  if (bmic && (value & bmic::SSBM) != 0) {
    old_interrupt_[access.channel] = (read_port(ports_.bmiba() + 8 * access.channel + 2, 1) & bmis::INT) != 0;
  }
  written(access, value);
  write_port(stimulus.where, stimulus.width, value);
  if (bmic) started_[access.channel] = (value & bmic::SSBM) != 0;
  if (bmic || access.reg == HostRegister::status_command || access.reg == HostRegister::alternate_control) {
    settle(access.channel);
  }
}

std::vector<std::uint32_t> PeerSession::read_block(std::uint32_t port, unsigned width, std::uint64_t elements) {
  std::vector<std::uint32_t> out;
  while (out.size() < elements) out.push_back(read_port(port, width));
  return out;
}

void PeerSession::write_block(std::uint32_t port, unsigned width, std::span<const std::uint32_t> values) {
  for (const std::uint32_t value : values) write_port(port, width, value);
}

/// While a transfer runs the drive may show DRQ and no BSY (ATA6-DMA-1). Where the interrupt is an old one, the drive
/// tells when it is done.
bool PeerSession::transfer_runs(unsigned channel, std::uint32_t alternate_status) {
  if (!started_[channel]) return false;
  const std::uint32_t bmisx = read_port(ports_.bmiba() + 8 * channel + 2, 1);
  if ((bmisx & bmis::ACTIVE) == 0) return false;
  return old_interrupt_[channel] ? (alternate_status & (status::BSY | status::DRQ)) != 0 : (bmisx & bmis::INT) == 0;
}

void PeerSession::settle(unsigned channel) {
  for (unsigned look = 0; look < kLooks; ++look) {
    const std::uint32_t alternate = read_port(alternate_status_port(channel), 1);
    const bool busy = alternate != 0xff && (alternate & status::BSY) != 0;
    if (!busy && !transfer_runs(channel, alternate)) break;
    if (!work(look)) break;
  }
  settled();
}

}  // namespace coincide
