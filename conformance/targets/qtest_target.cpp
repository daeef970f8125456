#include "conformance/targets/qtest_target.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/board_text.h"

namespace coincide {
namespace {

constexpr std::size_t kMachines = 3;  ///< kept alive at a time
constexpr std::string_view kLink[] = {"-S",     "-display", "none",       "-nodefaults", "-no-user-config",
                                      "-qtest", "stdio",    "-qtest-log", "/dev/null"};

/// What stands behind "id=" in the word that creates the function; empty if it has no ID.
std::string id_of_function(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (!word.starts_with("piix4-ide") && !word.starts_with("piix3-ide")) continue;
    const std::size_t at = word.find(",id=");
    if (at == std::string::npos) return {};
    return word.substr(at + 4, word.find(',', at + 4) - at - 4);
  }
  return {};
}

/// A comma ends an option's value; it is written twice.
std::string value(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == ',' ? ",," : std::string(1, c);
  return out;
}

}  // namespace

Result<std::unique_ptr<ConformTarget>> QtestTarget::launch(const std::string& command) {
  auto words = split_command(command);
  if (!words) return words.error();
  auto images = MediaImages::create();
  if (!images) return images.error();
  std::unique_ptr<QtestTarget> target(new QtestTarget(command, *std::move(words), *std::move(images)));
  auto link = target->start(Board(), "probe");
  if (!link) return link.error();
  const auto peer = probe_peer(**link, command);
  if (!peer) return peer.error();
  target->peer_ = *peer;
  target->plain_.chip = peer->device_id == 0x7010 ? Chip::piix3 : Chip::piix4;
  target->plain_.pci_device = peer->pci_device;
  return std::unique_ptr<ConformTarget>(std::move(target));
}

std::string QtestTarget::bus(unsigned channel) const {
  const std::string id = id_of_function(words_);
  return fmt::format("{}.{}", id.empty() ? "ide" : id, channel);
}

Result<std::unique_ptr<QtestLink>> QtestTarget::start(const Board& board, const std::string& owner) {
  images_.drop(owner);
  std::vector<std::string> words = words_;
  words.insert(words.end(), std::begin(kLink), std::end(kLink));
  for (unsigned unit = 0; unit < board.devices.size(); ++unit) {
    const DeviceConfig& device = board.devices[unit];
    if (device.kind == DeviceKind::none) continue;
    const bool packet = device.kind == DeviceKind::packet;
    std::string options =
        fmt::format("{},bus={},unit={},model={},serial={},ver={}", packet ? "ide-cd" : "ide-hd", bus(unit / 2),
                    unit % 2, value(device.model), value(device.serial), value(device.firmware));
    if (device.medium != nullptr) {
      const auto file = images_.file(*device.medium, owner);
      if (!file) return file.error();
      words.insert(words.end(), {"-drive", fmt::format("if=none,id=d{},file={},format=raw{}", unit, *file,
                                                       packet ? ",media=cdrom,readonly=on" : "")});
      options += fmt::format(",drive=d{}", unit);
    }
    words.insert(words.end(), {"-device", options});
  }
  auto process = ChildProcess::start(words, false);
  if (!process) return process.error();
  return std::make_unique<QtestLink>(*std::move(process));
}

Result<QtestTarget::Machine*> QtestTarget::machine(const Board& board) {
  const std::string text = print_board(board);
  const auto at = std::find_if(machines_.begin(), machines_.end(), [&](const Machine& m) { return m.board == text; });
  if (at != machines_.end()) {
    machines_.splice(machines_.begin(), machines_, at);
    const auto restored = images_.restore(text);
    if (!restored) return restored.error();
    if (reset_machine(*machines_.front().link, peer_)) return &machines_.front();
    machines_.pop_front();
  }
  auto link = start(board, text);
  if (!link) return link.error();
  (*link)->ask("irq_intercept_in ioapic");
  machines_.push_front({text, *std::move(link)});
  if (machines_.size() > kMachines) machines_.pop_back();
  return &machines_.front();
}

Result<RunOutcome> QtestTarget::run(const Script& script) {
  const auto found = machine(script.board);
  if (!found) return found.error();
  QtestLink& link = *(*found)->link;
  QtestSession session(link, peer_);
  RunOutcome outcome = run_script(script, session);
  if (link.dead()) return Error{command_, fmt::format("ended, or said nothing for seconds, in {}", script.name)};
  outcome.out_of_reach = session.out_of_reach();
  if (session.spoiled()) machines_.pop_front();
  return outcome;
}

}  // namespace coincide
