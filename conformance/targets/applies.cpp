#include "conformance/targets/applies.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "replay/board_text.h"

namespace coincide {
namespace {

/// Why a statement asks for more than a plain machine has; empty if it does not.
std::string beyond(const std::vector<Statement>& statements, const PlainMachine& machine) {
  for (const Statement& statement : statements) {
    const bool memory = std::holds_alternative<MemoryMapStatement>(statement.what);
    if (memory && !machine.any_memory) return "memory that comes and goes";
    if (std::holds_alternative<DiskCompleteStatement>(statement.what)) return "disk requests that end on demand";
    if (std::holds_alternative<MediaStatement>(statement.what)) return "media that come and go";
    if (std::holds_alternative<GuestStatement>(statement.what)) return "VMBus";
    if (std::holds_alternative<ExpectMessageStatement>(statement.what)) return "VMBus";
    if (const auto* repeat = std::get_if<RepeatStatement>(&statement.what)) {
      std::string why = beyond(repeat->body, machine);
      if (!why.empty()) return why;
    }
  }
  return {};
}

/// A choice that the board makes for a drive and that a plain one makes for itself.
std::string choice(const DeviceConfig& device, unsigned unit) {
  Board board;
  board.devices[unit] = device;
  board.devices[unit].model = DeviceConfig::standard(device.kind).model;
  board.devices[unit].serial = DeviceConfig::standard(device.kind).serial;
  board.devices[unit].firmware = DeviceConfig::standard(device.kind).firmware;
  std::istringstream lines(print_board(board));
  std::string line, word;
  const std::string wanted = (device.kind == DeviceKind::packet ? "board cdrom " : "board disk ") + unit_text(unit);
  while (std::getline(lines, line)) {
    if (!line.starts_with(wanted)) continue;
    std::istringstream words(line.substr(wanted.size()));
    words >> word;  // the medium
    while (words >> word) {
      if (!word.starts_with("sectors=") && !word.starts_with("hash=")) return word;
    }
  }
  return {};
}

/// Configuration registers, of which the catalogue says what a PIIX4 has.
bool cites_piix4_alone(const Script& script) {
  for (const Expectation& expectation : script.expectations) {
    for (const std::string& rule : expectation.rules) {
      if (rule.starts_with("PIIX4-CFG-")) return true;
    }
  }
  return false;
}

bool same_ram(const std::vector<RamRange>& ram) {
  return ram.size() == 1 && ram.front().address == 0 && ram.front().bytes <= std::uint64_t{64} << 20;
}

}  // namespace

std::string cannot_run(const Script& script, const PlainMachine& machine) {
  const Board& board = script.board;
  if (script.profile && *script.profile != "spec") return fmt::format("tells what profile {} does", *script.profile);
  if (board.int13) return "enlightened ports";
  if (board.completion.kind != CompletionPolicy::Kind::immediate) return "disk requests that end on demand";
  if (!machine.any_memory && !same_ram(board.ram)) return "another memory map";
  if (board.chip == Chip::piix3 && machine.chip != Chip::piix3) return "a PIIX3";
  if (machine.chip == Chip::piix3 && cites_piix4_alone(script)) return "registers of a PIIX4";
  const bool same_place = board.pci_device == machine.pci_device || board.pci_device == Board().pci_device;
  if (!same_place && !machine.any_pci_device) return "another PCI device number";
  for (unsigned unit = 0; unit < board.devices.size(); ++unit) {
    const DeviceConfig& device = board.devices[unit];
    if (device.kind == DeviceKind::none) continue;
    if (device.accelerator) return "VMBus";
    if (!device.faults.empty()) return "media that fail on demand";
    if (!device.medium_tracks.empty()) return "a disc of several tracks";
    if (!device.media.empty()) return "media that come and go";
    if (device.kind == DeviceKind::packet && !machine.cdrom) return "an optical drive";
    if (device.medium && device.medium->sectors() == 0) return "a blank disc";
    if (device.medium && device.medium->sectors() * kSectorBytes > machine.largest_medium) return "a large medium";
    const std::string word = choice(device, unit);
    if (!word.empty()) return "a drive with " + word;
  }
  return beyond(script.statements, machine);
}

}  // namespace coincide
